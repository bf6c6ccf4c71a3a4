"""The verbs of staff: appoint, change and end a post, lend one's roles, hand over, units. See invitations, heads."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing
from jumuishi.institutions import events, queries
from jumuishi.institutions.models import Appointment, Delegation, Unit
from jumuishi.institutions.queries import today
from jumuishi.institutions.roles import HEADS, known_roles
from jumuishi.institutions.types import InstitutionError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()
HEAD_TITLE = {"sw": "Mkuu wa taasisi", "en": "Head of the institution"}
_DAY = timedelta(days=1)


@identity.policy("institutions.staff.manage")
def _manage(actor: Actor, thing: Thing) -> bool:
    return identity.is_system(actor, thing) or (identity.is_of_institution(actor, thing) and actor.has(*HEADS))


@identity.policy("institutions.head.hand_over")
def _hand_over(actor: Actor, thing: Thing) -> bool:
    return identity.is_of_institution(actor, thing) and actor.has("head")


def put_into_post(
    institution_id: UUID,
    person_id: UUID,
    name: str,
    title: dict[str, str],
    roles: list[str],
    *,
    unit_id: UUID | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> UUID:
    """Write the post; called within an action that has checked who may."""
    with tenancy.acting_as(SYSTEM):
        return Appointment.objects.create(
            institution_id=institution_id, person_id=person_id, person_name=name[:120], unit_id=unit_id, title=title,
            roles=sorted(set(roles)), from_on=from_on or today(), until_on=until_on, created_at=clock.now(),
        ).id  # fmt: skip


def _check_roles(institution_id: UUID, roles: list[str]) -> None:
    """Roles are known ones, and headship is handed over, never given away. Raises InstitutionError."""
    if not roles or not set(roles) <= set(known_roles(institution_id)):
        raise InstitutionError("institutions.err_roles")
    if "head" in roles:
        raise InstitutionError("institutions.err_headship")


def _check_unit(institution_id: UUID, unit_id: UUID | None) -> None:
    if unit_id is not None and not Unit.objects.filter(id=unit_id, institution_id=institution_id).exists():
        raise InstitutionError("institutions.err_unit")


@identity.action("institutions.staff.appoint")
def appoint(
    *,
    actor: Actor,
    institution_id: UUID,
    person_id: UUID,
    person_name: str,
    title: dict[str, str],
    roles: list[str],
    unit_id: UUID | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> UUID:
    """Put another person into a post with its roles: one post a person and institution. Raises InstitutionError."""
    thing = Thing("institution", institution_id, institution_id, person_id)
    identity.must(actor, "institutions.staff.manage", thing)
    if actor.person_id == person_id:
        raise InstitutionError("institutions.err_self")
    if actor.kind is not ActorKind.SYSTEM:
        _check_roles(institution_id, roles)
    _check_unit(institution_id, unit_id)
    if until_on is not None and until_on < (from_on or today()):
        raise InstitutionError("institutions.err_until")
    held = Appointment.objects.filter(institution_id=institution_id, person_id=person_id)
    if held.filter(Q(until_on=None) | Q(until_on__gte=today())).exists():
        raise InstitutionError("institutions.err_has_post")
    row_id = put_into_post(
        institution_id, person_id, person_name, title, roles, unit_id=unit_id, from_on=from_on, until_on=until_on
    )
    thing = Thing("appointment", row_id, institution_id, person_id)
    identity.record(actor, thing, after={"roles": sorted(set(roles)), "title": title})
    return row_id


def _post(appointment_id: UUID) -> tuple[Appointment, Thing]:
    row = Appointment.objects.select_for_update().get(id=appointment_id)
    return row, Thing("appointment", row.id, row.institution_id, row.person_id)


@identity.action("institutions.staff.change")
def change_post(
    *,
    actor: Actor,
    appointment_id: UUID,
    title: dict[str, str],
    roles: list[str],
    unit_id: UUID | None,
    until_on: date | None,
) -> None:
    """Change another person's title, roles, unit or last day. Raises InstitutionError."""
    row, thing = _post(appointment_id)
    identity.must(actor, "institutions.staff.manage", thing)
    if actor.person_id == row.person_id:
        raise InstitutionError("institutions.err_self")
    if "head" in row.roles and not actor.has("head"):
        raise InstitutionError("institutions.err_headship")
    # Whoever is head stays head by this door: headship changes by succession or by the authority.
    others, kept = [one for one in roles if one != "head"], [one for one in row.roles if one == "head"]
    if others or not kept:
        _check_roles(row.institution_id, others)
    _check_unit(row.institution_id, unit_id)
    if until_on is not None and until_on < row.from_on:
        raise InstitutionError("institutions.err_until")
    before = {"roles": row.roles, "title": row.title, "until": row.until_on}
    row.roles, row.title, row.unit_id, row.until_on = sorted({*others, *kept}), title, unit_id, until_on
    row.save(update_fields=["roles", "title", "unit_id", "until_on"])
    identity.record(actor, thing, before=before, after={"roles": row.roles, "title": title, "until": until_on})


@identity.action("institutions.staff.end")
def end_appointment(*, actor: Actor, appointment_id: UUID, reason: str) -> None:
    """A person leaves a post, from now on. Raises InstitutionError."""
    row, thing = _post(appointment_id)
    identity.must(actor, "institutions.staff.manage", thing)
    if "head" in row.roles and actor.kind is not ActorKind.SYSTEM:
        raise InstitutionError("institutions.err_headship")
    if not reason.strip():
        raise InstitutionError("institutions.err_reason")
    end_post(row)
    identity.record(actor, thing, after={"ended": True, "reason": reason.strip()[:500]})


