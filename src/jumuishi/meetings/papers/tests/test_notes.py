"""A member's notes: nobody else's, sealed where they lie, by the number on the page, and never lost on the way."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.evidence.models import JournalRow
from jumuishi.identity.holdings import holder
from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.seal import BrokenSealError
from jumuishi.kernel.tenancy import Principal
from jumuishi.meetings.calling.tests.conftest import Council
from jumuishi.meetings.models import Member
from jumuishi.meetings.papers import noting
from jumuishi.meetings.papers.models import Note, Paper
from jumuishi.meetings.papers.tests.conftest import pdf
from jumuishi.meetings.papers.tests.test_papers import Desk

pytestmark = [pytest.mark.database, pytest.mark.slow]
SAID = "Uliza kuhusu makadirio ya maji"


class Reader:
    """A member's phone, at one paper."""

    def __init__(self, desk: Desk, client: Client, title: str = "Bajeti", edition: int = 1) -> None:
        self.client, self.person = client, desk.council.members["Salum"].person_id
        self.here = f"{desk.mine}nyaraka/{Paper.objects.get(title=title, edition=edition).id}/"
        self.all = f"{desk.mine}maelezo/"

    def send(self, **form: Any) -> Any:
        return self.client.post(self.here, {"once": str(new_id()), **form})

    def write(self, text: str = SAID, label: str = "2", **more: Any) -> Any:
        return self.send(do="write", text=text, label=label, **more)

    def change(self, note: Note, text: str, **more: Any) -> Any:
        return self.send(do="change", note=str(note.id), version=str(note.version), text=text, **more)

    def page(self) -> str:
        return str(self.client.get(self.here).content.decode())


@pytest.fixture
def desk(council: Council) -> Desk:
    found = Desk(council)
    found.put(found.open, "Bajeti", pdf(3))
    found.put(found.closed, "Shauri", pdf(2))
    found.bind()
    found.call()
    return found


@pytest.fixture
def salum(desk: Desk) -> Reader:
    return Reader(desk, desk.council.member("Salum"))


def test_a_note_is_written_once_and_is_on_each_phone(desk: Desk, salum: Reader) -> None:
    once = str(new_id())
    for _ in range(2):
        assert salum.write(once=once).status_code == 302
    assert Note.objects.count() == 1
    other = desk.council.member("Salum")
    for path in (salum.here, salum.all):
        page = other.get(path).content.decode()
        assert SAID in page
        assert "Ukurasa 2</b>" in page
    assert "Maelezo yangu (1)" in page
    for text, label, why in (("", "2", "Andika maelezo yako"), ("x", "9", "kurasa 1 hadi 3"), ("x" * 4001, "", "4000")):
        refused = salum.write(text, label)
        assert refused.status_code == 400
        assert why in refused.content.decode()
    assert Note.objects.count() == 1
    assert salum.write("Waraka wote", "").status_code == 302


def test_nobody_else_reads_them(desk: Desk, salum: Reader) -> None:
    salum.write()
    note = Note.objects.get()
    form = {"do": "change", "note": str(note.id), "version": "1", "text": "Jingine", "once": str(new_id())}
    tausi = desk.council.member("Tausi")
    for path in (salum.here, salum.all):
        assert SAID not in tausi.get(path).content.decode()
        assert tausi.post(path, form).status_code == 404
    for slug, name in (("mfano", "Neema"), ("mfano", "Juma"), ("jirani", "Baraka")):
        other = desk.council.at_work(slug, name)
        for path in (salum.here, f"{salum.here}waraka.pdf", salum.all):
            assert other.get(path).status_code == 404
        assert other.post(salum.all, form).status_code == 404
    home = desk.council.home
    strangers = (Principal.institution(home, desk.council.secretary.who), Principal.authority(home, None),
                 Principal.person(desk.council.members["Tausi"].person_id))  # fmt: skip
    for principal in strangers:
        with tenancy.acting_as(principal):
            assert not Note.objects.exists()
            assert Note.objects.all().delete()[0] == 0
    assert SAID in salum.page()


def test_they_are_sealed_and_the_journal_says_nothing_of_them(salum: Reader) -> None:
    salum.write()
    note = Note.objects.get()
    salum.change(note, "Kingine kabisa")
    note.refresh_from_db()
    assert noting.words_of(note) == "Kingine kabisa"
    with connection.cursor() as cursor:
        cursor.execute("SELECT n::text FROM meetings_note n")
        (row,) = cursor.fetchone()
    for words in (SAID, "Kingine"):
        assert words not in row
        assert words.encode().hex() not in row
    rows = JournalRow.objects.filter(verb__startswith="meetings.note.")
    assert rows.count() == 2
    assert {(one.institution_id, one.person_id) for one in rows} == {(None, salum.person)}
    bodies = b"".join(bytes(one.body or b"") for one in rows)
    assert SAID.encode() not in bodies
    assert str(note.paper_id).encode() not in bodies
    # Words laid into another's note are no words of it.
    other = Note(id=new_id(), person_id=note.person_id, sealed=note.sealed)
    with pytest.raises(BrokenSealError):
        noting.words_of(other)


