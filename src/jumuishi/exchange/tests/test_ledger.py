"""The ledger waits for no connection for ever: what comes after is written."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import transaction

from jumuishi.exchange.gateway import keeping, ledger
from jumuishi.exchange.gateway.calls import Call
from jumuishi.exchange.gateway.ledger import AwayError, Entry, Ledger
from jumuishi.exchange.models import Record
from jumuishi.exchange.types import Role
from jumuishi.exchange.xroad.request import read_request
from jumuishi.institutions import public as institutions

pytestmark = pytest.mark.database


def entry(home: UUID) -> Entry:
    """A record of one call."""
    asked = read_request(
        "GET", "/r1/TZ/GOV/jirani/ardhi/viwanja/1", (("X-Road-Client", "TZ/GOV/mfano/ofisi"),), instance="TZ",
        request_id=str(uuid4()), fresh=str(uuid4()),
    )  # fmt: skip
    call = Call(Role.CONSUMER, home, asked, 0)
    call.ended(200, 2)
    return call.entry()


def test_a_connection_on_which_nothing_comes_back_is_left(
    database: Any, world: Any, committed_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "STUCK", 1.0)
    monkeypatch.setattr(ledger, "PATIENCE", 0.3)
    with transaction.atomic():
        found = institutions.institution_by_slug("mfano")
    assert found is not None

    def waits(other: psycopg.Connection[Any]) -> int:
        asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'exchange_record'::regclass"
        row = other.execute(asked).fetchone()
        assert row is not None
        return int(row[0])

    async def turns() -> None:
        book = Ledger(keeping.dsn())
        await book.start()
        await book.write(entry(found.id))
        with psycopg.connect(database.superuser) as other:
            other.execute("LOCK TABLE exchange_record")
            for _ in range(100):
                with pytest.raises(AwayError):
                    await book.write(entry(found.id))
                if waits(other) > 1:
                    break
            assert waits(other) > 1, "it tries over another connection, whatever becomes of the first one"
        await book.write(entry(found.id))
        await book.stop()

    asyncio.run(asyncio.wait_for(turns(), 60))
    with transaction.atomic():
        assert Record.objects.count() >= 2
