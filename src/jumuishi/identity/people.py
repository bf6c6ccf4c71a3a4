"""People and guests: how one becomes known, and how a guest's work stays theirs after signing in."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from jumuishi.identity import limits, notices
from jumuishi.identity.actions import action, record
from jumuishi.identity.models import Account, Person, ResumeCode
from jumuishi.identity.policy import must, policy
from jumuishi.identity.principal import as_system
from jumuishi.identity.rules import is_resume_code, new_resume_code, normalise_phone
from jumuishi.identity.types import Actor, Guest, PersonView, Thing, TooManyError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import normalise

Mover = Callable[[UUID, UUID], None]
_movers: list[Mover] = []


def on_guest_attached(mover: Mover) -> Mover:
    """Register what moves a guest's things: mover(guest_id, person_id), as the system, in the same transaction."""
    _movers.append(mover)
    return mover


@policy("identity.person.change")
def _may_change(actor: Actor, thing: Thing) -> bool:
    return actor.person_id is not None and actor.person_id == thing.person_id


def new_guest(*, language: str = "sw") -> Guest:
    """A person of whom nothing is known yet, and the code that lets them go on from another phone."""
    return _begin_guest(actor=Actor.person(new_id()), language=language)


@action("identity.guest.begin")
def _begin_guest(*, actor: Actor, language: str) -> Guest:
    assert actor.person_id is not None  # noqa: S101  # made in new_guest
    code, now = new_resume_code(), clock.now()
    with tenancy.acting_as(tenancy.Principal.system()):
        Person.objects.create(id=actor.person_id, language=language, created_at=now)
        ResumeCode.objects.create(
            person_id=actor.person_id,
            code_hash=_hash(code),
            expires_at=now + clock.seconds(settings.IDENTITY_LIFE["resume_seconds"]),
            created_at=now,
        )
        record(actor, _thing(actor.person_id))
    return Guest(actor, code)


def renew_resume_code(*, actor: Actor) -> str:
    """A fresh code for a guest who wants to see it again; the one before it ends."""
    return _renew_resume_code(actor=actor)


@action("identity.guest.renew")
def _renew_resume_code(*, actor: Actor) -> str:
    if actor.person_id is None:
        raise ValueError("a visitor has nothing to go on with")
    must(actor, "identity.person.change", _thing(actor.person_id))
    code, now = new_resume_code(), clock.now()
    with tenancy.acting_as(tenancy.Principal.system()):
        ResumeCode.objects.filter(person_id=actor.person_id).delete()
        if not Person.objects.filter(id=actor.person_id, phone="").exists():
            raise ValueError("whoever proved a phone goes on with the phone")
        ResumeCode.objects.create(
            person_id=actor.person_id,
            code_hash=_hash(code),
            expires_at=now + clock.seconds(settings.IDENTITY_LIFE["resume_seconds"]),
            created_at=now,
        )
        record(actor, _thing(actor.person_id))
    return code


def resume(code: str, address: str) -> Actor | None:
    """The guest whose code this is; None for wrong, expired and absent alike. Raises TooManyError."""
    if limits.spent("resume.address", address):
        raise TooManyError(settings.IDENTITY_LIMITS["resume.address"][1])
    if not is_resume_code(code):
        return None
    with as_system():
        found = ResumeCode.objects.filter(code_hash=_hash(normalise(code)), expires_at__gt=clock.now()).first()
    if found is None:
        limits.allowed("resume.address", address)
        return None
    return Actor.person(found.person_id)


def person_of_phone(phone: str, *, guest_id: UUID | None = None, language: str = "sw") -> Actor:
    """The person whose proved phone this is, made on the first time; call it only once the phone was proved.

    A guest's drafts become that person's: the guest is that person from now on, or its things are moved. Whoever
    holds the guest's resume code can no longer go on with it. Raises BadPhoneError.
    """
    number = normalise_phone(phone)
    with transaction.atomic():
        with tenancy.acting_as(tenancy.Principal.system()):
            known = Person.objects.filter(phone=number).first()
            if known is None:
                # Two requests with the same new phone: the second waits, and finds the person that the first made.
                limits.one_at_a_time(f"identity.phone {number}")
                known = Person.objects.filter(phone=number).first()
        if known is None:
            who = Actor.person(guest_id or new_id())
            return _join(actor=who, phone=number, language=language, is_guest=guest_id is not None)
        actor = Actor.person(known.id, known.name)
        if guest_id is not None and guest_id != known.id:
            _attach_guest(actor=actor, guest_id=guest_id)
        return actor


