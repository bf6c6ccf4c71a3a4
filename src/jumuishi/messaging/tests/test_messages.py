"""A message from the sender's transaction to the phone, through a gateway that may be away."""

import json
import logging
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test import Client, override_settings

from jumuishi.identity.public import principal_of
from jumuishi.identity.types import Actor, ActorKind, BadPhoneError
from jumuishi.kernel import clock, jobs, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.messaging import codes, models, public, sending
from jumuishi.messaging import jobs as our_jobs
from jumuishi.messaging.gateways import mgov_wire
from jumuishi.messaging.gateways.mgov_simulator import Simulator, serve
from jumuishi.messaging.sending import Went
from jumuishi.messaging.types import EmptyMessageError, MessageState

pytestmark = pytest.mark.slow

COUNCIL, ASHA, KEY = new_id(), new_id(), "made-up-key"
PHONE = "+255700000001"


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


def say(text: str = "Ombi limepokelewa", **more: Any) -> UUID:
    said: dict[str, Any] = {
        "institution_id": COUNCIL,
        "person_id": ASHA,
        "to": PHONE,
        "text": text,
        "purpose": "case",
    }
    return public.send_sms(**{**said, **more})


def row(message_id: UUID) -> models.Message:
    with transaction.atomic():
        return models.Message.objects.get(id=message_id)


