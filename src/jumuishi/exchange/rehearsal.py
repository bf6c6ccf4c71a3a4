"""A change of rights tried on what was asked lately, before it is made: what would break, what would open.

Paths name people, so a month has as many kinds of request as it has people: all are counted, the most frequent kept.
"""

import heapq
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


MOST = 20


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a change does: the most frequent kinds of request first, MOST of each, and how many requests in all.

    `same` counts requests that are answered as before.
    """

    newly_denied: tuple[Change, ...]
    newly_allowed: tuple[Change, ...]
    denied_times: int
    allowed_times: int
    same: int


def rehearse(old: Rights, new: Rights, traffic: Iterable[Recorded], at: datetime) -> Rehearsal:
    """Decide each kind of recorded request by both, as of one instant: only the rules differ, not the day."""
    return rehearse_counted(old, new, Counter(traffic).items(), at)


def rehearse_counted(old: Rights, new: Rights, traffic: Iterable[tuple[Recorded, int]], at: datetime) -> Rehearsal:
    """The same for kinds that were counted already, each once; takes as much memory for a million as for a hundred."""
    denied, allowed, same = _Most(), _Most(), 0
    for request, times in traffic:
        before, after = (
            rights.decide(request.client, request.service, request.verb, request.path, at, request.purpose)
            for rights in (old, new)
        )
        if isinstance(before, Allowed) and isinstance(after, Denied):
            denied.add(Change(request, times, after))
        elif isinstance(before, Denied) and isinstance(after, Allowed):
            allowed.add(Change(request, times, before))
        else:
            same += times
    return Rehearsal(denied.first(), allowed.first(), denied.times, allowed.times, same)


class _Most:
    """Changes as they come: how many requests there were, and the most frequent kinds among them."""

    def __init__(self) -> None:
        self.times = 0
        self.kept: list[Change] = []

    def add(self, one: Change) -> None:
        self.times += one.times
        self.kept.append(one)
        if len(self.kept) > 20 * MOST:
            self.kept = list(self.first())

    def first(self) -> tuple[Change, ...]:
        return tuple(heapq.nsmallest(MOST, self.kept, key=lambda one: (-one.times, one.request)))
