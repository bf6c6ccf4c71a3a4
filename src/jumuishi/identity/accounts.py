"""Officers' accounts: invitation, enrolment, passwords."""

import secrets
from uuid import UUID

from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.utils.crypto import salted_hmac

from jumuishi.identity import factors, limits
from jumuishi.identity.actions import action, record
from jumuishi.identity.models import Account, Enrolment, Person
from jumuishi.identity.policy import must, policy
from jumuishi.identity.principal import as_system
from jumuishi.identity.types import Actor, ActorKind, EnrolmentError, Invitation, TakenError, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id


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
def invite_officer(*, actor: Actor, name: str, email: str, language: str = "sw") -> Invitation:
    """The person who signs in with this e-mail, made where new, and the token of an enrolment link (72 hours).

    The link is /ofisi/karibu/TOKEN/. An account that is enrolled already keeps what it has, and needs no link.
    """
    address = email.strip().lower()
    must(actor, "identity.account.invite", Thing("account", new_id()))
    with tenancy.acting_as(tenancy.Principal.system()):
        limits.one_at_a_time(f"identity.account {address}")
        account = Account.objects.select_related("person").filter(email=address).first()
        if account is None:
            account = _create(name, address, None, make_password(None), language)
        token = None if factors.is_enrolled(account) else issue_enrolment(account)
        record(actor, account_thing(account), after={"email": address})
    return Invitation(account.person_id, token)


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
) -> UUID:
    """An account that is complete at once, for the platform's own first people: returns the person.

    `totp_secret` is base32, as factors.new_totp_secret gives; without it nobody can sign in yet. Raises TakenError.
    """
    must(actor, "identity.account.open", Thing("account", new_id()))
    address = email.strip().lower()
    with tenancy.acting_as(tenancy.Principal.system()):
        if Account.objects.filter(email=address).exists():
            raise TakenError(address)
        account = _create(name, address, username, make_password(password), language)
        if totp_secret:
            factors.set_totp(account, totp_secret)
        record(actor, account_thing(account), after={"email": address})
    return account.person_id


def _create(name: str, email: str, username: str | None, password: str, language: str) -> Account:
    now = clock.now()
    person = Person.objects.create(name=name, language=language, created_at=now)
    return Account.objects.create(person=person, email=email, username=username, password=password, created_at=now)


def issue_enrolment(account: Account) -> str:
    """A fresh enrolment token, shown this once; the ones before it end. Called as the system, within an action."""
    Enrolment.objects.filter(account=account, used_at=None).delete()
    token, now = secrets.token_urlsafe(24), clock.now()
    Enrolment.objects.create(
        account=account,
        token_hash=_hash(token),
        expires_at=now + clock.seconds(settings.IDENTITY_LIFE["enrolment_seconds"]),
        created_at=now,
    )
    return token


def account_of_token(token: str, address: str) -> Account:
    """Whom an enrolment link is for; raises EnrolmentError for wrong, used and expired alike."""
    if not limits.allowed("enrolment.address", address):
        raise EnrolmentError
    with as_system():
        found = (
            Enrolment.objects.select_related("account__person")
            .filter(token_hash=_hash(token), used_at=None, expires_at__gt=clock.now(), account__is_active=True)
            .first()
        )
    if found is None:
        raise EnrolmentError
    return found.account


def account_of_id(account_id: UUID) -> Account | None:
    """An open account with its person."""
    with as_system():
        return Account.objects.select_related("person").filter(id=account_id, is_active=True).first()


@action("identity.account.password")
def set_password(*, actor: Actor, account: Account, password: str) -> None:
    """Set one's own password, ending every other session; raises ValidationError for a weak one."""
    if actor.person_id != account.person_id:
        raise ValueError("a password is set by its owner")
    password_validation.validate_password(password, account)
    with tenancy.acting_as(tenancy.Principal.system()):
        account.set_password(password)
        account.save(update_fields=["password"])
        record(actor, account_thing(account))


@action("identity.account.enrol")
def finish_enrolment(*, actor: Actor, account: Account, factor: str) -> None:
    """A factor was added: the enrolment link is used up."""
    with tenancy.acting_as(tenancy.Principal.system()):
        Enrolment.objects.filter(account=account, used_at=None).update(used_at=clock.now())
        record(actor, account_thing(account), after={"factor": factor})


@action("identity.account.enter")
def note_entry(*, actor: Actor, account: Account, factor: str) -> None:
    """An officer came in: which account, by which second factor."""
    with tenancy.acting_as(tenancy.Principal.system()):
        record(actor, account_thing(account), after={"factor": factor})


@action("identity.account.change")
def note_change(*, actor: Actor, account: Account, what: str) -> None:
    """An officer changed something of the sign-in: what it was, never what it is now."""
    with tenancy.acting_as(tenancy.Principal.system()):
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
    return None


def _hash(token: str) -> str:
    return str(salted_hmac("identity.enrolment", token, algorithm="sha256").hexdigest())
