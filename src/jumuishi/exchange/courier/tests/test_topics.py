"""A water authority publishes, a bank subscribes by its agreement and pulls; rights decide in words, positions hold."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from jumuishi.exchange import agreeing, registering
from jumuishi.exchange.courier import handing, home, topics
from jumuishi.exchange.courier.following import LEASE
from jumuishi.exchange.courier.states import InState
from jumuishi.exchange.courier.tables import Event, Inbox, Outbox
from jumuishi.exchange.tests.test_gateway import CONTACT, agree, officer
from jumuishi.kernel import clock

TOPIC = "TZ/GOV/maji-mfano/wateja/mabadiliko"
HERE = "/exchange/events"


@pytest.fixture
def scene(world: Any, db: None) -> SimpleNamespace:
    bakari, shabani = officer("maji-mfano", "Bakari"), officer("benki-mfano", "Shabani")
    water = registering.register_subsystem(actor=bakari, code="wateja", name="Wateja", **CONTACT)
    bank = registering.register_subsystem(actor=shabani, code="mikopo", name="Mikopo", **CONTACT)
    service = registering.register_service(
        actor=bakari, subsystem_id=water, code="mabadiliko", title={"sw": "Mabadiliko"}, url="http://127.0.0.1:9/"
    )
    _, publisher = registering.make_key(actor=bakari, subsystem_id=water)
    _, reader = registering.make_key(actor=shabani, subsystem_id=bank)
    return SimpleNamespace(publisher=publisher, reader=reader, service=service, bank=bank)


def agreed(scene: SimpleNamespace) -> Any:
    return agree(scene.service, scene.bank, rules=[{"method": "GET", "path": "/events"}])


def ask(key: str, method: str, path: str, said: Any = None) -> Any:
    body = "" if said is None else json.dumps(said)
    return Client().generic(method, f"{HERE}{path}", body, "application/json", headers={"X-Jumuishi-Key": key})


def publish(scene: SimpleNamespace, name: str, subject: str = "", **more: Any) -> Any:
    said = {
        "specversion": "1.0",
        "id": name,
        "type": "tz.mfano.customer.moved",
        "subject": subject,
        "data": {"n": name},
    }
    return ask(scene.publisher, "POST", "/pub/v1/mabadiliko", {**said, **more})


def work() -> None:
    """What the worker's clocks do."""
    for _ in range(3):
        home.deliver()
        handing.hand_over()
        topics.feed()
    home.deliver()


def pull(scene: SimpleNamespace, query: str = "") -> list[str]:
    return [one["id"] for one in ask(scene.reader, "POST", f"/pull/v1{query}").json()["events"]]


def state(scene: SimpleNamespace) -> tuple[str, str]:
    (one,) = ask(scene.reader, "GET", "/subs").json()["subscriptions"]
    return one["state"], one["why"]


def confirm(scene: SimpleNamespace, *positions: int) -> int:
    said = {"events": [[TOPIC, one] for one in positions]}
    return int(ask(scene.reader, "DELETE", "/confirm/v1", said).json()["confirmed"])


def test_published_pulled_confirmed(scene: SimpleNamespace) -> None:
    agreed(scene)
    assert ask(scene.reader, "POST", "/subs", {"topic": TOPIC}).status_code == 202
    work()
    assert state(scene) == ("standing", "")
    for name, subject in (("e1", "mteja-1"), ("e2", "mteja-2"), ("e3", "mteja-1")):
        assert publish(scene, name, subject).status_code == 201
    assert publish(scene, "e3", "mteja-1").json() == {"position": 3}, "the same id again is the same"
    work()
    (first, *_) = found = ask(scene.reader, "POST", "/pull/v1").json()["events"]
    assert sorted(one["id"] for one in found) == ["e1", "e2", "e3"]
    mine = [one["id"] for one in found if one["subject"] == "mteja-1"]
    assert mine == ["e1", "e3"]
    assert first["source"] == "TZ/GOV/maji-mfano/wateja"
    assert (first["data"], first["topic"], first["purpose"]) == ({"n": first["id"]}, TOPIC, "credit-check")
    assert pull(scene) == [], "they are the asker's for two minutes"
    assert confirm(scene, 1, 2) == 2
    assert confirm(scene, 1, 2) == 0
    with clock.frozen(clock.now() + LEASE + clock.seconds(1)):
        assert pull(scene) == ["e3"], "what was not confirmed comes again"
    assert confirm(scene, 3) == 1
    with clock.frozen(clock.now() + 2 * LEASE):
        assert pull(scene) == []


