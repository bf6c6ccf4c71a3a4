"""What leaves as Akoma Ntoso is valid by the official schema, and its figures are those of the hall."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from jumuishi.meetings.minutes.akn import NS, akoma_ntoso, uri
from jumuishi.meetings.minutes.tests.whole import Told, agenda, ids, session, sitting
from jumuishi.meetings.minutes.types import Paragraph
from jumuishi.meetings.minutes.writing import public, write

SCHEMA = Path(__file__).resolve().parents[5] / "vendor" / "akomantoso" / "akomantoso30.xsd"
N = {"a": NS}


@pytest.fixture(scope="session")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


@pytest.fixture
def told() -> Told:
    return session(ids(), agenda())


def exported(told: Told, lang: str = "sw", *, outside: bool = False, **more: Any) -> Any:
    here = sitting(told.members, told.items)
    made = write(here, told.events, until=told.at)
    return etree.fromstring(akoma_ntoso(here, public(made) if outside else made, lang=lang, at=told.at, **more))


@pytest.mark.parametrize("lang", ["sw", "en"])
@pytest.mark.parametrize("outside", [False, True])
def test_minutes_are_valid_akoma_ntoso(told: Told, schema: Any, lang: str, *, outside: bool) -> None:
    found = exported(told, lang, outside=outside)
    assert schema.validate(found), schema.error_log
    assert found.xpath("string(//a:FRBRWork/a:FRBRuri/@value)", namespaces=N) == (
        "/akn/tz-mfano/debate/minutes/2026-11-30/3"
    )
    assert ("Fulani" in etree.tostring(found, encoding="unicode")) is not outside


def test_a_meeting_that_was_adjourned_and_said_odd_things_is_valid_too(told: Told, schema: Any) -> None:
    told.events.pop()
    told.say("meeting.adjourned", reason="Mvua \x00 & <radi>")
    told.say("meeting.resumed")
    told.say("quorum.lost", present=2, needed=4)
    told.say("note.written", text="mstari\n\nwa pili")
    told.say("meeting.ended")
    assert schema.validate(exported(told)), schema.error_log


def test_a_meeting_that_never_began_is_valid_too(schema: Any) -> None:
    assert schema.validate(exported(Told(ids(), agenda()))), schema.error_log


def test_a_program_can_reckon_the_division_anew(told: Told) -> None:
    found = exported(told)
    counts = {one.get("refersTo"): int(one.get("value")) for one in found.xpath("//a:voting/a:count", namespaces=N)}
    assert counts == {"#for": 2, "#against": 1, "#abstain": 1}
    assert found.xpath("string(//a:voting/@outcome)", namespaces=N) == "#carried"
    assert found.xpath("string(//a:quorumVerification/a:quorum/@value)", namespaces=N) == "4"
    known = set(found.xpath("//a:references/*/@eId", namespaces=N))
    assert {one.removeprefix("#") for one in found.xpath("//a:speech/@by", namespaces=N)} <= known
    # What an analysis points to is there.
    here = set(found.xpath("//@eId"))
    assert {one.removeprefix("#") for one in found.xpath("//a:analysis//@href", namespaces=N)} <= here


def test_the_secretarys_own_paragraph_is_in_it(told: Told, schema: Any) -> None:
    here = sitting(told.members, told.items)
    made = [*write(here, told.events, until=told.at), Paragraph("own-1", "own", {"sw": "Nyongeza", "en": "Added"})]
    found = etree.fromstring(akoma_ntoso(here, made, lang="sw", at=told.at))
    assert schema.validate(found), schema.error_log
    assert "Nyongeza" in etree.tostring(found, encoding="unicode")
    assert uri(here).endswith("/3")
