"""Who sits in a body: added, changed, ended; and the phone by which a member is a person who signs in."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, BadPhoneError, NotAllowedError, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.meetings.bodies import queries
from jumuishi.meetings.bodies.making import kept
from jumuishi.meetings.bodies.types import SEATED, SINGLE, BodyRefusedError, MemberSaid
from jumuishi.meetings.models import Body, Contact, Member
from jumuishi.meetings.orders.shape import ROLES

SYSTEM = tenancy.Principal.system()


@identity.action("meetings.member.add")
def add_member(*, actor: Actor, body_id: UUID, said: MemberSaid) -> UUID:
    """Seat somebody; the same name in the same role from the same day is that member. Raises BodyRefusedError."""
    body = kept(actor, body_id)
    row, is_new = seat(actor, body, said)
    identity.record(actor, member_thing(row), after=_journalled(said) if is_new else {"sent_again": "add"})
    return row.id


@identity.action("meetings.member.change")
def change_member(*, actor: Actor, member_id: UUID, said: MemberSaid) -> None:
    """Correct what is known of a member. Another phone is another person, until that one signs in by it."""
    row, body = _held(actor, member_id)
    contact = Contact.objects.select_for_update().get(member=row)
    before = said_of(row, contact)
    said = _checked(body, said, row)
    person = row.person_id if _same_person(before, said) else _person_of(body, said, row)
    row.name, row.role, row.seat, row.place = said.name, said.role, said.seat, said.place
    row.from_on, row.until_on, row.person_id = said.from_on, said.until_on, person
    row.save()
    contact.phone, contact.email, contact.language = said.phone, said.email, said.language
    contact.save()
    identity.record(actor, member_thing(row), before=_journalled(before), after=_journalled(said))


@identity.action("meetings.member.end")
def end_term(*, actor: Actor, member_id: UUID, on: date, why: str) -> None:
    """The term ends with a day, for a reason; the seat is empty from the next. Raises BodyRefusedError."""
    row, _ = _held(actor, member_id)
    reason = " ".join(why.split())[:200]
    if not reason:
        raise BodyRefusedError("meetings.needs_reason", "why")
    if on < row.from_on:
        raise BodyRefusedError("meetings.bad_until", "on")
    before = {"until_on": row.until_on, "why": row.ended_why}
    row.until_on, row.ended_why = on, reason
    row.save(update_fields=["until_on", "ended_why"])
    identity.record(actor, member_thing(row), before=before, after={"until_on": on, "why": reason})


@identity.action("meetings.member.claim")
def claim_seat(*, actor: Actor, member_id: UUID) -> None:
    """A person takes the seat that was entered with their own proved phone; twice is once. Raises NotAllowedError."""
    person = actor.who
    identity.must(actor, "meetings.member.claim", Thing("body_member", member_id, person_id=person))
    mine = {one.id for one in queries.claimable(person)}
    with tenancy.acting_as(SYSTEM):
        row = Member.objects.select_for_update().filter(id=member_id).first()
        if row is None or (row.person_id != person and row.id not in mine):
            raise NotAllowedError("meetings.member.claim")
        if row.person_id is None:
            others = Member.objects.filter(body_id=row.body_id, person_id=person, until_on=None)
            if row.until_on is None and others.exists():
                raise BodyRefusedError("meetings.member_twice")
            row.person_id = person
            row.save(update_fields=["person_id"])
        identity.record(actor, member_thing(row), after={"person": person})


def seat(actor: Actor, body: Body, said: MemberSaid) -> tuple[Member, bool]:
    """The member's row, and whether it is new; within an action that holds the body and records it."""
    said = _checked(body, said, None)
    rows = Member.objects.filter(institution_id=body.institution_id, body=body)
    same = rows.filter(name=said.name, role=said.role, from_on=said.from_on).first()
    if same is not None:
        return same, False
    row = Member.objects.create(
        institution_id=actor.workplace, body=body, person_id=_person_of(body, said, None), name=said.name,
        role=said.role, seat=said.seat, place=said.place, from_on=said.from_on, until_on=said.until_on,
    )  # fmt: skip
    Contact.objects.create(
        institution_id=actor.workplace, member=row, phone=said.phone, email=said.email, language=said.language
    )
    return row, True


def member_thing(row: Member) -> Thing:
    """A member: the institution's that the body is of."""
    return Thing("body_member", row.id, row.institution_id)


