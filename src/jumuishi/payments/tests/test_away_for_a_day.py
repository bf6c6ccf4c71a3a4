"""The payment gateway is away for a day and comes back: each bill gets its number, and is asked for without a storm."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.payments import jobs, models
from jumuishi.payments.tests.test_gepg_loopback import Gateway, becomes, count, row_of, state_of
from jumuishi.payments.tests.test_gepg_loopback import world as world
from jumuishi.payments.types import Bill, MoneyState

pytestmark = pytest.mark.slow
BILLS = 12


def test_a_day_without_the_gateway(world: Gateway, bill_for: Callable[..., Bill]) -> None:
    world.knobs(away=True)
    began, asked = clock.now(), models.GatewayMessage.objects.filter(direction="out", kind="gepgBillSubReq")
    bills = [bill_for(new_id()) for _ in range(BILLS)]
    for bill in bills:
        jobs.submit(bill_id=str(bill.id))
    assert count(asked) == 1, "one bill asks; the others take their place in the queue"
    for quarter in range(1, 96):
        with clock.frozen(began + timedelta(minutes=15 * quarter)):
            jobs.catch_up()
            jobs.escalate()
    assert count(asked) <= 96, "a gateway that is away is asked once a round"
    assert {state_of(bill.case_id) for bill in bills} == {MoneyState.WAITING_NUMBER}
    world.knobs(away=False)
    with clock.frozen(began + timedelta(days=1, minutes=10)):
        jobs.catch_up()
        jobs.catch_up()
    for bill in bills:
        becomes(bill.case_id, MoneyState.WAITING_PAYMENT, within=20.0)
    numbers = {row_of(bill).control_number for bill in bills}
    assert len(numbers) == BILLS
    assert world.pay(bills[0])["code"] == "7101"
    becomes(bills[0].case_id, MoneyState.PAID, within=20.0)
