"""The verbs that bring people in, and an institution's hours: first head, staff, working week."""

from collections.abc import Mapping
from datetime import time
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Invitation, Thing
from jumuishi.institutions import queries
from jumuishi.institutions.actions import SYSTEM, appoint
from jumuishi.institutions.models import Institution
from jumuishi.institutions.types import InstitutionError
from jumuishi.kernel import tenancy

HEAD_TITLE = {"sw": "Mkuu wa taasisi", "en": "Head of the institution"}


@identity.action("institutions.head.invite")
def invite_head(*, actor: Actor, institution_id: UUID) -> Invitation:
    """Invite the head whom two people approved with the institution. Raises InstitutionError where there is one."""
    row = Institution.objects.select_for_update().get(id=institution_id)
    thing = Thing("institution", row.id, row.id)
    identity.must(actor, "institutions.institution.decide", thing)
    if row.state != Institution.State.APPROVED:
        raise InstitutionError("institutions.err_decided")
    with tenancy.acting_as(SYSTEM):
        if queries.role_holders(row.id, "head"):
            raise InstitutionError("institutions.err_head")
        if "@" not in row.contact_email:
            raise InstitutionError("institutions.err_mail")
    invited = identity.invite_officer(actor=actor, name=row.contact_name, email=row.contact_email)
    if invited.person_id == actor.person_id:
        raise InstitutionError("institutions.err_self")
    appoint(
        actor=Actor.system(), institution_id=row.id, person_id=invited.person_id, person_name=row.contact_name,
        title=HEAD_TITLE, roles=["head"],
    )  # fmt: skip
    identity.record(actor, thing, after={"head": invited.person_id})
    return invited


@identity.action("institutions.staff.invite")
def invite_staff(
    *, actor: Actor, name: str, email: str, title: dict[str, str], roles: list[str], unit_id: UUID | None = None
) -> Invitation:
    """Invite a person by e-mail and put it into a post of the actor's institution. Raises InstitutionError."""
    if actor.institution_id is None:
        raise InstitutionError("institutions.err_officer")
    thing = Thing("institution", actor.institution_id, actor.institution_id)
    identity.must(actor, "institutions.staff.manage", thing)
    invited = identity.invite_officer(actor=actor, name=name, email=email)
    appoint(
        actor=actor, institution_id=actor.institution_id, person_id=invited.person_id, person_name=name,
        title=title, roles=roles, unit_id=unit_id,
    )  # fmt: skip
    identity.record(actor, thing, after={"invited": invited.person_id, "roles": sorted(roles)})
    return invited


@identity.action("institutions.hours.set")
def set_hours(*, actor: Actor, week: Mapping[int, tuple[time, time]]) -> None:
    """Set the hours of one's institution, one span a day; days left out are off. Raises InstitutionError."""
    if actor.institution_id is None:
        raise InstitutionError("institutions.err_officer")
    thing = Thing("institution", actor.institution_id, actor.institution_id)
    identity.must(actor, "institutions.staff.manage", thing)
    if not week or any(closes <= opens for opens, closes in week.values()):
        raise InstitutionError("institutions.err_hours")
    hours = {str(day): [[opens.isoformat(), closes.isoformat()]] for day, (opens, closes) in sorted(week.items())}
    with tenancy.acting_as(SYSTEM):
        before = Institution.objects.values_list("hours", flat=True).get(id=actor.institution_id)
        Institution.objects.filter(id=actor.institution_id).update(hours=hours)
    identity.record(actor, thing, before={"hours": before}, after={"hours": hours})
