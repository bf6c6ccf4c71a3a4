"""What a part costs at a gateway: a file of the operator's, each price with its first day and where it is written.

    gateway,from,per_part,currency,source
    mgov,2026-07-01,12.5,TZS,agreement no. 7 of 1 June 2026

No price is known without such a file, and then no cost is kept.
"""

import csv
import functools
import logging
import os
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.conf import settings

from jumuishi.messaging import options

log = logging.getLogger("jumuishi.messaging")
COLUMNS = ("gateway", "from", "per_part", "currency", "source")


class BadPricesError(ValueError):
    """The file can't be read as prices; says the line and what is wrong with it."""


@dataclass(frozen=True)
class Price:
    """The price of a part at a gateway from a day on, and where that is written."""

    gateway: str
    since: date
    per_part: Decimal
    source: str


def read(path: str, currency: str) -> tuple[Price, ...]:
    """Every price of a file. Raises BadPricesError, OSError."""
    found = []
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise BadPricesError(f"line 1: the columns are {', '.join(COLUMNS)}")
        for row in rows:
            try:
                if not row["gateway"] or not row["source"]:
                    raise ValueError("each price names its gateway and its source")
                if row["currency"] != currency:
                    raise ValueError(f"the currency is {currency}")
                price = Decimal(row["per_part"])
                if not price.is_finite() or price < 0:
                    raise ValueError("a price is not below 0")
                found.append(Price(row["gateway"], date.fromisoformat(row["from"]), price, row["source"]))
            except (ValueError, InvalidOperation, TypeError) as error:
                raise BadPricesError(f"line {rows.line_num}: {error}") from error
    return tuple(found)


@functools.lru_cache(maxsize=4)
def _known(path: str, changed: float, currency: str) -> tuple[Price, ...]:  # noqa: ARG001  # read anew when it changed
    try:
        return read(path, currency)
    except (BadPricesError, OSError, UnicodeDecodeError) as error:
        # A message goes out all the same; what it costs is then not known.
        log.error("JUMUISHI_SMS_PRICES: %s", error)
        return ()


def known() -> tuple[Price, ...]:
    """The prices that hold or held; empty where there is no file, or none that can be read (that is logged)."""
    path = options.prices_file()
    if not path:
        return ()
    try:
        changed = os.stat(path).st_mtime
    except OSError:
        changed = 0.0
    return _known(path, changed, settings.CURRENCY)


def price_of(gateway: str, day: date) -> Price | None:
    """What a part costs at a gateway on a day; None where nobody said so."""
    found = [one for one in known() if one.gateway == gateway and one.since <= day]
    return max(found, key=lambda one: one.since, default=None)
