"""This room's settings of the installation: from Django's, else from the environment, else what holds when unsaid."""

import os

from django.conf import settings


def _number(name: str, default: int) -> int:
    found = getattr(settings, name, None)
    return int(found if found is not None else os.environ.get(name, default))


def notices_a_batch() -> int:
    """People told of a breach in one transaction."""
    return _number("JUMUISHI_BREACH_BATCH", 500)


def number_tries() -> int:
    """How often within an hour one person may ask a register about a number."""
    return _number("JUMUISHI_NUMBER_TRIES", 20)


def notices_a_day() -> int:
    """Notices by SMS of one institution within a day; whoever comes after is told the next day."""
    return _number("JUMUISHI_BREACH_SMS_PER_DAY", 10_000)
