"""Minutes say what the events say: who was there, what was decided by which rule, and of what was closed only that."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.meetings.hall.events import KINDS
from jumuishi.meetings.minutes.attendance import stays
from jumuishi.meetings.minutes.record import corrected
from jumuishi.meetings.minutes.tests.whole import Told, agenda, ids, session, sitting
from jumuishi.meetings.minutes.types import Happened, Paragraph
from jumuishi.meetings.minutes.writing import public, write


@pytest.fixture
def told() -> Told:
    return session(ids(), agenda())


def made(told: Told) -> list[Paragraph]:
    return write(sitting(told.members, told.items), told.events, until=told.at)


def text(paragraphs: list[Paragraph], lang: str = "sw") -> str:
    return "\n".join(one.text[lang] for one in paragraphs)


def test_minutes_tell_who_was_there_and_when(told: Told) -> None:
    said = text(made(told))
    assert "Jumatatu, 30 Novemba 2026, Ukumbi wa Halmashauri. Mhe. Mwajuma aliongoza kikao" in said
    assert "Waliochelewa (1): Mhe. Zainabu (alifika saa 3:24 asubuhi)." in said
    assert "kukubaliwa (1): Mhe. Neema." in said
    assert "Ugonjwa" not in said
    assert "Ambao hawakuhudhuria (2): Mhe. Paulo; Mhe. Idrisa." in said
    assert "Mhe. Josefu (kwa mtandao, aliondoka" in said
    assert "Waalikwa (bila haki ya kura): Bw. Salum (Afisa Mipango)." in said
    assert "waliokuwepo 4, wanaohitajika 4. (Kanuni 9(1): “nusu ya wajumbe”)" in said


def test_minutes_tell_the_motion_with_lines_the_division_by_name_and_the_rule(told: Told) -> None:
    said = text(made(told))
    assert "Mhe. Rehema alitoa hoja:\n1. Soko la Mfano lijengwe upya\n2. kwa fedha za mwaka 2026" in said
    assert "mstari wa 2 hadi wa 2 usomeke “kwa fedha za mwaka 2027”" in said
    assert "Ndiyo 2, Hapana 1, ambao hawakuegemea upande 1." in said
    assert "Hoja ilipita. (Kanuni 29(1): “zaidi ya nusu ya kura zilizopigwa”)" in said
    assert "Waliosema Ndiyo: Mhe. Mwajuma, Mhe. Rehema." in said
    assert "Waliosema Hapana: Mhe. Josefu." in said
    assert "Mhe. Hamisi alijitoa katika agenda hii" in said
    assert "Azimio Na. 13/2026: Soko la Mfano lijengwe upya kwa fedha za mwaka 2027.\n" in said
    assert "Azimio Na. 12/2026: Muhtasari uliopita umethibitishwa. Lilikubaliwa bila kupiga kura." in said


def test_the_public_edition_tells_of_a_closed_session_only_that_it_was_held(told: Told) -> None:
    whole, outside = made(told), public(made(told))
    for lang in ("sw", "en"):
        said = text(outside, lang)
        for secret in ("Fulani", "onyo", "Mambo ya mtumishi", "Nidhamu", "14/2026", "named officer"):
            assert secret not in said
    assert "Azimio Na. 14/2026: Mtumishi Fulani apewe onyo." in text(whole)
    assert "Kikao kilifungwa kwa umma" in text(outside)
    assert "Kikao kilifunguliwa tena kwa umma" in text(outside)
    # The numbers of what is public do not move because something was not.
    assert "13/2026" in text(outside)


def test_a_corrected_event_reads_as_corrected(told: Told) -> None:
    wrong = next(one for one in told.events if one.kind == "vote.ended")
    told.say("event.corrected", seq=wrong.seq, why="Karani alikosea", body={"against": 2})
    said = text(made(told))
    assert "Hapana 2" in said
    assert "Hapana 1," not in said
    assert "ilisahihishwa" in said
    assert "Karani alikosea" in said


def test_why_is_hidden_where_the_correction_was_made_behind_closed_doors(told: Told) -> None:
    wrong = next(one for one in told.events if one.kind == "vote.ended")
    told.is_closed = True
    told.say("event.corrected", seq=wrong.seq, why="siri ya ndani", body={"against": 2})
    said = text(public(made(told)))
    assert "Hapana 2" in said
    assert "siri ya ndani" not in said


def test_every_kind_of_event_is_told_or_left_out_on_purpose(told: Told) -> None:
    left_out = {"floor.asked", "floor.dropped", "floor.ended", "vote.counted", "event.corrected"}
    once = {"meeting.opened", "member.arrived", "member.left", "member.excused", "guest.named", "quorum.reached"}
    who, item = next(iter(told.members.values())), told.items["market"][0]
    body = {"member": who, "presiding": who, "item": item, "what": "speech", "act": "warned", "choice": "for"}
    for kind in set(KINDS) - left_out - once:
        found = write(sitting(told.members, told.items), [Happened(1, kind, told.at, body)], until=told.at)
        assert found[-1].key == "e1", kind


def test_paragraphs_have_keys_of_their_own_that_stay_when_minutes_are_written_anew(told: Told) -> None:
    before = made(told)
    keys = [one.key for one in before]
    assert len(keys) == len(set(keys))
    told.say("note.written", text="Nyongeza")
    assert [one.key for one in made(told)][: len(keys)] == keys


@given(st.data())
def test_minutes_present_are_never_more_than_the_meeting_sat(data: st.DataObject) -> None:
    told = Told({"a": "a"}, {})
    opened = False
    for _ in range(data.draw(st.integers(0, 12))):
        kind = data.draw(st.sampled_from(["meeting.opened", "meeting.adjourned", "meeting.resumed", "member.arrived",
                                          "member.left", "meeting.ended"]))  # fmt: skip
        opened = opened or kind == "meeting.opened"
        told.say(kind, data.draw(st.integers(0, 90)), member="a", presiding="a", way="hall")
    stay = stays(corrected(told.events), ["a"], told.at)["a"]
    # By the minute, asked anew of each: was it sitting then, was the member there then?
    begin = told.events[0].at if told.events else told.at
    count, sits, here = 0, False, False
    for n in range(int((told.at - begin).total_seconds() // 60)):
        for one in told.events:
            if int((one.at - begin).total_seconds() // 60) == n:
                sits = one.kind in ("meeting.opened", "meeting.resumed") or (
                    sits and one.kind not in ("meeting.adjourned", "meeting.ended")
                )
                here = one.kind == "member.arrived" or (here and one.kind != "member.left")
        count += sits and here
    ends = [one.at for one in told.events if one.kind == "meeting.ended"]
    if not ends or ends[-1] == told.at:
        assert stay.minutes == count
    assert stay.minutes <= count


def test_a_closed_item_stays_closed_even_without_a_closed_session(told: Told) -> None:
    events = [replace(one, is_closed=False) for one in told.events if not one.kind.startswith("session.")]
    said = text(public(write(sitting(told.members, told.items), events, until=told.at)))
    assert "Fulani" not in said