def said_of(row: Member, contact: Contact) -> MemberSaid:
    """What is kept of a member, as it would be typed."""
    return MemberSaid(
        row.name, row.role, row.from_on, row.until_on, row.seat, row.place, contact.phone, contact.email,
        contact.language,
    )  # fmt: skip


def _held(actor: Actor, member_id: UUID) -> tuple[Member, Body]:
    found = Member.objects.filter(id=member_id, institution_id=actor.workplace).first()
    if found is None:
        raise NotAllowedError("meetings.body.keep")
    body = kept(actor, found.body_id)
    return Member.objects.select_for_update().get(id=member_id), body


def _checked(body: Body, said: MemberSaid, row: Member | None) -> MemberSaid:
    """What was typed, as it is kept. Raises BodyRefusedError with the field."""
    said = replace(
        said, name=" ".join(said.name.split())[:120], seat=" ".join(said.seat.split())[:60],
        phone=said.phone.strip(), email=said.email.strip(),
    )  # fmt: skip
    if not said.name:
        raise BodyRefusedError("meetings.needs_member_name", "name")
    if said.role not in ROLES:
        raise BodyRefusedError("meetings.needs_role", "role")
    if said.until_on is not None and said.until_on < said.from_on:
        raise BodyRefusedError("meetings.bad_until", "until_on")
    if said.place and institutions.place(said.place) is None:
        raise BodyRefusedError("meetings.bad_place", "place")
    if said.language not in ("sw", "en"):
        raise BodyRefusedError("meetings.bad_language", "language")
    if said.phone:
        try:
            said = replace(said, phone=identity.normalise_phone(said.phone))
        except BadPhoneError:
            raise BodyRefusedError("meetings.bad_phone", "phone") from None
    if said.email:
        try:
            validate_email(said.email)
        except ValidationError:
            raise BodyRefusedError("meetings.bad_email", "email") from None
    _check_room(body, said, row)
    return said


def _check_room(body: Body, said: MemberSaid, row: Member | None) -> None:
    """There is a seat for as long as the term lasts, and nobody else presides meanwhile."""
    others = _others(body, row)
    # Who sent the same again is that one, and stands in nobody's way.
    others = others.exclude(name=said.name, role=said.role, from_on=said.from_on)
    terms = [(one.role, one.from_on, one.until_on or date.max) for one in others]
    meanwhile = [one for one in terms if one[1] <= (said.until_on or date.max) and one[2] >= said.from_on]
    if said.role in SINGLE and any(role == said.role for role, _, _ in meanwhile):
        raise BodyRefusedError("meetings.member_one_only", "role", role=said.role)
    if body.seats is None or said.role not in SEATED:
        return
    # The most that ever sit at once do so on a day when some term begins.
    for day in {said.from_on, *(begins for _, begins, _ in meanwhile if begins > said.from_on)}:
        if sum(role in SEATED and begins <= day <= ends for role, begins, ends in meanwhile) >= body.seats:
            raise BodyRefusedError("meetings.no_seat_free", "role", seats=body.seats)


def _others(body: Body, row: Member | None) -> QuerySet[Member]:
    rows = Member.objects.filter(institution_id=body.institution_id, body=body)
    return rows.exclude(id=row.id) if row is not None else rows


def _same_person(before: MemberSaid, said: MemberSaid) -> bool:
    return said.officer_id is None and before.phone == said.phone


def _person_of(body: Body, said: MemberSaid, row: Member | None) -> UUID | None:
    """The officer who was chosen, or who is known by the phone; None until somebody signs in by it."""
    person = said.officer_id
    if person is not None:
        if person not in {one.person_id for one in institutions.people_in(body.institution_id)}:
            raise BodyRefusedError("meetings.bad_officer", "officer")
    elif said.phone:
        known = identity.person_by_phone(said.phone)
        person = known.id if known else None
    open_terms = _others(body, row).filter(until_on=None)
    if person is not None and said.until_on is None and open_terms.filter(person_id=person).exists():
        raise BodyRefusedError("meetings.member_twice", "phone")
    return person


def _journalled(said: MemberSaid) -> dict[str, Any]:
    """What the journal keeps: how a member is reached stays in the contact alone."""
    return {key: value for key, value in asdict(said).items() if key not in ("phone", "email")}
