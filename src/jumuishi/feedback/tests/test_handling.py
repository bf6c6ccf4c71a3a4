"""The desk: an owner, a clock and an answer for everything said; and what its sender may do after."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.evidence.models import JournalRow
from jumuishi.feedback import jobs
from jumuishi.feedback.models import Entry, Item
from jumuishi.feedback.tests.conftest import WORDS, act, kept, read, send
from jumuishi.institutions import staff
from jumuishi.kernel import clock
from jumuishi.messaging.models import Message

pytestmark = pytest.mark.database
AtWork = Callable[[str, str], Client]


@pytest.fixture
def said(homes: dict[str, UUID]) -> tuple[Item, str]:
    """A nameless complaint about Mfano and its secret code."""
    return kept(send(Client()))


def page_of(item: Item) -> str:
    return f"/ofisi/mrejesho/{item.id}/"


def test_the_desk_answers_and_the_sender_reads_it(said: Any, at_work: AtWork) -> None:
    item, code = said
    zawadi = at_work("mfano", "Zawadi")
    assert str(item.id) in zawadi.get("/ofisi/mrejesho/").content.decode()
    assert WORDS in zawadi.get(page_of(item)).content.decode()
    assert act(zawadi, item, "take").status_code == 302
    assert act(zawadi, item, "answered", text="  ").status_code == 400
    assert act(zawadi, item, "answered", text="Samahani, tumeongeza dirisha la pili").status_code == 302
    item.refresh_from_db()
    assert (item.state, item.worked_minutes) == ("answered", 0)
    page = read(item, code).content.decode()
    assert "tumeongeza dirisha la pili" in page
    assert "Ndiyo, imetatuliwa" in page
    assert read(item, code, do="solved").status_code == 200
    item.refresh_from_db()
    assert item.verdict == "solved"


def test_only_the_desks_people_read_the_words_and_each_look_is_journalled(said: Any, at_work: AtWork) -> None:
    item, _ = said
    for slug, name in (("mfano", "Juma"), ("mfano", "Imani"), ("jirani", "Baraka"), ("mamlaka", "Zuhura")):
        client = at_work(slug, name)
        assert client.get(page_of(item)).status_code == 404, name
        assert act(client, item, "answered", text="Sawa").status_code == 404, name
        assert item.reference[:4] not in client.get("/ofisi/mrejesho/").content.decode(), name
    looks = JournalRow.objects.filter(thing_id=item.id, verb="identity.look")
    assert looks.count() == 0
    for name in ("Zawadi", "Neema"):
        assert at_work("mfano", name).get(page_of(item)).status_code == 200
    assert looks.count() == 2


def test_whom_it_is_given_to_reads_and_answers_it(said: Any, at_work: AtWork, officer: Any, homes: Any) -> None:
    item, _ = said
    neema, juma = at_work("mfano", "Neema"), officer("mfano", "Juma")
    assert act(neema, item, "assign", to=f"person:{juma.who}").status_code == 302
    at_desk = at_work("mfano", "Juma")
    assert str(item.id) in at_desk.get("/ofisi/mrejesho/").content.decode()
    assert act(at_desk, item, "answered", text="Nimelishughulikia").status_code == 302
    # Nobody of another institution can be given it.
    other, _ = kept(send(Client(), text="Jingine"))
    assert act(neema, other, "assign", to=f"person:{officer('jirani', 'Baraka').who}").status_code == 400


def test_a_unit_can_have_it(said: Any, at_work: AtWork, officer: Any, homes: Any) -> None:
    item, _ = said
    unit = staff.add_unit(
        actor=officer("mfano", "Neema"), institution_id=homes["mfano"], name={"sw": "Dawati", "en": "Desk"}
    )
    from jumuishi.institutions.models import Appointment  # noqa: PLC0415

    Appointment.objects.filter(person_id=officer("mfano", "Juma").who).update(unit_id=unit)
    assert act(at_work("mfano", "Zawadi"), item, "assign", to=f"unit:{unit}").status_code == 302
    assert at_work("mfano", "Juma").get(page_of(item)).status_code == 200
    assert at_work("mfano", "Salma").get(page_of(item)).status_code == 404


def test_what_an_officer_who_leaves_had_is_the_desks_again(
    said: Any, at_work: AtWork, officer: Any, run_jobs: Any
) -> None:
    item, _ = said
    juma, neema = officer("mfano", "Juma"), officer("mfano", "Neema")
    act(at_work("mfano", "Neema"), item, "assign", to=f"person:{juma.who}")
    staff.end_appointment(actor=neema, appointment_id=juma.appointment_id, reason="Amehama")
    run_jobs()
    item.refresh_from_db()
    assert item.owner_id is None


def test_a_question_back_stops_the_clock_and_a_reply_lets_it_run_on(said: Any, at_work: AtWork) -> None:
    item, code = said
    start = item.received_at
    with clock.frozen(start + timedelta(days=2)):
        assert act(at_work("mfano", "Zawadi"), item, "asked", text="Ilikuwa dirisha gani?").status_code == 302
    item.refresh_from_db()
    left = item.left_minutes
    assert item.state == "asked"
    with clock.frozen(start + timedelta(days=9)):
        page = read(item, code)
        assert "Ilikuwa dirisha gani?" in page.content.decode()
        assert read(item, code, do="reply", text="La pili").status_code == 200
    item.refresh_from_db()
    assert (item.state, item.clock_minutes) == ("open", left)
    assert item.due_at > start + timedelta(days=16)


def test_a_question_that_nobody_answers_comes_back_to_the_desk(said: Any, at_work: AtWork) -> None:
    item, _ = said
    act(at_work("mfano", "Zawadi"), item, "asked", text="Ilikuwa lini?")
    with clock.frozen(item.received_at + timedelta(days=40)):
        jobs.sweep()
    item.refresh_from_db()
    assert item.state == "open"
    assert Entry.objects.filter(item=item, kind="silent").exists()


def kept_reason(item: Item) -> str:
    item.refresh_from_db()
    return item.late_reason


def test_late_is_told_to_the_head_once_and_asks_for_a_reason(said: Any, at_work: AtWork, officer: Any) -> None:
    from jumuishi.identity import public as identity  # noqa: PLC0415

    item, _ = said
    identity.prove_phone(actor=officer("mfano", "Neema"), phone="0700 000 099")
    late = item.due_at + timedelta(hours=3)
    with clock.frozen(late):
        jobs.sweep()
        jobs.sweep()
        assert [one.to for one in Message.objects.all()] == ["+255700000099"]
        zawadi = at_work("mfano", "Zawadi")
        answer = act(zawadi, item, "answered", text="Jibu letu refu")
        assert answer.status_code == 400
        assert "Jibu letu refu" in answer.content.decode()
        assert "andika sababu" in answer.content.decode()
        done = act(zawadi, item, "answered", text="Jibu letu", late_reason="Mfumo ulikuwa umezimika")
        assert done.status_code == 302
    assert "Mfumo ulikuwa umezimika" in kept_reason(item)


def test_reopened_once_then_the_head_then_the_authority(said: Any, at_work: AtWork, homes: dict[str, UUID]) -> None:
    item, code = said
    zawadi, neema = at_work("mfano", "Zawadi"), at_work("mfano", "Neema")
    act(zawadi, item, "answered", text="Hapana")
    assert read(item, code, do="reopen", text="").status_code == 400
    assert read(item, code, do="reopen", text="Hamkusoma").status_code == 200
    act(zawadi, item, "answered", text="Bado hapana")
    assert read(item, code, do="reopen", text="Tena").status_code == 400
    assert read(item, code, do="escalate", text="Sijaridhika").status_code == 200
    item.refresh_from_db()
    assert (item.level, item.state, item.owner_id) == (2, "open", None)
    assert act(zawadi, item, "answered", text="Mimi tena").status_code == 403
    assert act(neema, item, "answered", text="Nimesoma mwenyewe").status_code == 302
    assert read(item, code, do="escalate", text="Bado").status_code == 200
    item.refresh_from_db()
    assert (item.level, item.institution_id, item.about_id) == (3, homes["mamlaka"], homes["mfano"])
    assert neema.get(page_of(item)).status_code == 200
    assert act(neema, item, "answered", text="Mimi").status_code == 403
    assert act(at_work("mamlaka", "Zuhura"), item, "answered", text="Mamlaka imeamua").status_code == 302
    page = read(item, code).content.decode()
    assert "Mamlaka imeamua" in page
    assert read(item, code, do="escalate", text="Juu zaidi").status_code == 400


def test_a_late_answer_can_be_taken_higher_at_once(said: Any) -> None:
    item, code = said
    assert read(item, code, do="escalate", text="Mbona kimya").status_code == 400
    with clock.frozen(item.due_at + timedelta(minutes=1)):
        assert read(item, code, do="escalate", text="Mbona kimya").status_code == 200
    item.refresh_from_db()
    assert item.level == 2


def test_it_moves_to_another_institution_and_the_clock_runs_on(homes: dict[str, UUID], at_work: AtWork) -> None:
    item, code = kept(send(Client(), answer="sms", phone="0700 000 061"))
    due, zawadi = item.due_at, at_work("mfano", "Zawadi")
    assert "Saa inaendelea" in zawadi.get(f"{page_of(item)}peleka/").content.decode()
    assert act(zawadi, item, "refer", slug="jirani", text="").status_code == 400
    assert act(zawadi, item, "refer", slug="jirani", text="Ni barabara yao").status_code == 302
    item.refresh_from_db()
    assert (item.institution_id, item.about_id, item.due_at) == (homes["jirani"], homes["jirani"], due)
    assert zawadi.get(page_of(item)).status_code == 404
    assert at_work("jirani", "Subira").get(page_of(item)).status_code == 200
    assert "Ni barabara yao" in read(item, code).content.decode()
    assert "Mji wa Jirani" in Message.objects.get().text


def test_abuse_takes_two_people_and_its_sender_sees_why(said: Any, at_work: AtWork) -> None:
    item, code = said
    zawadi, neema = at_work("mfano", "Zawadi"), at_work("mfano", "Neema")
    assert act(zawadi, item, "abuse", text="Matusi matupu").status_code == 302
    assert act(zawadi, item, "abuse_yes").status_code == 409
    item.refresh_from_db()
    assert item.state == "open"
    assert act(neema, item, "abuse_yes").status_code == 302
    item.refresh_from_db()
    assert item.state == "abuse"
    page = read(item, code).content.decode()
    assert "Limefungwa: ni matusi" in page
    assert "Matusi matupu" in page


def test_a_note_is_for_colleagues_alone(said: Any, at_work: AtWork) -> None:
    item, code = said
    act(at_work("mfano", "Zawadi"), item, "note", text="Tumuulize Petro")
    assert "Tumuulize Petro" in at_work("mfano", "Neema").get(page_of(item)).content.decode()
    assert "Tumuulize Petro" not in read(item, code).content.decode()


def test_a_stale_page_overwrites_nothing_and_keeps_what_was_typed(said: Any, at_work: AtWork) -> None:
    item, _ = said
    neema, zawadi = at_work("mfano", "Neema"), at_work("mfano", "Zawadi")
    seen = str(item.version)
    act(neema, item, "told", text="Tunalifuatilia")
    given = {"do": "answered", "version": seen, "text": "Jibu la Zawadi"}
    answer = zawadi.post(f"{page_of(item)}tenda/", given)
    assert answer.status_code == 409
    assert "Jibu la Zawadi" in answer.content.decode()
    item.refresh_from_db()
    assert item.state == "open"


def test_a_sender_who_needs_no_answer_closes_it(said: Any, at_work: AtWork) -> None:
    item, code = said
    assert read(item, code, do="close").status_code == 200
    item.refresh_from_db()
    assert item.state == "closed"
    assert act(at_work("mfano", "Zawadi"), item, "answered", text="Jibu").status_code == 409


def test_a_day_off_moves_what_is_due(said: Any, officer: Any, homes: dict[str, UUID], run_jobs: Any) -> None:
    from jumuishi.institutions import public as institutions  # noqa: PLC0415

    item, _ = said
    day = (item.received_at + timedelta(days=3)).date()
    while day.weekday() > 4:
        day += timedelta(days=1)
    institutions.announce_holiday(
        actor=officer("mfano", "Neema"),
        institution_id=homes["mfano"],
        day=day,
        name={"sw": "Siku", "en": "Day"},
        source="x",
    )
    before = item.due_at
    run_jobs()
    item.refresh_from_db()
    assert item.due_at > before
