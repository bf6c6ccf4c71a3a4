"""The verbs that bring staff in, let them in again, and set the working week. First heads: see joining and heads."""

from collections.abc import Mapping
from datetime import date, time
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Invitation, Thing
from jumuishi.institutions.events import HoursChanged
from jumuishi.institutions.models import Appointment, Institution
from jumuishi.institutions.staff import SYSTEM, appoint, end_post
from jumuishi.institutions.types import InstitutionError
from jumuishi.kernel import tenancy
from jumuishi.kernel.events import tell


def _home(actor: Actor) -> Thing:
    """The actor's institution, whose staff the actor must manage. Raises InstitutionError, NotAllowedError."""
    if actor.institution_id is None:
        raise InstitutionError("institutions.err_officer")
    thing = Thing("institution", actor.institution_id, actor.institution_id)
    identity.must(actor, "institutions.staff.manage", thing)
    return thing


def _house(institution_id: UUID) -> str:
    with tenancy.acting_as(SYSTEM):
        row = Institution.objects.get(id=institution_id)
    return str(row.name[row.language])


@identity.action("institutions.staff.invite")
def invite_staff(
    *,
    actor: Actor,
    name: str,
    email: str,
    title: dict[str, str],
    roles: list[str],
    unit_id: UUID | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Invitation:
    """Invite a person by e-mail (72 hours to enrol) and put it into a post of the actor's institution.

    Raises InstitutionError.
    """
    thing = _home(actor)
    invited = identity.invite_officer(actor=actor, name=name, email=email, house=_house(thing.id))
    appoint(
        actor=actor, institution_id=thing.id, person_id=invited.person_id, person_name=name, title=title, roles=roles,
        unit_id=unit_id, from_on=from_on, until_on=until_on,
    )  # fmt: skip
    identity.record(actor, thing, after={"invited": invited.person_id, "roles": sorted(roles)})
    return invited


@identity.action("institutions.staff.invite_again")
def invite_staff_again(*, actor: Actor, appointment_id: UUID) -> bool:
    """A fresh link to the same mailbox, the one before it ends; False when the person is enrolled already."""
    thing = _home(actor)
    post = Appointment.objects.get(id=appointment_id, institution_id=thing.id)
    sent = identity.invite_again(actor=actor, person_id=post.person_id, house=_house(thing.id))
    identity.record(actor, Thing("appointment", post.id, thing.id, post.person_id), after={"sent": sent})
    return sent


@identity.action("institutions.staff.uninvite")
def withdraw_staff_invitation(*, actor: Actor, appointment_id: UUID) -> None:
    """Whoever has not enrolled yet is invited no more, and the post ends. Raises InstitutionError."""
    thing = _home(actor)
    post = Appointment.objects.select_for_update().get(id=appointment_id, institution_id=thing.id)
    if "head" in post.roles:
        raise InstitutionError("institutions.err_headship")
    if identity.standings([post.person_id])[post.person_id].is_enrolled:
        raise InstitutionError("institutions.err_enrolled")
    end_post(post)
    with tenancy.acting_as(SYSTEM):
        elsewhere = Appointment.objects.filter(person_id=post.person_id).exclude(institution_id=thing.id).exists()
    if not elsewhere:
        identity.withdraw_invitation(actor=actor, person_id=post.person_id)
    identity.record(actor, Thing("appointment", post.id, thing.id, post.person_id), after={"withdrawn": True})


@identity.action("institutions.hours.set")
def set_hours(*, actor: Actor, week: Mapping[int, tuple[time, time]]) -> None:
    """Set the hours of one's institution, one span a day; days left out are off. Raises InstitutionError."""
    thing = _home(actor)
    if not week or any(closes <= opens for opens, closes in week.values()):
        raise InstitutionError("institutions.err_hours")
    hours = {str(day): [[opens.isoformat(), closes.isoformat()]] for day, (opens, closes) in sorted(week.items())}
    with tenancy.acting_as(SYSTEM):
        before = Institution.objects.values_list("hours", flat=True).get(id=thing.id)
        Institution.objects.filter(id=thing.id).update(hours=hours)
    identity.record(actor, thing, before={"hours": before}, after={"hours": hours})
    if hours != before:
        tell(HoursChanged(thing.id))
