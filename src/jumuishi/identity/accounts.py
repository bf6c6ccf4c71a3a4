"""Officers' accounts: invitation, enrolment, passwords."""

import secrets
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import get_hasher, make_password
from django.utils.crypto import salted_hmac

from jumuishi.identity import factors, limits, notices, open_sessions, refusals
from jumuishi.identity.actions import action, record
from jumuishi.identity.mail import link_to, send_mail
from jumuishi.identity.models import Account, Enrolment, Person
from jumuishi.identity.policy import must, policy
from jumuishi.identity.principal import as_system
from jumuishi.identity.types import (
    Actor,
    ActorKind,
    EnrolmentError,
    Invitation,
    Standing,
    TakenError,
    Thing,
    WrongPasswordError,
)
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.text import t


@policy("identity.account.invite")
def _may_invite(actor: Actor, thing: Thing) -> bool:  # noqa: ARG001  # the shape of every rule
    """Whoever is at work in an institution; which of its posts invites staff is the room above's to say."""
    return actor.kind is not ActorKind.PERSON


@policy("identity.account.open")
def _may_open(actor: Actor, thing: Thing) -> bool:  # noqa: ARG001  # the shape of every rule
    return actor.kind is ActorKind.SYSTEM


def account_thing(account: Account) -> Thing:
    """An account, as a thing that is acted on."""
    return Thing("account", account.id, person_id=account.person_id)


@action("identity.account.invite")
def invite_officer(*, actor: Actor, name: str, email: str, house: str = "", language: str = "sw") -> Invitation:
    """The person who signs in with this e-mail, made where new, with an enrolment link (72 hours) sent to that e-mail.

    The link /ofisi/karibu/TOKEN/ goes to the mailbox alone: whoever invites must not be able to enrol as another.
    An account that is enrolled keeps what it has and is told of `house`, the institution that asked.
    """
    address = email.strip().lower()
    must(actor, "identity.account.invite", Thing("account", new_id()))
    with tenancy.acting_as(tenancy.Principal.system()):
        limits.one_at_a_time(f"identity.account {address}")
        account = Account.objects.select_related("person").filter(email=address).first()
        if account is None:
            account = _create(name, address, None, make_password(None), language)
        token = None if factors.is_enrolled(account) else send_enrolment(account, house)
        if token is None:
            _write(
                account,
                "appointed",
                house=_house(account, house),
                link=link_to("/ofisi/ingia/", account.person.language),
            )
        record(actor, account_thing(account), after={"email": address})
    return Invitation(account.person_id, token)


@action("identity.account.invite_again")
def invite_again(*, actor: Actor, person_id: UUID, house: str = "") -> bool:
    """Send a fresh enrolment link, the one before it ends; False for an account that is enrolled already."""
    must(actor, "identity.account.invite", Thing("account", new_id()))
    with tenancy.acting_as(tenancy.Principal.system()):
        account = Account.objects.select_related("person").get(person_id=person_id)
        open_still = not factors.is_enrolled(account)
        if open_still:
            send_enrolment(account, house)
        record(actor, account_thing(account), after={"sent": open_still})
    return open_still


@action("identity.account.uninvite")
def withdraw_invitation(*, actor: Actor, person_id: UUID) -> None:
    """The enrolment links of a person who has not enrolled yet end now."""
    must(actor, "identity.account.invite", Thing("account", new_id()))
    with tenancy.acting_as(tenancy.Principal.system()):
        account = Account.objects.get(person_id=person_id)
        Enrolment.objects.filter(account=account, kind=Enrolment.Kind.ENROL, used_at=None).delete()
        record(actor, account_thing(account), after={"invited": False})


