"""For tests and the demonstration of every room: people and officers made at once, and signed in.

Runs under the system principal; nothing here is reached by an address.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.mfa.totp.internal import auth as totp
from django.http import HttpRequest
from django.test import Client

from jumuishi.identity import appointments, factors, lifetime, people, session
from jumuishi.identity.accounts import open_account
from jumuishi.identity.models import Account, Person
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy


@dataclass
class SentCodes:
    """A sender that keeps what it was given: (phone, code)."""

    sent: list[tuple[str, str]]

    def send_code(self, *, phone: str, code: str, purpose: str, language: str, about: str) -> None:  # noqa: ARG002
        """Keep the code."""
        self.sent.append((phone, code))


class Posts:
    """A provider of appointments that are put into it by hand."""

    def __init__(self) -> None:
        self.held: dict[UUID, list[appointments.AppointmentRef]] = {}

    def appointments_of(self, person_id: UUID) -> list[appointments.AppointmentRef]:
        """What was put in."""
        return self.held.get(person_id, [])


@contextmanager
def posts_by_hand(recovery_roles: Iterable[str] = ()) -> Iterator[Posts]:
    """Who works where, put in by hand, until the block's end brings back what was registered."""
    provider, roles = list(appointments._provider), appointments.recovery_roles()
    found = Posts()
    appointments.register(found, recovery_roles=recovery_roles)
    try:
        yield found
    finally:
        appointments._provider[:] = provider
        appointments._recovery_roles.clear()
        appointments._recovery_roles.update(roles)


def citizen(phone: str, name: str = "") -> Actor:
    """A citizen with a proved phone."""
    actor = people.person_of_phone(phone)
    if name and actor.person_id is not None:
        with tenancy.acting_as(tenancy.Principal.system()):
            Person.objects.filter(id=actor.person_id).update(name=name)
    return Actor.person(actor.person_id, name)


def officer(name: str, email: str, password: str = "mlango-wazi-2026") -> tuple[UUID, str]:  # noqa: S107  # made up
    """An officer's person and the secret of its authenticator app."""
    secret = factors.new_totp_secret()
    person = open_account(actor=Actor.system(), name=name, email=email, password=password, totp_secret=secret)
    return person, secret


def totp_code(secret: str) -> str:
    """The code that an authenticator app with this secret shows now."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30)))


def sign_in(client: Client, actor: Actor) -> None:
    """Put the actor into the client's session as the sign-in pages would: a citizen, or an officer in its post."""
    request = HttpRequest()
    request.session = client.session
    if actor.person_id is None:
        session.sign_out(request)
    elif actor.appointment_id is None:
        session.sign_in_person(request, actor.person_id)
    else:
        with tenancy.acting_as(tenancy.Principal.system()):
            account = Account.objects.select_related("person").get(person_id=actor.person_id)
        session.sign_in_account(request, account, "totp")
        request.session[session.POST] = str(actor.appointment_id)
    request.session.save()
    _keep(client, request.session.session_key)


def sign_in_again(client: Client) -> None:
    """Whoever is in the client's session signed in a moment ago, by the clock as it is held now."""
    kept = client.session
    lifetime.begin(kept)
    kept.save()


def _keep(client: Client, key: Any) -> None:
    client.cookies["sessionid"] = key
