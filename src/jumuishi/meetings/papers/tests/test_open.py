"""The public reads what the secretary lets it read, never what is closed, and nothing the moment that it is closed."""

import gzip
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from jumuishi.evidence.models import JournalRow
from jumuishi.kernel import tenancy
from jumuishi.kernel.tenancy import Principal
from jumuishi.meetings.calling.tests.conftest import Council
from jumuishi.meetings.hall.state import State, to_json
from jumuishi.meetings.models import Item, Meeting
from jumuishi.meetings.papers.models import Paper
from jumuishi.meetings.papers.tests.conftest import pdf
from jumuishi.meetings.papers.tests.test_papers import Desk

pytestmark = [pytest.mark.database, pytest.mark.slow]


class Gallery:
    """The council's meeting with papers, and a visitor's browser."""

    def __init__(self, council: Council) -> None:
        self.desk, self.visitor = Desk(council), Client()
        self.desk.put(self.desk.open, "Bajeti", pdf(3))
        self.desk.put(self.desk.closed, "Shauri", pdf(2, 600))
        self.page = f"/vikao/{self.desk.meeting.id}/"

    def paper(self, title: str, edition: int = 1) -> Paper:
        return Paper.objects.get(title=title, edition=edition)

    def let(self, title: str, do: str = "open", edition: int = 1, client: Client | None = None) -> Any:
        form = {"do": do, "paper": str(self.paper(title, edition).id)}
        return (client or self.desk.neema).post(f"{self.desk.here}tenda/", form)

    def file(self, title: str, edition: int = 1, client: Client | None = None) -> Any:
        return (client or self.visitor).get(f"{self.page}nyaraka/{self.paper(title, edition).id}.pdf")

    def said(self) -> str:
        return str(self.visitor.get(self.page).content.decode())


@pytest.fixture
def gallery(council: Council) -> Gallery:
    return Gallery(council)


def test_nothing_is_open_until_the_secretary_says_so_and_members_have_it(gallery: Gallery) -> None:
    for _ in range(2):
        assert gallery.let("Bajeti").status_code == 302
    assert gallery.visitor.get(gallery.page).status_code == 404
    assert gallery.file("Bajeti").status_code == 404
    gallery.desk.call()
    assert "Bajeti.pdf" not in gallery.said()
    assert gallery.file("Bajeti").status_code == 404, "members have no numbers on it yet"
    gallery.desk.bind()
    assert "Ukurasa 1–3 · PDF" in gallery.said()
    got = gallery.file("Bajeti")
    assert b"".join(got.streaming_content).startswith(b"%PDF-")
    assert (got["Content-Type"], got["Cache-Control"]) == ("application/pdf", "private, no-cache")
    assert gallery.visitor.get(f"{gallery.page}nyaraka/").content.decode().count(".pdf") == 1
    assert "Wazi kwa umma" in gallery.desk.neema.get(gallery.desk.here).content.decode()
    for _ in range(2):
        gallery.let("Bajeti", "shut")
    assert gallery.file("Bajeti").status_code == 404
    assert "Nyaraka za kikao" not in gallery.said()
    rows = JournalRow.objects.filter(verb="meetings.paper.open")
    assert rows.count() == 4


def test_a_closed_items_papers_are_never_open(gallery: Gallery) -> None:
    gallery.let("Bajeti")
    assert "ajenda ya faragha" in gallery.let("Shauri").content.decode()
    Paper.objects.filter(title="Shauri").update(is_open=True)
    gallery.desk.bind()
    gallery.desk.call()
    assert gallery.file("Shauri").status_code == 404
    assert "Shauri" not in gallery.said()
    assert gallery.file("Bajeti").status_code == 200
    with tenancy.acting_as(Principal.person(None)):
        assert [one.title for one in Paper.objects.all()] == ["Bajeti"], "the wall of the table says the same"
    # Closed now: away at once, from the list, from the file, from the table.
    Item.objects.filter(id=gallery.desk.open).update(is_closed=True)
    assert gallery.file("Bajeti").status_code == 404
    assert "Bajeti" not in gallery.said()
    with tenancy.acting_as(Principal.person(None)):
        assert not Paper.objects.exists()
    Item.objects.filter(id=gallery.desk.open).update(is_closed=False)
    assert gallery.file("Bajeti").status_code == 200
    # The session is closed while it deals with the item.
    hall = to_json(State(item=str(gallery.desk.open), is_closed=True))
    Meeting.objects.filter(id=gallery.desk.meeting.id).update(hall=hall)
    assert gallery.file("Bajeti").status_code == 404
    Meeting.objects.filter(id=gallery.desk.meeting.id).update(hall=to_json(State(item=str(gallery.desk.open))))
    assert gallery.file("Bajeti").status_code == 200
    for state in ({"is_public": False}, {"is_public": True, "state": "cancelled"}):
        Meeting.objects.filter(id=gallery.desk.meeting.id).update(**state)
        assert gallery.file("Bajeti").status_code == 404


def test_a_newer_edition_waits_for_its_own_word(gallery: Gallery) -> None:
    gallery.let("Bajeti")
    gallery.desk.bind()
    gallery.desk.call()
    gallery.desk.put(gallery.desk.open, "Bajeti", pdf(2, 700))
    assert gallery.file("Bajeti").status_code == 404
    assert gallery.file("Bajeti", 2).status_code == 404
    assert "toleo jipya" in gallery.let("Bajeti").content.decode()
    gallery.let("Bajeti", edition=2)
    assert gallery.file("Bajeti", 2).status_code == 200
    assert "3A–3B" in gallery.said()


def test_only_the_secretary_opens(gallery: Gallery) -> None:
    council = gallery.desk.council
    for slug, name in (("jirani", "Baraka"), ("mfano", "Juma")):
        assert gallery.let("Bajeti", client=council.at_work(slug, name)).status_code == 404
    assert not gallery.paper("Bajeti").is_open
    gallery.let("Bajeti")
    gallery.desk.bind()
    gallery.desk.call()
    assert gallery.file("Bajeti", client=council.at_work("jirani", "Baraka")).status_code == 200
    assert gallery.let("Bajeti", "shut", client=council.at_work("jirani", "Baraka")).status_code == 404


def test_the_first_view_stays_light(gallery: Gallery) -> None:
    for n in range(30):
        gallery.desk.put(
            gallery.desk.open, f"Makadirio ya kata ya {n} na maelezo yake marefu ya mwaka", pdf(1, 300 + n)
        )
    Paper.objects.exclude(title="Shauri").update(is_open=True)
    gallery.desk.bind()
    gallery.desk.call()
    weight = 0
    for name in ("channels/jumuishi.css", "meetings/live.js"):
        with open(finders.find(name), "rb") as file:
            weight += len(gzip.compress(file.read(), 6))
    said = gallery.said()
    assert len(gzip.compress(said.encode(), 6)) + weight < 14_336
    assert said.count(".pdf") == 10
    assert "Nyaraka zote (31)" in said
    assert gallery.visitor.get(f"{gallery.page}nyaraka/").content.decode().count(".pdf") == 25
