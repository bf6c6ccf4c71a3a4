"""A case and its money: paid, late, twice, too little, withdrawn, refused by the gateway; nothing is stranded."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumuishi.cases import jobs as case_jobs
from jumuishi.cases.actions import deciding
from jumuishi.cases.models import Case, Task
from jumuishi.cases.tests.test_licence import act, case_of
from jumuishi.cases.types import CaseError
from jumuishi.definitions import public as definitions
from jumuishi.definitions.check import doors
from jumuishi.definitions.types import PaymentStage
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions.models import Institution
from jumuishi.kernel import clock, gsm
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.text import t
from jumuishi.messaging import public as messaging
from jumuishi.payments import jobs as payment_jobs
from jumuishi.payments import public as payments
from jumuishi.payments.gateways import gepg_keys
from jumuishi.payments.tests.conftest import Teller
from jumuishi.payments.types import OWED, Bill, CaseMoney, MoneyState, RefundState

pytestmark = pytest.mark.slow

SERVICES = Path(__file__).resolve().parents[4] / "services"
Jobs = Callable[[], int]
AtWork = Callable[[str, str], Client]
NUMBER, OTHER = "991000000001", "991000000002"


@pytest.fixture(scope="session")
def wire_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gepg-keys")
    gepg_keys.make_missing(folder)
    return folder


@pytest.fixture
def gateway(wire_keys: Path) -> Iterator[Teller]:
    with override_settings(JUMUISHI_GEPG_KEYS=wire_keys, JUMUISHI_GEPG_URL=""):
        yield Teller(wire_keys)


@pytest.fixture
def to_approve(submitted: str, at_work: AtWork) -> Case:
    """Asha's food business, of which the director has the last word."""
    found = case_of(submitted)
    act(at_work("mfano", "Juma"), found, "forward")
    for name in ("Salma", "Petro"):
        act(at_work("mfano", name), found, "pass")
    return found


@pytest.fixture
def case(to_approve: Case, at_work: AtWork, run_jobs: Jobs) -> Case:
    """Asha's case, waiting for her money."""
    assert act(at_work("mfano", "Neema"), to_approve, "approve").status_code == 302
    run_jobs()
    assert stage(to_approve) == "payment"
    return to_approve


def money(case: Case) -> CaseMoney:
    return payments.money_of_cases([case.id])[case.id]


def newest(case: Case) -> Bill:
    return money(case).bills[-1]


def stage(case: Case) -> str:
    case.refresh_from_db()
    return case.stage


def texts_to(case: Case) -> list[str]:
    return [one.text for one in messaging.messages_of_case(case.id)]


