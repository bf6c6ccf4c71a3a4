"""A person comes in at a client: the sign-in begins or goes on, and a code goes through the browser."""

import secrets
from collections.abc import Iterable
from uuid import UUID

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.signon import ending, rules
from jumuishi.signon.asking import Asked
from jumuishi.signon.models import Client, Code, Consent, SignIn, Subject
from jumuishi.signon.registering import digest

SYSTEM = tenancy.Principal.system()


@identity.policy("signon.enter")
def _may_enter(actor: Actor, thing: Thing) -> bool:
    return actor.person_id is not None and actor.person_id == thing.person_id


def consented(person_id: UUID, client: Client, scopes: Iterable[str]) -> bool:
    """Whether the person said yes to all of these scopes there."""
    with tenancy.acting_as(SYSTEM):
        row = Consent.objects.filter(person_id=person_id, client=client, ended_at=None).first()
    return row is not None and set(scopes) <= set(row.scopes)


@identity.action("signon.consent.give")
def consent(*, actor: Actor, client: Client, scopes: list[str]) -> None:
    """A person lets a client be told these facts, besides those of before; the same again is once."""
    mine = Thing("signon_client", client.id, client.institution_id, actor.person_id)
    identity.must(actor, "signon.enter", mine)
    with tenancy.acting_as(SYSTEM):
        identity.one_at_a_time(f"signon.consent {actor.who} {client.id}")
        row = Consent.objects.filter(person_id=actor.who, client=client, ended_at=None).first()
        if row is None:
            row = Consent(id=new_id(), person_id=actor.who, client=client, scopes=[], given_at=clock.now())
        if not set(scopes) <= set(row.scopes):
            row.scopes, row.given_at = rules.granted({*row.scopes, *scopes}, scopes + row.scopes), clock.now()
            row.save()
    identity.record(actor, mine, after={"scopes": row.scopes})


@identity.action("signon.enter")
def enter(*, actor: Actor, asked: Asked, who: identity.SignedIn, scopes: list[str]) -> str:
    """The code that the client exchanges; it counts once, for a minute. Consent was given where it is asked for."""
    mine = Thing("signon_client", asked.client.id, asked.client.institution_id, actor.person_id)
    identity.must(actor, "signon.enter", mine)
    code, now = secrets.token_urlsafe(32), clock.now()
    with tenancy.acting_as(SYSTEM):
        identity.one_at_a_time(f"signon.enter {who.chain} {asked.client.id}")
        row = SignIn.objects.filter(chain=who.chain, client=asked.client, ended_at=None).first()
        if row is not None and row.person_id != actor.who:
            ending.end(SignIn.objects.filter(id=row.id), "another")
            row = None
        if row is None:
            subject = _subject(asked.client, actor.who)
            row = SignIn(id=new_id(), client=asked.client, person_id=actor.who, subject=subject, chain=who.chain,
                         begun_at=now)  # fmt: skip
        row.appointment_id, row.factor, row.auth_at, row.lost_at = actor.appointment_id, who.factor, who.at, None
        row.save()
        Code.objects.create(
            id=new_id(), sign_in=row, code_hash=digest(code), redirect_uri=asked.redirect_uri,
            challenge=asked.challenge, nonce=asked.nonce, scopes=scopes, expires_at=now + rules.CODE_LIFE,
        )  # fmt: skip
    identity.record(actor, ending.thing(row), after={"client": str(asked.client.id), "scopes": scopes})
    return code


def _subject(client: Client, person_id: UUID) -> str:
    """What the person is called there: the same each time, another at every other client."""
    row, _ = Subject.objects.get_or_create(
        client=client, person_id=person_id, defaults={"id": new_id(), "value": secrets.token_urlsafe(32)}
    )
    return row.value
