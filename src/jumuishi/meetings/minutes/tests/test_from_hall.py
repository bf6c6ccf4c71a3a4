"""Minutes of what the hall itself makes of a session's commands: what one part tells, the other understands."""

from typing import Any

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.tests.made import MEMBERS, NINE, Hall
from jumuishi.meetings.minutes.types import Happened, Matter, Seat, Sitting
from jumuishi.meetings.minutes.writing import public, write

TITLES = {"i1": "Soko", "i2": "Kumwondoa makamu", "i3": "Siri ya watumishi"}


def sitting(hall: Hall) -> Sitting:
    seats = {key: Seat(f"Mhe. {key}", role) for key, role in MEMBERS.items()}
    matters = {
        key: Matter(one.number, {"sw": TITLES[key], "en": TITLES[key]}, one.is_closed)
        for key, one in hall.facts.items.items()
    }
    return Sitting(
        "mfano", {"sw": "Mfano"}, {"sw": "Baraza"}, 1, "Ukumbi", NINE, "Africa/Dar_es_Salaam", seats, matters
    )


def told(hall: Hall) -> list[Happened]:
    """As the shell marks them: between session.closed and session.opened they are closed."""
    found, closed = [], False
    for seq, one in enumerate(hall.events, 1):
        closed = closed and one.kind != "session.opened"
        found.append(Happened(seq, one.kind, one.at, one.body, closed))
        closed = closed or one.kind == "session.closed"
    return found


def session() -> Hall:
    hall = Hall()

    def do(kind: type[c.Command], **given: Any) -> None:
        hall.do(kind, **given)

    do(c.Excuse, member="m5", reason="Ugonjwa")
    hall.begin("chair", "vice", "m1", "m2", "m3")
    do(c.DeclareInterest, member="m3", item="i1", nature="ana kibanda")
    do(c.Recuse, member="m3", item="i1")
    do(c.AskFloor, ask="a1", member="m1", what="speech")
    do(c.GiveFloor, ask="a1")
    do(c.EndFloor)
    do(c.Move, motion="x", member="m1", text="Soko lijengwe\nmwaka huu")
    do(c.Amend, amendment="y", motion="x", member="m2", first=2, last=2, text="mwaka ujao")
    do(c.TakeAmendment, amendment="y")
    hall.vote("v", about={"motion": "x"})
    hall.give("v", chair="for", vice="for", m1="for", m2="against", m3="for")
    hall.end_vote("v")
    do(c.EndItem, item="i1", outcome="decided")
    do(c.OpenItem, item="i3")
    do(c.AskFloor, ask="a2", member="m2", what="speech")
    do(c.GiveFloor, ask="a2")
    do(c.EndFloor)
    do(c.EndItem, item="i3", outcome="done")
    do(c.Leave, member="m2")
    do(c.End)
    return hall


def test_the_minutes_of_a_session_that_the_hall_ran() -> None:
    hall = session()
    whole = write(sitting(hall), told(hall), until=hall.at)
    said = "\n".join(one.text["sw"] for one in whole)
    assert "Mhe. chair aliongoza kikao" in said
    assert "Akidi ilitimia" in said
    assert "kukubaliwa (1): Mhe. m5." in said
    assert "Mhe. m3 alijitoa katika agenda hii" in said
    assert "Mhe. m1 alichangia." in said
    assert "1. Soko lijengwe\n2. mwaka huu" in said
    assert "Hoja sasa inasomeka:\n1. Soko lijengwe\n2. mwaka ujao" in said
    assert "Ndiyo 3, Hapana 1" in said
    assert "Waliosema Hapana: Mhe. m2." in said
    assert "Maneno ya ordinary." in said
    assert "Agenda Na. 3: Siri ya watumishi" in said
    assert "{" not in said
    outside = "\n".join(one.text["sw"] for one in public(whole))
    assert "Siri" not in outside
    assert "Mhe. m2 alichangia." not in outside
    assert "Kikao kilifungwa kwa umma" in outside
