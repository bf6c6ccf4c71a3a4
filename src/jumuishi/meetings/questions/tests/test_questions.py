"""Members ask before a meeting; each question has an owner until it is answered, and is read by whom it is for."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.evidence.models import JournalRow
from jumuishi.identity.holdings import holder
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.tenancy import Principal
from jumuishi.meetings.calling import agenda, calls
from jumuishi.meetings.calling.tests.conftest import NOW, Council
from jumuishi.meetings.models import Meeting, Question
from jumuishi.meetings.questions import jobs
from jumuishi.messaging.models import Message

pytestmark = [pytest.mark.database, pytest.mark.slow]
SAID, ANSWER = "Makadirio ni ya mwaka gani?", "Ni ya mwaka huu wa fedha."


class Asked:
    """A meeting that was called, with an open and a closed item."""

    def __init__(self, council: Council) -> None:
        self.council, self.meeting = council, council.plan()
        add = {"actor": council.secretary, "meeting_id": self.meeting.id, "section": "business"}
        self.open = agenda.add_item(title={"sw": "Bajeti"}, **add)
        self.closed = agenda.add_item(title={"sw": "Nidhamu"}, is_closed=True, **add)
        self.page, self.desk = f"/mimi/vikao/{self.meeting.id}/maswali/", f"/ofisi/mabaraza/mkutano/{self.meeting.id}/"
        calls.call_members(actor=council.secretary, meeting_id=self.meeting.id)
        self.salum, self.tausi, self.neema = council.member("Salum"), council.member("Tausi"), council.at_work()

    def ask(self, client: Client, text: str = SAID, item: UUID | None = None, once: UUID | None = None) -> Any:
        form = {"item": str(item or self.open), "text": text, "once": str(once or new_id())}
        return client.post(self.page, form)

    def one(self) -> str:
        return f"/ofisi/mabaraza/maswali/{Question.objects.get().id}/"

    def read(self, client: Client) -> str:
        return str(client.get(self.page).content.decode())


@pytest.fixture
def asked(council: Council) -> Asked:
    return Asked(council)


def test_a_question_is_asked_once_and_answered_by_the_secretary(asked: Asked) -> None:
    once = new_id()
    for _ in range(2):
        assert asked.ask(asked.salum, once=once).status_code == 302
    # The same words from another form, before they are answered, are the same question.
    assert asked.ask(asked.salum).status_code == 302
    question = Question.objects.get()
    assert question.owner_id == asked.council.secretary.who
    assert "Maswali kwa ofisi (1)" in asked.neema.get(asked.desk).content.decode()
    assert SAID in asked.neema.get(f"{asked.desk}maswali/").content.decode()
    assert SAID in asked.neema.get("/ofisi/mabaraza/maswali/").content.decode()
    assert asked.ask(asked.salum, " ").status_code == 400
    assert asked.ask(asked.salum, "x" * 1001).status_code == 400
    assert asked.ask(asked.salum, item=new_id()).status_code == 400
    assert asked.neema.post(asked.one(), {"do": "answer", "answer": ""}).status_code == 400
    before = Message.objects.count()
    for _ in range(2):
        assert asked.neema.post(asked.one(), {"do": "answer", "answer": ANSWER}).status_code == 302
    assert "limekwisha kujibiwa" in asked.neema.post(asked.one(), {"do": "answer", "answer": "x"}).content.decode()
    assert Message.objects.count() == before + 1
    assert ANSWER not in Message.objects.latest("created_at").text
    assert ANSWER in asked.read(asked.salum)
    verbs = JournalRow.objects.filter(thing_id=question.id).values_list("verb", flat=True)
    assert sorted(set(verbs)) == ["meetings.question.answer", "meetings.question.ask"]


def test_the_answer_is_the_askers_until_the_secretary_shares_it(asked: Asked) -> None:
    asked.ask(asked.salum)
    asked.neema.post(asked.one(), {"do": "answer", "answer": ANSWER})
    assert SAID not in asked.read(asked.tausi)
    for do, seen in (("share", True), ("share", True), ("hide", False)):
        assert asked.neema.post(asked.one(), {"do": do}).status_code == 302
        page = asked.read(asked.tausi)
        assert ((SAID in page) and (ANSWER in page)) is seen
        assert (SAID in page) is seen
    page = str(Client().get(f"/vikao/{asked.meeting.id}/").content)
    assert SAID not in page
    assert ANSWER not in page


def test_it_is_passed_to_an_officer_who_answers_and_does_not_share(asked: Asked) -> None:
    council = asked.council
    asked.ask(asked.salum)
    juma, here = council.find("mfano", "Juma"), asked.one()
    at_work = council.at_work("mfano", "Juma")
    assert at_work.get(here).status_code == 404
    assert asked.neema.post(here, {"do": "pass", "to": str(council.find("jirani", "Baraka").who)}).status_code == 400
    for _ in range(2):
        assert asked.neema.post(here, {"do": "pass", "to": str(juma.who)}).status_code == 302
    told = [one for one in mail.outbox if "Umekabidhiwa" in one.subject]
    assert len(told) <= 1
    assert SAID in at_work.get("/ofisi/mabaraza/maswali/").content.decode()
    assert SAID not in asked.neema.get("/ofisi/mabaraza/maswali/").content.decode()
    assert "Anayewajibika: Juma" in asked.neema.get(f"{asked.desk}maswali/").content.decode()
    for form in ({"do": "pass", "to": str(juma.who)}, {"do": "share"}):
        assert at_work.post(here, form).status_code == 404
    assert at_work.get(f"{asked.desk}maswali/").status_code == 404
    assert at_work.post(here, {"do": "answer", "answer": ANSWER, "all": "1"}).status_code == 302
    assert not Question.objects.get().is_for_all
    assert ANSWER in asked.read(asked.salum)
    for other in (council.at_work("jirani", "Baraka"), council.at_work("mfano", "Salma")):
        assert other.get(here).status_code == 404
        assert other.post(here, {"do": "answer", "answer": "Jibu jingine"}).status_code == 404
        assert other.get(asked.page).status_code == 404
        assert asked.ask(other).status_code == 404


def test_on_the_day_it_is_marked_and_its_owner_told_once(asked: Asked) -> None:
    asked.ask(asked.salum)
    jobs.remind()
    assert Question.objects.get().told_at is None
    assert "tag late" not in asked.neema.get(f"{asked.desk}maswali/").content.decode()
    day = asked.meeting.starts_at.replace(hour=1)
    with clock.frozen(day):
        neema = asked.council.at_work()
        jobs.remind()
        assert Question.objects.get().told_at == day
        assert '<i class="tag late">Halijajibiwa' in neema.get(f"{asked.desk}maswali/").content.decode()
        assert "Anayewajibika: Neema" in neema.get(f"{asked.desk}maswali/").content.decode()
    with clock.frozen(day + timedelta(hours=1)):
        jobs.remind()
        assert Question.objects.get().told_at == day
    with clock.frozen(asked.meeting.starts_at):
        salum = asked.council.member("Salum")
        assert asked.ask(salum, "Jingine?").status_code == 400
        assert "kabla ya kikao kuanza" in asked.read(salum)
        # Late is better than never.
        assert asked.council.at_work().post(asked.one(), {"do": "answer", "answer": ANSWER}).status_code == 302
    Meeting.objects.filter(id=asked.meeting.id).update(state=Meeting.State.CANCELLED)
    assert asked.neema.post(asked.one(), {"do": "share"}).status_code == 400
    assert day > NOW


def test_what_is_closed_stays_with_whoever_may_know_it(asked: Asked) -> None:
    asked.ask(asked.salum, item=asked.closed)
    asked.neema.post(asked.one(), {"do": "answer", "answer": ANSWER, "all": "1"})
    assert ANSWER in asked.read(asked.tausi)
    say = {"item": str(asked.closed), "nature": "Ni ndugu yangu", "once": str(UUID(int=3))}
    assert asked.tausi.post(f"/mimi/vikao/{asked.meeting.id}/maslahi/", say).status_code == 302
    assert ANSWER not in asked.read(asked.tausi)
    assert "Umetangaza maslahi" in asked.ask(asked.tausi, item=asked.closed).content.decode()


def test_walls_copy_and_what_is_kept(asked: Asked) -> None:
    asked.ask(asked.salum)
    person, home = asked.council.members["Salum"].person_id, asked.council.home
    found = holder("meetings.papers")
    assert found is not None
    assert person is not None
    strangers = (Principal.person(asked.council.members["Tausi"].person_id), Principal.person(None),
                 Principal.institution(asked.council.find("jirani", "Baraka").workplace, None))  # fmt: skip
    for principal in strangers:
        with tenancy.acting_as(principal):
            assert not Question.objects.exists()
    with tenancy.acting_as(Principal.person(person)):
        assert Question.objects.update(text="x") == 0
        assert [(one.institution_id, one.count) for one in found.held(person)] == [(home, 1)]
        assert [one.data["text"] for one in found.copies(person)] == [SAID]
    fates = list(found.erase(actor=Actor.system(), person_id=person, institution_id=home, reason="x"))
    assert [(one.erased, bool(one.reason)) for one in fates] == [(False, True)]
    assert Question.objects.get().text == SAID


def test_pages_ask_the_same_however_many_questions_there_are(asked: Asked) -> None:
    ways = (
        (asked.salum, asked.page),
        (asked.neema, f"{asked.desk}maswali/"),
        (asked.neema, "/ofisi/mabaraza/maswali/"),
    )

    def count() -> list[int]:
        found = []
        for client, path in ways:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return found

    asked.ask(asked.salum)
    count()
    few = count()
    for n in range(20):
        asked.ask(asked.salum, f"Swali {n}")
    count()
    assert count() == few
