"""From the draft to signed minutes: no edit is lost, who sat corrects, two confirm, whom the rules name gets them."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from lxml import etree

from jumuishi.documents import public as documents
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import clock, files, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.minutes import correcting, drafting, jobs, sending, settling
from jumuishi.meetings.minutes.tests.conftest import ORDERS, Council
from jumuishi.meetings.minutes.types import MinutesError
from jumuishi.meetings.models import Correction, Event, Item, Meeting, Minutes, MinutesEdition, Sending
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.messaging.models import Mail

pytestmark = pytest.mark.database


def row(meeting: Meeting) -> Minutes:
    return Minutes.objects.get(meeting=meeting)


def key_of(meeting: Meeting, words: str) -> str:
    return str(next(one["key"] for one in row(meeting).paragraphs if words in one["sw"]))


def edit(council: Council, meeting: Meeting, key: str, text: str) -> None:
    drafting.edit_paragraph(
        actor=council.stela, meeting_id=meeting.id, version=row(meeting).version, key=key, text=text
    )


def opened(council: Council) -> Meeting:
    meeting = council.drafted()
    correcting.open_window(actor=council.stela, meeting_id=meeting.id)
    return meeting


def frozen(council: Council) -> Meeting:
    meeting = opened(council)
    with clock.frozen(clock.now() + timedelta(hours=49)):
        settling.freeze(actor=council.stela, meeting_id=meeting.id)
    return meeting


def confirmed(council: Council) -> Meeting:
    meeting = frozen(council)
    mark = row(meeting).sha256
    settling.sign(actor=council.person("Mwajuma"), meeting_id=meeting.id, sha256=mark)
    settling.sign(actor=council.stela, meeting_id=meeting.id, sha256=mark)
    settling.confirm(actor=council.stela, meeting_id=meeting.id)
    return meeting


def refused(code: str, verb: object) -> None:
    with pytest.raises(MinutesError) as error:
        verb()  # type: ignore[operator]
    assert error.value.code == code


def test_writing_anew_loses_no_edit_and_marks_what_changed_beneath(council: Council) -> None:
    meeting = council.drafted()
    vote, speech = key_of(meeting, "Hapana 1"), key_of(meeting, "alichangia")
    edit(council, meeting, vote, "Kura zilihesabiwa mbele ya wote.")
    edit(council, meeting, speech, "Mhe. Rehema alieleza hali ya soko.")
    own = new_id()
    add = {"actor": council.stela, "meeting_id": meeting.id, "key": own, "after": speech, "text": "Nyongeza ya katibu."}
    drafting.add_paragraph(**add)
    drafting.add_paragraph(**add)
    told = Event.objects.get(meeting=meeting, kind="vote.ended")
    last = Event.objects.filter(meeting=meeting).order_by("-seq")[0]
    Event.objects.create(
        institution_id=council.home, meeting=meeting, seq=last.seq + 1, kind="event.corrected", at=last.at,
        command=new_id(), body={"seq": told.seq, "why": "kosa", "body": {"against": 2}},
    )  # fmt: skip
    drafting.write_minutes(actor=council.stela, meeting_id=meeting.id)
    kept = {one["key"]: one for one in row(meeting).paragraphs}
    assert kept[vote]["edited"]["text"] == "Kura zilihesabiwa mbele ya wote."
    assert kept[vote]["moved"] is True
    assert "Hapana 2" in kept[vote]["sw"], "what the record says stands beside it"
    assert kept[speech]["edited"]["text"] == "Mhe. Rehema alieleza hali ya soko."
    assert "moved" not in kept[speech]
    keys = [one["key"] for one in row(meeting).paragraphs]
    assert keys.index(f"own-{own}") == keys.index(speech) + 1
    assert keys.count(f"own-{own}") == 1
    # What was written comes back by its own words.
    edit(council, meeting, speech, kept[speech]["sw"])
    assert "edited" not in {one["key"]: one for one in row(meeting).paragraphs}[speech]


def test_an_edit_over_somebody_elses_is_refused_and_the_same_twice_is_one(council: Council) -> None:
    meeting = council.drafted()
    key = key_of(meeting, "alichangia")
    given = {"actor": council.stela, "meeting_id": meeting.id, "version": row(meeting).version, "key": key}
    drafting.edit_paragraph(**given, text="Kwanza")
    version = row(meeting).version
    drafting.edit_paragraph(**given, text="Kwanza")
    assert row(meeting).version == version
    refused("stale", lambda: drafting.edit_paragraph(**given, text="Pili"))


def test_the_window_is_the_orders_and_without_the_rule_there_is_none(council: Council) -> None:
    meeting = council.drafted()
    for definition, missing in (({**ORDERS, "gazette": ""}, "gazette"), ({**ORDERS, "corrections": {}}, "corrections")):
        council.edition.definition = definition
        council.edition.save()
        with pytest.raises(RefusedError) as error:
            correcting.open_window(actor=council.stela, meeting_id=meeting.id)
        assert error.value.missing == missing
    council.edition.definition = ORDERS
    council.edition.save()
    now = clock.now()
    with clock.frozen(now):
        correcting.open_window(actor=council.stela, meeting_id=meeting.id)
    assert row(meeting).closes_at == now + timedelta(hours=48)
    refused("past_that", lambda: edit(council, meeting, "opening", "x"))


def propose(council: Council, meeting: Meeting, name: str, **more: object) -> UUID:
    given = {"paragraph": key_of(meeting, "alichangia"), "text": "Mhe. Rehema alipinga.", "why": "Ndivyo ilivyokuwa",
             "command": new_id(), **more}  # fmt: skip
    return correcting.propose_correction(actor=council.person(name), meeting_id=meeting.id, **given)  # type: ignore[arg-type]


def test_who_sat_proposes_in_time_and_the_secretary_answers_each(council: Council) -> None:
    meeting = opened(council)
    command = new_id()
    first = propose(council, meeting, "Rehema", command=command)
    assert propose(council, meeting, "Rehema", command=command) == first
    assert Correction.objects.count() == 1
    refused("not_there", lambda: propose(council, meeting, "Paulo"))
    with pytest.raises(NotAllowedError):
        correcting.propose_correction(
            actor=council.find("jirani", "Baraka"), meeting_id=meeting.id, paragraph="opening", text="x", why="x",
            command=new_id(),
        )  # fmt: skip
    second = propose(council, meeting, "Zainabu", text="Mhe. Rehema hakusema kitu.")
    with clock.frozen(clock.now() + timedelta(hours=49)):
        refused("window_over", lambda: propose(council, meeting, "Rehema"))
        refused("corrections_wait", lambda: settling.freeze(actor=council.stela, meeting_id=meeting.id))
        answer = {"actor": council.stela, "meeting_id": meeting.id}
        correcting.decide_correction(**answer, correction_id=first, accept=True)  # type: ignore[arg-type]
        refused("no_reason", lambda: correcting.decide_correction(**answer, correction_id=second, accept=False))  # type: ignore[arg-type]
        correcting.decide_correction(**answer, correction_id=second, accept=False, reason="Alisema")  # type: ignore[arg-type]
        settling.freeze(actor=council.stela, meeting_id=meeting.id)
    assert "Mhe. Rehema alipinga." in str(MinutesEdition.objects.get(meeting=meeting, what="frozen").paragraphs)
    with pytest.raises(NotAllowedError):
        correcting.decide_correction(
            actor=council.find("jirani", "Baraka"), meeting_id=meeting.id, correction_id=first, accept=True
        )


def test_nobody_freezes_before_the_window_is_over(council: Council) -> None:
    meeting = opened(council)
    refused("window_open", lambda: settling.freeze(actor=council.stela, meeting_id=meeting.id))


def test_two_signatures_confirm_and_one_person_does_not_give_both(council: Council) -> None:
    meeting = frozen(council)
    mark = row(meeting).sha256
    settling.sign(actor=council.stela, meeting_id=meeting.id, sha256=mark)
    settling.sign(actor=council.stela, meeting_id=meeting.id, sha256=mark)
    refused("not_confirmed", lambda: settling.confirm(actor=council.stela, meeting_id=meeting.id))
    with pytest.raises(NotAllowedError):
        settling.sign(actor=council.person("Rehema"), meeting_id=meeting.id, sha256=mark)
    refused("stale", lambda: settling.sign(actor=council.person("Mwajuma"), meeting_id=meeting.id, sha256="0" * 64))
    chair = council.members["Mwajuma"]
    chair.person_id = council.stela.who
    chair.save()
    refused(
        "two_people", lambda: settling.sign(actor=Actor.person(council.stela.who), meeting_id=meeting.id, sha256=mark)
    )


def test_the_next_sitting_confirms_by_its_decision_and_no_earlier_one_does(council: Council) -> None:
    meeting = frozen(council)
    confirm = lambda: settling.confirm(actor=council.stela, meeting_id=meeting.id)  # noqa: E731
    for number, weeks in ((2, -4), (4, 12)):
        other = council.meeting(number, weeks=weeks)
        item = Item.objects.create(
            institution_id=council.home, meeting=other, position=1, number="1", section="minutes",
            title={"sw": "Muhtasari", "en": "Minutes"}, thing="minutes", thing_id=meeting.id,
        )  # fmt: skip
        refused("not_confirmed", confirm)
        Event.objects.create(
            institution_id=council.home, meeting=other, seq=1, kind="decision.made", at=other.starts_at,
            command=new_id(), body={"decision": str(new_id()), "item": str(item.id), "text": "Umethibitishwa"},
        )  # fmt: skip
    number = confirm()
    assert number == confirm()
    assert row(meeting).confirmed_in == other
    assert documents.by_numbers([number])[number].title["sw"] == "Muhtasari wa kikao"


def test_confirmed_minutes_verify_as_a_document_and_the_public_one_holds_nothing_closed(council: Council) -> None:
    meeting = confirmed(council)
    minutes = row(meeting)
    assert minutes.number != minutes.number_public
    found = documents.by_numbers([minutes.number, minutes.number_public])
    for number in (minutes.number, minutes.number_public):
        pdf = b"".join(files.read(found[number].file_id))
        assert documents.verify_file(pdf).result == "genuine"
    said = str(MinutesEdition.objects.get(meeting=meeting, is_public=True).paragraphs)
    assert "Soko la Mfano" in said
    assert "Fulani" not in said
    assert "Fulani" in str(MinutesEdition.objects.filter(meeting=meeting, is_public=False).latest("number").paragraphs)


def test_the_database_itself_shows_strangers_the_public_edition_alone(council: Council) -> None:
    meeting = confirmed(council)
    member = council.person("Rehema").person_id
    for principal, editions, minutes in (
        (tenancy.Principal.person(None), 1, 0),
        (tenancy.Principal.institution(council.find("jirani", "Baraka").workplace, None), 1, 0),
        (tenancy.Principal.person(member), 4, 1),
        (None, 0, 0),
    ):
        with tenancy.acting_as(principal):
            assert MinutesEdition.objects.count() == editions
            assert Minutes.objects.count() == minutes
    meeting.is_public = False
    meeting.save()
    with tenancy.acting_as(tenancy.Principal.person(None)):
        assert MinutesEdition.objects.count() == 0


def test_whom_the_rules_name_gets_them_once_with_proof(council: Council) -> None:
    meeting = confirmed(council)
    send = lambda: sending.send(actor=council.stela, meeting_id=meeting.id)  # noqa: E731
    refused("no_recipient", send)
    for key in ("dc", "rc"):
        sending.set_recipient(actor=council.stela, key=key, name=f"Ofisi ya {key}", email=f"{key}@serikali.example")
    assert send() == 2
    assert send() == 0
    letter = Mail.objects.get(to="dc@serikali.example")
    word = re.findall(r"pokea/([\w-]+)/", letter.text)[0]
    assert word not in str(list(Sending.objects.values())), "the word stands in the letter alone"
    assert sending.receive(actor=Actor.person(None), word=word) == row(meeting).number
    assert Sending.objects.get(key="dc").opened_at is not None
    assert Sending.objects.get(key="rc").opened_at is None
    refused("no_such", lambda: sending.receive(actor=Actor.person(None), word="x"))
    council.edition.definition = {**ORDERS, "minutes": {}}
    council.edition.save()
    with pytest.raises(RefusedError) as error:
        send()
    assert error.value.missing == "minutes"


def test_drafts_write_themselves_windows_close_and_who_lets_them_wait_is_told_once(council: Council) -> None:
    meeting = council.met()
    jobs.sweep()
    assert row(meeting).state == "draft"
    assert MinutesEdition.objects.get(meeting=meeting).made_by is None
    correcting.open_window(actor=council.stela, meeting_id=meeting.id)
    correction = propose(council, meeting, "Rehema")
    with clock.frozen(clock.now() + timedelta(hours=49)):
        jobs.sweep()
        jobs.sweep()
        assert row(meeting).state == "open"
        assert Mail.objects.filter(to="stela@mfano.example").count() == 1
        correcting.decide_correction(
            actor=council.stela, meeting_id=meeting.id, correction_id=correction, accept=False, reason="Hapana"
        )
        settling.freeze(actor=council.stela, meeting_id=meeting.id)
    assert row(meeting).state == "frozen"


def test_confirmed_minutes_that_nobody_sent_are_told_of_until_they_go(council: Council) -> None:
    meeting, days = confirmed(council), timedelta(days=settings.MEETINGS_UNSENT_DAYS)

    def told(to: str) -> int:
        return Mail.objects.filter(to=to, subject__contains="haujapelekwa").count()

    def looks(times: float) -> tuple[int, int]:
        with clock.frozen(since + times * days):
            jobs.sweep()
            jobs.sweep()
        return told("stela@mfano.example"), told("neema@mfano.example")

    since = row(meeting).waits_since
    assert looks(0.9) == (0, 0)
    assert looks(1) == (1, 0)
    assert looks(1.9) == (1, 0)
    assert looks(2) == (2, 1)
    assert looks(3) == (3, 2)
    # Orders that name nobody leave nothing to send.
    council.edition.definition = {**ORDERS, "minutes": {}}
    council.edition.save()
    assert looks(4) == (3, 2)
    council.edition.definition = ORDERS
    council.edition.save()
    for key in ("dc", "rc"):
        sending.set_recipient(actor=council.stela, key=key, name=f"Ofisi ya {key}", email=f"{key}@serikali.example")
    sending.send(actor=council.stela, meeting_id=meeting.id)
    assert looks(6) == (3, 2)


def test_the_signed_file_and_the_valid_xml_are_the_public_edition_outside(council: Council) -> None:
    meeting = confirmed(council)
    client = council.browser("Rehema")
    mine = client.get(f"/mimi/vikao/{meeting.id}/muhtasari/faili/xml/")
    assert "Fulani" in mine.content.decode()
    public = Client().get(f"/vikao/muhtasari/{meeting.id}/faili/xml/")
    assert "Fulani" not in public.content.decode()
    assert etree.fromstring(public.content).tag.endswith("akomaNtoso")
