"""This room's settings: from Django's, else from the environment, else what holds when nobody says."""

import os

from django.conf import settings


def option(name: str, default: str) -> str:
    """A value by name."""
    found = getattr(settings, name, None)
    return str(found) if found is not None else os.environ.get(name, default)


def is_demonstration() -> bool:
    """Whether this installation holds demonstration data."""
    return bool(getattr(settings, "DEMONSTRATION", False))


def gateway_name() -> str:
    """`mgov`, `outbox` (keeps, sends nothing; a demonstration's default) or `none`: messages wait for a gateway."""
    return option("JUMUISHI_SMS_GATEWAY", "outbox" if is_demonstration() else "none")


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


def may_reach(number: str) -> bool:
    """Whether messages may go to a number +255XXXXXXXXX: its country or network is one that we write to."""
    return number.startswith(settings.IDENTITY_PHONE_PREFIXES)
