"""The verbs: ask to join, approve or refuse by two, invite, appoint, delegate, announce a day off."""

from datetime import date
from uuid import UUID

from django.utils.text import slugify

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing
from jumuishi.institutions import events, queries, rules
from jumuishi.institutions.models import Appointment, Delegation, Holiday, Institution, Unit
from jumuishi.institutions.types import KINDS, InstitutionError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.text import fold

SYSTEM = tenancy.Principal.system()
HEADS = ("head", "director", "administrator")


@identity.policy("institutions.institution.ask")
def _ask(actor: Actor, thing: Thing) -> bool:  # noqa: ARG001  # the shape of every rule
    return True


@identity.policy("institutions.institution.decide")
def _decide(actor: Actor, thing: Thing) -> bool:
    return identity.is_authority(actor, thing)


@identity.policy("institutions.staff.manage")
def _manage(actor: Actor, thing: Thing) -> bool:
    return identity.is_system(actor, thing) or (identity.is_of_institution(actor, thing) and actor.has(*HEADS))


@identity.policy("institutions.holiday.announce")
def _announce(actor: Actor, thing: Thing) -> bool:
    if thing.institution_id is None:
        return identity.is_authority(actor, thing) or identity.is_system(actor, thing)
    return identity.is_of_institution(actor, thing) and actor.has(*HEADS)


def _thing(row: Institution) -> Thing:
    return Thing("institution", row.id, row.id)


@identity.action("institutions.institution.ask")
def ask_to_join(
    *,
    actor: Actor,
    kind: str,
    name: dict[str, str],
    domain: str,
    contact_name: str,
    contact_email: str,
    contact_phone: str,
    letter_file: UUID | None,
) -> UUID:
    """Ask that an institution be let in, with proof: its domain or official mail, and a signed letter.

    Names that look like another's are flagged for the authority. Raises InstitutionError.
    """
    if kind not in KINDS:
        raise InstitutionError("institutions.err_kind")
    if not all(name.get(lang, "").strip() for lang in ("sw", "en")):
        raise InstitutionError("institutions.err_name")
    if "@" not in contact_email or (domain and not contact_email.endswith(domain)):
        raise InstitutionError("institutions.err_mail")
    row_id = new_id()
    identity.must(actor, "institutions.institution.ask", Thing("institution", row_id))
    with tenancy.acting_as(SYSTEM):
        others = [one["sw"] for one in Institution.objects.values_list("name", flat=True)]
        base = slugify(name["sw"])[:50] or "taasisi"
        slug = base if not Institution.objects.filter(slug=base).exists() else f"{base}-{row_id.hex[-4:]}"
        row = Institution.objects.create(
            id=row_id, kind=kind, slug=slug, name=name, folded=fold(" ".join(name.values()))[:160], domain=domain[:120],
            contact_name=contact_name[:120], contact_email=contact_email[:120], contact_phone=contact_phone[:16],
            letter_file=letter_file, looks_like=rules.look_alikes(name["sw"], others), asked_at=clock.now(),
            asked_by=actor.person_id,
        )  # fmt: skip
    identity.record(actor, _thing(row), after={"name": name, "domain": domain, "looks_like": row.looks_like})
    return row.id


def _no_conflict(actor: Actor, row: Institution) -> None:
    """Who asked for an institution, or works in it, does not decide on it."""
    me = actor.person_id
    if me is None or me == row.asked_by or Appointment.objects.filter(institution_id=row.id, person_id=me).exists():
        raise InstitutionError("institutions.err_conflict")


@identity.action("institutions.institution.approve")
def approve(*, actor: Actor, institution_id: UUID) -> bool:
    """One of the authority's two people says yes; True once the second natural person has. Raises InstitutionError."""
    row = Institution.objects.select_for_update().get(id=institution_id)
    identity.must(actor, "institutions.institution.decide", _thing(row))
    if row.state == Institution.State.APPROVED:
        identity.record(actor, _thing(row), after={"state": "approved"})
        return True
    if row.state != Institution.State.ASKED:
        raise InstitutionError("institutions.err_decided")
    _no_conflict(actor, row)
    if row.first_by is None:
        row.first_by = actor.person_id
        row.save(update_fields=["first_by"])
        identity.record(actor, _thing(row), after={"first_by": actor.person_id})
        return False
    if row.first_by == actor.person_id:
        raise InstitutionError("institutions.err_second")
    row.second_by, row.state, row.decided_at = actor.person_id, Institution.State.APPROVED, clock.now()
    row.save(update_fields=["second_by", "state", "decided_at"])
    identity.record(actor, _thing(row), after={"state": "approved"})
    tell(events.InstitutionApproved(row.id))
    return True


