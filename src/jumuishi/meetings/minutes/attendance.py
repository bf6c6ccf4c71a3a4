"""Who was there, from when to when: what minutes say and what sitting allowances are reckoned from. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jumuishi.meetings.minutes.record import first, last
from jumuishi.meetings.minutes.types import Happened

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Stay:
    """One member's attendance.

    `spans` are from arrival to leaving (or the end); `minutes` are whole ones within the time that the meeting sat;
    `is_late`: came after it was opened; `left_at`: went before its end and did not come back; `excused` is the reason.
    """

    member: str
    spans: tuple[Span, ...] = ()
    way: str = ""
    is_late: bool = False
    left_at: datetime | None = None
    minutes: int = 0
    excused: str | None = None

    @property
    def is_present(self) -> bool:
        """Whether the member came at all."""
        return bool(self.spans)

    @property
    def came_at(self) -> datetime | None:
        """When first."""
        return self.spans[0][0] if self.spans else None


def sat(events: Sequence[Happened], until: datetime) -> list[Span]:
    """When the meeting sat: from its opening to its end (`until`, while it has none), without adjournments."""
    spans: list[Span] = []
    began: datetime | None = None
    for one in events:
        if one.kind in ("meeting.opened", "meeting.resumed") and began is None:
            began = one.at
        elif one.kind in ("meeting.adjourned", "meeting.ended") and began is not None:
            spans.append((began, one.at))
            began = None
    return [*spans, (began, max(began, until))] if began is not None else spans


def stays(events: Sequence[Happened], members: Iterable[str], until: datetime) -> dict[str, Stay]:
    """Each member's attendance; `until` ends what has no end yet. Events are as corrected."""
    here: dict[str, datetime] = {}
    ways: dict[str, str] = {}
    spans: dict[str, list[Span]] = {}
    excused: dict[str, str] = {}
    for one in events:
        who = str(one.body.get("member", ""))
        if one.kind == "member.arrived":
            here.setdefault(who, one.at)
            ways.setdefault(who, str(one.body.get("way", "")))
        elif one.kind == "member.left" and who in here:
            spans.setdefault(who, []).append((here.pop(who), one.at))
        elif one.kind == "member.excused":
            excused[who] = str(one.body.get("reason", ""))
    ended = last(events, "meeting.ended")
    end = ended.at if ended else until
    stayed = set(here)
    for who, came in here.items():
        spans.setdefault(who, []).append((came, max(came, end)))
    opened = first(events, "meeting.opened")
    sitting = sat(events, until)
    return {
        who: _stay(who, tuple(spans.get(who, ())), opened.at if opened else None, sitting, stayed, ways, excused)
        for who in members
    }


def _stay(
    who: str,
    spans: tuple[Span, ...],
    opened: datetime | None,
    sitting: Sequence[Span],
    stayed: set[str],
    ways: Mapping[str, str],
    excused: Mapping[str, str],
) -> Stay:
    within = sum((_common(one, other) for one in spans for other in sitting), timedelta())
    return Stay(
        member=who,
        spans=spans,
        way=ways.get(who, ""),
        is_late=bool(spans and opened and spans[0][0] > opened),
        left_at=None if who in stayed or not spans else spans[-1][1],
        minutes=int(within.total_seconds() // 60),
        excused=excused.get(who),
    )


def _common(one: Span, other: Span) -> timedelta:
    return max(timedelta(), min(one[1], other[1]) - max(one[0], other[0]))
