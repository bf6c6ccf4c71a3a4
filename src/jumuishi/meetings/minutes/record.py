"""A meeting's events as they stand after corrections. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jumuishi.meetings.minutes.types import Happened


def corrected(events: Iterable[Happened]) -> list[Happened]:
    """The events in their order, each as last corrected; the corrections themselves are no events of their own here.

    A reason that was given in a closed session stays there, though what it corrects is public.
    """
    found: dict[int, Happened] = {}
    for one in sorted(events, key=lambda each: each.seq):
        if one.kind != "event.corrected":
            found[one.seq] = one
            continue
        seq = int(one.body.get("seq", 0))
        if seq in found:
            hidden = one.is_closed and not found[seq].is_closed
            body = {**found[seq].body, **one.body.get("body", {})}
            why = "" if hidden else str(one.body.get("why", ""))
            found[seq] = replace(found[seq], body=body, why=why, corrected_at=one.at)
    return list(found.values())


def first(events: Sequence[Happened], kind: str) -> Happened | None:
    """The first event of a kind."""
    return next((one for one in events if one.kind == kind), None)


def last(events: Sequence[Happened], kind: str) -> Happened | None:
    """The last event of a kind."""
    return next((one for one in reversed(events) if one.kind == kind), None)


def decisions(events: Sequence[Happened]) -> list[Happened]:
    """Decisions in their order: the n-th of them bears the n-th number after those of earlier meetings."""
    return [one for one in events if one.kind == "decision.made"]
