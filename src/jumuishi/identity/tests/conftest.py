from collections.abc import Iterator

import pytest
from django.test import Client, override_settings

from jumuishi.identity import appointments, codes
from jumuishi.identity.testing import Posts, SentCodes


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
    before, roles = list(appointments._provider), set(appointments._recovery_roles)
    found = Posts()
    appointments.register(found, recovery_roles={"director", "ict"})
    yield found
    appointments._provider[:] = before
    appointments._recovery_roles.clear()
    appointments._recovery_roles.update(roles)


@pytest.fixture
def house(client: Client) -> Iterator[Client]:
    """A browser in a house of this room's pages only."""
    with override_settings(ROOT_URLCONF="jumuishi.identity.tests.urls"):
        yield client
