"""Which systems asked about me: told to whoever showed that the number is theirs, to nobody else."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from jumuishi.evidence import public as evidence
from jumuishi.evidence.verifier import VerifierKey, verify_bundle
from jumuishi.exchange import public as exchange
from jumuishi.exchange.models import Look, Record
from jumuishi.exchange.registers.resting import rest
from jumuishi.exchange.tests import running
from jumuishi.exchange.tests.desk import call
from jumuishi.exchange.tests.registers import ASHA, JUMA, register
from jumuishi.exchange.types import Fetched
from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.privacy.actions import proving
from jumuishi.privacy.models import ProvenNumber
from jumuishi.privacy.tests.scene import neighbour, read, words
from jumuishi.project import demo_registers

HERE = "/mimi/waliotazama/mifumo/"


def person(phone: str = "0700 000 061", name: str = "Asha Juma") -> tuple[Client, Actor]:
    client, actor = Client(), testing.citizen(phone, name)
    testing.sign_in(client, actor)
    return client, actor


def prove(actor: Actor, number: str = ASHA) -> None:
    said = Fetched(source="TZ/GOV/x/y/z", message_id="m", at=clock.now(), values={"full_name": "Asha"})
    proving.keep_number(actor=actor, number=number, said=said)


def look(number: str, slug: str = "maji-mfano", **more: Any) -> Record:
    """A call about somebody as the gateway writes it down."""
    row = call(slug, **{one: more.pop(one) for one in list(more) if one in ("client", "at", "status", "error")})
    with tenancy.acting_as(tenancy.Principal.system()):
        Look.objects.create(
            id=new_id(), institution_id=row.institution_id, record_id=row.id, at=row.at, kind="nin",
            mark=exchange.mark_of("nin", number) if number else "", salt=b"s" * 16,
            **{"names": ["full_name"], **more},
        )  # fmt: skip
    return row


@pytest.mark.database
def test_nothing_is_told_before_the_number_is_shown_to_be_theirs(country: Any) -> None:
    asha, actor = person()
    look(ASHA)
    page = read(asha, HERE)
    assert "Thibitisha namba yangu" in page
    assert "Benki" not in page
    prove(actor)
    prove(actor)
    page = read(asha, HERE)
    assert "Benki ya Mfano" in page
    assert "Iliuliza Mamlaka ya Maji ya Mfano" in page
    assert "Taarifa zilitolewa" in page
    assert "Data were given" in read(asha, f"/en{HERE}")
    assert ProvenNumber.objects.count() == 1
    assert "Benki" not in read(neighbour(), HERE)
    assert Client().get(HERE).status_code == 302


@pytest.mark.database
def test_one_call_and_its_proof_are_the_persons_alone(country: Any) -> None:
    asha, actor = person()
    row, other = look(ASHA), look(JUMA)
    prove(actor)
    page = read(asha, f"{HERE}{row.id}/")
    assert "full_name" in page
    assert "TZ/COM/benki-mfano/mikopo" in page
    assert "Hakuna makubaliano" in page
    assert json.loads(asha.get(f"{HERE}{row.id}/ushahidi/").content)["about"][0]["kind"] == "nin"
    baraka = neighbour()
    for path in (f"{HERE}{row.id}/", f"{HERE}{row.id}/ushahidi/"):
        assert baraka.get(path).status_code == 404
        assert asha.get(path.replace(str(row.id), str(other.id))).status_code == 404
        assert Client().get(path).status_code == 302


@pytest.mark.database
def test_pages_filters_and_what_is_not_known(country: Any) -> None:
    asha, actor = person()
    prove(actor)
    assert "Hakuna mfumo uliouliza" in read(asha, HERE)
    for _ in range(21):
        look(ASHA)
    look(ASHA, client="TZ/GOV/polisi-mfano/doria", status=500, error="Server.ServerProxy.AccessDenied", names=[])
    look(ASHA, client="TZ/GOV/kwingine/mfumo", status=404)
    first = read(asha, HERE)
    assert "TZ/GOV/kwingine" in first, "whose name nobody knows is told by its identifier"
    assert "Ombi lilikataliwa" in first
    assert "Hakuna kilichopatikana" in first
    assert "Ukurasa 1 kati ya 2" in first or "1" in first
    assert "Polisi" not in read(asha, f"{HERE}?taasisi=TZ/COM/benki-mfano").split("Onyesha")[-1]
    only = read(asha, f"{HERE}?taasisi=TZ/GOV/polisi-mfano").split("Onyesha")[-1]
    assert "Polisi ya Mfano" in only
    assert "Benki" not in only
    assert "kwenye seva zao" in only


@pytest.mark.database
def test_a_full_page_asks_no_more_than_one_look(country: Any) -> None:
    asha, actor = person()
    prove(actor)

    def asked() -> int:
        asha.get(HERE)
        with CaptureQueriesContext(connection) as seen:
            assert asha.get(HERE).status_code == 200
        return len([one for one in seen.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    look(ASHA)
    few = asked()
    for _ in range(19):
        look(ASHA)
    assert asked() == few


@pytest.mark.database
def test_numbers_are_forgotten_and_nothing_of_them_is_kept(country: Any) -> None:
    asha, actor = person()
    prove(actor)
    look(ASHA)
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM privacy_proven_number p")
        assert ASHA not in cursor.fetchone()[0]
    assert "inayoishia 0110" in read(asha, HERE)
    for _ in range(2):
        assert asha.post("/mimi/namba/", {"do": "forget"}).status_code == 302
    assert not ProvenNumber.objects.exists()
    assert "Benki" not in read(asha, HERE)


@pytest.fixture
def asking(world: Any, committed_db: None, database: Any, tmp_path: Any) -> Iterator[SimpleNamespace]:
    """The identity register behind the exchange, with the demonstration's agreements."""
    with register("national-id", tmp_path) as url:
        with override_settings(JUMUISHI_CONFIG=tmp_path), transaction.atomic():
            demo_registers.load({"national-id": int(url.rpartition(":")[2])})
        with (
            running.gateway(database.app) as gateway,
            override_settings(
                EXCHANGE_EDGE=gateway.edge, EXCHANGE_REGISTERS=tmp_path / "registers.toml", REGISTER_SECONDS=20
            ),
        ):
            rest.forget()
            with transaction.atomic():
                client, actor = person()
            yield SimpleNamespace(client=client, actor=actor)