@identity.action("institutions.institution.refuse")
def refuse(*, actor: Actor, institution_id: UUID, reason: str) -> bool:
    """One of two people says no, and why; True once the second natural person has. Raises InstitutionError."""
    row = Institution.objects.select_for_update().get(id=institution_id)
    identity.must(actor, "institutions.institution.decide", _thing(row))
    if not reason.strip():
        raise InstitutionError("institutions.err_reason")
    if row.state != Institution.State.ASKED:
        raise InstitutionError("institutions.err_decided")
    _no_conflict(actor, row)
    if row.refused_by == actor.person_id:
        raise InstitutionError("institutions.err_second")
    row.reason = reason.strip()[:500]
    is_second = row.refused_by is not None
    if is_second:
        row.state, row.decided_at = Institution.State.REFUSED, clock.now()
    else:
        row.refused_by = actor.person_id
    row.save(update_fields=["state", "reason", "decided_at", "refused_by"])
    identity.record(actor, _thing(row), after={"state": row.state, "reason": row.reason})
    return is_second


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
    """Put another person into a post with its roles. Raises InstitutionError."""
    row_id = new_id()
    thing = Thing("appointment", row_id, institution_id, person_id)
    identity.must(actor, "institutions.staff.manage", thing)
    if actor.person_id == person_id:
        raise InstitutionError("institutions.err_self")
    if unit_id is not None and not Unit.objects.filter(id=unit_id, institution_id=institution_id).exists():
        raise InstitutionError("institutions.err_unit")
    Appointment.objects.create(
        id=row_id, institution_id=institution_id, person_id=person_id, person_name=person_name[:120], unit_id=unit_id,
        title=title, roles=sorted(set(roles)), from_on=from_on or clock.now().date(), until_on=until_on,
        created_at=clock.now(),
    )  # fmt: skip
    identity.record(actor, thing, after={"roles": sorted(set(roles)), "title": title})
    return row_id


@identity.action("institutions.staff.end")
def end_appointment(*, actor: Actor, appointment_id: UUID, reason: str) -> None:
    """A person leaves a post, from now on."""
    row = Appointment.objects.select_for_update().get(id=appointment_id)
    thing = Thing("appointment", row.id, row.institution_id, row.person_id)
    identity.must(actor, "institutions.staff.manage", thing)
    row.until_on = clock.now().date() - clock.seconds(86400)
    row.save(update_fields=["until_on"])
    identity.record(actor, thing, after={"ended": True, "reason": reason[:500]})
    tell(events.AppointmentEnded(row.id, row.institution_id, row.person_id))


@identity.action("institutions.staff.delegate")
def delegate(*, actor: Actor, to_person: UUID, roles: list[str], from_on: date, until_on: date) -> UUID:
    """Lend one's own roles to a colleague for a time. Raises InstitutionError."""
    if actor.kind not in (ActorKind.OFFICER, ActorKind.AUTHORITY) or actor.institution_id is None:
        raise InstitutionError("institutions.err_officer")
    own = {
        role
        for one in queries.people_in(actor.institution_id)
        if one.person_id == actor.person_id
        for role in one.roles
    }
    # What was lent to somebody is not lent on: the way from a role to its holder stays one step long.
    if not set(roles) <= own or not roles:
        raise InstitutionError("institutions.err_not_yours")
    colleagues = {one.person_id for one in queries.people_in(actor.institution_id)}
    if until_on < from_on or to_person == actor.person_id or to_person not in colleagues:
        raise InstitutionError("institutions.err_delegation")
    row = Delegation.objects.create(
        institution_id=actor.institution_id, from_person=actor.who, to_person=to_person, roles=sorted(roles),
        from_on=from_on, until_on=until_on, created_at=clock.now(),
    )  # fmt: skip
    identity.record(
        actor, Thing("delegation", row.id, actor.institution_id, to_person), after={"roles": roles, "until": until_on}
    )
    return row.id


@identity.action("institutions.unit.add")
def add_unit(*, actor: Actor, institution_id: UUID, name: dict[str, str], parent_id: UUID | None = None) -> UUID:
    """Add a department, unit or office."""
    row_id = new_id()
    thing = Thing("unit", row_id, institution_id)
    identity.must(actor, "institutions.staff.manage", thing)
    if parent_id is not None and not Unit.objects.filter(id=parent_id, institution_id=institution_id).exists():
        raise InstitutionError("institutions.err_unit")
    Unit.objects.create(id=row_id, institution_id=institution_id, name=name, parent_id=parent_id)
    identity.record(actor, thing, after={"name": name})
    return row_id


@identity.action("institutions.holiday.announce")
def announce_holiday(
    *, actor: Actor, institution_id: UUID | None, day: date, name: dict[str, str], source: str
) -> None:
    """Announce a day without work; open clocks are counted anew, and both sides told. Raises InstitutionError."""
    thing = Thing("holiday", new_id(), institution_id)
    identity.must(actor, "institutions.holiday.announce", thing)
    if not source.strip():
        raise InstitutionError("institutions.err_source")
    with tenancy.acting_as(SYSTEM):
        _, is_new = Holiday.objects.get_or_create(
            institution_id=institution_id,
            day=day,
            defaults={"id": thing.id, "name": name, "source": source.strip()[:200], "created_at": clock.now()},
        )
    identity.record(actor, thing, after={"day": day, "name": name, "new": is_new})
    if is_new:
        tell(events.HolidayAnnounced(institution_id, day))
