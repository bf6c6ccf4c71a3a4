"""A register behind the exchange is asked in an institution's name: signed, recorded at both ends, never for long."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from jumuishi.exchange import agreeing
from jumuishi.exchange import public as exchange
from jumuishi.exchange.models import Asker, Record
from jumuishi.exchange.registers.meaning import meaning
from jumuishi.exchange.registers.model import BadRegistersError, filled, read
from jumuishi.exchange.registers.resting import rest
from jumuishi.exchange.tests.registry import SERVICE, TOML, Registry, officer, registry
from jumuishi.exchange.types import AsksFirst, Away, Fetched, NotFound, Refused
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

NIN = "19000101-11111-00001-11"


@pytest.fixture(scope="module")
def scene(database: Any, world: Any) -> Iterator[Registry]:
    with (
        database.committing(world),
        tenancy.acting_as(tenancy.Principal.system()),
        registry(database.app) as found,
    ):
        yield found


@pytest.fixture(autouse=True)
def fresh() -> None:
    rest.forget()


def ask(scene: Registry, key: str = NIN, **more: str) -> Any:
    return exchange.ask_register(institution_id=scene.consumer, register="national-id", key=key, issue=new_id(), **more)


@pytest.mark.slow
def test_it_is_asked_signed_and_recorded_at_both_ends(scene: Registry) -> None:
    scene.holds(full_name="Asha Juma", born="1900-01-01", secret="siri")
    scene.system.came.clear()
    said = ask(scene)
    assert isinstance(said, Fetched), said
    assert said.values == {"full_name": "Asha Juma", "born": "1900-01-01"}
    assert said.source == SERVICE
    assert abs((clock.now() - said.at).total_seconds()) < 30
    (method, path, headers, body), *more = scene.system.came
    assert (method, path, json.loads(body), more) == ("POST", "/api/v1/check", {"nin": NIN}, [])
    assert dict(headers)["X-Road-Client"] == "TZ/GOV/mfano/huduma"
    with transaction.atomic():
        rows = list(Record.objects.filter(message_id=said.message_id))
    assert {(one.role, one.status, one.purpose, str(one.agreement_id)) for one in rows} == {
        (role, 200, "service-application", str(scene.agreement)) for role in ("consumer", "provider")
    }
    # No personal number stands in the record, nor our key anywhere.
    assert not [one for one in rows if NIN in one.path]
    assert "x-jumuishi-key" not in {name.lower() for name, _ in headers}


@pytest.mark.slow
def test_its_key_is_kept_sealed(scene: Registry) -> None:
    with transaction.atomic():
        row = Asker.objects.get()
    assert b"jmx_" not in bytes(row.sealed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, {}, NotFound),
        (423, {}, Refused),
        (200, {"person": {}}, Away),
        (200, ["?"], Away),
        (500, {}, Away),
        (302, {}, Away),
    ],
)
def test_each_answer_is_what_it_means(scene: Registry, status: int, body: Any, expected: type) -> None:
    scene.says(status, body)
    assert isinstance(ask(scene), expected)


@pytest.mark.slow
def test_it_may_ask_the_person_first(scene: Registry) -> None:
    scene.says(202, {"question": {"number": "q7", "sw": "Ulizaliwa wilaya gani?", "en": "In which district?"}})
    said = ask(scene)
    assert isinstance(said, AsksFirst)
    assert (said.number, said.words["sw"], said.was_wrong) == ("q7", "Ulizaliwa wilaya gani?", False)
    scene.says(202, {"question": {"number": "q8", "sw": "Mama?"}, "was_wrong": True, "tries_left": 2})
    again = ask(scene, question="q7", answer="Temeke")
    assert isinstance(again, AsksFirst)
    assert (again.number, again.was_wrong, again.tries_left, again.words["en"]) == ("q8", True, 2, "Mama?")
    method, path, _, body = scene.system.came[-1]
    assert (method, path, json.loads(body)) == ("POST", "/api/v1/check/q7", {"nin": NIN, "answer": "Temeke"})


@pytest.mark.slow
def test_slow_is_away_in_time_and_then_left_alone(scene: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.holds(full_name="Asha Juma")
    scene.system.wait = 4.0
    monkeypatch.setattr(settings, "REGISTER_SECONDS", 1.0)
    try:
        begun = time.monotonic()
        assert ask(scene) == Away("slow")
        assert time.monotonic() - begun < 3
        begun = time.monotonic()
        assert ask(scene) == Away("resting")
        assert time.monotonic() - begun < 0.5
    finally:
        scene.system.wait = 0.0
    rest.forget()
    monkeypatch.setattr(settings, "REGISTER_SECONDS", 20.0)
    assert isinstance(ask(scene), Fetched)


@pytest.mark.slow
def test_only_so_many_ask_at_once(scene: Registry) -> None:
    scene.holds(full_name="Asha Juma")
    scene.system.wait = 1.0
    said: list[Any] = []

    def one() -> None:
        with tenancy.acting_as(tenancy.Principal.system()):
            said.append(ask(scene))

    threads = [threading.Thread(target=one) for _ in range(settings.REGISTER_AT_ONCE)]
    try:
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        assert ask(scene) == Away("busy")
        for thread in threads:
            thread.join()
    finally:
        scene.system.wait = 0.0
    assert [type(one) for one in said] == [Fetched] * settings.REGISTER_AT_ONCE


@pytest.mark.slow
def test_no_agreement_no_answer(scene: Registry) -> None:
    scene.holds(full_name="Asha Juma")
    # Another institution of the node has no right and no key: nothing is sent for it.
    with transaction.atomic():
        other = officer("jirani", "head")
    asked = {"register": "national-id", "key": NIN, "issue": new_id()}
    assert exchange.ask_register(institution_id=other.workplace, **asked) == Away("unset")
    with transaction.atomic():
        agreeing.end(actor=officer("maji-mfano", "head"), agreement_id=scene.agreement, reason="Jaribio")
    scene.system.came.clear()
    deadline = time.monotonic() + 5
    while not isinstance(said := ask(scene), Refused) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert isinstance(said, Refused)
    assert said.reason == "denied"


@pytest.mark.slow
def test_nobody_there(scene: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EXCHANGE_EDGE", "http://127.0.0.1:9")
    assert ask(scene) == Away("unreached")
    monkeypatch.setattr(settings, "EXCHANGE_EDGE", "")
    assert ask(scene) == Away("unset")
    assert not exchange.is_asked("national-id")


def test_the_file_is_read_strictly() -> None:
    found = read('[x]\nlabel = {sw = "X", en = "X"}', TOML.format(name="x", service=SERVICE))["x"]
    assert found.is_connected
    assert found.fresh_days == 30
    assert filled(found.answer, key="a/b", question="../q", answer="{key}") == (
        "/v1/check/..%2Fq", {"nin": "a/b", "answer": "{key}"},
    )  # fmt: skip
    for wrong in (
        "x = 1",
        "[x]\nlabel = {sw = 'X'}",
        "[x]\nlabel = {sw = 'X', en = 'X'}\nservice = 'TZ/GOV'",
        "[x]\nlabel = {sw = 'X', en = 'X'}\nask = {method = 'GET', path = '/{nobody}'}",
        "[x]\nlabel = {sw = 'X', en = 'X'}\nask = {method = 'GET', path = '/{key.__class__}'}",
        "[x]\nlabel = {sw = 'X', en = 'X'}\nunknown = 1",
        "[x",
    ):
        with pytest.raises(BadRegistersError):
            read(wrong)


def test_what_is_no_plain_value_is_not_taken() -> None:
    one = read('[x]\nlabel = {sw = "X", en = "X"}', TOML.format(name="x", service=SERVICE))["x"]
    for value in (None, {}, [], "", "a" * 3000):
        body = json.dumps({"person": {"full_name": value}}).encode()
        said = meaning(one, 200, "", body, message_id="m", at=clock.now(), answering=False)
        assert said == Away("unreadable"), value
