"""The accountant's pages, asked for by everybody."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from jumuishi.evidence import public as evidence
from jumuishi.identity import appointments, testing
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, sheets
from jumuishi.kernel.ids import new_id
from jumuishi.payments import models, outgoing, public
from jumuishi.payments.tests.conftest import Cast, Teller
from jumuishi.payments.types import Bill, MoneyState
from jumuishi.payments.web import sheet

REFUNDS, BILLS, PAYMENTS = "/ofisi/marejesho/", "/ofisi/fedha/", "/ofisi/fedha/malipo/"
DIFFERENCES = "/ofisi/fedha/tofauti/"
SHEETS = ("/ofisi/fedha/malipo.csv", "/ofisi/marejesho.csv")
PAGES = (REFUNDS, BILLS, PAYMENTS, DIFFERENCES, *SHEETS)
NUMBER = "991000000001"
pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.slow]


@pytest.fixture
def posts() -> Iterator[testing.Posts]:
    with testing.posts_by_hand() as found, override_settings(ROOT_URLCONF="jumuishi.payments.tests.urls"):
        yield found


def signed_in(posts: testing.Posts, institution: UUID, *roles: str) -> tuple[Client, Actor]:
    person, _ = testing.officer("Juma", f"{new_id().hex}@mfano.example")
    post = appointments.AppointmentRef(
        new_id(), institution, "Halmashauri ya Mfano", "council", frozenset(roles), "Mhasibu"
    )
    posts.held[person] = [post]
    actor = Actor.person(person)
    client = Client()
    testing.sign_in(client, replace(actor, appointment_id=post.id))
    return client, actor


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def plain(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def refused(bill_for: Callable[..., Bill], gateway: Teller) -> Bill:
    """Paid, then refused: Asha's money must go back."""
    bill = bill_for()
    gateway.paid(bill, 100000, "r1", NUMBER)
    public.open_refund(actor=Actor.system(), case_id=bill.case_id, reason="refused")
    return bill


@pytest.fixture
def difference(bill_for: Callable[..., Bill], gateway: Teller) -> models.Difference:
    """We hold a payment of which the gateway's list of the day knows nothing."""
    gateway.paid(bill_for(), 5000, "r77", "991000000077")
    gateway.day(outgoing.open_run("SP999", localtime(clock.now()).date()).number, [])
    return models.Difference.objects.get(receipt="r77")


def test_a_refund_is_settled_by_its_accountant_alone(posts: testing.Posts, refused: Bill, cast: Cast) -> None:
    (task,) = public.open_refunds(cast.council)
    juma, _ = signed_in(posts, cast.council, "accountant")
    page = plain(juma.get(REFUNDS))
    for said in ("Asha Juma", "TZS 100,000", "Ombi limekataliwa", "9910 0000 0001", "1 marejesho ya kufanya"):
        assert said in page
    baraka, _ = signed_in(posts, cast.other_council, "accountant")
    neema, _ = signed_in(posts, cast.council, "director")
    assert "Asha Juma" in plain(neema.get(REFUNDS)), "who answers for it sees what is undone"
    for nobody in (baraka, neema):
        assert "Nimerejesha" not in plain(nobody.get(REFUNDS))
        assert nobody.post(f"{REFUNDS}{task.id}/", {"reference": "X"}).status_code == 403
    assert public.money_state(refused.case_id) is MoneyState.REFUND_DUE
    assert juma.post(f"{REFUNDS}{task.id}/", {"reference": " "}).status_code == 422
    assert juma.post(f"{REFUNDS}{task.id}/", {"reference": "MUSE-7"}).status_code == 302
    assert public.money_state(refused.case_id) is MoneyState.REFUNDED
    again = juma.post(f"{REFUNDS}{task.id}/", {"reference": "MUSE-7"})
    assert (again.status_code, "limeshafungwa" in plain(again)) == (409, True)
    assert "Asha Juma" not in plain(juma.get(REFUNDS))
    assert "MUSE-7" in plain(juma.get(f"{REFUNDS}?v=closed"))


