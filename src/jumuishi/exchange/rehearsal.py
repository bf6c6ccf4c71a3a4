"""A change of rights tried on what was asked lately, before it is made: what would break, what would open."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jumuishi.exchange.rights import Allowed, Denied, Rights
from jumuishi.exchange.xroad.identifiers import ClientId, ServiceId


@dataclass(frozen=True, slots=True, order=True)
class Recorded:
    """One kind of request that was made; the query never matters."""

    client: ClientId
    service: ServiceId
    verb: str
    path: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A kind of request whose answer changes: how often it was made, and why it is or was denied."""

    request: Recorded
    times: int
    denied: Denied


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a change does, the most frequent first. `same` counts requests that are answered as before."""

    newly_denied: tuple[Change, ...]
    newly_allowed: tuple[Change, ...]
    same: int

    @property
    def denied_times(self) -> int:
        """How many recorded requests would fail."""
        return sum(one.times for one in self.newly_denied)

    @property
    def allowed_times(self) -> int:
        """How many recorded requests would no longer fail."""
        return sum(one.times for one in self.newly_allowed)


def rehearse(old: Rights, new: Rights, traffic: Iterable[Recorded], at: datetime) -> Rehearsal:
    """Decide each kind of recorded request by both, as of one instant: only the rules differ, not the day."""
    denied, allowed, same = list[Change](), list[Change](), 0
    for request, times in Counter(traffic).items():
        before, after = (
            rights.decide(request.client, request.service, request.verb, request.path, at, request.purpose)
            for rights in (old, new)
        )
        if isinstance(before, Allowed) and isinstance(after, Denied):
            denied.append(Change(request, times, after))
        elif isinstance(before, Denied) and isinstance(after, Allowed):
            allowed.append(Change(request, times, before))
        else:
            same += times
    return Rehearsal(_first(denied), _first(allowed), same)


def _first(changes: list[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda one: (-one.times, one.request)))