@action("identity.person.join")
def _join(*, actor: Actor, phone: str, language: str, is_guest: bool) -> Actor:
    assert actor.person_id is not None  # noqa: S101  # made in person_of_phone
    new: dict[str, Any] = {"language": language, "created_at": clock.now()}
    with tenancy.acting_as(tenancy.Principal.system()):
        if is_guest:
            person, _ = Person.objects.get_or_create(id=actor.person_id, defaults=new)
            if person.phone:
                raise ValueError("a guest has no phone")
            person.phone = phone
            person.save(update_fields=["phone"])
            ResumeCode.objects.filter(person_id=person.id).delete()
        else:
            Person.objects.create(id=actor.person_id, phone=phone, **new)
        record(actor, _thing(actor.person_id), after={"phone": phone})
    return actor


@action("identity.guest.attach")
def _attach_guest(*, actor: Actor, guest_id: UUID) -> None:
    assert actor.person_id is not None  # noqa: S101  # made in person_of_phone
    with tenancy.acting_as(tenancy.Principal.system()):
        guests = Person.objects.select_for_update(of=("self",))
        guest = guests.filter(id=guest_id, phone="", account=None).first()
        if guest is not None:
            for mover in _movers:
                mover(guest_id, actor.person_id)
            ResumeCode.objects.filter(person_id=guest_id).delete()
        record(actor, _thing(actor.person_id), after={"guest": str(guest_id)})


def set_person(*, actor: Actor, name: str | None = None, language: str | None = None) -> None:
    """Correct one's own name or language."""
    _set_person(actor=actor, changes={k: v for k, v in (("name", name), ("language", language)) if v is not None})


@action("identity.person.change")
def _set_person(*, actor: Actor, changes: dict[str, str]) -> None:
    if actor.person_id is None:
        raise ValueError("a visitor has no name")
    must(actor, "identity.person.change", _thing(actor.person_id))
    with tenancy.acting_as(tenancy.Principal.system()):
        person = Person.objects.select_for_update().get(id=actor.person_id)
        before = {key: getattr(person, key) for key in changes}
        for key, value in changes.items():
            setattr(person, key, value)
        person.save(update_fields=list(changes))
        record(actor, _thing(person.id), before=before, after=changes)


def people(ids: Iterable[UUID]) -> dict[UUID, PersonView]:
    """Several people at once, read as the system: the caller has asked its own policy whether this may be shown."""
    with as_system():
        rows = Person.objects.filter(id__in=set(ids))
        return {row.id: PersonView(row.id, row.name, row.phone, row.language) for row in rows}


def person(person_id: UUID) -> PersonView | None:
    """One person, read as the system; None when there is none."""
    return people([person_id]).get(person_id)


def person_by_phone(phone: str) -> PersonView | None:
    """Whoever is known by a proved phone +255XXXXXXXXX, read as the system; nobody is made."""
    with as_system():
        row = Person.objects.filter(phone=phone).first()
    return PersonView(row.id, row.name, row.phone, row.language) if row is not None else None


def prove_phone(*, actor: Actor, phone: str) -> None:
    """An officer proved to hold a phone (call it only then): the citizen of that phone is the same natural person.

    Two-person rules then hold however that person comes in (see natural_people). Raises BadPhoneError.
    """
    _prove_phone(actor=actor, phone=normalise_phone(phone))


@action("identity.person.prove_phone")
def _prove_phone(*, actor: Actor, phone: str) -> None:
    if actor.person_id is None:
        raise ValueError("a visitor proves a phone by signing in")
    must(actor, "identity.person.change", _thing(actor.person_id))
    with tenancy.acting_as(tenancy.Principal.system()):
        limits.one_at_a_time(f"identity.phone {phone}")
        me = Person.objects.select_for_update().get(id=actor.person_id)
        other = Person.objects.filter(phone=phone).exclude(id=me.id).first()
        before = me.phone
        if other is None:
            me.phone = phone
            me.save(update_fields=["phone"])
        elif not Account.objects.filter(person=other).exists():
            other.same_as = me
            other.save(update_fields=["same_as"])
        account = Account.objects.filter(person=me).first()
        if account is not None and before != phone:
            account.person = me
            notices.tell_owner(account, "phone", old_phone=before if me.phone != before else "")
        record(actor, _thing(me.id), after={"phone": phone, "same": str(other.id) if other else None})


def natural_people(ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each person the one id of its natural person: compare these where a rule asks for two different people."""
    wanted = set(ids)
    # Written out: every act of a case asks it.
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, same_as_id FROM identity_person WHERE id = ANY(%s) AND same_as_id IS NOT NULL", [list(wanted)]
        )
        known = dict(cursor.fetchall())
    return {one: known.get(one, one) for one in wanted}


def _thing(person_id: UUID) -> Thing:
    return Thing("person", person_id, person_id=person_id)


def _hash(code: str) -> str:
    return str(salted_hmac("identity.resume", code, algorithm="sha256").hexdigest())


def mark_of(person_id: UUID) -> str:
    """A mark of a person that a browser compares with the next: tells whether it is another, and nothing else."""
    return str(salted_hmac("identity.mark", str(person_id), algorithm="sha256").hexdigest())[:16]
