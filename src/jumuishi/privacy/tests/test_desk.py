"""The officer's registers and the quarterly report: derived and counted, never typed; for this institution only."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import new_number
from jumuishi.messaging.models import Mail
from jumuishi.privacy import jobs, report
from jumuishi.privacy.models import Processing, Request
from jumuishi.privacy.tests.scene import asha_with_case, read
from jumuishi.privacy.tests.test_breaches import record
from jumuishi.privacy.tests.test_requests import ask

pytestmark = pytest.mark.database
AtWork = Callable[[str, str], Client]
Officer = Callable[[str, str], Actor]
PAGES = ("", "uvunjaji/", "rejesta/", "waliotazama/", "takwimu/", "ripoti/", "uvunjaji/mpya/")


def test_the_register_writes_itself_from_published_services(country: dict[str, UUID], at_work: AtWork) -> None:
    imani = at_work("mfano", "Imani")
    page = read(imani, "/ofisi/faragha/rejesta/")
    assert "Leseni ya biashara" in page
    assert "Sheria ya Leseni za Biashara" in page
    assert "Muda haujawekwa" in page
    line = {"name": "Kamera za mlangoni", "purpose": "Usalama", "basis": "Kanuni", "data": "Picha", "kept": "Siku 30"}
    assert imani.post("/ofisi/faragha/rejesta/", {**line, "kept": ""}).status_code == 400
    assert imani.post("/ofisi/faragha/rejesta/", line).status_code == 302
    sheet = imani.get("/ofisi/faragha/rejesta/faili/?f=csv")
    said = b"".join(sheet.streaming_content).decode()
    assert "Kamera za mlangoni" in said
    assert "Leseni ya biashara" in said
    assert "Kamera" not in read(at_work("jirani", "Subira"), "/ofisi/faragha/rejesta/")
    assert imani.post(f"/ofisi/faragha/rejesta/{Processing.objects.get().id}/mwisho/").status_code == 302
    assert "Kamera" not in read(imani, "/ofisi/faragha/rejesta/")


def test_looks_are_counted_and_who_stands_out_is_marked(
    country: dict[str, UUID], at_work: AtWork, officer: Officer
) -> None:
    _, actor, case = asha_with_case()
    thing = Thing("case", case.id, case.institution_id, actor.person_id)
    for name, times in (("Juma", 20), ("Salma", 2), ("Petro", 3)):
        for _ in range(times):
            identity.looked(officer("mfano", name), thing, "case")
    html = at_work("mfano", "Imani").get("/ofisi/faragha/waliotazama/").content.decode()
    assert html.count("Zaidi ya mara 3 ya aliye katikati") == 1
    row = html[html.index("Juma") - 40 : html.index("Juma") + 200]
    assert "20" in row
    assert "Asha" not in html, "counts, no contents"
    assert "Juma" not in at_work("jirani", "Subira").get("/ofisi/faragha/waliotazama/").content.decode()


def test_the_report_counts_from_the_records(
    country: dict[str, UUID], at_work: AtWork, run_jobs: Callable[[], int]
) -> None:
    asha, _, _ = asha_with_case()
    imani = at_work("mfano", "Imani")
    made = ask(asha, "access", country["mfano"])
    ask(asha, "object", country["mfano"])
    imani.post(f"/ofisi/faragha/ombi/{made.id}/", {"do": "refuse", "text": "Tayari una nakala"})
    record(imani)
    run_jobs()
    imani.post("/ofisi/faragha/takwimu/", {"do": "registration", "number": "PDPC-0001", "registered_on": "2026-01-02"})
    found = dict(report.lines(country["mfano"], report.Quarter.parse(""), "sw"))
    assert found["Maombi yaliyopokelewa: Nione kinachohifadhiwa"] == 1
    assert found["Maombi yaliyopokelewa: Pinga matumizi"] == 1
    assert (found["Yaliyojibiwa"], found["Yaliyokataliwa"], found["Yanayosubiri"]) == (1, 1, 1)
    assert (found["Uvunjaji uliogunduliwa"], found["Watu waliohusika"], found["Watu waliojulishwa"]) == (1, 1, 0)
    assert found["Namba ya usajili"] == "PDPC-0001"
    assert found["Usajili unaisha"] == "2 Januari 2031", "five years, as the regulations say"
    other = dict(report.lines(country["jirani"], report.Quarter.parse(""), "sw"))
    assert other["Yanayosubiri"] == 0
    assert other["Namba ya usajili"] == "haijulikani"
    assert other["Siku za kujibu (katikati)"] == "haijulikani", "unknown is shown as unknown"
    assert "PDPC-0001" in read(imani, "/ofisi/faragha/ripoti/")
    book = b"".join(imani.get("/ofisi/faragha/ripoti/?f=xlsx").streaming_content)
    assert zipfile.ZipFile(io.BytesIO(book)).testzip() is None
    assert "PDPC-0001" in b"".join(imani.get("/ofisi/faragha/ripoti/?f=csv").streaming_content).decode()
    early = dict(report.lines(country["mfano"], report.Quarter(2020, 1), "sw"))
    assert early["Yaliyojibiwa"] == 0


def test_the_end_of_the_registration_is_told_three_months_before(
    country: dict[str, UUID], at_work: AtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    imani = at_work("mfano", "Imani")
    imani.post("/ofisi/faragha/takwimu/", {"do": "registration", "number": "PDPC-0001", "registered_on": "2026-01-02"})
    jobs.sweep()
    assert not Mail.objects.filter(purpose="privacy.due").exists()
    later = clock.now() + timedelta(days=5 * 365 - 120 - 300)
    monkeypatch.setattr(clock, "now", lambda: later.replace(year=2030, month=10, day=3))
    jobs.sweep()
    jobs.sweep()
    assert Mail.objects.filter(purpose="privacy.due").count() == 2


def test_a_full_inbox_asks_no_more_than_one_request(country: dict[str, UUID], at_work: AtWork) -> None:
    asha, _, _ = asha_with_case()
    ask(asha, "access", country["mfano"])
    imani = at_work("mfano", "Imani")

    def asked() -> int:
        imani.get("/ofisi/faragha/")
        with CaptureQueriesContext(connection) as seen:
            assert imani.get("/ofisi/faragha/").status_code == 200
        return len(seen.captured_queries)

    before = asked()
    Request.objects.bulk_create(
        Request(
            id=new_id(), institution_id=country["mfano"], person_id=new_id(), number=new_number("10"), kind="access",
            text="", asked_at=clock.now(),
        )
        for _ in range(40)
    )  # fmt: skip
    assert asked() == before
    assert "Ukurasa 1 kati ya 2" in read(imani, "/ofisi/faragha/")


def test_the_desk_is_for_the_officer_and_the_heads(country: dict[str, UUID], at_work: AtWork) -> None:
    for name, status in (("Imani", 200), ("Juma", 403)):
        client = at_work("mfano", name)
        for page in PAGES:
            for prefix in ("", "/en"):
                assert client.get(f"{prefix}/ofisi/faragha/{page}").status_code == status, (name, page)
    assert at_work("jirani", "Baraka").get("/ofisi/faragha/").status_code == 403
    neema = at_work("mfano", "Neema")
    assert neema.get("/ofisi/faragha/").status_code == 200
    assert neema.post("/ofisi/faragha/rejesta/", {"name": "x"}).status_code == 403
