"""The country of the exchange's tests, and two nodes in its tables."""

from collections.abc import Iterator
from typing import Any

import pytest

from jumuishi.cases.tests.conftest import country, officer, world
from jumuishi.exchange.courier.tests.in_tables import Tables, noting

__all__ = ["country", "officer", "world"]


@pytest.fixture
def pair(world: Any, db: None) -> Iterator[tuple[Tables, Tables]]:
    """The bank's node and the water authority's."""
    with noting():
        yield Tables("benki-mfano", "maji-mfano"), Tables("maji-mfano", "benki-mfano")
