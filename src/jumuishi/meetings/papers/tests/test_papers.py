"""Papers are asked, come, are late, are bound; numbers never move, and closed ones stay where they belong."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from jumuishi.kernel import clock
from jumuishi.meetings.calling import agenda, calls
from jumuishi.meetings.calling.tests.conftest import NOW, Council
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.papers import jobs
from jumuishi.meetings.papers.models import Ask, Paper
from jumuishi.meetings.papers.tests.conftest import pdf, upload

pytestmark = [pytest.mark.database, pytest.mark.slow]


class Desk:
    """A meeting with an open and a closed item, and the secretary's browser."""

    def __init__(self, council: Council) -> None:
        self.council, self.neema = council, council.at_work()
        self.meeting = council.plan()
        add = {"actor": council.secretary, "meeting_id": self.meeting.id, "section": "business"}
        self.open = agenda.add_item(title={"sw": "Bajeti"}, **add)
        self.closed = agenda.add_item(title={"sw": "Nidhamu"}, is_closed=True, **add)
        self.here = f"/ofisi/mabaraza/mkutano/{self.meeting.id}/nyaraka/"
        self.mine = f"/mimi/vikao/{self.meeting.id}/"

    def call(self) -> None:
        calls.call_members(actor=self.council.secretary, meeting_id=self.meeting.id)

    def put(self, item: Any, title: str, content: bytes) -> Any:
        given = {"do": "give", "item": str(item), "title": title, "file": upload(content)}
        return self.neema.post(f"{self.here}tenda/", given)

    def bind(self) -> None:
        assert self.neema.post(f"{self.here}tenda/", {"do": "bind"}).status_code == 200
        for _ in range(2):
            assert self.neema.post(f"{self.here}tenda/", {"do": "bind", "sure": "1"}).status_code == 302


@pytest.fixture
def desk(council: Council) -> Desk:
    return Desk(council)


def names(client: Client, desk: Desk, query: str = "") -> list[str]:
    answer = client.get(f"{desk.mine}bunda{query}")
    return zipfile.ZipFile(BytesIO(answer.getvalue())).namelist() if answer.status_code == 200 else []


def test_a_paper_is_asked_by_the_rule_reminded_and_late(desk: Desk, council: Council) -> None:
    juma = council.find("mfano", "Juma")
    ask = {"do": "ask", "item": str(desk.open), "what": "Makadirio", "of": f"person:{juma.who}"}
    assert desk.neema.post(f"{desk.here}tenda/", {**ask, "of": ""}).status_code == 400
    for _ in range(2):
        assert desk.neema.post(f"{desk.here}tenda/", ask).status_code == 302
    found = Ask.objects.get()
    assert found.due_at.date() == (NOW + timedelta(days=7)).date()
    at_work = council.at_work("mfano", "Juma")
    assert 'href="/ofisi/mabaraza/nyaraka/"' in at_work.get("/ofisi/mabaraza/maazimio/").content.decode()
    assert "Makadirio" in at_work.get("/ofisi/mabaraza/nyaraka/").content.decode()
    page = f"/ofisi/mabaraza/nyaraka/{found.id}/"
    assert council.at_work("jirani", "Baraka").get(page).status_code == 404
    assert council.at_work("mfano", "Salma").get(page).status_code == 404
    assert at_work.post(page, {"file": upload(b"si pdf")}).status_code == 400
    with clock.frozen(NOW + timedelta(days=8)):
        jobs.remind()
        found.refresh_from_db()
        assert found.reminded_at == NOW + timedelta(days=8)
        late = council.at_work("mfano", "Juma")
        assert "Umechelewa" in council.at_work().get(desk.here).content.decode()
        for _ in range(2):
            assert late.post(page, {"file": upload(pdf())}).status_code == 302
    paper = Paper.objects.get()
    assert (paper.is_late, paper.edition, paper.pages) == (True, 1, 1)
    council.orders(papers=None)
    refused = desk.neema.post(f"{desk.here}tenda/", {**ask, "what": "Nyingine"})
    assert "siku za kuwasilisha nyaraka" in refused.content.decode()


