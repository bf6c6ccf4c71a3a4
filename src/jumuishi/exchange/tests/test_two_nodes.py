"""A bank on one node, a water authority on another, each with a database and keys of its own: the network in small."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import psycopg
import pytest
from django.db import transaction

from jumuishi.exchange import centre, registering
from jumuishi.exchange.models import Directory, Neighbour, Record
from jumuishi.exchange.tests import running
from jumuishi.exchange.tests.test_gateway import CLIENT, CONTACT, SERVICE, officer
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy

pytestmark = pytest.mark.slow


def command(node: dict[str, str], *words: str) -> str:
    """What `jumuishi WORDS` prints on the other node."""
    done = subprocess.run(
        [sys.executable, "-c", "from jumuishi.project.cli import main; main()", *words],
        env={**os.environ, **node}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.fixture(scope="module")
def scene(database: Any, world: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    home = tmp_path_factory.mktemp("second")
    (home / "config").mkdir()
    (home / "data").mkdir()
    other = database._copies.make(world.mould)
    second = {
        "DATABASE_URL": database.at(other).app, "JUMUISHI_CONFIG": str(home / "config"),
        "JUMUISHI_DATA": str(home / "data"), "JUMUISHI_EXCHANGE_NODE": "maji",
        "JUMUISHI_MIRROR": str(home / "mirror"), "JUMUISHI_PUBLIC_URL": "https://maji.example",
    }  # fmt: skip
    with (
        database.committing(world),
        tenancy.acting_as(tenancy.Principal.system()),
        running.system() as system,
        running.gateway(database.app, JUMUISHI_EXCHANGE_NODE="kituo") as here,
    ):
        with transaction.atomic():
            shabani = officer("benki-mfano", "Shabani")
            bank = registering.register_subsystem(actor=shabani, code="mikopo", name="Mikopo", **CONTACT)
            registering.add_network(actor=shabani, subsystem_id=bank, network="127.0.0.1/32")
        subprocess.run(
            [sys.executable, "-m", "jumuishi.exchange.tests.second_node", system.url],
            env={**os.environ, **second}, check=True,
        )  # fmt: skip
        dsn = second.pop("DATABASE_URL")
        with running.gateway(dsn, **second) as there:
            second["DATABASE_URL"] = dsn
            said = home / "statement"
            said.write_text(command(second, "exchange", "statement"))
            invitation = command({"DATABASE_URL": database.app}, "exchange", "invitation")
            command(second, "exchange", "join", invitation.strip())
            with transaction.atomic():
                centre.admit(actor=Actor.system(), statement_text=said.read_bytes(), members=[("GOV", "maji-mfano")])
            found = SimpleNamespace(
                here=here, there=there, system=system, second=second, home=home, dsn=dsn, name=other
            )
            _until(lambda: call(found).status_code == 200, 40, lambda: call(found).text)
            yield found
    database._copies.drop(other)


def call(scene: Any, path: str = "/customers/1") -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=30) as client:
        return client.get(f"{scene.here.edge}/r1/{SERVICE}{path}", headers={"X-Road-Client": CLIENT})


def _until(holds: Any, seconds: float, why: Any = lambda: "") -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, why()
        time.sleep(0.2)


def there(scene: Any, statement: str) -> list[Any]:
    """Rows of the other node's database, as its system principal sees them."""
    with psycopg.connect(scene.dsn) as connection:
        connection.execute(tenancy.settings_sql(tenancy.Principal.system()))
        return connection.execute(statement).fetchall()


def test_each_end_keeps_its_own_record_and_the_others_word(scene: Any) -> None:
    told = call(scene)
    assert told.json() == {"jina": "Asha"}
    number = told.headers["x-road-id"]
    with transaction.atomic():
        assert [one.role for one in Record.objects.filter(message_id=number)] == ["consumer"]
    assert there(scene, f"SELECT role, status FROM exchange_record WHERE message_id = '{number}'") == [
        ("provider", 200)
    ]
    (body,) = there(
        scene, f"SELECT body FROM evidence_journal WHERE thing_id = (SELECT id FROM exchange_record WHERE "
        f"message_id = '{number}')"
    )[0]  # fmt: skip
    for part in (b'"request":{', b'"answer":{', b"signature", b"content-digest", b'"purpose":"credit-check"'):
        assert part in bytes(body)


def test_whoever_is_not_in_the_directory_is_not_believed(scene: Any) -> None:
    address = f"{scene.there.door}/r1/{SERVICE}/customers/1"
    answer = httpx.get(address, headers={"X-Road-Client": CLIENT}, verify=False)  # noqa: S501  # a stranger
    assert (answer.status_code, answer.text) == (401, "unsigned: signature-input")


def test_the_centre_away_changes_nothing_for_now(scene: Any) -> None:
    directory = there(scene, "SELECT max(serial) FROM exchange_directory")[0][0]
    with transaction.atomic():
        assert directory <= Directory.objects.order_by("-serial")[0].serial
    # The centre is this very node's gateway: without it the other goes on by the directory that it has.
    number = call(scene).headers["x-road-id"]
    scene.here.kill()
    assert there(scene, f"SELECT count(*) FROM exchange_record WHERE message_id = '{number}'") == [(1,)]
    scene.here.start()
    assert call(scene).status_code == 200


def test_a_revoked_node_is_asked_no_more(scene: Any) -> None:
    with transaction.atomic():
        row = Neighbour.objects.get(name="maji")
        centre.revoke(actor=Actor.system(), neighbour_id=row.id, reason="Ufunguo umeibwa")
    _until(lambda: call(scene).status_code == 500, 10)
    assert "not found" in call(scene).json()["message"]
    with transaction.atomic():
        said = Path(scene.home / "statement").read_bytes()
        centre.admit(actor=Actor.system(), statement_text=said, members=[("GOV", "maji-mfano")])
    _until(lambda: call(scene).status_code == 200, 20)
