"""A client is asked for by who keeps an institution's systems, approved by its head, for citizens by the authority too.

What is asked later (another address, another fact) waits likewise, and what was approved goes on meanwhile.
"""

import hashlib
import secrets
from uuid import UUID

from jumuishi.hooks import public as hooks
from jumuishi.hooks.types import HookRefusedError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.signon import ending, rules
from jumuishi.signon.models import Client, SignIn
from jumuishi.signon.types import Audience, ClientKind, SignonRefusedError, Terms

KEEPERS = ("ict-officer", "head")
PREFIX = "jms_"
MOST = 50
SYSTEM = tenancy.Principal.system()


@identity.policy("signon.client.manage")
def may_manage(actor: Actor, thing: Thing) -> bool:
    """Who looks after the institution's systems, or leads it."""
    return identity.is_of_institution(actor, thing) and actor.has(*KEEPERS)


@identity.policy("signon.client.approve")
def may_approve(actor: Actor, thing: Thing) -> bool:
    """Who leads the institution."""
    return identity.is_of_institution(actor, thing) and actor.has("head")


@identity.policy("signon.client.open")
def may_open(actor: Actor, thing: Thing) -> bool:
    """The authority: whether a system may serve citizens by their sign-in."""
    return identity.is_authority(actor, thing) and actor.has("head", "registrar")


def thing(row: Client) -> Thing:
    return Thing("signon_client", row.id, row.institution_id)


def checked(terms: Terms) -> Terms:
    """The terms as they are kept. Raises SignonRefusedError with the field."""
    try:
        audience = Audience(terms.audience)
    except ValueError:
        raise SignonRefusedError("signon.needs_audience", "audience") from None
    words = {one: " ".join(terms.purpose.get(one, "").split())[:200] for one in ("sw", "en")}
    if not words["sw"]:
        raise SignonRefusedError("signon.needs_purpose", "purpose_sw")
    if not (basis := " ".join(terms.basis.split())[:300]):
        raise SignonRefusedError("signon.needs_basis", "basis")
    if set(terms.scopes) - set(rules.SCOPES[audience]):
        raise SignonRefusedError("signon.bad_scopes", "scopes")
    told_at = terms.told_at.strip()
    if told_at:
        try:
            told_at = hooks.check_address(told_at)
        except HookRefusedError as error:
            raise SignonRefusedError(error.args[0], "told_at") from None
    return Terms(
        audience.value, rules.check_urls(terms.redirects, "redirects", least=1),
        rules.granted(terms.scopes, rules.SCOPES[audience]), words, basis,
        rules.check_urls(terms.after_logout, "after_logout"), told_at,
    )  # fmt: skip


@identity.action("signon.client.ask")
def ask(*, actor: Actor, name: str, kind: str, terms: Terms, client_id: UUID | None = None) -> UUID:
    """Ask for a client, or for other terms of one; the same name is the same client. Raises SignonRefusedError."""
    identity.must(actor, "signon.client.manage", Thing("signon_client", client_id or new_id(), actor.workplace))
    home = institutions.institution(actor.workplace)
    if home is None or home.state != "approved":
        raise SignonRefusedError("signon.not_approved")
    said = " ".join(name.split())[:80]
    if not said:
        raise SignonRefusedError("signon.needs_name", "name")
    if kind not in set(ClientKind):
        raise SignonRefusedError("signon.needs_kind", "kind")
    identity.one_at_a_time(f"signon.client {actor.workplace}")
    mine = Client.objects.filter(institution_id=actor.workplace, ended_at=None)
    row = mine.filter(id=client_id).first() if client_id else mine.filter(name=said).first()
    if client_id and row is None:
        raise SignonRefusedError("signon.not_there")
    if row is None:
        if mine.count() >= MOST:
            raise SignonRefusedError("signon.many_clients")
        row = Client(id=new_id(), institution_id=actor.workplace, name=said, kind=kind, made_at=clock.now())
    kept = checked(terms).as_json()
    # Whoever answered once is known by a name there that a system for others must not learn to join.
    if row.terms is not None and row.terms["audience"] != kept["audience"]:
        raise SignonRefusedError("signon.same_audience", "audience")
    if kept not in (row.asked, row.terms):
        row.asked, row.asked_by, row.asked_at = kept, actor.who, clock.now()
        row.head_by = row.head_at = None
        row.reason = ""
    row.save()
    identity.record(actor, thing(row), after={"name": row.name, "kind": row.kind, "asked": kept})
    return row.id


