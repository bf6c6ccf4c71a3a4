"""Two gateways: who is away or refuses leaves the message to the other; who is silent is left alone for a while."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client, override_settings

from jumuishi.evidence.models import JournalRow
from jumuishi.identity.public import principal_of
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.messaging import jobs, models, prices, queries, sending
from jumuishi.messaging.gateways import mgov_wire
from jumuishi.messaging.tests.conftest import KEY, Two
from jumuishi.messaging.tests.test_messages import COUNCIL, PHONE, row, say

pytestmark = pytest.mark.slow
MORNING = datetime(2026, 3, 2, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


def later(**span: float) -> Any:
    return clock.frozen(MORNING + timedelta(**span))


def test_the_aggregators_wire(two: Two, committed_db: None) -> None:
    two.mgov.away = True
    two.other.cost = "TZS 22.0000"
    message = say("Ombi: limepokelewa & \u201climeanza\u201d")
    sending.send(message)
    assert two.other.sent() == [
        {"username": "jumuishi", "to": PHONE, "message": 'Ombi: limepokelewa & "limeanza"', "from": "JUMUISHI"}
    ]
    found = row(message)
    assert (found.state, found.gateway, found.their_id, found.cost) == (
        "sent", "africastalking", "ATXid_00000001", Decimal("22"),
    )  # fmt: skip
    assert found.attempts == 1


def test_the_next_takes_over_at_once_and_the_first_is_tried_again_by_one(two: Two, committed_db: None) -> None:
    two.mgov.away = True
    letters = [say(f"Ombi {n}", to=f"+2557000001{n:02}") for n in range(4)]
    asked, take = [], two.mgov.receive
    two.mgov.receive = lambda *given: (asked.append(1), take(*given))[1]  # type: ignore[method-assign]
    for one in letters:
        sending.send(one)
    assert [row(one).gateway for one in letters] == ["africastalking"] * 4
    assert len(asked) == 1, "who is silent is asked once, not by every message"
    with later(seconds=6):
        sending.send(say("Tena", to="+255700000111"))
        assert len(asked) == 2, "its time had come: one message tried it"
        sending.send(say("Tena", to="+255700000112"))
        assert len(asked) == 2, "and it waits longer now"
    two.mgov.away = False
    with later(seconds=30):
        back = say("Imerudi", to="+255700000113")
        sending.send(back)
    assert row(back).gateway == "mgov"
    with transaction.atomic():
        assert not models.Gateway.objects.exists()


def test_a_refusal_is_the_messages_own_and_goes_to_the_next(two: Two, committed_db: None) -> None:
    two.mgov.refuse = True
    first = say()
    sending.send(first)
    assert (row(first).state, row(first).gateway) == ("sent", "africastalking")
    two.other.refuse = True
    second = say(to="+255700000002")
    sending.send(second)
    found = row(second)
    assert (found.state, found.failure, found.refused_by) == ("failed", "RejectedByGateway", "africastalking,mgov")
    with transaction.atomic():
        assert not models.Gateway.objects.exists(), "a gateway that answers is there"


def test_refused_by_one_while_the_other_is_away_waits_for_the_other(two: Two, committed_db: None) -> None:
    two.mgov.refuse, two.other.away = True, True
    message = say()
    sending.send(message)
    assert (row(message).state, row(message).refused_by) == ("queued", "mgov")
    two.mgov.refuse, two.other.away = False, False
    with later(minutes=1):
        jobs.catch_up()
    assert (row(message).gateway, two.counts()) == ("africastalking", (0, 1)), "who refused is not asked again"


@pytest.mark.parametrize(
    ("status", "state"),
    [((405, "InsufficientBalance"), "queued"), ((403, "InvalidPhoneNumber"), "failed"), ((102, "Queued"), "sent")],
)
def test_what_the_aggregators_codes_mean(two: Two, committed_db: None, status: tuple[int, str], state: str) -> None:
    two.other.status = status
    with override_settings(JUMUISHI_SMS_GATEWAY="africastalking"):
        message = say()
        sending.send(message)
    assert row(message).state == state


def test_a_day_without_either(two: Two, committed_db: None) -> None:
    two.mgov.away = two.other.away = True
    letters = [say(f"Ombi {n}", to=f"+2557000001{n:02}") for n in range(6)]
    for number in range(24):
        with later(hours=number):
            jobs.catch_up()
    assert {row(one).state for one in letters} == {"queued"}
    two.other.away = False
    with later(days=1):
        jobs.catch_up()
    assert {row(one).gateway for one in letters} == {"africastalking"}
    late = say("Ombi la zamani")
    two.other.away = True
    with later(hours=49):
        jobs.catch_up()
    assert (row(late).state, row(late).failure) == ("failed", "too late")


def test_of_one_case_the_newest_state_goes_once_both_had_to_wait(two: Two, committed_db: None) -> None:
    two.mgov.away = two.other.away = True
    case, another = new_id(), new_id()
    first = say("Limepokelewa", case_id=case, topic="stage")
    bill = say("Lipa", case_id=case)
    with later(hours=1):
        second = say("Limeidhinishwa", case_id=case, topic="stage")
        elsewhere = say("Limepokelewa", case_id=another, topic="stage")
        two.mgov.away = False
        jobs.catch_up()
    assert (row(first).state, row(first).failure) == ("failed", "replaced")
    assert [row(one).state for one in (bill, second, elsewhere)] == ["sent"] * 3
    with later(hours=2):
        quick = [say("Limepokelewa", case_id=case, topic="stage"), say("Lipo kwa afisa", case_id=case, topic="stage")]
        jobs.catch_up()
    assert [row(one).state for one in quick] == ["sent"] * 2, "as things go, each is told"


def test_quiet_hours_over_midnight(two: Two, committed_db: None) -> None:
    """21:00 to 07:00 in Dar es Salaam is 18:00 to 04:00 UTC."""
    evening = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
    with override_settings(JUMUISHI_SMS_QUIET="21:00-07:00"), clock.frozen(evening):
        letter, code, reply = say(), say("Namba 1", purpose="code.ingia"), say("Jibu", purpose="reply")
        for one in (letter, code, reply):
            sending.send(one)
        assert [row(one).state for one in (letter, code, reply)] == ["queued", "sent", "sent"]
        assert row(letter).next_attempt_at == datetime(2026, 3, 3, 4, tzinfo=UTC)
        for at, state in (
            (datetime(2026, 3, 3, 3, 59, tzinfo=UTC), "queued"),
            (datetime(2026, 3, 3, 4, tzinfo=UTC), "sent"),
        ):
            with clock.frozen(at):
                jobs.catch_up()
            assert row(letter).state == state


def test_an_institutions_own_sender_and_limit(two: Two, committed_db: None) -> None:
    with transaction.atomic():
        models.Terms.objects.create(institution_id=COUNCIL, sender="HALMASHAURI", most_a_day=2)
    first, second, third = (say(f"Ombi {n}", to=f"+25570000001{n}") for n in range(3))
    sending.send(first)
    two.mgov.away = True
    sending.send(second)
    assert (two.mgov.sent()[0]["senderId"], two.other.sent()[0]["from"]) == ("HALMASHAURI", "HALMASHAURI")
    assert row(third).failure == "limit of the institution"
    other = say(institution_id=new_id())
    sending.send(other)
    assert (row(other).state, two.other.sent()[1]["from"]) == ("sent", "JUMUISHI")


def test_what_it_cost_by_case_and_institution(two: Two, committed_db: None, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(
        "gateway,from,per_part,currency,source\nmgov,2026-01-01,1.25,TZS,a made-up agreement\n"
        "mgov,2026-04-01,9,TZS,a later one\n"
    )
    case = new_id()
    with override_settings(JUMUISHI_SMS_PRICES=str(file)):
        sending.send(say("x" * 161, case_id=case))
        two.mgov.away = True  # the other says no cost, and nobody said what it takes
        sending.send(say(case_id=case))
    with transaction.atomic():
        for found in (queries.cost_of(case_id=case), queries.cost_of(institution_id=COUNCIL)):
            assert (found.messages, found.parts, found.amount, found.unpriced) == (2, 3, Decimal("2.5"), 1)
    with tenancy.acting_as(principal_of(Actor(ActorKind.OFFICER, new_id(), new_id()))), transaction.atomic():
        assert queries.cost_of(case_id=case).messages == 0


@pytest.mark.parametrize(
    "line",
    ["mgov,2026-01-01,1.25,TZS,", "mgov,yesterday,1.25,TZS,x", "mgov,2026-01-01,-1,TZS,x", "mgov,2026-01-01,1,USD,x"],
)
def test_a_price_has_a_day_and_a_source(tmp_path: Path, line: str) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(f"gateway,from,per_part,currency,source\n{line}\n")
    with pytest.raises(prices.BadPricesError, match="line 2"):
        prices.read(str(file), "TZS")
    with override_settings(JUMUISHI_SMS_PRICES=str(file)):
        assert prices.price_of("mgov", MORNING.date()) is None


def test_no_address_to_tap_on(two: Two, committed_db: None) -> None:
    for text in (
        "Soma https://jumuishi.example/x sasa", "Soma www.wezi.example/x sasa", "Soma jumuishi.go.tz/x sasa",
    ):  # fmt: skip
        assert row(say(text)).text == "Soma sasa"
    assert row(say("Ombi 1234. Tazama Fuatilia, saa 2.30")).text == "Ombi 1234. Tazama Fuatilia, saa 2.30"


@pytest.mark.usefixtures("two", "committed_db")
class TestReports:
    def post(self, path: str, **given: Any) -> int:
        with override_settings(ROOT_URLCONF="jumuishi.messaging.web.machine_urls"):
            return Client(raise_request_exception=False).post(path, **given).status_code

    def entries(self, message: UUID) -> list[Any]:
        with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
            found = JournalRow.objects.filter(thing_id=message, verb="messaging.message.report")
            return [json.loads(bytes(one.body))["after"] for one in found]

    def test_a_form_by_the_secret_path_from_their_networks(self, two: Two) -> None:
        two.mgov.away = True
        message = say()
        sending.send(message)
        form = {"id": row(message).their_id, "status": "Success", "phoneNumber": PHONE, "networkCode": "99999"}
        with override_settings(JUMUISHI_SMS_SECRET="s3cret", JUMUISHI_SMS_SOURCES="192.0.2.0/24"):
            for path, peer in (
                ("/sms/africastalking/", "192.0.2.7"), ("/sms/africastalking/guess/", "192.0.2.7"),
                ("/sms/africastalking/s3cret/", "203.0.113.9"), ("/sms/africastalking/", "127.0.0.1"),
            ):  # fmt: skip
                assert self.post(path, data=form, REMOTE_ADDR=peer) == 403
            assert row(message).state == "sent"
            good = {"path": "/sms/africastalking/s3cret/", "REMOTE_ADDR": "192.0.2.7"}
            assert self.post(data={**form, "status": "Buffered"}, **good) == 200
            assert row(message).state == "sent", "on its way is no news"
            assert [self.post(data=form, **good) for _ in range(3)] == [200, 200, 200]
            assert self.post(data={**form, "id": "ATXid_unknown"}, **good) == 200
            assert self.post(data={"status": "Success"}, **good) == 400
            assert self.post(data={**form, "status": "Failed"}, **good) == 200
        assert row(message).state == "delivered", "the first word stands"
        assert self.entries(message) == [{"state": "delivered", "gateway": "africastalking"}]

    def test_a_report_that_is_faster_than_our_own_note(self, two: Two) -> None:
        for away, name in ((False, ""), (True, "ATXid_00000001")):
            two.mgov.away = away
            message = say()
            body = json.dumps({"messageId": name or str(message), "status": "FAILED"}).encode()
            if away:
                with override_settings(DEMONSTRATION=True):
                    assert self.post("/sms/africastalking/", data={"id": name, "status": "Rejected"}) == 200
            else:
                headers = {"hash": mgov_wire.sign(KEY, body)}
                assert self.post("/sms/mgov/", data=body, content_type="application/json", headers=headers) == 200
            assert row(message).state == "queued"
            sending.send(message)
            assert (row(message).state, row(message).failure) == ("failed", "not delivered")
            assert len(self.entries(message)) == 1

    def test_another_gateways_word_counts_nothing(self) -> None:
        message = say()
        sending.send(message)
        with override_settings(DEMONSTRATION=True):
            assert self.post("/sms/africastalking/", data={"id": str(message), "status": "Success"}) == 200
        assert row(message).state == "sent"

    def test_reports_of_strangers_are_dropped_after_a_day(self) -> None:
        with override_settings(DEMONSTRATION=True):
            self.post("/sms/africastalking/", data={"id": "ATXid_stranger", "status": "Success"})
        for days, left in ((0, 1), (2, 0)):
            with later(days=days):
                jobs.forget_heard()
            with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
                assert models.EarlyReport.objects.count() == left
