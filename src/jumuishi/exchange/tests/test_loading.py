"""The registers are read anew only where somebody wrote, and tell then what one who reads them all is told."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from jumuishi.exchange import agreeing, ending, registering, statement
from jumuishi.exchange.gateway import app, keeping
from jumuishi.exchange.gateway.loading import Registers
from jumuishi.exchange.gateway.view import View
from jumuishi.exchange.tests.test_agreeing import bank, offered, wish
from jumuishi.identity.types import Actor

__all__ = ["bank", "offered"]
Officer = Callable[[str, str], Actor]


def told(view: View) -> list[Any]:
    """All that a view says, to be compared."""
    plain = replace(view, clients=tuple, signers={}, rights=replace(view.rights, services={}, agreements=()), peers={})
    return [plain, sorted(view.peers), view.clients(), view.rights.services, set(view.rights.agreements)]


def test_after_each_change_it_knows_what_a_new_reader_knows(officer: Officer, offered: UUID, bank: UUID) -> None:
    bakari, shabani, aisha = (
        officer("maji-mfano", "Bakari"),
        officer("benki-mfano", "Shabani"),
        officer("maji-mfano", "Aisha"),
    )
    lasting, said = Registers(), set[str]()

    def same() -> View:
        found = lasting.load()
        assert told(found) == told(Registers().load())
        said.add(repr(told(found)))
        return found

    same()
    made = agreeing.ask(actor=shabani, subsystem_id=bank, service_id=offered, terms=wish())
    assert not same().rights.agreements
    agreeing.approve(actor=aisha, agreement_id=made)
    assert len(same().rights.agreements) == 1
    key, _ = registering.make_key(actor=shabani, subsystem_id=bank)
    same()
    registering.end_credential(actor=shabani, credential_id=key)
    same()
    registering.switch_service(actor=bakari, service_id=offered, notice="Matengenezo")
    same()
    agreeing.end(actor=aisha, agreement_id=made, reason="Umeisha")
    same()
    ending.end_service(actor=bakari, service_id=offered)
    assert not same().services
    ending.end_subsystem(actor=shabani, subsystem_id=bank)
    same()
    # Two asked for and ended alike say the same; all else told something new.
    assert len(said) >= 7


def test_what_nobody_wrote_is_neither_read_nor_made_again(officer: Officer, offered: UUID, bank: UUID) -> None:
    made = agreeing.ask(actor=officer("benki-mfano", "Shabani"), subsystem_id=bank, service_id=offered, terms=wish())
    agreeing.approve(actor=officer("maji-mfano", "Aisha"), agreement_id=made)
    registers = Registers()
    before = registers.load()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        after = registers.load()
    assert after.rights.agreements[0] is before.rights.agreements[0]
    assert not [one for one in seen.captured_queries if '"legal_basis"' in one["sql"] or '"openapi"' in one["sql"]]


def test_the_statement_is_drawn_up_again_once_somebody_wrote(officer: Officer, offered: UUID) -> None:
    statement.said()  # makes the keys of whoever has none
    first = statement.said()
    assert statement.said() is first
    registering.switch_service(actor=officer("maji-mfano", "Bakari"), service_id=offered, notice="Matengenezo")
    second = statement.said()
    assert statement.read(second)[0]["services"][0]["notice"] == "Matengenezo"


def test_while_the_registers_cannot_be_read_they_are_asked_again(officer: Officer) -> None:
    parts: Any = SimpleNamespace(view=None, changed=asyncio.Event())
    tries = iter([OperationalError("the database went away"), OperationalError("and still"), "a view"])

    def load() -> Any:
        found = next(tries)
        if isinstance(found, Exception):
            raise found
        return found

    async def followed() -> None:
        task = asyncio.create_task(keeping.follow(parts, cast("Registers", SimpleNamespace(load=load)), keeping.dsn()))
        await asyncio.wait_for(parts.changed.wait(), 20)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(followed())
    assert parts.view == "a view"


def test_what_a_gateway_follows_it_follows_on_whatever_it_meets() -> None:
    met = []

    async def follow() -> None:
        met.append(1)
        if len(met) == 1:
            raise KeyError("nobody foresaw this")
        await asyncio.Event().wait()

    async def turns() -> None:
        task = asyncio.create_task(app.always(follow))
        while len(met) < 2:
            await asyncio.sleep(0.05)
            assert not task.done()
        task.cancel()

    asyncio.run(asyncio.wait_for(turns(), 20))
