from collections.abc import Iterator

import pytest
from django.test import Client, override_settings

from jumuishi.identity import codes
from jumuishi.identity.testing import Posts, SentCodes, posts_by_hand


@pytest.fixture
def sent() -> Iterator[list[tuple[str, str]]]:
    """Codes that were sent: (phone, code)."""
    before, sender = list(codes._sender), SentCodes([])
    codes.register_sender(sender)
    yield sender.sent
    codes._sender[:] = before


@pytest.fixture
def posts() -> Iterator[Posts]:
    """Who works where, put in by hand; the director may recover sign-ins."""
    with posts_by_hand({"director", "ict"}) as found:
        yield found


@pytest.fixture
def house(client: Client) -> Iterator[Client]:
    """A browser in a house of this room's pages only."""
    with override_settings(ROOT_URLCONF="jumuishi.identity.tests.urls"):
        yield client