def test_numbers_never_move(desk: Desk, council: Council) -> None:
    desk.put(desk.open, "Bajeti", pdf(3))
    desk.put(desk.closed, "Shauri", pdf(2))
    desk.bind()
    desk.call()
    desk.put(desk.open, "Bajeti", pdf(2, 600))
    desk.put(desk.open, "Jedwali", pdf(1, 610))
    labels = {(one.title, one.edition): one.labels for one in Paper.objects.all()}
    assert labels == {
        ("Bajeti", 1): ["1", "2", "3"], ("Shauri", 1): ["4", "5"], ("Bajeti", 2): ["3A", "3B"], ("Jedwali", 1): ["3C"],
    }  # fmt: skip
    assert Paper.objects.get(title="Bajeti", edition=2).is_late
    made = PdfReader(BytesIO(desk.neema.get(desk.here.replace("nyaraka/", "kabrasha.pdf")).getvalue()))
    assert list(made.page_labels) == ["i", "3A", "3B", "3C", "4", "5"]
    page = council.member("Salum").get(desk.mine).content.decode()
    assert "3A–3B" in page
    assert "Toleo la 2" in page


def test_closed_papers_are_for_members_without_an_interest(desk: Desk, council: Council) -> None:
    desk.put(desk.open, "Bajeti", pdf(1))
    desk.put(desk.closed, "Shauri", pdf(1, 600))
    desk.bind()
    closed = Paper.objects.get(title="Shauri")
    salum, tausi = council.member("Salum"), council.member("Tausi")
    assert salum.get(f"{desk.mine}kabrasha.pdf").status_code == 404
    desk.call()
    say = {"item": str(desk.closed), "nature": "Ni ndugu yangu", "once": "01890000-0000-7000-8000-000000000001"}
    for _ in range(2):
        assert tausi.post(f"{desk.mine}maslahi/", say).status_code == 302
    meeting = Meeting.objects.get(id=desk.meeting.id)
    assert [one["item"] for one in meeting.hall["interests"]] == [str(desk.closed)]
    one = f"{desk.mine}nyaraka/{closed.id}/waraka.pdf"
    assert (salum.get(one).status_code, tausi.get(one).status_code) == (200, 404)
    assert "Shauri" in salum.get(desk.mine).content.decode()
    assert "Shauri" not in tausi.get(desk.mine).content.decode()
    assert len([name for name in names(salum, desk) if name.startswith("pdf/")]) == 2
    assert names(tausi, desk)[-1] == f"pdf/{Paper.objects.get(title='Bajeti').sha256}.pdf"
    assert list(PdfReader(BytesIO(tausi.get(f"{desk.mine}kabrasha.pdf").getvalue())).page_labels) == ["i", "1"]
    for slug, name in (("jirani", "Baraka"), ("mfano", "Juma")):
        other = council.at_work(slug, name)
        paths = [one, f"{desk.mine}kabrasha.pdf", f"{desk.mine}bunda", desk.here, f"{desk.here}{closed.id}/"]
        assert [other.get(path).status_code for path in paths] == [404] * 5
        assert other.post(f"{desk.mine}maslahi/", say).status_code == 404
        assert other.post(f"{desk.here}tenda/", {"do": "bind", "sure": "1"}).status_code == 404


def test_a_bundle_is_words_first_resumes_and_leaves_out_what_one_has(desk: Desk, council: Council) -> None:
    desk.put(desk.open, "Bajeti", pdf(1))
    desk.put(desk.open, "Maji", pdf(2, 600))
    desk.bind()
    desk.call()
    salum = council.member("Salum")
    whole = salum.get(f"{desk.mine}bunda")
    found = names(salum, desk)
    kinds = [name.partition("/")[0] for name in found]
    content = whole.getvalue()
    assert kinds == ["manifest.json", "signature.txt", "receipts.json", "text", "text", "pdf", "pdf"]
    tag = whole["ETag"]
    half = len(content) // 2
    first = salum.get(f"{desk.mine}bunda", headers={"Range": f"bytes=0-{half - 1}"})
    rest = salum.get(f"{desk.mine}bunda", headers={"Range": f"bytes={half}-", "If-Range": tag})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.getvalue() + rest.getvalue() == content
    # What has changed meanwhile begins anew.
    other = salum.get(f"{desk.mine}bunda", headers={"Range": f"bytes={half}-", "If-Range": '"other"'})
    assert other.status_code == 200
    assert salum.get(f"{desk.mine}bunda", headers={"If-None-Match": tag}).status_code == 304
    manifest = json.loads(zipfile.ZipFile(BytesIO(content)).read("manifest.json"))
    sums = [one["sha256"] for one in manifest["papers"]]
    left = [name for name in names(salum, desk, f"?nina={sums[0]}") if name.startswith("pdf/")]
    assert left == [f"pdf/{sums[1]}.pdf"]
