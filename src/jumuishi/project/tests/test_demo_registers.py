"""The demonstration's three registers are asked through the exchange by whoever an agreement lets, by nobody else."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import override_settings

from jumuishi.exchange import public as exchange
from jumuishi.exchange.registers.resting import rest
from jumuishi.exchange.tests import running
from jumuishi.exchange.tests.registers import register
from jumuishi.exchange.types import AsksFirst, Away, Fetched, NotFound, Refused
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.project import demo_accounts, demo_ports, demo_registers, plan

pytestmark = pytest.mark.slow
ASHA = "19000101-11000-00001-10"
ANSWERS = {"Jina la kwanza la mama yako ni nani?": "zuhura", "Ulisoma shule gani ya msingi?": "Jaribio",
           "Ulizaliwa kata gani?": "Kaloleni", "Jina la kwanza la baba yako ni nani?": "Ramadhani",
           "Ulimaliza shule ya msingi mwaka gani?": "1912"}  # fmt: skip


@pytest.fixture(scope="module")
def there(database: Any, world: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    config = tmp_path_factory.mktemp("config")
    with ExitStack() as stack:
        stack.enter_context(database.committing(world))
        stack.enter_context(tenancy.acting_as(tenancy.Principal.system()))
        ports = {
            name: int(stack.enter_context(register(name, tmp_path_factory.mktemp(name))).rpartition(":")[2])
            for name in demo_ports.NAMES
        }
        with override_settings(JUMUISHI_CONFIG=config):
            accounts = demo_registers.load(ports)
            assert demo_registers.load(ports) == []
        gateway = stack.enter_context(running.gateway(database.app))
        with transaction.atomic():
            ids = {one.slug: one.id for one in institutions.approved()}
        stack.enter_context(
            override_settings(
                EXCHANGE_EDGE=gateway.edge, EXCHANGE_REGISTERS=config / "registers.toml", REGISTER_SECONDS=20
            )
        )
        rest.forget()
        yield SimpleNamespace(ids=ids, accounts=accounts, config=config, ports=ports)


def ask(home: UUID, register: str, key: str, **said: str) -> Any:
    return exchange.ask_register(institution_id=home, register=register, key=key, issue=uuid4(), **said)


def test_a_person_is_known_by_number_and_questions(there: Any) -> None:
    said = ask(there.ids["mfano"], "national-id", ASHA)
    for _ in range(3):
        assert isinstance(said, AsksFirst), said
        said = ask(there.ids["mfano"], "national-id", ASHA, question=said.number, answer=ANSWERS[said.words["sw"]])
    assert isinstance(said, Fetched), said
    assert said.values["full_name"] == "Asha Ramadhani Mfano"
    assert isinstance(ask(there.ids["mfano"], "national-id", "19000101999999999999"), NotFound)
    assert isinstance(ask(there.ids["mfano"], "national-id", "12"), NotFound)


def test_names_and_tax_numbers(there: Any) -> None:
    business = ask(there.ids["mfano"], "business-names", "BN-900001")
    assert isinstance(business, Fetched)
    assert business.values["name"] == "Duka Mfano 1"
    taxpayer = ask(there.ids["maji-mfano"], "tax-numbers", "900-100-000")
    assert isinstance(taxpayer, Fetched)
    assert (taxpayer.values["name"], taxpayer.values["status"]) == ("Asha Ramadhani Mfano", "active")
    assert len(exchange.Looks([exchange.mark_of("tin", "900100000")])) == 1
    # Whom a name or a tax number belongs to is found by that person's own number.
    assert {one.service["en"] for one in exchange.Looks([exchange.mark_of("nin", ASHA)])[0:20]} == {
        "People by identity number", "Business names", "Taxpayers by TIN",
    }  # fmt: skip


def test_wrong_answers_lock_the_number(there: Any) -> None:
    other = "19000101110280000522"
    said = ask(there.ids["mfano"], "national-id", other)
    for _ in range(2):
        said = ask(there.ids["mfano"], "national-id", other, question=said.number, answer="sijui")
        assert said.was_wrong
    locked = ask(there.ids["mfano"], "national-id", other, question=said.number, answer="sijui")
    assert isinstance(locked, Refused)
    assert (locked.reason, ask(there.ids["jirani"], "national-id", other).reason) == ("locked", "locked")


def test_whoever_has_no_agreement_is_refused(there: Any) -> None:
    # The authority may know who wants to see own looks, and nothing else of anybody.
    assert isinstance(ask(there.ids["mamlaka"], "national-id", ASHA), AsksFirst)
    refused = ask(there.ids["mamlaka"], "tax-numbers", "900100000")
    assert isinstance(refused, Refused)
    assert refused.reason == "denied"
    assert ask(there.ids["benki-mfano"], "national-id", ASHA) == Away("unset")


def test_who_can_sign_in_is_added_to_those_who_could(there: Any) -> None:
    names = {one.name for one in demo_accounts.kept(there.config)}
    assert {"Tabitha", "Gervas", "Saida", "Josephat"} <= {one.name for one in there.accounts} <= names


def test_ports_are_chosen_once_and_free(tmp_path: Path) -> None:
    demo_ports.choose(tmp_path)
    found = demo_ports.kept(tmp_path)
    assert set(found) == set(demo_ports.NAMES)
    assert len(set(found.values())) == 3
    demo_ports.choose(tmp_path)
    assert demo_ports.kept(tmp_path) == found
    assert demo_ports.kept(tmp_path / "other") == {}


def test_a_registers_process_is_given_nothing_of_ours(tmp_path: Path) -> None:
    given = plan.register_environment({**os.environ, "DATABASE_URL": "postgresql://secret", "JUMUISHI_CONFIG": "/x"})
    assert not [name for name in given if "DATABASE" in name or "CONFIG" in name]
    command = [sys.executable, "-c", "import registers.__main__; import os; print('DATABASE_URL' in os.environ)"]
    assert subprocess.check_output(command, env=given, cwd=tmp_path, text=True) == "False\n"
