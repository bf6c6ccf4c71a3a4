"""Which sessions a person has open, on which kind of browser; each of them can be ended by that person alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.http import HttpRequest

from jumuishi.identity import lifetime
from jumuishi.identity.actions import action, record
from jumuishi.identity.events import SessionsEnded
from jumuishi.identity.limits import address_of, network_of
from jumuishi.identity.models import OpenSession
from jumuishi.identity.policy import must, policy
from jumuishi.identity.principal import as_system
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id

# What a browser calls itself, the narrower word first: Edge says Chrome too, and every one says Mozilla.
_BROWSERS = (
    ("Opera Mini", "Opera Mini"), ("OPR/", "Opera"), ("Edg", "Edge"), ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"), ("PHX/", "Phoenix"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"),
    ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"), ("python", "Python"),
)  # fmt: skip
_MACHINES = (
    ("KAIOS", "KaiOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class SessionView:
    """One open session: `kind` is officer, citizen, guest or program; `network` a neighbourhood of addresses.

    `used_at` is known to the minute, and not of a program.
    """

    id: UUID
    kind: str
    browser: str
    network: str
    begun_at: datetime
    used_at: datetime | None
    is_this: bool


@policy("identity.session.end")
def _may_end(actor: Actor, thing: Thing) -> bool:
    return actor.person_id is not None and actor.person_id == thing.person_id


def browser_of(agent: str) -> str:
    """The kind of browser in two words ("Chrome, Android"), from what it calls itself; empty when it does not say."""
    found = (
        next((name for mark, name in pairs if re.search(re.escape(mark), agent, re.I)), "")
        for pairs in (_BROWSERS, _MACHINES)
    )
    return ", ".join(part for part in found if part)


def note(request: HttpRequest | None, key: str, person_id: UUID, kind: str, *, chain: UUID | None = None) -> UUID:
    """Remember that this session is open, until it ends; `key` is there already; `chain`: of the session before it.

    Returns the chain.
    """
    row_id = new_id()
    agent = request.META.get("HTTP_USER_AGENT", "") if request is not None else ""
    with as_system():
        OpenSession.objects.create(
            id=row_id,
            chain=chain or row_id,
            session_key=key,
            person_id=person_id,
            kind=kind,
            browser=browser_of(agent[:400]),
            network=network_of(address_of(request)) if request is not None else "",
            begun_at=clock.now(),
        )
    return chain or row_id


def listed(person_id: UUID, this: str | None) -> list[SessionView]:
    """The person's open sessions, the one with the key `this` first, then the last used; two queries."""
    with as_system():
        rows = list(OpenSession.objects.filter(person_id=person_id).order_by("-begun_at")[:200])
        kept = Session.objects.filter(expire_date__gt=clock.now()).in_bulk([row.session_key for row in rows])
    found = []
    for row in rows:
        if row.session_key not in kept:
            continue
        data = kept[row.session_key].get_decoded()
        if lifetime.is_over(data, row.kind):
            continue
        begun, used = (datetime.fromtimestamp(data[name], UTC) for name in (lifetime.SINCE, lifetime.SEEN))
        found.append(
            SessionView(
                row.id,
                row.kind,
                row.browser,
                row.network,
                begun,
                None if row.kind in (lifetime.PROGRAM, lifetime.WORK) else used,
                row.session_key == this,
            )
        )
    return sorted(found, key=lambda one: (not one.is_this, -(one.used_at or one.begun_at).timestamp()))


@action("identity.session.end")
def end(*, actor: Actor, session_id: UUID) -> bool:
    """End one session of one's own; False when it has ended already (or is somebody else's: which is not said)."""
    thing = Thing("session", session_id, person_id=actor.person_id)
    must(actor, "identity.session.end", thing)
    with as_system():
        rows = OpenSession.objects.filter(id=session_id, person_id=actor.who)
        ended = drop(list(rows.values_list("session_key", flat=True)))
        record(actor, thing, after={"ended": ended})
    return ended > 0


@action("identity.session.end_others")
def end_others(*, actor: Actor, this: str | None) -> int:
    """End every session of one's own but this one; how many there were."""
    thing = Thing("person", actor.who, person_id=actor.person_id)
    must(actor, "identity.session.end", thing)
    with as_system():
        rows = OpenSession.objects.filter(person_id=actor.who).exclude(session_key=this or "")
        ended = drop(list(rows.values_list("session_key", flat=True)))
        record(actor, thing, after={"ended": ended})
    return ended


def drop_officers(person_id: UUID) -> None:
    """Throw away what a new password, or factors taken away, ended: a person's sessions at work. As the system."""
    rows = OpenSession.objects.filter(person_id=person_id, kind__in=[lifetime.OFFICER, lifetime.WORK])
    drop(list(rows.values_list("session_key", flat=True)))


def kept(person_id: UUID, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """The keys of a person's open sessions of a kind, each with what it remembers. As the system."""
    keys = OpenSession.objects.filter(person_id=person_id, kind=kind).values_list("session_key", flat=True)
    return [(one.session_key, one.get_decoded()) for one in Session.objects.filter(session_key__in=list(keys))]


def leave(key: str | None, person_id: UUID) -> UUID | None:
    """Whoever signs in now leaves the session with this key: the chain that goes on, where it was the same person's.

    Another's is ended, and told so.
    """
    if not key:
        return None
    with as_system():
        row = OpenSession.objects.filter(session_key=key).first()
        if row is not None and row.person_id == person_id:
            return row.chain or row.id
        if row is not None:
            drop([key])
    return None


def end_chains(chains: Iterable[UUID]) -> int:
    """The sessions of these chains end, and whoever cares is told; how many there were. As the system, in an action."""
    return drop(list(OpenSession.objects.filter(chain__in=set(chains)).values_list("session_key", flat=True)))


def drop(keys: list[str]) -> int:
    """The sessions with these keys are gone, and with each its row here; how many there were. Whoever cares is told."""
    chains = OpenSession.objects.filter(session_key__in=keys, chain__isnull=False).values_list("chain", flat=True)
    if ended := sorted(map(str, chains)):
        tell(SessionsEnded(ended))
    return Session.objects.filter(session_key__in=keys).delete()[0]