ANSWERS = {"mama": "Zuhura", "shule gani": "Jaribio", "kata": "Kaloleni", "baba": "Ramadhani", "mwaka": "1912"}


@pytest.mark.slow
def test_the_register_asks_and_then_the_looks_are_there_with_a_proof_that_holds(asking: Any) -> None:
    asha = asking.client
    assert asha.post("/mimi/namba/", {"namba": "19000101"}).status_code == 422
    unknown = asha.post("/mimi/namba/", {"namba": "19000101-99999-99999-99"})
    assert "halina namba hii" in words(unknown)
    page = asha.post("/mimi/namba/", {"namba": "19000101-11000-00001-10"})
    for _ in range(3):
        assert page.status_code == 200, words(page)
        [check] = re.findall(r'name="swali" value="([^"]+)"', page.content.decode())
        said = next(answer for part, answer in ANSWERS.items() if part in words(page).split("linauliza:")[1])
        given = {"namba": "19000101-11000-00001-10", "swali": check, "jibu": said}
        page = asha.post("/mimi/namba/", given)
    assert page.status_code == 302
    assert asha.post("/mimi/namba/", given).status_code == 302
    seen = read(asha, HERE)
    assert "Mamlaka ya Serikali Mtandao ya Mfano" in seen, "what was asked to know her is a look too"
    assert "Kumtambua anayetaka kuona nani aliuliza" in seen
    evidence.sequence_once()
    [path, *_] = re.findall(rf'href="({HERE}[0-9a-f-]{{36}}/)"', asha.get(HERE).content.decode())
    bundle = json.loads(asha.get(f"{path}ushahidi/").content)
    row = verify_bundle(bundle, [VerifierKey.parse(one) for one in evidence.verifier_keys()])
    salt = base64.b64decode(bundle["about"][0]["salt"])
    assert hashlib.sha256(salt + f"nin {ASHA}".encode()).hexdigest() in row["after"]["subjects"]


@pytest.mark.slow
def test_guessing_ends_at_the_registers_lock_and_a_register_that_is_away_says_so(asking: Any) -> None:
    asha = asking.client
    page = asha.post("/mimi/namba/", {"namba": JUMA})
    for left in (2, 1):
        [check] = re.findall(r'name="swali" value="([^"]+)"', page.content.decode())
        page = asha.post("/mimi/namba/", {"namba": JUMA, "swali": check, "jibu": "sijui"})
        assert f"yaliyobaki: {left}" in words(page)
    [check] = re.findall(r'name="swali" value="([^"]+)"', page.content.decode())
    locked = asha.post("/mimi/namba/", {"namba": JUMA, "swali": check, "jibu": "sijui"})
    assert "amefunga" in words(locked) or "limefunga" in words(locked)
    with override_settings(EXCHANGE_EDGE="http://127.0.0.1:1"):
        away = asha.post("/mimi/namba/", {"namba": ASHA})
        assert (away.status_code, "halipatikani sasa" in words(away)) == (503, True)
    rest.forget()
    with override_settings(JUMUISHI_NUMBER_TRIES=2):
        often = [asha.post("/mimi/namba/", {"namba": ASHA}).status_code for _ in range(2)]
    assert often[-1] == 429
    assert not ProvenNumber.objects.exists()
