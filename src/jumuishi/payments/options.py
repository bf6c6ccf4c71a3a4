"""This room's settings: what an installation may say, and what holds when it says nothing."""

import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from jumuishi.kernel.worktime import Span


def option(name: str, default: str) -> str:
    """A value from Django's settings, else from the environment, else the default."""
    found = getattr(settings, name, None)
    return str(found) if found is not None else os.environ.get(name, default)


def currency() -> str:
    """ISO 4217 code of the installation's currency."""
    return option("CURRENCY", "TZS")


def refund_within() -> Span:
    """How long an accountant has to give money back; the installation's own promise, as `N UNIT`."""
    return Span.parse(option("JUMUISHI_REFUND_WITHIN", "10 working_days"))


def difference_within() -> Span:
    """How long an accountant has to say what a difference with the gateway was, as `N UNIT`."""
    return Span.parse(option("JUMUISHI_DIFFERENCE_WITHIN", "5 working_days"))


def number_within() -> timedelta:
    """How long a bill may wait for its control number before its owner is told."""
    return timedelta(minutes=int(option("JUMUISHI_NUMBER_WITHIN_MINUTES", "30")))


def gateway_address() -> str:
    """Base URL of the payment gateway; empty when the installation has none: bills then wait.

    A demonstration that names none uses the simulator that runs on its data folder.
    """
    named = option("JUMUISHI_GEPG_URL", "").rstrip("/")
    if named or not is_demonstration():
        return named
    try:
        return (Path(settings.JUMUISHI_DATA) / "gepg-simulator.url").read_text().strip()
    except OSError:
        return ""


def key_folder() -> Path:
    """Where the wire's keys lie (gepg_keys.py); outside database, data folder and backup."""
    return Path(option("JUMUISHI_GEPG_KEYS", str(Path(settings.JUMUISHI_CONFIG) / "gepg")))


def is_demonstration() -> bool:
    """Whether this installation holds demonstration data."""
    return bool(getattr(settings, "DEMONSTRATION", False))
