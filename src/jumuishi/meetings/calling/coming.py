"""Items that come onto an agenda by themselves: each kind has sources, which rooms above and beside register.

A section of the order of business says by `comes` what belongs there: minutes, arising, reports, resolutions, cases.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from jumuishi.meetings.models import Item, Meeting

KINDS = ("minutes", "arising", "reports", "resolutions", "cases")


@dataclass(frozen=True)
class Coming:
    """What should come up: `thing` and `thing_id` tell it from any other; `decision` is the kind of decision asked."""

    thing: str
    thing_id: UUID
    title: dict[str, str]
    is_closed: bool = False
    decision: str = ""


class Source(Protocol):
    """Reads what waits for a meeting; under the principal of whoever makes its agenda."""

    def __call__(self, meeting: Meeting) -> Iterable[Coming]:
        """What waits, in its order."""
        ...


_sources: dict[str, list[Source]] = {}


def register(comes: str) -> Callable[[Source], Source]:
    """Register a source of one of KINDS; several of one kind are asked in the order of their coming."""
    if comes not in KINDS:
        raise ValueError(f"nothing comes as {comes}")

    def keep(source: Source) -> Source:
        _sources.setdefault(comes, []).append(source)
        return source

    return keep


def coming(meeting: Meeting, comes: str) -> list[Coming]:
    """What waits for a section of this kind; the same thing once, however many tell of it."""
    found: dict[tuple[str, UUID], Coming] = {}
    for source in _sources.get(comes, []):
        for one in source(meeting):
            found.setdefault((one.thing, one.thing_id), one)
    return list(found.values())


def ended_before(meeting: Meeting, body_id: UUID) -> QuerySet[Meeting]:
    """Meetings of a body that ended before this one begins, the newest first."""
    rows = Meeting.objects.filter(institution_id=meeting.institution_id, body_id=body_id, state=Meeting.State.ENDED)
    return rows.filter(starts_at__lt=meeting.starts_at).order_by("-starts_at")


def settled(thing: str, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these things an item of an ended meeting has dealt with."""
    rows = Item.objects.filter(thing=thing, thing_id__in=list(ids), meeting__state=Meeting.State.ENDED)
    dealt = rows.filter(outcome__in=("done", "noted", "decided")).values_list("thing_id", flat=True)
    return {one for one in dealt if one is not None}