def test_without_an_agreement_it_is_refused_in_words_and_nothing_is_sent(scene: SimpleNamespace) -> None:
    publish(scene, "e1")
    ask(scene.reader, "POST", "/subs", {"topic": TOPIC, "from": 0})
    work()
    said, why = state(scene)
    assert said == "refused"
    assert len(why) > 20
    assert pull(scene) == []
    assert not Outbox.objects.filter(type="tz.mfano.customer.moved").exists()


def test_an_agreement_that_ends_ends_the_stream_and_a_new_one_takes_it_up(scene: SimpleNamespace) -> None:
    made = agreed(scene)
    ask(scene.reader, "POST", "/subs", {"topic": TOPIC})
    work()
    agreeing.end(actor=officer("maji-mfano", "Aisha"), agreement_id=made, reason="Imekwisha")
    publish(scene, "e1")
    work()
    assert state(scene)[0] == "refused"
    assert pull(scene) == []
    agreed(scene)
    work()
    assert (state(scene)[0], pull(scene)) == ("standing", ["e1"])


def test_whoever_comes_late_reads_from_a_position_and_may_read_again(scene: SimpleNamespace) -> None:
    agreed(scene)
    for n in range(1, 6):
        publish(scene, f"e{n}")
    ask(scene.reader, "POST", "/subs", {"topic": TOPIC, "from": 2})
    work()
    assert pull(scene) == ["e3", "e4", "e5"]
    assert confirm(scene, 3, 4, 5) == 3
    assert pull(scene, f"?topic={TOPIC}&after=3") == ["e4", "e5"], "here, whether confirmed or not"
    ask(scene.reader, "POST", "/subs", {"topic": TOPIC, "from": 0})
    work()
    assert pull(scene) == ["e1", "e2", "e3", "e4", "e5"], "from the publisher, all that it keeps"


def test_who_unsubscribes_is_sent_no_more(scene: SimpleNamespace) -> None:
    agreed(scene)
    ask(scene.reader, "POST", "/subs", {"topic": TOPIC})
    work()
    assert ask(scene.reader, "DELETE", f"/subs?topic={TOPIC}").status_code == 202
    work()
    publish(scene, "e1")
    work()
    assert (state(scene)[0], pull(scene)) == ("ended", [])


def test_what_nobody_asked_for_is_refused_and_its_sender_has_a_dead_letter(scene: SimpleNamespace) -> None:
    from jumuishi.exchange.courier.sending import send  # noqa: PLC0415  # this test alone forges a message
    from jumuishi.exchange.courier.tables import DeadLetter  # noqa: PLC0415
    from jumuishi.exchange.xroad.identifiers import ClientId  # noqa: PLC0415

    home_id = officer("maji-mfano", "Bakari").workplace
    send(
        institution_id=home_id, source=ClientId("TZ", "GOV", "maji-mfano", "wateja"),
        destination=ClientId("TZ", "COM", "benki-mfano", "mikopo"), type="tz.mfano.spam", data=b"{}",
    )  # fmt: skip
    work()
    assert [one.state for one in Inbox.objects.filter(type="tz.mfano.spam")] == [InState.REFUSED]
    (letter,) = DeadLetter.objects.filter(ended_at=None)
    assert (letter.institution_id, letter.reason, letter.direction) == (home_id, "not_subscribed", "out")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"id": ""}, 422), ({"type": "jumuishi.courier.refused"}, 422), ({"data": "x" * 70_000}, 422),
        ({"time": "jana"}, 400), ({"subject": "a\nb"}, 422), ({"data_base64": "?", "data": None}, 400),
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused(scene: SimpleNamespace, change: dict[str, Any], status: int) -> None:
    assert (
        publish(scene, **{"name": "e1", **change, **({"name": change["id"]} if "id" in change else {})}).status_code
        == status
    )
    assert not Event.objects.exists()


def test_without_a_systems_key_nobody_passes(scene: SimpleNamespace) -> None:
    for method, path in (
        ("POST", "/pub/v1/mabadiliko"),
        ("GET", "/subs"),
        ("POST", "/pull/v1"),
        ("POST", "/confirm/v1"),
    ):
        for key in ("", "jmx_wrong", "jmk_wrong"):
            assert ask(key, method, path).status_code == 401
    assert ask(scene.reader, "POST", "/pub/v1/mabadiliko", {"id": "e", "type": "t"}).status_code == 422, (
        "no topic of its own"
    )
    with transaction.atomic():
        assert not Event.objects.exists()
