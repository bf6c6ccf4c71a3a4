"""The gateway as a process of its own: real requests both ways, and everything that goes wrong between two houses."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test import override_settings

from jumuishi.kernel import clock
from jumuishi.payments import jobs, models, options, outgoing, public
from jumuishi.payments.tests.conftest import Cast
from jumuishi.payments.types import Bill, MoneyState

pytestmark = pytest.mark.slow

BillFor = Callable[..., Bill]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


def row_of(bill: Bill) -> models.Bill:
    with transaction.atomic():
        return models.Bill.objects.get(id=bill.id)


def count(found: Any) -> int:
    with transaction.atomic():
        return int(found.count())


@dataclass(frozen=True)
class Gateway:
    url: str

    def post(self, path: str, **said: Any) -> dict[str, Any]:
        request = urllib.request.Request(self.url + path, json.dumps(said).encode())
        with urllib.request.urlopen(request, timeout=5) as response:
            return dict(json.load(response))

    def knobs(self, **said: Any) -> None:
        self.post("/simulate/knobs", **said)

    def pay(self, bill: Bill, amount: int | None = None, **more: Any) -> dict[str, Any]:
        number = row_of(bill).control_number
        return self.post("/simulate/pay", control_number=number, amount=amount, **more)


@pytest.fixture
def world(committed_db: None, tmp_path: Path) -> Iterator[Gateway]:
    """Our callback address and the simulator's process, each on a loopback port of its own."""
    ours = make_server("127.0.0.1", 0, WSGIHandler(), WSGIServer, Quiet)
    thread = threading.Thread(target=ours.serve_forever, kwargs={"poll_interval": 0.02})
    command = [
        sys.executable, "-m", "jumuishi.payments.gateways.gepg_simulator", "--data", str(tmp_path), "--keys",
        str(tmp_path / "keys"), "--callback", f"http://127.0.0.1:{ours.server_port}/payments/gepg/",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip().removeprefix("Simulated GePG at ").rstrip("/")
        with override_settings(
            ROOT_URLCONF="jumuishi.payments.web.machine_urls",
            JUMUISHI_GEPG_KEYS=tmp_path / "keys",
            JUMUISHI_GEPG_URL=url,
            JUMUISHI_GEPG_ACCOUNT="SP999,1001,TMADEUP001,140101",
        ):
            thread.start()
            yield Gateway(url)
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
        ours.shutdown()
        thread.join(5)
        ours.server_close()
        connection.close()


def state_of(case_id: Any) -> MoneyState:
    with transaction.atomic():  # a principal holds for a transaction; without one there are no rows
        return public.money_state(case_id)


def becomes(case_id: Any, wanted: MoneyState, *, within: float = 8.0) -> None:
    end = time.monotonic() + within
    while (found := state_of(case_id)) is not wanted:
        assert time.monotonic() < end, f"{found}, not {wanted}"
        time.sleep(0.03)


@pytest.fixture
def numbered(world: Gateway, bill_for: BillFor) -> Bill:
    bill = bill_for()
    outgoing.submit(bill.id)
    becomes(bill.case_id, MoneyState.WAITING_PAYMENT)
    return bill


def test_number_and_payment(world: Gateway, numbered: Bill) -> None:
    assert world.pay(numbered)["code"] == "7101"
    becomes(numbered.case_id, MoneyState.PAID)
    assert world.pay(numbered)["code"] == "7279"


def test_the_gateway_takes_the_rest_when_no_amount_is_said(world: Gateway, numbered: Bill) -> None:
    assert world.pay(numbered, 40000, force=True)["code"] == "7101"
    assert world.pay(numbered, 100000)["code"] == "7224"
    assert world.pay(numbered)["amount"] == "60000"
    becomes(numbered.case_id, MoneyState.PAID)


def test_the_gateway_refuses_the_wrong_amount(world: Gateway, numbered: Bill) -> None:
    assert world.pay(numbered, 5)["code"] == "7214"
    assert world.pay(numbered, 100001)["code"] == "7224"


def test_each_callback_thrice_and_in_reverse(world: Gateway, bill_for: BillFor) -> None:
    bill = bill_for(partial=True)
    world.knobs(repeat=3, reorder=True)
    outgoing.submit(bill.id)
    becomes(bill.case_id, MoneyState.WAITING_PAYMENT)
    world.pay(bill, 40000)
    world.pay(bill, 60000)
    becomes(bill.case_id, MoneyState.PAID)
    assert count(models.Payment.objects.filter(bill_id=bill.id)) == 2


def test_a_forged_callback_changes_nothing(world: Gateway, numbered: Bill) -> None:
    world.knobs(bad_signature=True)
    world.pay(numbered)
    end = time.monotonic() + 5
    while not count(models.GatewayMessage.objects.filter(answer_code="7303")):
        assert time.monotonic() < end
        time.sleep(0.03)
    assert state_of(numbered.case_id) is MoneyState.WAITING_PAYMENT


def test_the_gateway_is_away_and_comes_back(world: Gateway, bill_for: BillFor) -> None:
    world.knobs(away=True)
    bill = bill_for()
    outgoing.submit(bill.id)
    row = row_of(bill)
    assert (row.attempts, row.sent_at) == (1, None)
    assert row.next_attempt_at is not None
    assert state_of(bill.case_id) is MoneyState.WAITING_NUMBER
    world.knobs(away=False)
    with clock.frozen(datetime.now(UTC) + timedelta(minutes=10)):
        jobs.catch_up()
    becomes(bill.case_id, MoneyState.WAITING_PAYMENT)


def test_a_gateway_that_is_away_is_asked_once_a_round(world: Gateway, bill_for: BillFor) -> None:
    """A gateway that hangs would hold up the worker once for each bill that waits."""
    world.knobs(away=True)
    bills = [bill_for() for _ in range(4)]
    jobs.catch_up()
    assert sum(row_of(bill).attempts for bill in bills) == 1
    world.knobs(away=False)
    with clock.frozen(datetime.now(UTC) + timedelta(minutes=1)):
        jobs.catch_up()
    for bill in bills:
        becomes(bill.case_id, MoneyState.WAITING_PAYMENT)


def test_a_lost_number_is_asked_for_again(world: Gateway, bill_for: BillFor) -> None:
    world.knobs(drop=1)
    bill = bill_for()
    outgoing.submit(bill.id)
    with clock.frozen(datetime.now(UTC) + timedelta(minutes=11)):
        jobs.catch_up()
    becomes(bill.case_id, MoneyState.WAITING_PAYMENT)


def test_a_lost_payment_is_found_by_the_next_days_reconciliation(world: Gateway, numbered: Bill) -> None:
    world.knobs(drop=1)
    world.pay(numbered)
    with clock.frozen(datetime.now(UTC) + timedelta(days=1)):
        jobs.reconcile()
    becomes(numbered.case_id, MoneyState.PAID)
    assert count(models.Payment.objects.filter(found_by="reconciliation")) == 1
    assert count(models.Reconciliation.objects.filter(recovered=1, differing=0)) == 1


def test_a_cancelled_bill_cannot_be_paid(world: Gateway, numbered: Bill, cast: Cast) -> None:
    public.cancel_bill(actor=cast.asha, bill_id=numbered.id, reason="withdrawn")
    outgoing.withdraw(numbered.id)
    assert world.pay(numbered)["code"] == "7283"
    world.pay(numbered, force=True)
    becomes(numbered.case_id, MoneyState.REFUND_DUE)


def test_the_demonstrations_door_pays_through_the_real_callback(world: Gateway, numbered: Bill, client: Any) -> None:
    number = row_of(numbered).control_number
    with override_settings(DEMONSTRATION=False):
        assert client.post("/demo/pay", {"control_number": number}).status_code == 404
    assert client.post("/demo/pay", {"control_number": number}, REMOTE_ADDR="10.0.0.9").status_code == 404
    assert client.post("/demo/pay", {"control_number": number}).json()["code"] == "7101"
    becomes(numbered.case_id, MoneyState.PAID)


def test_noise_at_the_callbacks_address(world: Gateway, client: Any) -> None:
    assert client.post("/payments/gepg/", b"<x/>", content_type="application/xml").status_code == 400
    assert client.post("/payments/gepg/bill", b"", content_type="application/xml").status_code == 413
    assert client.get("/payments/gepg/").status_code == 405


def test_a_demonstration_finds_the_simulator_by_its_data_folder(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "JUMUISHI_DATA": str(tmp_path / "data"),
        "JUMUISHI_CONFIG": str(tmp_path / "config"),
        "JUMUISHI_PUBLIC_URL": "http://127.0.0.1:1",
    }
    command = [sys.executable, "-m", "jumuishi.payments.gateways.gepg_simulator"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip().removeprefix("Simulated GePG at ").rstrip("/")
        with override_settings(JUMUISHI_DATA=tmp_path / "data", JUMUISHI_GEPG_URL="", DEMONSTRATION=True):
            assert options.gateway_address() == url
        with override_settings(JUMUISHI_DATA=tmp_path / "data", JUMUISHI_GEPG_URL="", DEMONSTRATION=False):
            assert options.gateway_address() == ""
        assert sorted(path.name for path in (tmp_path / "config" / "gepg").iterdir()) == [
            "client.p12", "client.pass", "client.pem", "gateway.p12", "gateway.pass", "gateway.pem",
        ]  # fmt: skip
        assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "config" / "gepg").iterdir())
    finally:
        process.terminate()
        assert process.wait(10) == 0
        if process.stdout is not None:
            process.stdout.close()