@pytest.fixture
def mgov() -> Iterator[Simulator]:
    """A simulated gateway on loopback, and this installation pointed at it."""
    simulator = Simulator(key=KEY, system_id="SYS1")
    server = serve(simulator, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with override_settings(
            DEMONSTRATION=False,
            JUMUISHI_SMS_GATEWAY="mgov",
            JUMUISHI_MGOV_URL=f"http://127.0.0.1:{server.server_address[1]}",
            JUMUISHI_MGOV_SYSTEM="SYS1",
            JUMUISHI_MGOV_KEY=KEY,
            JUMUISHI_MGOV_SERVICE="999",
            JUMUISHI_MGOV_SENDER="15200",
        ):
            yield simulator
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def test_the_wire(mgov: Simulator, committed_db: None) -> None:
    with clock.frozen(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        message = say("Ombi: “limepokelewa”")
        sending.send(message)
    assert mgov.sent() == [
        {
            "recipients": "255700000001",
            "message": 'Ombi: "limepokelewa"',
            "datetime": "2026-03-02 12:00:00",
            "mobileServiceId": "999",
            "senderId": "15200",
            "messageId": str(message),
        }
    ]
    found = row(message)
    assert (found.state, found.gateway, found.parts, found.encoding) == ("sent", "mgov", 1, "gsm7")


def test_the_hash_is_the_documented_one() -> None:
    said = b"what do ya want for nothing?"  # RFC 4231's second case, in base64
    assert mgov_wire.sign("Jefe", said) == "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
    assert mgov_wire.is_signed("Jefe", said, mgov_wire.sign("Jefe", said))
    assert not mgov_wire.is_signed("Jefe", b"altered", mgov_wire.sign("Jefe", said))
    assert not mgov_wire.is_signed("", b"x", mgov_wire.sign("", b"x"))


def test_sent_twice_is_sent_once(mgov: Simulator, committed_db: None) -> None:
    first, again = say(idempotency_key="c1:stage"), say(idempotency_key="c1:stage")
    assert first == again
    sending.send(first)
    sending.send(first)
    our_jobs.catch_up()
    assert len(mgov.sent()) == 1
    assert row(first).attempts == 1
    assert say(idempotency_key="c1:stage", institution_id=None) != first


def test_undone_with_the_senders_transaction(mgov: Simulator, committed_db: None) -> None:
    def undone() -> None:
        with transaction.atomic():
            say()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    with transaction.atomic():
        assert models.Message.objects.count() == 0


def test_the_gateway_is_away_and_comes_back(mgov: Simulator, committed_db: None) -> None:
    mgov.away = True
    message = say()
    sending.send(message)
    found = row(message)
    assert (found.state, found.attempts, found.failure) == ("queued", 1, "HTTP 503")
    sending.send(message)  # not yet its time
    assert row(message).attempts == 1
    mgov.away = False
    with clock.frozen(datetime.now(UTC) + timedelta(minutes=1)):
        our_jobs.catch_up()
    assert row(message).state == MessageState.SENT
    assert len(mgov.sent()) == 1


def test_a_refused_key_loses_no_message(mgov: Simulator, committed_db: None) -> None:
    message = say()
    with override_settings(JUMUISHI_MGOV_KEY="wrong"):
        sending.send(message)
    assert (row(message).state, row(message).failure) == ("queued", "HTTP 401")
    assert mgov.sent() == []


def test_a_refused_message_is_not_tried_again(mgov: Simulator, committed_db: None) -> None:
    mgov.refuse = True
    message = say()
    sending.send(message)
    assert (row(message).state, row(message).failure, row(message).next_attempt_at) == ("failed", "Rejected", None)


def test_a_code_is_forgotten_once_sent_and_no_use_when_late(mgov: Simulator, committed_db: None) -> None:
    for minutes, state in ((0, "sent"), (11, "failed")):
        with transaction.atomic():
            codes.SmsCodes().send_code(phone=PHONE, code="123456", purpose="ingia", language="sw")
            message = models.Message.objects.latest("created_at").id
        with clock.frozen(datetime.now(UTC) + timedelta(minutes=minutes)):
            sending.send(message)
        assert (row(message).state, row(message).text) == (state, "")
    assert ["123456" in sent["message"] for sent in mgov.sent()] == [True]


def test_delivery_reports(mgov: Simulator, committed_db: None) -> None:
    message = say()
    sending.send(message)
    body = json.dumps({"messageId": str(message), "status": "DELIVERED"})

    def report(body: str, given: str) -> int:
        with override_settings(ROOT_URLCONF="jumuishi.messaging.web.machine_urls"):
            answer = Client().post("/sms/mgov/", body, content_type="application/json", headers={"hash": given})
        return answer.status_code

    signed = mgov_wire.sign(KEY, body.encode())
    assert report(body, "forged") == 403
    assert row(message).state == MessageState.SENT
    assert [report(body, signed), report(body, signed)] == [200, 200]
    assert row(message).state == MessageState.DELIVERED
    assert report("[]", mgov_wire.sign(KEY, b"[]")) == 400


@pytest.mark.parametrize(("undelivered", "state"), [(False, "delivered"), (True, "failed")])
def test_the_gateway_as_a_process_that_reports_back(committed_db: None, *, undelivered: bool, state: str) -> None:
    """Real requests both ways: ours to send, its to say whether the message reached its phone."""
    ours = make_server("127.0.0.1", 0, WSGIHandler(), WSGIServer, Quiet)
    thread = threading.Thread(target=ours.serve_forever, kwargs={"poll_interval": 0.02})
    command = [
        sys.executable, "-m", "jumuishi.messaging.gateways.mgov_simulator", "--key", KEY, "--system-id", "SYS1",
        "--report", f"http://127.0.0.1:{ours.server_port}/sms/mgov/",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip().removeprefix("Simulated mGov at ").rstrip("/")
        with override_settings(
            ROOT_URLCONF="jumuishi.messaging.web.machine_urls", DEMONSTRATION=False, JUMUISHI_SMS_GATEWAY="mgov",
            JUMUISHI_MGOV_URL=url, JUMUISHI_MGOV_SYSTEM="SYS1", JUMUISHI_MGOV_KEY=KEY,
        ):  # fmt: skip
            thread.start()
            knobs = json.dumps({"undelivered": undelivered}).encode()
            with urllib.request.urlopen(urllib.request.Request(f"{url}/simulate/knobs", knobs), timeout=5):
                pass
            message = say()
            sending.send(message)
            end = time.monotonic() + 20
            while row(message).state != state:
                assert time.monotonic() < end, row(message).state
                time.sleep(0.05)
            assert row(message).attempts == 1
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
        ours.shutdown()
        thread.join(5)
        ours.server_close()
        connection.close()


def test_a_gateway_that_is_away_is_asked_once_a_round(mgov: Simulator, committed_db: None) -> None:
    """Each request may take as long as a gateway that hangs: the others of the round wait without asking."""
    mgov.away = True
    waiting = [say(text=f"Ujumbe {n}") for n in range(5)]
    our_jobs.catch_up()
    assert sum(row(message).attempts for message in waiting) == 1
    mgov.away = False
    with clock.frozen(datetime.now(UTC) + timedelta(minutes=1)):
        our_jobs.catch_up()
    assert {row(message).state for message in waiting} == {"sent"}
    assert len(mgov.sent()) == 5


@pytest.mark.usefixtures("db")
class TestKept:
    def test_a_code_that_a_limit_stopped_is_not_kept(self) -> None:
        with override_settings(JUMUISHI_SMS_PER_NUMBER_HOUR=0):
            codes.SmsCodes().send_code(phone=PHONE, code="123456", purpose="ingia", language="sw")
        found = models.Message.objects.get()
        assert (found.state, found.text, found.failure) == ("failed", "", "limit of the number")

    def test_numbers_are_of_one_form(self) -> None:
        assert {row(say(to=form)).to for form in ("0700 000 001", "255700000001", "+255-700-000-001")} == {PHONE}
        with pytest.raises(BadPhoneError):
            say(to="12")
        with pytest.raises(EmptyMessageError):
            say("  ")

    def test_limits_of_a_number_and_of_an_institution(self) -> None:
        with override_settings(JUMUISHI_SMS_PER_NUMBER_HOUR=2):
            states = [row(say()).state for _ in range(3)]
        assert states == ["queued", "queued", "failed"]
        with override_settings(JUMUISHI_SMS_PER_INSTITUTION_DAY=3):
            found = [row(say(to=f"+25570000001{n}")) for n in range(2)]
            assert [one.failure for one in found] == ["", "limit of the institution"]
            assert row(say(to="+255700000019", institution_id=new_id())).state == "queued"

    def test_a_country_that_we_do_not_write_to(self) -> None:
        with override_settings(IDENTITY_PHONE_PREFIXES=("+25571",)):
            assert row(say()).failure == "country"
            assert row(say(to="+255710000001")).state == "queued"

    def test_what_a_day_does_not_hold_goes_the_day_after_and_codes_go_at_once(self) -> None:
        evening = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
        with override_settings(JUMUISHI_SMS_PER_DAY=2), clock.frozen(evening):
            letters = [say(to=f"+25570000001{n}") for n in range(3)]
            codes.SmsCodes().send_code(phone=PHONE, code="123456", purpose="ingia", language="sw")
            code = models.Message.objects.get(to=PHONE)
            went = [sending.send(one) for one in (*letters, code.id)]
            assert went == [Went.SETTLED, Went.SETTLED, Went.WAITS, Went.SETTLED]
            assert [row(one).state for one in (*letters, code.id)] == ["sent", "sent", "queued", "sent"]
            with clock.frozen(evening + timedelta(minutes=31)):
                our_jobs.catch_up()
                assert row(letters[2]).state == "sent", "past midnight in Dar es Salaam"

    def test_the_walls(self) -> None:
        say()

        def seen(principal: tenancy.Principal | None) -> int:
            with tenancy.acting_as(principal), connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM messaging_message")
                return int(cursor.fetchone()[0])

        juma = Actor(ActorKind.OFFICER, new_id(), COUNCIL)
        baraka = Actor(ActorKind.OFFICER, new_id(), new_id())
        assert [seen(principal_of(who)) for who in (juma, Actor.person(ASHA))] == [1, 1]
        assert [seen(principal_of(who)) for who in (baraka, Actor.person(new_id()), Actor.person(None))] == [0, 0, 0]
        assert seen(None) == 0
        with tenancy.acting_as(principal_of(juma)), connection.cursor() as cursor:
            cursor.execute("UPDATE messaging_message SET text = 'x'")
            assert cursor.rowcount == 0

    def test_a_citizens_own_request_may_say_something(self) -> None:
        with tenancy.acting_as(principal_of(Actor.person(ASHA))):
            message = say()
        assert row(message).state == MessageState.QUEUED

    def test_the_demonstrations_outbox(self, client: Client) -> None:
        with override_settings(ROOT_URLCONF="jumuishi.messaging.web.machine_urls", DEMONSTRATION=True):
            first, second = say("moja"), say("mbili")
            sending.send(first)
            found = client.get("/demo/outbox.json", {"to": PHONE}).json()
            assert [(one["id"], one["text"], one["state"]) for one in found["messages"]] == [
                (str(first), "moja", "sent"),
                (str(second), "mbili", "queued"),
            ]
            assert client.get("/demo/outbox.json?to=+255700000001").json()["to"] == PHONE
            assert client.get("/demo/outbox.json", {"to": "x"}).status_code == 400
            assert client.get("/demo/outbox.json", {"to": PHONE}, REMOTE_ADDR="10.0.0.9").status_code == 404
            with override_settings(DEMONSTRATION=False):
                assert client.get("/demo/outbox.json", {"to": PHONE}).status_code == 404

    def test_neither_text_nor_number_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with override_settings(JUMUISHI_SMS_GATEWAY="none"):
            message = say("siri kubwa")
            sending.send(message)
        assert row(message).state == MessageState.QUEUED
        ours = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
        assert not any("siri kubwa" in line or "700000001" in line for line in ours)


def test_the_job_is_registered() -> None:
    assert {"messaging.message.send", "messaging.messages.catch_up"} <= jobs.REGISTRY.keys()