def standings(person_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """How far each person's account is, in three queries; the caller has asked its own policy who may see it."""
    with as_system():
        rows = {row.id: row for row in Account.objects.filter(person_id__in=set(person_ids))}
        enrolled = factors.enrolled(rows)
        links = Enrolment.objects.filter(
            account_id__in=rows, kind=Enrolment.Kind.ENROL, used_at=None, expires_at__gt=clock.now()
        )
        until = dict(links.values_list("account_id", "expires_at"))
    return {row.person_id: Standing(row.email, key in enrolled, until.get(key)) for key, row in rows.items()}


def send_enrolment(account: Account, house: str) -> str:
    """A fresh enrolment link to the account's own mailbox. Called as the system, within an action."""
    token = issue_enrolment(account)
    link = link_to(f"/ofisi/karibu/{token}/", account.person.language)
    _write(account, "invite", house=_house(account, house), link=link)
    return token


def _house(account: Account, name: str) -> str:
    return t("identity.mail_house", account.person.language, house=name) if name else ""


def _write(account: Account, what: str, **words: object) -> None:
    """A letter to an account's own mailbox, in its owner's language; its links are secrets."""
    lang = account.person.language
    send_mail(
        to=account.email,
        subject=t(f"identity.mail_{what}_subject", lang),
        text=t(f"identity.mail_{what}", lang, name=account.person.name, **words),
        purpose=f"secret.{what}",
    )


@action("identity.account.open")
def open_account(
    *,
    actor: Actor,
    name: str,
    email: str,
    password: str,
    username: str | None = None,
    totp_secret: str | None = None,
    language: str = "sw",
    is_drawn: bool = False,
) -> UUID:
    """An account that is complete at once, for the platform's own first people: returns the person.

    `totp_secret` is base32, as factors.new_totp_secret gives; without it nobody can sign in yet. `is_drawn`: the
    password was drawn at random, 72 bits or more. Raises TakenError.
    """
    must(actor, "identity.account.open", Thing("account", new_id()))
    address = email.strip().lower()
    with tenancy.acting_as(tenancy.Principal.system()):
        if Account.objects.filter(email=address).exists():
            raise TakenError(address)
        account = _create(name, address, username, _drawn(password) if is_drawn else make_password(password), language)
        if totp_secret:
            factors.set_totp(account, totp_secret)
        record(actor, account_thing(account), after={"email": address})
    return account.person_id


def _drawn(password: str) -> str:
    """The hash of a random password in few rounds: nobody can guess it, and a first start makes dozens of them.

    At the first sign-in it is hashed anew in as many rounds as any other.
    """
    hasher = type(get_hasher())()
    setattr(hasher, "iterations", 1000)  # noqa: B010  # of the hashers that have rounds
    return make_password(password, hasher=hasher)


def _create(name: str, email: str, username: str | None, password: str, language: str) -> Account:
    now = clock.now()
    person = Person.objects.create(name=name, language=language, created_at=now)
    return Account.objects.create(person=person, email=email, username=username, password=password, created_at=now)


def issue_enrolment(account: Account, kind: str = Enrolment.Kind.ENROL) -> str:
    """A fresh token of a kind, shown this once; the ones before it end. Called as the system, within an action."""
    Enrolment.objects.filter(account=account, kind=kind, used_at=None).delete()
    token, now = secrets.token_urlsafe(24), clock.now()
    life = "enrolment_seconds" if kind == Enrolment.Kind.ENROL else "password_seconds"
    Enrolment.objects.create(
        account=account,
        kind=kind,
        token_hash=_hash(token),
        expires_at=now + clock.seconds(settings.IDENTITY_LIFE[life]),
        created_at=now,
    )
    return token


def account_of_token(token: str, address: str, kind: str = Enrolment.Kind.ENROL) -> Account:
    """Whom a link is for; raises EnrolmentError for wrong, used and expired alike."""
    if not limits.allowed("enrolment.address", address):
        raise EnrolmentError
    with as_system():
        found = (
            Enrolment.objects.select_related("account__person")
            .filter(
                token_hash=_hash(token), kind=kind, used_at=None, expires_at__gt=clock.now(), account__is_active=True
            )
            .first()
        )
    if found is None:
        raise EnrolmentError
    return found.account


def forgot_password(email: str, address: str) -> None:
    """Send a link (one hour) for a new password to an enrolled account's mailbox; silent for every other e-mail.

    The second factor stays as it is: the link alone opens nothing.
    """
    wanted = email.strip().lower()
    if not (limits.allowed("forgotten.address", address) and limits.allowed("forgotten.name", wanted)):
        return
    with as_system():
        account = Account.objects.select_related("person").filter(email=wanted, is_active=True).first()
    if account is not None and factors.is_enrolled(account):
        _send_new_password(actor=Actor.person(account.person_id), account=account)


@action("identity.account.forgot")
def _send_new_password(*, actor: Actor, account: Account) -> None:
    with tenancy.acting_as(tenancy.Principal.system()):
        token = issue_enrolment(account, Enrolment.Kind.PASSWORD)
        _write(account, "forgot", link=link_to(f"/ofisi/nywila/{token}/", account.person.language))
        record(actor, account_thing(account))


def account_of_id(account_id: UUID) -> Account | None:
    """An open account with its person."""
    with as_system():
        return Account.objects.select_related("person").filter(id=account_id, is_active=True).first()


@action("identity.account.password")
def set_password(*, actor: Actor, account: Account, password: str) -> None:
    """Set one's own password, ending every other session; its owner is told. Raises ValidationError for a weak one."""
    if actor.person_id != account.person_id:
        raise ValueError("a password is set by its owner")
    password_validation.validate_password(password, account)
    with tenancy.acting_as(tenancy.Principal.system()):
        account.set_password(password)
        account.save(update_fields=["password"])
        Enrolment.objects.filter(account=account, kind=Enrolment.Kind.PASSWORD, used_at=None).update(
            used_at=clock.now()
        )
        open_sessions.drop_officers(account.person_id)
        # Whoever has no factor yet is choosing the first password, and is told once the factor is there.
        if factors.is_enrolled(account):
            notices.tell_owner(account, "password")
        record(actor, account_thing(account))


def change_password(*, actor: Actor, account: Account, old: str, password: str, address: str) -> None:
    """Set one's own password by showing the old one. Raises WrongPasswordError, ValidationError for a weak one."""
    if limits.spent("password.own", str(account.id)):
        raise WrongPasswordError
    if not account.check_password(old):
        limits.allowed("password.own", str(account.id))
        refusals.note(account, "password", address)
        raise WrongPasswordError
    set_password(actor=actor, account=account, password=password)


@action("identity.account.enrol")
def finish_enrolment(*, actor: Actor, account: Account, factor: str) -> None:
    """A factor was added: the enrolment link is used up."""
    with tenancy.acting_as(tenancy.Principal.system()):
        links = Enrolment.objects.filter(account=account, kind=Enrolment.Kind.ENROL, used_at=None)
        links.update(used_at=clock.now())
        notices.tell_owner(account, factor)
        record(actor, account_thing(account), after={"factor": factor})


@action("identity.account.enter")
def note_entry(*, actor: Actor, account: Account, factor: str) -> None:
    """An officer came in: which account, by which second factor; by a code of paper, its owner is told."""
    with tenancy.acting_as(tenancy.Principal.system()):
        if factor == "recovery_codes":
            notices.tell_owner(account, "entered_by_code")
        record(actor, account_thing(account), after={"factor": factor})


@action("identity.account.change")
def note_change(*, actor: Actor, account: Account, what: str) -> None:
    """An officer changed something of the sign-in: what it was, never what it is now; the officer is told too."""
    with tenancy.acting_as(tenancy.Principal.system()):
        notices.tell_owner(account, what)
        record(actor, account_thing(account), after={"changed": what})


def check_password(name: str, password: str, address: str) -> Account | None:
    """The account that this name and password open (half way: a second factor follows); None for every other reason.

    `name` is an e-mail or a user name. Costs the same time whether or not the account is there.
    """
    wanted = name.strip().lower()
    # A narrow limit by name and place; by name alone a wide one, so that a stranger can't easily lock an officer out.
    counted = {"password.name_address": f"{wanted}|{address}", "password.name": wanted, "password.address": address}
    if any(limits.spent(purpose, key) for purpose, key in counted.items()):
        return None
    with as_system():
        field = "email" if "@" in wanted else "username"
        found = Account.objects.select_related("person").filter(**{field: wanted}, is_active=True).first()
        if found is None:
            make_password(password)
        elif found.check_password(password):
            return found
    for purpose, key in counted.items():
        limits.allowed(purpose, key)
    if found is not None:
        refusals.note(found, "password", address)
    return None


def _hash(token: str) -> str:
    return str(salted_hmac("identity.enrolment", token, algorithm="sha256").hexdigest())
