"""When a message is tried again, and when it is too late. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

CODE = "code"
_LIFE = {CODE: timedelta(minutes=10)}
_USUAL_LIFE = timedelta(hours=48)


def expires_at(purpose: str, now: datetime) -> datetime:
    """A one-time code is no use after ten minutes, anything else not after two days."""
    return now + _LIFE.get(purpose.partition(".")[0], _USUAL_LIFE)


def is_code(purpose: str) -> bool:
    """Whether the text is a secret that must not outlive its sending."""
    return purpose.partition(".")[0] == CODE


LONGEST_WAIT = timedelta(minutes=5)


def next_attempt(attempts: int, now: datetime) -> datetime:
    """After so many failed attempts: 5, 10, 20 seconds, and never more than five minutes later."""
    return now + timedelta(seconds=min(LONGEST_WAIT.seconds, 5 * 2 ** min(max(attempts - 1, 0), 10)))


def tomorrow(now: datetime, zone: str) -> datetime:
    """The coming midnight of a zone: a day's allowance begins anew."""
    there = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(there, time(0), ZoneInfo(zone))
