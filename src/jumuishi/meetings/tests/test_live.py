"""What goes on in a hall reaches its readers as it happens, all of it once, and nothing of a closed session."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import transaction
from django.test import Client

from jumuishi.identity import testing
from jumuishi.institutions.demo import demo_institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.models import Meeting, Member
from jumuishi.meetings.tests.halls import Hall, hall
from jumuishi.meetings.tests.listening import Reader, process

pytestmark = pytest.mark.database


@pytest.fixture(scope="session")
def world(database: Any) -> Any:
    return database.furnish("institutions", lambda: demo_institutions()[0])


@pytest.fixture
def house(world: Any, committed_db: None) -> Hall:
    """A council of Mfano, its meeting called."""
    return hall(world.found["mfano"])


@pytest.fixture
def live(database: Any, house: Hall) -> Iterator[int]:
    with process(database.app) as port:
        yield port


def outside(port: int, house: Hall, **more: str) -> Reader:
    return Reader(port, f"/vikao/{house.meeting.id}/mkondo", **more)


def inside(port: int, house: Hall, member: int, **more: str) -> Reader:
    return Reader(port, f"/mimi/vikao/{house.meeting.id}/mkondo", cookie=session_of(house, member), **more)


def session_of(house: Hall, member: int) -> str:
    client = Client()
    testing.sign_in(client, house.people[member])
    return str(client.session.session_key)


def test_a_reader_is_shown_the_hall_and_then_what_changes(live: int, house: Hall) -> None:
    reader = outside(live, house)
    assert reader.status == 200
    assert reader.answer.headers["Content-Type"] == "text/event-stream"
    reader.next()
    assert reader.screen == {"state": "before", "closed": False, "present": 0}
    house.opens()
    house.happens("item.opened", item=house.items[0].id)
    reader.until(lambda one: one.screen.get("item") == "1 Bajeti")
    assert reader.screen["quorum"] == "imetimia"
    assert reader.told[0] == "Kikao kimefunguliwa na Asumpta 0"
    assert not [one for one in reader.told if "amefika" in one], "arrivals are the members' business"
    english = Reader(live, f"/en/vikao/{house.meeting.id}/mkondo")
    english.next()
    assert english.screen["item"] == "1 Budget"


def test_votes_are_counted_by_the_second_and_never_told_one_by_one(live: int, house: Hall) -> None:
    house.opens()
    vote = house.asks_to_vote()
    reader, member = outside(live, house), inside(live, house, 1)
    for one in (reader, member):
        one.next()
        assert one.screen["vote"] == {"id": str(vote), "about": "Bajeti ipitishwe", "of": 5}
    for n in range(3):
        house.votes(vote, n)
    for one in (member, reader):
        one.until(lambda one: one.voted == "3/5", seconds=6)
        assert "choice" not in str(one.screen)
    house.ends_vote(vote, (3, 0, 0))
    reader.until(lambda one: "last" in one.screen)
    assert reader.screen["last"] == "Bajeti ipitishwe: Kura: ndiyo 3, hapana 0, hawakuegemea 0. Imepita"
    assert "vote" not in reader.screen


def test_whoever_was_cut_off_goes_on_from_the_last_event(live: int, house: Hall) -> None:
    house.opens()
    first = outside(live, house)
    first.next()
    last = first.last
    assert int(last) == house.seq
    first.close()
    for one in house.items[:2]:
        house.happens("item.opened", item=one.id)
        house.happens("item.ended", item=one.id, outcome="done")
    again = outside(live, house, last=last)
    again.until(lambda one: int(one.last or 0) == house.seq)
    assert again.told == [
        "Ajenda 1 Bajeti imefunguliwa", "Ajenda 1 Bajeti imemalizika", "Ajenda 2 Barabara imefunguliwa",
        "Ajenda 2 Barabara imemalizika",
    ]  # fmt: skip
    # From long before anything that the process has at hand: the table has it.
    late = outside(live, house, last="0")
    late.next()
    assert len(late.told) == 6
    # A number that makes no sense is as none.
    odd = outside(live, house, last="9" * 40)
    odd.next()
    assert not odd.told


def test_a_closed_session_is_over_for_everybody_outside_at_once(live: int, house: Hall) -> None:
    house.opens()
    house.happens("item.opened", item=house.items[2].id)
    reader, member = outside(live, house), inside(live, house, 1)
    reader.next()
    member.next()
    assert reader.screen["item"] == "3", "outside a closed item is a number"
    assert member.screen["item"] == "3 Nidhamu ya mtumishi"
    house.happens("session.closed", reason="siri za mtumishi", item=house.items[2].id)
    reader.until(lambda one: one.screen.get("closed"))
    assert reader.screen == {"state": "open", "closed": True}
    assert reader.told == ["Kikao ni cha faragha kuanzia sasa"]
    house.speaks(2, 2, closed=True)
    vote = house.asks_to_vote("Afukuzwe", closed=True)
    house.votes(vote, 0)
    member.until(lambda one: one.voted == "1/5" and one.screen.get("vote", {}).get("about") == "Afukuzwe")
    assert reader.silent_for(4), "three seconds is the turn of the public's count"
    # Whoever comes now, or again, or asks for the screen, or by way of an old number, is told no more.
    for path in (f"/vikao/{house.meeting.id}/mkondo", f"/vikao/{house.meeting.id}/mkondo?tangu=0"):
        other = Reader(live, path)
        other.next()
        assert other.screen == {"state": "open", "closed": True}
        assert "siri" not in str(other.told)
        assert "Chiku" not in str(other.told)
    poll = Reader(live, f"/vikao/{house.meeting.id}/hali.json")
    assert b"Afukuzwe" not in poll.answer.read()
    house.ends_vote(vote, (1, 0, 0), closed=True)
    house.happens("session.opened")
    reader = outside(live, house, last="1")
    reader.until(lambda one: one.screen.get("closed") is False)
    assert "last" not in reader.screen
    assert not [one for one in reader.told if "Kura" in one]


def test_a_member_who_is_out_for_an_item_hears_what_the_public_does_until_it_ends(live: int, house: Hall) -> None:
    house.opens()
    item, bakari = house.items[2].id, house.members[1].id
    before = house.seq
    gone, other = inside(live, house, 1), inside(live, house, 2)
    for one in (gone, other):
        one.next()
    house.happens("member.recused", member=bakari, item=item)
    house.happens("session.closed", reason="siri za mtumishi", item=item)
    house.happens("item.opened", closed=True, item=item)
    # The row is read after the events: its screen may be told before the line that says why.
    why = "Kikao ni cha faragha kuanzia sasa"
    gone.until(lambda one: one.screen == {"state": "open", "closed": True} and why in one.told)
    other.until(lambda one: one.screen.get("item") == "3 Nidhamu ya mtumishi")
    house.speaks(2, 2, closed=True)
    house.happens("motion.moved", closed=True, motion=new_id(), item=item, member=house.members[2].id,
                  text="Afukuzwe", lines=["Afukuzwe"], decision="ordinary")  # fmt: skip
    vote = house.asks_to_vote("Afukuzwe", closed=True)
    house.votes(vote, 0)
    other.until(lambda one: one.voted == "1/5" and one.screen.get("vote", {}).get("about") == "Afukuzwe")
    assert gone.silent_for(4)
    # Nor by another stream of the same person's, an old number, or by asking for the screen.
    for late in (inside(live, house, 1, last=str(before)), inside(live, house, 1)):
        late.next()
        assert late.screen == {"state": "open", "closed": True}
        assert not [one for one in late.told if "Afukuzwe" in one or "Chiku" in one]
    path = f"/mimi/vikao/{house.meeting.id}/hali.json"
    assert b"Afukuzwe" not in Reader(live, path, cookie=session_of(house, 1)).answer.read()
    assert b"Afukuzwe" in Reader(live, path, cookie=session_of(house, 2)).answer.read()
    assert "Ajenda 3 Nidhamu ya mtumishi imefunguliwa" not in gone.told
    house.ends_vote(vote, (1, 0, 0), closed=True)
    house.happens("item.ended", closed=True, item=item, outcome="decided")
    house.happens("member.returned", closed=True, member=bakari, item=item)
    again = inside(live, house, 1)
    again.until(lambda one: one.screen.get("present") == 5)
    # Back, and what was said meanwhile is not told afterwards either.
    house.happens("item.opened", closed=True, item=house.items[0].id)
    gone = inside(live, house, 1, last=gone.last)
    gone.until(lambda one: "Ajenda 1 Bajeti imefunguliwa" in one.told)
    assert not [one for one in gone.told if "Afukuzwe" in one or "imemalizika" in one]


def test_whoever_is_out_in_a_meeting_without_a_gallery_is_told_that_it_is_closed(live: int, world: Any) -> None:
    board = hall(world.found["mfano"], slug="bodi", public=False)
    board.opens()
    gone = inside(live, board, 1)
    gone.next()
    board.happens("item.opened", item=board.items[0].id)
    gone.until(lambda one: one.screen.get("item") == "1 Bajeti")
    board.happens("member.recused", member=board.members[1].id, item=board.items[0].id)
    gone.until(lambda one: one.screen == {"state": "open", "closed": True})
    board.happens("motion.moved", motion=new_id(), item=board.items[0].id, member=board.members[2].id,
                  text="Tuuze", lines=["Tuuze"], decision="ordinary")  # fmt: skip
    assert gone.silent_for(2)
    gone = inside(live, board, 1, last=gone.last)
    board.happens("member.returned", member=board.members[1].id, item=board.items[0].id)
    gone.until(lambda one: one.screen.get("motion") == "Tuuze")
    assert not [one for one in gone.told if "Tuuze" in one]


def test_the_row_alone_closes_the_feeds(live: int, house: Hall) -> None:
    """What says so first counts: the event may still be on its way."""
    house.opens()
    reader = outside(live, house)
    reader.next()
    house.tells(is_closed_now=True)
    reader.until(lambda one: one.screen.get("closed"))
    assert set(reader.screen) == {"state", "closed"}


def test_members_alone_come_in_by_their_door_and_not_for_longer_than_they_are(live: int, house: Hall) -> None:
    path = f"/mimi/vikao/{house.meeting.id}/mkondo"
    baraka = Client()
    testing.sign_in(baraka, testing.citizen("+255700999001", "Baraka"))
    for cookie in ("", "x" * 32, str(baraka.session.session_key)):
        assert Reader(live, path, cookie=cookie).status == 403
    assert Reader(live, f"/mimi/vikao/{new_id()}/mkondo", cookie=session_of(house, 1)).status == 403
    gone, out = inside(live, house, 1), inside(live, house, 2)
    gone.next()
    out.next()
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        Member.objects.filter(id=house.members[1].id).update(until_on=clock.now().date() - timedelta(days=1))
    house.happens("session.closed", reason="x")
    assert gone.next() == "mwisho"
    assert gone.next() == "end"
    assert not gone.screen["closed"], "not even that was told after the end"
    out.until(lambda one: one.screen["closed"])
    client = Client()
    client.cookies["sessionid"] = session_of(house, 3)
    left = Reader(live, path, cookie=client.cookies["sessionid"].value)
    left.next()
    client.session.flush()
    left.until(lambda one: one.ended or one.next() == "mwisho")


def test_another_institutions_member_and_a_meeting_behind_doors(world: Any, live: int, house: Hall) -> None:
    theirs = hall(world.found["jirani"], slug="bodi-ya-siri", public=False)
    assert outside(live, theirs).status == 404
    assert Reader(live, f"/vikao/{theirs.meeting.id}/hali.json").status == 404
    assert Reader(live, f"/mimi/vikao/{theirs.meeting.id}/mkondo", cookie=session_of(house, 1)).status == 403
    assert inside(live, theirs, 1).status == 200
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        Meeting.objects.filter(id=house.meeting.id).update(state=Meeting.State.PLANNED)
    assert outside(live, house).status == 404, "what is only planned is nobody's news"


def test_a_meeting_that_is_cancelled_is_told_no_more(live: int, house: Hall) -> None:
    reader = outside(live, house)
    reader.next()
    house.tells(state=Meeting.State.CANCELLED)
    reader.until(lambda one: one.ended or one.next() == "mwisho")
    assert outside(live, house).status == 404


def test_a_notice_that_was_not_heard_is_made_up_for(live: int, house: Hall, database: Any) -> None:
    house.opens()
    reader = outside(live, house)
    reader.next()
    with psycopg.connect(database.superuser, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN meetings' "
            "AND datname = current_database()"
        )
    house.happens("item.opened", tell=False, item=house.items[0].id)
    reader.until(lambda one: one.screen.get("item") == "1 Bajeti")


def test_a_screen_is_asked_for_where_a_stream_is_not_to_be_had(live: int, house: Hall) -> None:
    house.opens()
    path = f"/vikao/{house.meeting.id}/hali.json"
    first = Reader(live, path)
    body, tag = first.answer.read(), first.answer.headers["ETag"]
    assert len(body) < 5000
    again = Reader(live, path, tag=tag)
    assert again.status == 304
    assert again.answer.read() == b""
    house.happens("item.opened", item=house.items[0].id)
    time.sleep(1)
    assert b"Bajeti" in Reader(live, path, tag=tag).answer.read()


def test_a_reader_who_takes_nothing_is_dropped(live: int, house: Hall) -> None:
    house.opens()
    slow, quick = outside(live, house, takes="4096"), outside(live, house)
    text = "hoja " * 40
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for _ in range(50):
            house.happens("disorder.named", tell=False, name=text, act="warned", text=text)
        last = house.happens("note.written", text="x")
        quick.until(lambda one: int(one.last or 0) >= last)  # noqa: B023
        health = Reader(live, "/healthz")
        if b'"readers": 1' in health.answer.read():
            break
    else:
        pytest.fail("it was kept waiting for")
    slow.close()


def test_an_id_is_an_id(live: int, house: Hall) -> None:
    for path in ("/vikao/x/mkondo", f"/vikao/{'-' * 36}/mkondo", "/", f"/vikao/{house.meeting.id}/mkondo/"):
        assert Reader(live, path).status in (404, 503)
    assert isinstance(house.meeting.id, UUID)
