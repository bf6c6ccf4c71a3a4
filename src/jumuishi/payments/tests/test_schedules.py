"""Whatever happens in whatever order: one money state, no stranded money, and one open task for what is owed back."""

import contextlib
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.payments import jobs, ledger, models, public
from jumuishi.payments.tests.conftest import Cast, Teller
from jumuishi.payments.types import Bill, BillStateError, MoneyState, RefundState

BillFor = Callable[..., Bill]
SYSTEM = Actor.system()
AMOUNTS = {"a": 40000, "b": 60000, "c": 100000}
pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]
in_database = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class World:
    """One case with its bill, and everything that can happen to it."""

    def __init__(self, bill: Bill, gateway: Teller, cast: Cast, tag: str) -> None:
        self.first = self.bill = bill
        self.gateway, self.cast, self.tag = gateway, cast, tag

    def number_of(self, bill: Bill) -> str:
        return f"99{bill.id.int % 10**10:010d}"

    def step(self, name: str) -> None:
        if name == "number":
            self.gateway.number(self.bill, self.number_of(self.bill))
        elif name in AMOUNTS:
            self.gateway.paid(self.bill, AMOUNTS[name], f"{self.tag}{name}", self.number_of(self.bill))
        elif name == "old":
            self.gateway.paid(self.first, AMOUNTS["c"], f"{self.tag}old", self.number_of(self.first))
        elif name == "expire":
            with clock.frozen(self.bill.expires_at + timedelta(seconds=1)):
                jobs.expire()
        else:
            with contextlib.suppress(BillStateError):  # refused, and nothing changed
                self.command(name)

    def command(self, name: str) -> None:
        if name == "cancel":
            public.cancel_bill(actor=SYSTEM, bill_id=self.bill.id, reason="withdrawn")
        elif name == "return":
            public.open_refund(actor=SYSTEM, case_id=self.bill.case_id, reason="refused")
        elif name == "reissue":
            self.bill = public.reissue_bill(
                actor=SYSTEM, bill_id=self.bill.id, expires_at=self.bill.expires_at + timedelta(days=9)
            )
        elif name == "settle":
            for task in public.open_refunds(self.cast.council):
                if task.case_id == self.bill.case_id:
                    public.settle_refund(actor=self.cast.juma, refund_id=task.id, reference="MUSE-1")

    def check(self) -> MoneyState:
        state = public.money_state(self.bill.case_id)
        assert isinstance(state, MoneyState)
        stands = ledger.debts([self.first.id])[self.first.id].position()
        open_tasks = models.RefundTask.objects.filter(case_id=self.bill.case_id, state=RefundState.OPEN)
        assert sum(task.amount for task in open_tasks) == stands.owed_back
        assert len(open_tasks) == (1 if stands.owed_back else 0)
        assert (stands.owed_back > 0) == (state in (MoneyState.OVERPAID, MoneyState.REFUND_DUE))
        assert 0 <= stands.owed_back <= stands.held
        return state


STEPS = ("number", "a", "b", "c", "old", "expire", "cancel", "return", "reissue", "settle")


@in_database
@given(steps=st.lists(st.sampled_from(STEPS), max_size=8))
def test_any_schedule(steps: list[str], bill_for: BillFor, gateway: Teller, cast: Cast) -> None:
    with transaction.atomic():
        world = World(bill_for(), gateway, cast, "r")
        for step in steps:
            world.step(step)
            world.check()
        if public.open_refunds(cast.council):
            world.step("settle")
            world.check()
            assert public.open_refunds(cast.council) == []
        transaction.set_rollback(True)


TOLD = ("number", "a", "b", "c", "expire")


@in_database
@given(told=st.lists(st.sampled_from(TOLD), min_size=1, max_size=4), again=st.randoms(use_true_random=False))
def test_order_and_repetition_of_what_is_told(
    told: list[str], again: random.Random, bill_for: BillFor, gateway: Teller, cast: Cast
) -> None:
    other = told + again.choices(told, k=2)
    again.shuffle(other)
    with transaction.atomic():
        found = []
        for tag, steps in (("x", told), ("y", other)):
            world = World(bill_for(), gateway, cast, tag)
            for step in steps:
                world.step(step)
            found.append(world.check())
        assert found[0] is found[1]
        transaction.set_rollback(True)
