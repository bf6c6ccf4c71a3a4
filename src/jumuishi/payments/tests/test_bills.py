"""Bills from asking to giving back, as the gateway, the payer, the officers and the clock do their parts."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import override_settings

from jumuishi.identity.public import principal_of
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions.models import Institution
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import Event, _subscribers, subscribe
from jumuishi.kernel.ids import new_id
from jumuishi.payments import events, jobs, models, outgoing, public
from jumuishi.payments.actions import arrivals
from jumuishi.payments.gateways import gepg_inbound, gepg_keys, gepg_messages, gepg_wire
from jumuishi.payments.tests.conftest import Cast, Teller
from jumuishi.payments.types import Bill, BillStateError, CannotCollectError, MoneyState, RefundState

BillFor = Callable[..., Bill]
NUMBER = "991000000001"
pytestmark = pytest.mark.usefixtures("db")


def told(kind: type[Event]) -> list[Any]:
    """Registers a listener for the length of a test; what it hears stands in the list."""
    heard: list[Any] = []

    def listen(event: Event) -> None:
        heard.append(event)

    subscribe(kind)(listen)
    return heard


@pytest.fixture(autouse=True)
def only_our_listeners() -> Iterator[None]:
    """These bills belong to no case: whoever listens in rooms above is left out."""
    kept = {name: dict(found) for name, found in _subscribers.items()}
    _subscribers.clear()
    yield
    _subscribers.clear()
    _subscribers.update(kept)


def test_from_asking_to_paid(bill_for: BillFor, gateway: Teller, run_jobs: Callable[[], int]) -> None:
    numbered, paid = told(events.ControlNumberReceived), told(events.BillPaid)
    bill = bill_for()
    assert (bill.state, bill.amount.amount, bill.control_number) == (MoneyState.WAITING_NUMBER, 100000, "")
    assert gateway.number(bill, NUMBER) == "7101"
    assert public.money_state(bill.case_id) is MoneyState.WAITING_PAYMENT
    assert gateway.paid(bill, 100000, "r1", NUMBER) == "7101"
    assert public.money_state(bill.case_id) is MoneyState.PAID
    run_jobs()
    assert [event.control_number for event in numbered] == [NUMBER]
    assert [(event.bill_id, event.late) for event in paid] == [(bill.id, False)]


def test_asking_twice_is_asking_once(bill_for: BillFor) -> None:
    case = new_id()
    assert bill_for(case).id == bill_for(case).id
    assert bill_for(case, key="second-payment-stage").id != bill_for(case).id
    assert models.Bill.objects.filter(case_id=case).count() == 2


def test_a_repeated_callback_is_acknowledged_and_changes_nothing(
    bill_for: BillFor, gateway: Teller, run_jobs: Callable[[], int]
) -> None:
    paid = told(events.BillPaid)
    bill = bill_for()
    for _ in range(3):
        assert gateway.number(bill, NUMBER) == "7101"
        assert gateway.paid(bill, 100000, "r1", NUMBER) == "7101"
    run_jobs()
    assert public.money_state(bill.case_id) is MoneyState.PAID
    assert len(paid) == 1
    assert models.Payment.objects.filter(bill_id=bill.id).count() == 1


def test_a_receipt_used_for_something_else_is_a_duplicate(bill_for: BillFor, gateway: Teller) -> None:
    bill, other = bill_for(), bill_for()
    gateway.paid(bill, 100000, "r1")
    assert gateway.paid(bill, 5, "r1") == "7207"
    assert gateway.paid(other, 100000, "r1") == "7207"
    assert public.money_state(other.case_id) is MoneyState.WAITING_NUMBER


def test_the_payment_may_come_before_its_number(bill_for: BillFor, gateway: Teller) -> None:
    bill = bill_for()
    assert gateway.paid(bill, 100000, "r1", NUMBER) == "7101"
    assert gateway.number(bill, NUMBER) == "7101"
    assert public.money_state(bill.case_id) is MoneyState.PAID
    assert public.bill_by_control_number("9910 0000 0001").id == bill.id


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"BillId": str(UUID(int=5))}, "7204"),
        ({"PaidAmt": "10.5"}, "7224"),
        ({"CCy": "USD"}, "7224"),
        ({"PayRefId": ""}, "7201"),
        ({"PayCtrNum": "12"}, "7287"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_code(
    bill_for: BillFor, gateway: Teller, changed: dict[str, str], code: str
) -> None:
    bill = bill_for()
    assert gateway.paid(bill, 100000, "r1", NUMBER, **changed) == code
    assert public.money_state(bill.case_id) is MoneyState.WAITING_NUMBER
    assert models.GatewayMessage.objects.filter(answer_code=code).count() == 1


def test_a_number_belongs_to_one_bill(bill_for: BillFor, gateway: Teller) -> None:
    bill, other = bill_for(), bill_for()
    assert gateway.number(bill, NUMBER) == "7101"
    assert gateway.number(other, NUMBER) == "7226"
    assert gateway.number(bill, "991000000002") == "7226"
    assert gateway.number(other, "1234") == "7287"


def test_part_and_rest(bill_for: BillFor, gateway: Teller, run_jobs: Callable[[], int]) -> None:
    part = told(events.BillPartPaid)
    bill = bill_for(partial=True)
    gateway.paid(bill, 30000, "r1", NUMBER)
    assert public.money_state(bill.case_id) is MoneyState.PART_PAID
    run_jobs()
    assert [(event.paid, event.missing) for event in part] == [(30000, 70000)]
    gateway.paid(bill, 70000, "r2", NUMBER)
    assert public.money_state(bill.case_id) is MoneyState.PAID
    assert public.open_refunds(bill.institution_id) == []


def test_paid_twice_gives_the_accountant_a_task(bill_for: BillFor, gateway: Teller, cast: Cast) -> None:
    bill = bill_for()
    gateway.paid(bill, 100000, "r1", NUMBER)
    gateway.paid(bill, 100000, "r2", NUMBER)
    assert public.money_state(bill.case_id) is MoneyState.OVERPAID
    (task,) = public.open_refunds(cast.council)
    assert (task.amount.amount, task.owner_role) == (100000, "accountant")
    assert task.due_at > clock.now()
    public.settle_refund(actor=cast.juma, refund_id=task.id, reference="MUSE-1")
    assert public.money_state(bill.case_id) is MoneyState.PAID
    assert public.open_refunds(cast.council) == []


def test_refused_after_payment(bill_for: BillFor, gateway: Teller, cast: Cast, run_jobs: Callable[[], int]) -> None:
    due, settled = told(events.RefundDue), told(events.RefundSettled)
    bill = bill_for()
    gateway.paid(bill, 100000, "r1", NUMBER)
    assert public.open_refund(actor=cast.neema, case_id=bill.case_id, reason="refused") is MoneyState.REFUND_DUE
    (task,) = public.open_refunds(cast.council)
    public.settle_refund(actor=cast.juma, refund_id=task.id, reference="MUSE-2")
    assert public.money_state(bill.case_id) is MoneyState.REFUNDED
    with pytest.raises(BillStateError):
        public.settle_refund(actor=cast.juma, refund_id=task.id, reference="MUSE-2")
    run_jobs()
    assert ([event.amount for event in due], [event.amount for event in settled]) == ([100000], [100000])


def test_money_that_arrives_after_withdrawal_goes_back(bill_for: BillFor, gateway: Teller, cast: Cast) -> None:
    bill = bill_for()
    gateway.number(bill, NUMBER)
    public.cancel_bill(actor=cast.asha, bill_id=bill.id, reason="withdrawn")
    assert public.money_state(bill.case_id) is MoneyState.CANCELLED
    gateway.paid(bill, 100000, "r1", NUMBER)
    assert public.money_state(bill.case_id) is MoneyState.REFUND_DUE
    assert [task.amount.amount for task in public.open_refunds(cast.council)] == [100000]


def test_expired_then_paid_late(bill_for: BillFor, gateway: Teller, run_jobs: Callable[[], int]) -> None:
    expired, paid = told(events.BillExpired), told(events.BillPaid)
    bill = bill_for()
    gateway.number(bill, NUMBER)
    with clock.frozen(bill.expires_at + timedelta(seconds=1)):
        jobs.expire()
        jobs.expire()
        assert public.money_state(bill.case_id) is MoneyState.EXPIRED
        gateway.paid(bill, 100000, "r1", NUMBER)
    assert public.money_state(bill.case_id) is MoneyState.PAID
    run_jobs()
    assert len(expired) == 1
    assert [event.late for event in paid] == [True]


def test_expired_part_paid_goes_back_unless_issued_anew(bill_for: BillFor, gateway: Teller, cast: Cast) -> None:
    bill = bill_for(partial=True)
    gateway.paid(bill, 30000, "r1", NUMBER)
    with clock.frozen(bill.expires_at + timedelta(seconds=1)):
        jobs.expire()
    assert public.money_state(bill.case_id) is MoneyState.REFUND_DUE
    again = public.reissue_bill(actor=cast.asha, bill_id=bill.id, expires_at=datetime.now(UTC) + timedelta(days=30))
    assert (again.asked.amount, again.amount.amount, again.replaces_id) == (70000, 100000, bill.id)
    assert public.money_state(bill.case_id) is MoneyState.PART_PAID
    assert public.open_refunds(cast.council) == []
    assert models.RefundTask.objects.get().state == RefundState.WITHDRAWN
    gateway.paid(again, 70000, "r2", "991000000002")
    assert public.money_state(bill.case_id) is MoneyState.PAID
    assert [found.id for found in public.bills_of_cases([bill.case_id])[bill.case_id]] == [bill.id, again.id]


def test_a_paid_bill_is_not_issued_anew(bill_for: BillFor, gateway: Teller, cast: Cast) -> None:
    bill = bill_for()
    gateway.paid(bill, 100000, "r1", NUMBER)
    with pytest.raises(BillStateError):
        public.reissue_bill(actor=cast.asha, bill_id=bill.id, expires_at=bill.expires_at + timedelta(days=1))


def test_an_institution_that_is_not_approved_collects_nothing(bill_for: BillFor) -> None:
    with pytest.raises(CannotCollectError):
        bill_for(institution_id=new_id())
    assert models.Bill.objects.count() == 0
    Institution.objects.update(state="suspended")
    with pytest.raises(CannotCollectError):
        bill_for()


def test_who_may(bill_for: BillFor, gateway: Teller, cast: Cast) -> None:
    bill = bill_for(actor=cast.asha)
    gateway.paid(bill, 100000, "r1", NUMBER)
    public.open_refund(actor=Actor.system(), case_id=bill.case_id, reason="refused")
    (task,) = public.open_refunds(cast.council)
    for outsider in (cast.baraka, Actor.person(new_id()), Actor.person(None)):
        with pytest.raises(NotAllowedError):
            bill_for(actor=outsider)
        with pytest.raises(NotAllowedError):
            public.cancel_bill(actor=outsider, bill_id=bill.id, reason="x")
        with pytest.raises(NotAllowedError):
            public.reissue_bill(actor=outsider, bill_id=bill.id, expires_at=bill.expires_at)
    payer_at_work = Actor(cast.juma.kind, cast.asha.person_id, cast.council, frozenset({"accountant"}))
    for nobody in (cast.baraka, cast.neema, cast.asha, payer_at_work):
        with pytest.raises(NotAllowedError):
            public.settle_refund(actor=nobody, refund_id=task.id, reference="x")


def test_the_walls(bill_for: BillFor, gateway: Teller, cast: Cast) -> None:
    bill = bill_for()
    gateway.paid(bill, 100000, "r1", NUMBER)
    gateway.paid(bill, 100000, "r2", NUMBER)
    tables = ("payments_bill", "payments_payment", "payments_refund", "payments_message")

    def seen(principal: tenancy.Principal | None) -> list[int]:
        counts = []
        with tenancy.acting_as(principal), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM {table}")
                counts.append(cursor.fetchone()[0])
        return counts

    assert seen(principal_of(cast.asha)) == [1, 2, 1, 0]
    assert seen(principal_of(cast.juma)) == [1, 2, 1, 0]
    assert seen(principal_of(cast.baraka)) == [0, 0, 0, 0]
    assert seen(tenancy.Principal.authority(cast.other_council, None)) == [0, 0, 0, 0]
    assert seen(tenancy.Principal.person(None)) == [0, 0, 0, 0]
    assert seen(None) == [0, 0, 0, 0]
    with tenancy.acting_as(principal_of(cast.juma)), connection.cursor() as cursor:
        cursor.execute("UPDATE payments_bill SET amount = 1")
        assert cursor.rowcount == 0


def test_a_bad_signature_is_refused_and_kept(bill_for: BillFor, gateway: Teller, wired: object) -> None:
    bill = bill_for()
    forged = Teller(gateway.keys)

    body = gepg_wire.seal(gepg_messages.bill_answer(str(bill.id), NUMBER), gepg_keys.private_key(forged.keys, "client"))
    answer = gepg_wire.open_envelope(gepg_inbound.hear(body)).read(gepg_keys.public_key(gateway.keys, "client"))
    assert gepg_wire.text(answer, "TrxStsCode") == "7303"
    assert public.money_state(bill.case_id) is MoneyState.WAITING_NUMBER
    assert models.GatewayMessage.objects.get().answer_code == "7303"


def test_reconciliation_finds_the_missing_and_the_unknown(bill_for: BillFor, gateway: Teller) -> None:

    heard, missed = bill_for(), bill_for()
    gateway.paid(heard, 100000, "r1", NUMBER)
    run = outgoing.open_run("SP999", datetime.now(UTC).astimezone().date())
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    row = {"PaidAmt": "100000", "CCy": "TZS", "TrxDtTm": at}
    authority = Institution.objects.create(
        id=new_id(), kind="agency", slug="mamlaka", name={"sw": "M", "en": "A"}, folded="m", is_authority=True,
        state="approved", first_by=new_id(), second_by=new_id(), asked_at=clock.now(),
    )  # fmt: skip
    rows = [
        {**row, "SpBillId": str(missed.id), "BillCtrNum": "991000000002", "PayRefId": "r2"},
        {**row, "SpBillId": str(new_id()), "BillCtrNum": "991000000009", "PayRefId": "r9"},
    ]
    assert gateway.day(run.number, rows) == "7101"
    assert gateway.day(run.number, rows) == "7101"
    assert gateway.day(run.number + 1, rows) == "7201"
    tasks = models.Difference.objects.order_by("receipt")
    assert list(tasks.values_list("kind", "receipt", "institution_id", "ours", "theirs")) == [
        ("absent", "r1", heard.institution_id, 100000, None),
        ("unknown", "r9", authority.id, None, 100000),  # a code that several share: nobody else could look
    ]
    assert {row.owner_role for row in tasks} == {"accountant"}
    run.refresh_from_db()
    assert (run.recovered, run.matched, run.differing) == (1, 0, 2)
    assert public.money_state(missed.case_id) is MoneyState.PAID


def test_the_same_receipt_with_another_amount_differs(bill_for: BillFor, gateway: Teller) -> None:
    """It is neither agreed nor counted again: an accountant looks."""
    bill = bill_for()
    gateway.paid(bill, 100000, "r1", NUMBER)
    run = outgoing.open_run("SP999", datetime.now(UTC).astimezone().date())
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    row = {"PaidAmt": "90000", "CCy": "TZS", "TrxDtTm": at, "SpBillId": str(bill.id), "BillCtrNum": NUMBER}
    assert gateway.day(run.number, [{**row, "PayRefId": "r1"}]) == "7101"
    task = models.Difference.objects.get()
    assert (task.kind, task.ours, task.theirs, task.institution_id) == ("amount", 100000, 90000, bill.institution_id)
    assert public.money_state(bill.case_id) is MoneyState.PAID


def test_a_day_that_the_gateway_never_answers_becomes_a_task(bill_for: BillFor, cast: Cast, wired: object) -> None:
    run = outgoing.open_run("SP999", datetime.now(UTC).date() - timedelta(days=1))
    models.CollectionAccount.objects.create(
        institution_id=cast.council,
        sp_code="SP999",
        sub_sp_code="1",
        system_id="T",
        gfs_code="1",
        created_at=clock.now(),
    )
    with override_settings(JUMUISHI_GEPG_URL="http://127.0.0.1:9"):  # nobody answers there
        jobs.reconcile()
        assert models.Difference.objects.count() == 0
        with clock.frozen(datetime.now(UTC) + timedelta(days=9)):
            jobs.reconcile()
            jobs.reconcile()
    task = models.Difference.objects.get(day=run.day)
    assert (task.kind, task.institution_id, task.settled_at) == ("silent", cast.council, None)


def test_waits_escalate_once_a_day(bill_for: BillFor, gateway: Teller, run_jobs: Callable[[], int]) -> None:
    waiting, overdue = told(events.NumberOverdue), told(events.RefundOverdue)
    unexplained = told(events.DifferenceOverdue)
    bill, other = bill_for(), bill_for()
    gateway.paid(other, 100000, "r1", NUMBER)
    gateway.paid(other, 1, "r2", NUMBER)
    gateway.day(outgoing.open_run("SP999", datetime.now(UTC).astimezone().date()).number, [])
    with clock.frozen(datetime.now(UTC) + timedelta(days=60)):
        jobs.escalate()
        jobs.escalate()
    with clock.frozen(datetime.now(UTC) + timedelta(days=62)):
        jobs.escalate()
    run_jobs()
    assert [event.bill_id for event in waiting] == [bill.id, bill.id]
    assert [event.case_id for event in overdue] == [other.case_id, other.case_id]
    absent = models.Difference.objects.filter(kind="absent").values_list("id", flat=True)
    assert len(absent) == 2
    assert sorted(event.difference_id for event in unexplained) == sorted([*absent, *absent])


def test_what_became_untrue_while_waiting_for_the_lock(
    bill_for: BillFor, gateway: Teller, run_jobs: Callable[[], int]
) -> None:
    """Both acts look again once nobody else may change the debt."""
    expired = told(events.BillExpired)
    bill = bill_for()
    gateway.number(bill, NUMBER)
    with pytest.raises(BillStateError):
        arrivals.take_number(actor=Actor.system(), bill_id=bill.id, control_number="991000000009")
    gateway.paid(bill, 100000, "r1", NUMBER)
    with pytest.raises(BillStateError):
        arrivals.expire_bill(actor=Actor.system(), bill_id=bill.id)
    run_jobs()
    assert expired == []
    assert models.Bill.objects.get(id=bill.id).control_number == NUMBER