def end_post(row: Appointment) -> None:
    """Write that yesterday was a post's last day; called within an action that has checked who may."""
    row.until_on = today() - _DAY
    with tenancy.acting_as(SYSTEM):
        row.save(update_fields=["until_on"])
    tell(events.AppointmentEnded(row.id, row.institution_id, row.person_id))


@identity.action("institutions.head.hand_over")
def hand_over(*, actor: Actor, to_person: UUID, title: dict[str, str]) -> UUID:
    """A head leaves: a colleague takes over every role of the head's post from now on; the head's own post ends.

    Raises InstitutionError.
    """
    home = actor.workplace
    if actor.appointment_id is None:
        raise InstitutionError("institutions.err_officer")
    mine = Appointment.objects.select_for_update().get(id=actor.appointment_id)
    thing = Thing("appointment", mine.id, home, to_person)
    identity.must(actor, "institutions.head.hand_over", thing)
    colleague = next((one for one in queries.people_in(home) if one.person_id == to_person), None)
    if colleague is None or to_person == actor.person_id:
        raise InstitutionError("institutions.err_colleague")
    if not identity.standings([to_person])[to_person].is_enrolled:
        raise InstitutionError("institutions.err_not_enrolled")
    theirs = Appointment.objects.select_for_update().get(id=colleague.appointment_id)
    theirs.roles, theirs.title, theirs.until_on = sorted({*theirs.roles, *mine.roles}), title, None
    theirs.save(update_fields=["roles", "title", "until_on"])
    end_post(mine)
    identity.record(actor, thing, before={"head": actor.person_id}, after={"head": to_person, "roles": theirs.roles})
    return theirs.id


@identity.action("institutions.staff.delegate")
def delegate(*, actor: Actor, to_person: UUID, roles: list[str], from_on: date, until_on: date) -> UUID:
    """Lend one's own roles to a colleague for a time; the same again is lent once. Raises InstitutionError."""
    if actor.kind not in (ActorKind.OFFICER, ActorKind.AUTHORITY) or actor.institution_id is None:
        raise InstitutionError("institutions.err_officer")
    # What was lent to somebody is not lent on: the way from a role to its holder stays one step long.
    if not roles or not set(roles) <= queries.own_roles(actor.institution_id, actor.who):
        raise InstitutionError("institutions.err_not_yours")
    colleagues = {one.person_id for one in queries.people_in(actor.institution_id)}
    if until_on < max(from_on, today()) or to_person == actor.person_id or to_person not in colleagues:
        raise InstitutionError("institutions.err_delegation")
    identity.one_at_a_time(f"institutions.delegation {actor.who}")
    row, is_new = Delegation.objects.get_or_create(
        institution_id=actor.institution_id, from_person=actor.who, to_person=to_person, roles=sorted(set(roles)),
        from_on=from_on, until_on=until_on, defaults={"id": new_id(), "created_at": clock.now()},
    )  # fmt: skip
    thing = Thing("delegation", row.id, actor.institution_id, to_person)
    if not is_new:
        identity.record(actor, thing, after={"sent_again": True})
        return row.id
    identity.record(actor, thing, after={"roles": row.roles, "from": from_on, "until": until_on})
    return row.id


@identity.action("institutions.staff.take_back")
def end_delegation(*, actor: Actor, delegation_id: UUID) -> None:
    """Take lent roles back before their day: the lender, or whoever manages staff. Raises InstitutionError."""
    row = Delegation.objects.select_for_update().filter(id=delegation_id, institution_id=actor.workplace).first()
    if row is None:
        raise InstitutionError("institutions.err_delegation")
    thing = Thing("delegation", row.id, row.institution_id, row.to_person)
    if row.from_person != actor.person_id:
        identity.must(actor, "institutions.staff.manage", thing)
    row.until_on = min(row.until_on, today() - _DAY)
    row.save(update_fields=["until_on"])
    identity.record(actor, thing, after={"taken_back": True})


@identity.action("institutions.unit.add")
def add_unit(*, actor: Actor, institution_id: UUID, name: dict[str, str], parent_id: UUID | None = None) -> UUID:
    """Add a department, unit or office, within another or at the top; one of a name. Raises InstitutionError."""
    row_id = new_id()
    thing = Thing("unit", row_id, institution_id)
    identity.must(actor, "institutions.staff.manage", thing)
    if parent_id is not None and not Unit.objects.filter(id=parent_id, institution_id=institution_id).exists():
        raise InstitutionError("institutions.err_unit")
    identity.one_at_a_time(f"institutions.unit {institution_id}")
    before = Unit.objects.filter(institution_id=institution_id, name=name, parent_id=parent_id).first()
    if before is not None:
        identity.record(actor, Thing("unit", before.id, institution_id), after={"sent_again": True})
        return before.id
    Unit.objects.create(id=row_id, institution_id=institution_id, name=name, parent_id=parent_id)
    identity.record(actor, thing, after={"name": name, "parent": parent_id})
    return row_id


@identity.action("institutions.unit.rename")
def rename_unit(*, actor: Actor, unit_id: UUID, name: dict[str, str]) -> None:
    """Give a unit another name. Raises InstitutionError."""
    row = Unit.objects.select_for_update().filter(id=unit_id, institution_id=actor.workplace).first()
    if row is None:
        raise InstitutionError("institutions.err_unit")
    thing = Thing("unit", row.id, row.institution_id)
    identity.must(actor, "institutions.staff.manage", thing)
    before, row.name = row.name, name
    row.save(update_fields=["name"])
    identity.record(actor, thing, before={"name": before}, after={"name": name})