def test_two_phones_lose_nothing(salum: Reader) -> None:
    salum.write()
    seen = Note.objects.get()
    once = str(new_id())
    assert salum.change(seen, "Kutoka simu ya kwanza").status_code == 302
    assert "Maelezo yamehifadhiwa" in salum.page()
    for _ in range(2):
        assert salum.change(seen, "Kutoka simu ya pili", once=once).status_code == 302
        assert "hakuna kilichopotea" in salum.page()
    page = salum.page()
    assert "Kutoka simu ya kwanza" in page
    assert "Kutoka simu ya pili" in page
    assert page.count("Yamehifadhiwa kando") == 1
    assert Note.objects.count() == 2
    # A form that comes again, after another that came later, changes nothing.
    first, again = Note.objects.get(id=seen.id), str(new_id())
    salum.change(first, "Moja", once=again)
    second = Note.objects.get(id=seen.id)
    salum.change(second, "Mbili")
    salum.change(first, "Moja", once=again)
    assert noting.words_of(Note.objects.get(id=seen.id)) == "Mbili"
    assert Note.objects.count() == 2
    # Deleted here from what was read before: it stays, and is told; deleted there, changed here: the words are kept.
    salum.send(do="drop", note=str(seen.id), version="1")
    assert "Hayakufutwa" in salum.page()
    now = Note.objects.get(id=seen.id)
    for _ in range(2):
        salum.send(do="drop", note=str(seen.id), version=str(now.version))
        assert "Maelezo yamefutwa" in salum.page()
    assert bytes(Note.objects.get(id=seen.id).sealed) == b""
    salum.change(now, "Baada ya kufutwa")
    assert "Baada ya kufutwa" in salum.page()


def test_they_stay_with_the_number_on_the_page(desk: Desk, salum: Reader) -> None:
    salum.write("Mstari wa tatu", "3")
    desk.put(desk.open, "Bajeti", pdf(2, 600))
    newer = Reader(desk, salum.client, edition=2)
    # The page that was open when the new edition came leads to it; what was typed there is kept.
    assert salum.client.get(salum.here)["Location"] == newer.here
    assert salum.write("Tayari niliandika", "1")["Location"] == newer.here
    assert Paper.objects.get(title="Bajeti", edition=2).labels == ["3A", "3B"]
    newer.write("Jipya", "3a")
    page = newer.page()
    assert page.index("Mstari wa tatu") < page.index("Jipya")
    assert "Ukurasa 3</b>" in page
    assert "Ukurasa 3A</b>" in page
    assert "Tayari niliandika" in page
    assert salum.client.get(salum.all).content.decode().count(f'href="{newer.here}">Bajeti') == 3


def test_a_page_asks_the_same_however_many_notes_there_are(salum: Reader) -> None:
    def asked() -> list[int]:
        found = []
        for path in (salum.here, salum.all):
            with CaptureQueriesContext(connection) as queries:
                assert salum.client.get(path).status_code == 200
            found.append(len(queries))
        return found

    salum.write()
    salum.page()
    few = asked()
    for n in range(30):
        salum.write(f"Maelezo {n}", "1")
    salum.page()
    assert asked() == few


def test_what_one_may_no_longer_read_is_not_named(desk: Desk, salum: Reader) -> None:
    closed = Reader(desk, salum.client, "Shauri")
    closed.write("Kumbuka ushahidi", "4")
    assert "Shauri" in salum.client.get(salum.all).content.decode()
    say = {"item": str(desk.closed), "nature": "Ni ndugu yangu", "once": str(UUID(int=5))}
    assert salum.client.post(f"{desk.mine}maslahi/", say).status_code == 302
    assert salum.client.get(closed.here).status_code == 404
    page = salum.client.get(salum.all).content.decode()
    assert "Kumbuka ushahidi" in page
    assert "Shauri" not in page
    # A seat that has ended leaves its notes to whoever wrote them.
    Member.objects.filter(id=desk.council.members["Salum"].id).update(until_on="2026-12-31")
    page = salum.client.get(salum.all).content.decode()
    assert "Kumbuka ushahidi" in page
    assert "Bajeti" not in page
    assert salum.client.get(salum.here).status_code == 404


def test_the_person_gets_a_copy_and_erases_them(desk: Desk, salum: Reader) -> None:
    salum.write()
    found = holder("meetings.papers")
    assert found is not None
    assert salum.person is not None
    with tenancy.acting_as(Principal.person(salum.person)):
        assert [one.count for one in found.held(salum.person)] == [1]
        assert [one.data["text"] for one in found.copies(salum.person)] == [SAID]
        assert list(found.copies(salum.person, desk.council.home)) == []
    assert "Ufute maelezo yako yote (1)" in salum.client.get(f"{salum.all}?all=1").content.decode()
    for _ in range(2):
        assert salum.client.post(salum.all, {"do": "all"}).status_code == 302
    assert not Note.objects.exists()
