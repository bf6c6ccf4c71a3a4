"""Pure: when whose turn it is to hear that members are still to be served."""

from datetime import datetime, timedelta

OWNER, HEAD = "owner", "head"


def due(told_at: datetime, starts_at: datetime, before: timedelta, share: float) -> datetime:
    """The instant so long before a meeting; of one called shortly before, once that share of the time is gone."""
    return max(starts_at - before, told_at + (starts_at - told_at) * share)


def turn(
    *, told_at: datetime, starts_at: datetime, now: datetime, owner: timedelta, head: timedelta, has_heard: set[str]
) -> str:
    """Who is to hear of it now: the head, the owner, or nobody (empty).

    `told_at` is when the notice went out, `owner` and `head` how long before the meeting each hears.
    """
    if now >= starts_at:
        return ""
    if HEAD not in has_heard and now >= due(told_at, starts_at, head, 0.75):
        return HEAD
    if not has_heard and now >= due(told_at, starts_at, owner, 0.5):
        return OWNER
    return ""