def test_a_late_refund_says_why(posts: testing.Posts, refused: Bill, cast: Cast) -> None:
    (task,) = public.open_refunds(cast.council)
    juma, _ = signed_in(posts, cast.council, "accountant")
    why = f"{REFUNDS}{task.id}/sababu/"
    assert juma.post(why, {"reason": "Benki imefungwa"}).status_code == 422, "it is not late"
    models.RefundTask.objects.filter(id=task.id).update(due_at=clock.now() - timedelta(days=1))
    page = plain(juma.get(REFUNDS))
    assert "Imechelewa Mwisho ulikuwa" in page
    assert "muda umepita: 1" in page
    baraka, _ = signed_in(posts, cast.other_council, "accountant")
    assert baraka.post(why, {"reason": "Benki imefungwa"}).status_code == 403
    assert juma.post(why, {"reason": " "}).status_code == 422
    assert juma.post(why, {"reason": "Benki imefungwa"}).status_code == 302
    assert "Benki imefungwa" in plain(juma.get(REFUNDS))
    assert public.money_of_cases([refused.case_id])[refused.case_id].refunds[0].late_reason == "Benki imefungwa"


def test_the_outsider_sees_no_books(
    posts: testing.Posts, refused: Bill, difference: models.Difference, cast: Cast
) -> None:
    baraka, _ = signed_in(posts, cast.other_council, "accountant")
    clerk, _ = signed_in(posts, cast.council, "trade-officer")
    for path in PAGES:
        found = baraka.get(path)
        assert found.status_code == 200
        for secret in ("Asha Juma", "r1,", "r77", "100,000", NUMBER, "9910 0000 0001"):
            assert secret not in body(found).decode(), path
        assert clerk.get(path).status_code == 403
        assert Client().get(path).status_code == 302
    assert "Asha" not in plain(baraka.get(f"{BILLS}?q={NUMBER}"))
    for nobody in (baraka, clerk):
        assert nobody.post(f"{DIFFERENCES}{difference.id}/", {"note": "X"}).status_code == 403
        assert nobody.post(f"{DIFFERENCES}{difference.id}/sababu/", {"reason": "X"}).status_code == 403
    difference.refresh_from_db()
    assert difference.settled_at is None


def test_bills_by_number_and_by_where_they_stand(
    posts: testing.Posts, bill_for: Callable[..., Bill], gateway: Teller, cast: Cast
) -> None:
    waiting = bill_for(payer_name="Asha Mmoja")
    models.Bill.objects.filter(id=waiting.id).update(refusal_code="7268", attempts=3)
    asked, paid = bill_for(payer_name="Asha Wawili"), bill_for(payer_name="Asha Watatu")
    gateway.number(asked, "991000000002")
    gateway.paid(paid, 100000, "740626108863", "991000000003")
    juma, _ = signed_in(posts, cast.council, "accountant")
    everything = plain(juma.get(BILLS))
    for said in ("Asha Mmoja", "Asha Wawili", "Asha Watatu", "namba ya simu ya mlipaji si sahihi", "tumejaribu mara 3"):
        assert said in everything
    for query, name in (
        ("v=number", "Mmoja"), ("v=payment", "Wawili"), ("v=paid", "Watatu"), ("q=9910+0000+0002", "Wawili"),
        ("q=740626108863", "Watatu"),
    ):  # fmt: skip
        page = plain(juma.get(f"{BILLS}?{query}"))
        assert [one for one in ("Mmoja", "Wawili", "Watatu") if f"Asha {one}" in page] == [name], query
    assert "Hakuna ankara hapa" in plain(juma.get(f"{BILLS}?v=expired"))
    arrived = plain(juma.get(PAYMENTS))
    assert "740626108863" in arrived
    assert "Asha Wawili" not in arrived
    assert "Hakuna malipo hapa" in plain(juma.get(f"{PAYMENTS}?q=0"))


def test_pages_and_their_queries(
    posts: testing.Posts, bill_for: Callable[..., Bill], gateway: Teller, cast: Cast
) -> None:
    """Twenty a page, and as many queries for twenty as for two."""
    juma, _ = signed_in(posts, cast.council, "accountant")
    counted: dict[str, list[int]] = {path: [] for path in (BILLS, PAYMENTS, REFUNDS, DIFFERENCES)}
    for many in (2, 20):
        unreadable = []
        for n in range(many):
            bill = bill_for(payer_name=f"Mlipaji {many}-{n}")
            gateway.paid(bill, 100001, f"r{many}-{n}", f"99{bill.id.int % 10**10:010d}")
            unreadable.append({"SpBillId": str(bill.id), "PayRefId": f"x{many}-{n}", "PaidAmt": "x"})
        day = localtime(clock.now()).date() - timedelta(days=many)
        gateway.day(outgoing.open_run("SP999", day).number, unreadable)
        for path, seen in counted.items():
            with CaptureQueriesContext(connection) as queries:
                assert juma.get(path).status_code == 200
            seen.append(len(queries))
    assert {path: after - before for path, (before, after) in counted.items()} == dict.fromkeys(counted, 0), counted
    assert juma.get(DIFFERENCES).content.decode().count("Malipo tusiyoyajua") == 20
    page = juma.get(BILLS).content.decode()
    assert page.count("Mlipaji 20-") == 20
    assert "Mlipaji 2-0" in juma.get(f"{BILLS}?page=2").content.decode()