@identity.action("signon.client.approve")
def approve(*, actor: Actor, client_id: UUID) -> None:
    """The head's yes to what is asked, or the authority's after it. Raises SignonRefusedError, NotAllowedError."""
    row = waiting_for(actor, client_id)
    with tenancy.acting_as(SYSTEM):
        before, is_last = row.terms, row.head_by is not None or (row.asked or {})["audience"] != Audience.CITIZENS
        if row.head_by is None:
            row.head_by, row.head_at = actor.who, clock.now()
        if is_last:
            row.terms, row.asked, row.approved_at, row.reason = row.asked, None, clock.now(), ""
            row.asked_by = row.asked_at = row.head_by = row.head_at = None
        row.save()
    identity.record(actor, thing(row), before={"terms": before}, after={"terms": row.terms, "counts": is_last})


@identity.action("signon.client.refuse")
def refuse(*, actor: Actor, client_id: UUID, reason: str) -> None:
    """What is asked does not come; what was approved before stays. Raises SignonRefusedError, NotAllowedError."""
    row, why = waiting_for(actor, client_id), " ".join(reason.split())[:300]
    if not why:
        raise SignonRefusedError("signon.needs_reason", "reason")
    with tenancy.acting_as(SYSTEM):
        drop_asked(row, why)
    identity.record(actor, thing(row), after={"reason": why})


def drop_asked(row: Client, why: str) -> None:
    """What is asked waits no more. Called within an action, as the system."""
    row.asked = row.asked_by = row.asked_at = row.head_by = row.head_at = None
    row.reason = why
    row.save()


@identity.action("signon.client.lapse")
def lapse(*, actor: Actor, client_id: UUID) -> None:
    """Nobody decided on what was asked: it waits no more, and can be asked again."""
    with tenancy.acting_as(SYSTEM):
        row = Client.objects.select_for_update().get(id=client_id)
        if row.asked is not None:
            drop_asked(row, "lapsed")
    identity.record(actor, thing(row), after={"lapsed": True})


def waiting_for(actor: Actor, client_id: UUID) -> Client:
    """A client whose asked terms this actor is to decide on, locked; never its own, nor twice by one natural person.

    Raises SignonRefusedError, NotAllowedError.
    """
    with tenancy.acting_as(SYSTEM):
        row = Client.objects.select_for_update().filter(id=client_id, ended_at=None).first()
    if row is None or row.asked is None:
        raise SignonRefusedError("signon.not_there")
    identity.must(actor, "signon.client.open" if row.head_by else "signon.client.approve", thing(row))
    others = {one for one in (row.asked_by, row.head_by) if one is not None}
    same = identity.natural_people([actor.who, *others])
    if same[actor.who] in {same[one] for one in others}:
        raise SignonRefusedError("signon.two_people")
    return row


@identity.action("signon.client.secret")
def new_secret(*, actor: Actor, client_id: UUID) -> str:
    """A secret for a client that keeps one, told once; the one before counts for a day. Raises SignonRefusedError."""
    row = client_for(actor, client_id)
    if row.kind != ClientKind.CONFIDENTIAL:
        raise SignonRefusedError("signon.no_secret")
    secret = PREFIX + secrets.token_urlsafe(32)
    if row.secret_hash:
        row.old_hash, row.old_until = row.secret_hash, clock.now() + rules.OVERLAP
    row.secret_hash, row.hint = digest(secret), secret[-4:]
    row.save(update_fields=["secret_hash", "hint", "old_hash", "old_until"])
    identity.record(actor, thing(row), after={"hint": row.hint})
    return secret


@identity.action("signon.client.end")
def end_client(*, actor: Actor, client_id: UUID) -> None:
    """It lets nobody in from now on, and everybody who is in is out; twice is once. Raises SignonRefusedError."""
    row = client_for(actor, client_id)
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    identity.record(actor, thing(row), after={"ended": True})
    with tenancy.acting_as(SYSTEM):
        ending.end(SignIn.objects.filter(client=row, ended_at=None), "client", actor)


def client_for(actor: Actor, client_id: UUID) -> Client:
    """A standing client of the actor's institution, locked. Raises SignonRefusedError, NotAllowedError."""
    row = Client.objects.select_for_update().filter(id=client_id, institution_id=actor.workplace, ended_at=None).first()
    if row is None:
        identity.must(actor, "signon.client.manage", Thing("signon_client", client_id, actor.workplace))
        raise SignonRefusedError("signon.not_there")
    identity.must(actor, "signon.client.manage", thing(row))
    return row


def digest(secret: str) -> str:
    """How a secret, a code or a token is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()
