"""Agreements of the tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from jumuishi.exchange.patterns import read_endpoint
from jumuishi.exchange.rights import Agreement, Rights
from jumuishi.exchange.tests.made import COUNCIL, NAMES, TAXES

NOW = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def agreement(number: str = "a1", **changes: Any) -> Agreement:
    return Agreement(
        **{
            "id": number,
            "client": COUNCIL,
            "service": NAMES,
            "purpose": "licence",
            "legal_basis": "Sheria ya Mfano, kifungu 3",
            "fields": frozenset({"name", "state"}),
            "endpoints": (read_endpoint("GET", "/v1/names/*"), read_endpoint("POST", "/v1/search")),
            "since": NOW - DAY,
            "until": NOW + DAY,
        }
        | changes
    )


def rights(*agreements: Agreement, **changes: Any) -> Rights:
    return Rights(**{"agreements": agreements, "services": {NAMES: None, TAXES: None}} | changes)