def test_a_difference_is_closed_with_words(posts: testing.Posts, difference: models.Difference, cast: Cast) -> None:
    juma, _ = signed_in(posts, cast.council, "accountant")
    page = plain(juma.get(DIFFERENCES))
    for said in ("r77", "Malipo ambayo GePG haiyatambui", "Sisi: TZS 5,000. GePG: hakuna.", "1 tofauti na GePG"):
        assert said in page
    assert re.search(r"0 yanalingana, 0 yaligunduliwa, \d yana tofauti", page)
    close = f"{DIFFERENCES}{difference.id}/"
    assert juma.post(close, {"note": ""}).status_code == 422
    assert juma.post(f"{close}sababu/", {"reason": "GePG haijajibu"}).status_code == 422, "it is not late"
    models.Difference.objects.filter(id=difference.id).update(due_at=clock.now() - timedelta(hours=1))
    assert juma.post(f"{close}sababu/", {"reason": "GePG haijajibu"}).status_code == 302
    assert "GePG haijajibu" in plain(juma.get(DIFFERENCES))
    assert juma.post(close, {"note": "GePG wamethibitisha kwa barua"}).status_code == 302
    assert juma.post(close, {"note": "tena"}).status_code == 409
    assert "r77" not in plain(juma.get(DIFFERENCES))
    assert "wamethibitisha kwa barua" in plain(juma.get(f"{DIFFERENCES}?v=closed"))


def test_a_sheet_that_runs_nothing(
    posts: testing.Posts, bill_for: Callable[..., Bill], gateway: Teller, cast: Cast
) -> None:
    evil = '=HYPERLINK("http://mahali.example","Asha")'
    gateway.paid(bill_for(payer_name=evil), 100001, "r5", "991000000005")
    juma, actor = signed_in(posts, cast.council, "accountant")
    for path in SHEETS:
        answer = juma.get(path)
        assert answer["Content-Type"].startswith("text/csv")
        head, row = csv.reader(io.StringIO(body(answer).decode("utf-8-sig")))
        assert dict(zip(head, row, strict=True))["payer"] == f"'{evil}"
        assert len(list(csv.reader(io.StringIO(body(juma.get(f"{path}?mwezi=2020-01")).decode())))) == 1
    journal = evidence.history(thing_kind="institution", thing_id=cast.council)
    bodies = [one.body for one in journal if one.verb == "payments.payments.export" and one.body]
    assert [body["after"]["rows"] for body in bodies] == [1, 0]
    assert str(actor.person_id) in str(bodies[0]["actor"])


def test_the_same_as_a_workbook(
    posts: testing.Posts, bill_for: Callable[..., Bill], gateway: Teller, cast: Cast
) -> None:
    gateway.paid(bill_for(payer_name="=1+1"), 100001, "r5", "991000000005")
    juma, _ = signed_in(posts, cast.council, "accountant")
    for path in SHEETS:
        answer = juma.get(path.replace(".csv", ".xlsx"))
        assert answer["Content-Type"] == sheets.KINDS["xlsx"]
        with zipfile.ZipFile(io.BytesIO(body(answer))) as packed:
            assert ">=1+1<" in packed.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize(
    ("typed", "month"), [("2026-11", (2026, 11)), ("2026-13", None), ("x", None), ("", None), ("2026-1-1", None)]
)
def test_months(typed: str, month: tuple[int, int] | None) -> None:
    today = localtime(clock.now()).date()
    found = sheet.month_of(typed)
    assert (found.year, found.month, found.day) == (*(month or (today.year, today.month)), 1)
    assert len(set(sheet.months())) == 12
