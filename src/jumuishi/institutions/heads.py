"""The verbs of headship from outside: two of the authority name a head, or let one who lost the sign-in enrol again."""

from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import queries
from jumuishi.institutions.joining import institution_thing, no_conflict, same_person
from jumuishi.institutions.models import Appointment, HeadChange, Institution
from jumuishi.institutions.staff import HEAD_TITLE, SYSTEM, end_post, put_into_post
from jumuishi.institutions.types import InstitutionError
from jumuishi.kernel import clock, tenancy

DECIDE = "institutions.institution.decide"


def _change_thing(row: HeadChange) -> Thing:
    return Thing("head_change", row.id, row.institution_id)


def _approved(actor: Actor, institution_id: UUID) -> Institution:
    row = Institution.objects.select_for_update().get(id=institution_id)
    identity.must(actor, DECIDE, institution_thing(row))
    if row.state != Institution.State.APPROVED:
        raise InstitutionError("institutions.err_decided")
    no_conflict(actor, row)
    return row


@identity.action("institutions.head.propose")
def propose_head(*, actor: Actor, institution_id: UUID, name: str, email: str, reason: str) -> UUID:
    """The first of the authority's two: who heads an institution from now on, and why. Raises InstitutionError."""
    row = _approved(actor, institution_id)
    if not reason.strip():
        raise InstitutionError("institutions.err_reason")
    if not name.strip() or "@" not in email:
        raise InstitutionError("institutions.err_head_who")
    if HeadChange.objects.filter(institution_id=row.id, ended_at=None).exists():
        raise InstitutionError("institutions.err_open_change")
    made = HeadChange.objects.create(
        institution_id=row.id, name=name.strip()[:120], email=email.strip().lower()[:120],
        reason=reason.strip()[:500], asked_by=actor.who, asked_at=clock.now(),
    )  # fmt: skip
    identity.record(actor, _change_thing(made), after={"name": made.name, "email": made.email, "reason": made.reason})
    return made.id


def _open(actor: Actor, change_id: UUID) -> HeadChange:
    row = HeadChange.objects.select_for_update().filter(id=change_id, ended_at=None).first()
    if row is None:
        raise InstitutionError("institutions.err_decided")
    identity.must(actor, DECIDE, _change_thing(row))
    return row


@identity.action("institutions.head.drop")
def drop_head_change(*, actor: Actor, change_id: UUID) -> None:
    """Take a proposal back, or say no to another's. Raises InstitutionError."""
    row = _open(actor, change_id)
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    identity.record(actor, _change_thing(row), after={"dropped": True})


@identity.action("institutions.head.agree")
def agree_head(*, actor: Actor, change_id: UUID) -> UUID:
    """The second natural person agrees; returns the head's person. The link goes to the head's mailbox alone.

    The same person again: the sign-in is taken away and enrolled anew. Another: the head before loses the role, and
    the post with it where it holds no other. Raises InstitutionError.
    """
    row = _open(actor, change_id)
    if same_person(row.asked_by, actor.person_id):
        raise InstitutionError("institutions.err_second")
    house = _approved(actor, row.institution_id)
    row.agreed_by, row.ended_at = actor.person_id, clock.now()
    row.save(update_fields=["agreed_by", "ended_at"])
    with tenancy.acting_as(SYSTEM):
        heads = [one for one in queries.people_in(house.id) if "head" in one.roles]
        emails = {key: one.email for key, one in identity.standings(one.person_id for one in heads).items()}
    if row.email in emails.values():
        person = identity.recover_head(actor=actor, email=row.email).person_id
    else:
        invited = identity.invite_officer(
            actor=actor, name=row.name, email=row.email, house=house.name[house.language], language=house.language
        )
        person = invited.person_id
        if any(same_person(person, one) for one in (row.asked_by, actor.person_id)):
            raise InstitutionError("institutions.err_conflict")
        with tenancy.acting_as(SYSTEM):
            _succeed(house.id, [one.appointment_id for one in heads], person, row.name)
    identity.record(actor, _change_thing(row), before={"heads": sorted(emails.values())}, after={"head": person})
    return person


def _succeed(institution_id: UUID, before: list[UUID], person: UUID, name: str) -> None:
    """The role of head passes: from whoever holds it to one person."""
    for post in Appointment.objects.select_for_update().filter(id__in=before):
        post.roles = [role for role in post.roles if role != "head"]
        post.save(update_fields=["roles"])
        if not post.roles:
            end_post(post)
    theirs = next((one for one in queries.people_in(institution_id) if one.person_id == person), None)
    if theirs is None:
        put_into_post(institution_id, person, name, HEAD_TITLE, ["head"])
    else:
        held = Appointment.objects.get(id=theirs.appointment_id)
        Appointment.objects.filter(id=held.id).update(roles=sorted({*held.roles, "head"}), until_on=None)


@identity.action("institutions.head.invite_again")
def invite_head_again(*, actor: Actor, institution_id: UUID) -> bool:
    """Send the head who was approved a fresh link, to the same mailbox; False when the head is enrolled.

    Raises InstitutionError.
    """
    house = _approved(actor, institution_id)
    with tenancy.acting_as(SYSTEM):
        heads = queries.role_holders(house.id, "head")
    if not heads:
        raise InstitutionError("institutions.err_no_head")
    sent = identity.invite_again(actor=actor, person_id=heads[0], house=house.name[house.language])
    identity.record(actor, institution_thing(house), after={"sent": sent})
    return sent