def plain(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def time_runs_out(case: Case, run_jobs: Jobs, *, payments_first: bool) -> None:
    """Both clocks look at the same instant, in either order."""
    with clock.frozen(newest(case).expires_at + timedelta(seconds=1)):
        sweeps = [payment_jobs.expire, case_jobs.sweep_clocks]
        for sweep in sweeps if payments_first else reversed(sweeps):
            sweep()
            run_jobs()


def test_how_to_pay_and_the_receipt(case: Case, asha: Client, gateway: Teller, run_jobs: Jobs) -> None:
    page = plain(asha.get(f"/maombi/{case.id}/").content)
    assert "Tunasubiri namba kutoka mfumo wa malipo" in page
    bill = newest(case)
    gateway.number(bill, NUMBER)
    run_jobs()
    page = plain(asha.get(f"/maombi/{case.id}/").content)
    assert "9910 0000 0001" in page
    assert f"TZS {bill.amount.amount:,}" in page
    assert "lipa kabla ya" in page
    assert "Usimpe mtu pesa mkononi" in page
    assert sum(NUMBER in text for text in texts_to(case)) == 1
    gateway.paid(bill, bill.amount.amount, "740626108863", NUMBER)
    run_jobs()
    assert stage(case) == "granted"
    page = plain(asha.get(f"/maombi/{case.id}/").content)
    assert "stakabadhi ya malipo 740626108863" in page
    assert any("malipo ya TZS" in text and "740626108863" in text for text in texts_to(case))
    assert all(gsm.measure(text).encoding == "gsm7" for text in texts_to(case))
    assert all(gsm.measure(text).parts == 1 for text in texts_to(case)), texts_to(case)


def test_too_little_then_the_rest(case: Case, asha: Client, gateway: Teller, run_jobs: Jobs) -> None:
    bill = newest(case)
    gateway.number(bill, NUMBER)
    gateway.paid(bill, 10000, "r1", NUMBER)
    run_jobs()
    assert stage(case) == "payment"
    missing = f"TZS {bill.amount.amount - 10000:,}"
    page = plain(asha.get(f"/maombi/{case.id}/").content)
    assert "Tumepokea TZS 10,000. Bado unadaiwa:" in page
    assert missing in page
    assert any("tumepokea TZS 10,000" in text and missing in text for text in texts_to(case))
    gateway.paid(bill, bill.amount.amount - 10000, "r2", NUMBER)
    run_jobs()
    assert stage(case) == "granted"
    assert any("r1, r2" in text for text in texts_to(case))


@pytest.mark.parametrize("payments_first", [True, False])
def test_late_money_opens_the_case_again(case: Case, gateway: Teller, run_jobs: Jobs, *, payments_first: bool) -> None:
    """Whichever clock looks first: money that comes after the time to pay is never stranded and never sent away."""
    bill = newest(case)
    gateway.number(bill, NUMBER)
    time_runs_out(case, run_jobs, payments_first=payments_first)
    assert (stage(case), money(case).state) == ("lapsed", MoneyState.EXPIRED)
    gateway.paid(bill, bill.amount.amount, "r1", NUMBER)
    run_jobs()
    assert (stage(case), money(case).state) == ("granted", MoneyState.PAID)
    assert money(case).refunds == ()


def test_a_new_control_number_after_the_time_ran_out(case: Case, asha: Client, gateway: Teller, run_jobs: Jobs) -> None:
    bill = newest(case)
    gateway.number(bill, NUMBER)
    assert asha.post(f"/maombi/{case.id}/namba-mpya/").status_code == 302, "a bill is open: nothing to do, no harm"
    assert len(money(case).bills) == 1
    time_runs_out(case, run_jobs, payments_first=True)
    assert "Nipatie control number mpya" in asha.get(f"/maombi/{case.id}/").content.decode()
    assert Client().post(f"/maombi/{case.id}/namba-mpya/").status_code in (302, 403, 404)
    assert len(money(case).bills) == 1
    for _ in range(2):
        assert asha.post(f"/maombi/{case.id}/namba-mpya/").status_code == 302
    assert len(money(case).bills) == 2
    again = newest(case)
    assert again.expires_at - again.issued_at == pytest.approx(bill.expires_at - bill.issued_at, abs=timedelta(1))
    gateway.number(again, OTHER)
    run_jobs()
    page = plain(asha.get(f"/maombi/{case.id}/").content)
    assert "9910 0000 0002" in page
    assert "ombi litafunguliwa tena" in page
    assert any(OTHER in text and "Inasubiri malipo" in text for text in texts_to(case))
    gateway.paid(again, again.amount.amount, "r1", OTHER)
    run_jobs()
    assert stage(case) == "granted"


def test_a_bill_that_never_got_its_number_is_asked_anew_by_itself(case: Case, gateway: Teller, run_jobs: Jobs) -> None:
    """The gateway was away for all the days that Asha had: that is not her fault."""
    time_runs_out(case, run_jobs, payments_first=True)
    assert [one.state for one in money(case).bills] == [MoneyState.CANCELLED, MoneyState.WAITING_NUMBER]
    again = newest(case)
    gateway.number(again, NUMBER)
    gateway.paid(again, again.amount.amount, "r1", NUMBER)
    run_jobs()
    assert stage(case) == "granted"


def test_withdrawn_with_money_on_it_is_a_refund(case: Case, asha: Client, gateway: Teller, run_jobs: Jobs) -> None:
    bill = newest(case)
    gateway.number(bill, NUMBER)
    gateway.paid(bill, 10000, "r1", NUMBER)
    asha.post(f"/maombi/{case.id}/ondoa/")
    gateway.paid(bill, 30000, "r2", NUMBER)
    run_jobs()
    assert (stage(case), money(case).state) == ("withdrawn", MoneyState.REFUND_DUE)
    (task,) = money(case).refunds
    assert (task.amount.amount, task.owner_role, task.reason) == (40000, "accountant", "withdrawn")
    page = plain(asha.get(f"/maombi/{case.id}/").content)
    assert "Utarudishiwa TZS 40,000" in page
    assert any("utarudishiwa TZS 40,000" in text for text in texts_to(case))
    with pytest.raises(NotAllowedError):
        payments.settle_refund(actor=Actor.system(), refund_id=task.id, reference="X")


def test_withdrawn_before_paying_asks_no_more(case: Case, asha: Client, gateway: Teller, run_jobs: Jobs) -> None:
    gateway.number(newest(case), NUMBER)
    asha.post(f"/maombi/{case.id}/ondoa/")
    run_jobs()
    assert money(case).state is MoneyState.CANCELLED
    page = plain(asha.get(f"/maombi/{case.id}/").content)
    assert "9910 0000 0001" not in page
    assert asha.post(f"/maombi/{case.id}/namba-mpya/").status_code == 409


def test_an_institution_that_is_not_approved_asks_for_nothing(
    to_approve: Case, officer: Callable[[str, str], Actor]
) -> None:
    """Suspended while the case was on its way: whatever door the act comes by, the case stays where it was."""
    neema, task = officer("mfano", "Neema"), Task.objects.get(case=to_approve, stage="approve")
    to_approve.refresh_from_db()
    Institution.objects.filter(id=to_approve.institution_id).update(state=Institution.State.SUSPENDED)
    with pytest.raises(CaseError, match="cannot_collect"), transaction.atomic():
        deciding.decide(actor=neema, task_id=task.id, version=to_approve.version, act="approve")
    assert stage(to_approve) == "approve"
    assert money(to_approve).bills == ()


@pytest.mark.parametrize("lang", ["sw", "en"])
def test_each_text_about_money_is_one_sms(lang: str) -> None:
    """At its longest, for each payment of the services that ship: seven bits, and one part to pay for."""
    money = {"amount": "TZS 99,999,999", "paid": "TZS 99,999,998", "missing": "TZS 99,999,997"}
    said = {**money, "number": "1000" * 4, "control_number": "9910" * 3, "receipt": "9" * 26, "reference": "M" * 24}
    days = {"day": say_date(date(2026, 9, 30), lang, weekday=False)}
    found = [t(f"cases.sms_{key}", lang, **said, **days) for key in ("part_paid", "paid", "refund", "refunded")]
    for folder in sorted(SERVICES.iterdir()):
        package = definitions.edition(folder).package
        found += [
            t("cases.sms_bill", lang, service=package.name[lang], stage=stage.name[lang], **said, **days)
            for stage in package.stages.values()
            if isinstance(stage, PaymentStage)
        ]
    assert len(found) >= 7
    assert {text: gsm.measure(text).parts for text in found if gsm.measure(text).parts > 1} == {}
    assert {gsm.measure(text).encoding for text in found} == {"gsm7"}


@pytest.mark.parametrize("lang", ["sw", "en"])
def test_a_message_is_no_longer_than_the_check_of_a_definition_reckons(lang: str) -> None:
    """J603 measures the short form of a bill's message, which is taken where the whole has no room."""
    said = {"service": "S", "stage": "H", "number": "1" * 16, "amount": "TZS 99,999,999", "control_number": "9" * 12}
    assert len(t("cases.sms_bill_short", lang, **said)) == len(doors.BILL.format(service="S", stage="H"))
    assert len(f"S: H. {'1' * 16}") == len(doors.MESSAGE.format(service="S", stage="H"))


def test_fees_billed_twice_are_kept_once(case: Case, gateway: Teller, run_jobs: Jobs) -> None:
    """Two bills of one case, as when a payment comes up again while an old number is still about: one is enough."""
    bill = newest(case)
    second = payments.issue_bill(
        actor=Actor.system(),
        institution_id=bill.institution_id,
        person_id=bill.person_id,
        case_id=case.id,
        lines=list(bill.lines),
        expires_at=bill.expires_at,
        payer_name=bill.payer_name,
        phone="",
        idempotency_key="again",
    )
    third = payments.issue_bill(
        actor=Actor.system(),
        institution_id=bill.institution_id,
        person_id=bill.person_id,
        case_id=case.id,
        lines=list(bill.lines),
        expires_at=bill.expires_at,
        payer_name=bill.payer_name,
        phone="",
        idempotency_key="and again",
    )
    gateway.paid(bill, bill.amount.amount, "r1", NUMBER)
    gateway.paid(second, bill.amount.amount, "r2", OTHER)
    run_jobs()
    assert stage(case) == "granted"
    (task,) = [one for one in money(case).refunds if one.state is RefundState.OPEN]
    assert (task.amount, task.reason) == (bill.amount, "paid_twice")
    states = {one.id: one.state for one in money(case).bills}
    assert states[third.id] is MoneyState.CANCELLED, "nobody is asked for what is paid"
    assert sorted(states.values()) == [MoneyState.CANCELLED, MoneyState.PAID, MoneyState.REFUND_DUE]


STEPS = ("number", "some", "all", "again", "money-clock", "case-clock", "withdraw", "renew", "jobs")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.sampled_from(STEPS), max_size=9))
def test_any_schedule(case: Case, asha: Client, gateway: Teller, run_jobs: Jobs, steps: list[str]) -> None:
    """In whatever order: the case is in one money state, and it and the money agree once all is heard."""
    with transaction.atomic():
        now = clock.now()
        for turn, step in enumerate([*steps, "jobs", "case-clock", "jobs"]):
            with clock.frozen(now):
                now = _step(step, turn, case, asha, gateway, run_jobs, now)
        found = money(case)
        assert isinstance(found.state, MoneyState)
        held = sum(one.amount.amount for one in found.payments)
        back = sum(one.amount.amount for one in found.refunds if one.state is RefundState.OPEN)
        due = newest(case).amount.amount
        if stage(case) == "granted":
            assert found.state in (MoneyState.PAID, MoneyState.OVERPAID)
            assert held - back == due
        elif case.outcome == "withdrawn":
            assert back == held
        elif case.outcome == "lapsed":
            assert held < due
            assert back == held or found.state in OWED
        else:
            assert found.state in OWED
            assert held < due
        transaction.set_rollback(True)
    case.refresh_from_db()


def _step(step: str, turn: int, case: Case, asha: Client, gateway: Teller, run_jobs: Jobs, now: datetime) -> datetime:
    bill = newest(case)
    number = f"99{bill.id.int % 10**10:010d}"
    if step == "number":
        gateway.number(bill, number)
    elif step in ("some", "all"):
        gateway.paid(bill, 10000 if step == "some" else bill.amount.amount, f"r{turn}", number)
    elif step == "again":
        gateway.paid(bill, bill.amount.amount, "same", number)
    elif step == "money-clock":
        now = max(now, bill.expires_at + timedelta(seconds=1))
        with clock.frozen(now):
            payment_jobs.expire()
    elif step == "case-clock":
        case_jobs.sweep_clocks()
        run_jobs()
    elif step == "withdraw":
        asha.post(f"/maombi/{case.id}/ondoa/")
    elif step == "renew":
        asha.post(f"/maombi/{case.id}/namba-mpya/")
    else:
        run_jobs()
    return now
