"""This room's settings: from Django's, else from the environment, else what holds when nobody says."""

import os
from datetime import time

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

GATEWAYS = frozenset({"mgov", "africastalking", "outbox"})


def option(name: str, default: str) -> str:
    """A value by name."""
    found = getattr(settings, name, None)
    return str(found) if found is not None else os.environ.get(name, default)


def is_demonstration() -> bool:
    """Whether this installation holds demonstration data."""
    return bool(getattr(settings, "DEMONSTRATION", False))


def gateway_names() -> list[str]:
    """Who sends, the first one first: `mgov`, `africastalking`, or `outbox` (keeps, sends nothing).

    `outbox` is a demonstration's default. `none` or nothing: messages wait for a gateway.
    """
    said = option("JUMUISHI_SMS_GATEWAY", "outbox" if is_demonstration() else "none")
    return [name for name in (one.strip() for one in said.split(",")) if name not in ("", "none")]


def mail_server() -> str:
    """`smtp://user:password@host:port?from=ADDRESS&tls=1`, or `outbox`: kept and shown, as in a demonstration."""
    return option("JUMUISHI_MAIL", "outbox" if is_demonstration() else "")


def most_per_number_an_hour() -> int:
    """Messages to one number within an hour; one too many is not sent."""
    return int(option("JUMUISHI_SMS_PER_NUMBER_HOUR", "30"))


def most_per_institution_a_day() -> int:
    """Messages of one institution within a day; one too many is not sent."""
    return int(option("JUMUISHI_SMS_PER_INSTITUTION_DAY", "20000"))


def most_a_day() -> int:
    """Parts of messages that the whole installation sends within a day, codes apart; the rest goes the day after."""
    return int(option("JUMUISHI_SMS_PER_DAY", "200000"))


def most_a_second() -> int:
    """Messages that the whole installation hands over in a second, codes apart: no storm after a gateway was away."""
    return int(option("JUMUISHI_SMS_PER_SECOND", "40"))


def quiet_hours() -> tuple[time, time] | None:
    """From when to when only what is urgent goes out, such as `21:00-07:00`; None when nobody sleeps by our books.

    Raises ValueError for what is no such span.
    """
    said = option("JUMUISHI_SMS_QUIET", "").strip()
    if not said:
        return None
    begins, _, ends = said.partition("-")
    return time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())


def prices_file() -> str:
    """A CSV of what a part costs at which gateway from when on, with its source; empty when nobody said."""
    return option("JUMUISHI_SMS_PRICES", "")


def may_reach(number: str) -> bool:
    """Whether messages may go to a number +255XXXXXXXXX: its country or network is one that we write to."""
    return number.startswith(settings.IDENTITY_PHONE_PREFIXES)


def check() -> None:
    """Raise ImproperlyConfigured for what can't be meant: a process that starts has settings that hold."""
    try:
        quiet_hours()
    except ValueError as error:
        raise ImproperlyConfigured("JUMUISHI_SMS_QUIET is a span such as 21:00-07:00") from error
    if unknown := set(gateway_names()) - GATEWAYS:
        raise ImproperlyConfigured(f"JUMUISHI_SMS_GATEWAY: no gateway is called {', '.join(sorted(unknown))}")
