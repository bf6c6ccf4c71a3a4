"""The hall, the desk and the tellers' table by their pages, without script."""

import gzip
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.identity import testing
from jumuishi.identity.types import NotAllowedError
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.models import Ballot, Event
from jumuishi.meetings.sitting import places, queries
from jumuishi.meetings.sitting.tests.conftest import NAMES, Council

pytestmark = [pytest.mark.database, pytest.mark.slow]
LIMIT = 14_336
AtWork = Callable[[str, str], Client]


def browser(council: Council, name: str) -> Client:
    client = Client()
    testing.sign_in(client, council.actor(name))
    return client


def address(council: Council, part: str) -> str:
    return f"/mimi/vikao/{council.meeting.id}/{part}"


def office(council: Council, part: str) -> str:
    return f"/ofisi/mabaraza/mkutano/{council.meeting.id}/{part}"


def form(client: Client, page: str, do: str, **given: Any) -> Any:
    """Send a form with the id that the page gave it."""
    shown = client.get(page).content.decode()
    [once, *_] = re.findall(r'name="once" value="([0-9a-f-]{36})"', shown)
    return client.post(page, {"once": once, "do": do, **given})


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_member_arrives_asks_moves_and_votes_and_reads_that_it_was_received(council: Council) -> None:
    council.begin(*[one for one in NAMES if one != "Salma"])
    salma, hall = browser(council, "Salma"), address(council, "ukumbi/")
    wrong = form(salma, hall, "arrive", way="hall", code="1")
    assert wrong.status_code == 400
    assert "Namba ya mahudhurio si hii" in text(wrong)
    code = places.code_of(council.meeting)
    assert form(salma, hall, "arrive", way="hall", code=f"{code[:3]} {code[3:]}").status_code == 302
    assert "Imepokelewa" in text(salma.get(hall))
    assert form(salma, hall, "ask", what="speech").status_code == 302
    assert "Umeomba: Mchango" in text(salma.get(hall))
    assert form(salma, hall, "move", text="Baraza lijenge soko jipya.").status_code == 302
    vote = council.open_vote()
    sent = {"once": str(new_id()), "do": "vote", "vote": vote, "choice": "for"}
    assert salma.post(hall, sent).status_code == 302
    assert "Kura yako imepokelewa" in text(salma.get(hall))
    assert salma.post(hall, sent).status_code == 302
    assert "ilishapokelewa" in text(salma.get(hall))
    other = salma.post(hall, {**sent, "once": str(new_id()), "choice": "against"})
    assert other.status_code == 400
    assert "haibadilishwi" in text(other)
    assert [one.choice for one in Ballot.objects.filter(vote=vote)] == ["for"]


def test_a_form_that_is_sent_twice_says_so(council: Council) -> None:
    council.begin()
    salma, hall = browser(council, "Salma"), address(council, "ukumbi/")
    sent = {"once": str(new_id()), "do": "ask", "what": "speech"}
    for _ in range(2):
        assert salma.post(hall, sent).status_code == 302
    assert "Ilishapokelewa" in text(salma.get(hall))
    assert council.kinds().count("floor.asked") == 1


def test_a_script_sends_the_same_as_json(council: Council) -> None:
    council.begin()
    salma, acts = browser(council, "Salma"), address(council, "tenda.json")
    vote = council.open_vote()

    def send(**given: Any) -> tuple[int, dict[str, Any]]:
        answer = salma.post(acts, json.dumps(given), content_type="application/json")
        return answer.status_code, answer.json()

    once = str(new_id())
    status, first = send(do="vote", once=once, vote=vote, choice="for")
    assert (status, first["kept"], first["again"]) == (200, True, False)
    assert send(do="vote", once=once, vote=vote, choice="for")[1]["again"]
    status, refused = send(do="vote", once=str(new_id()), vote=vote, choice="against")
    assert (status, refused["kept"]) == (409, False)
    assert "haibadilishwi" in refused["text"]
    # The desk has no script: nothing of the desk's is taken here.
    assert send(do="end_vote", once=once, vote=vote)[0] == 400
    assert salma.post(acts, "[", content_type="application/json").status_code == 400
    for rubbish in ("", "x", "\0", vote.upper(), str(new_id())):
        assert send(do="vote", once=str(new_id()), vote=rubbish, choice="for")[0] == 409


def test_the_chair_runs_a_meeting_from_a_phone(council: Council) -> None:
    for name in NAMES:
        council.act("Mwajabu", c.Arrive, member=council.id(name), way="hall")
    rehema, desk = browser(council, "Rehema"), address(council, "meza/")
    assert form(rehema, desk, "open", presiding=council.id("Rehema")).status_code == 302
    assert form(rehema, desk, "open_item", item=council.item()).status_code == 302
    opened = form(rehema, desk, "open_vote", text="Tujenge soko.", ways=["device", "roll"])
    assert opened.status_code == 302
    vote = council.state().vote
    assert form(rehema, desk, "vote", vote=vote, member=council.id("Salma"), choice="for").status_code == 302
    council.ballot("Petro", vote, "for")
    # A grave act is asked once more: nothing has happened yet.
    asked = form(rehema, desk, "end_vote", vote=vote)
    assert asked.status_code == 200
    assert "Hakuna kura itakayopokelewa tena" in text(asked)
    assert council.state().vote == vote
    assert form(rehema, desk, "end_vote", vote=vote, sure="1").status_code == 302
    assert "Imepita" in text(rehema.get(desk))
    result = Event.objects.get(meeting=council.meeting, kind="vote.ended").body
    assert {one["way"] for one in result["roll"]} == {"device", "roll"}


def test_the_desk_changes_the_order_of_the_agenda_and_the_record_says_so(council: Council, at_work: AtWork) -> None:
    council.begin(item="")
    mwajabu, desk = at_work("mfano", "Mwajabu"), office(council, "meza/")
    first, second, third = (council.item(number) for number in "123")
    refused = form(mwajabu, desk, "move_item", item=third, before=first, reason="")
    assert refused.status_code == 400
    assert f'<option value="{third}" selected>' in text(refused)
    given = {"do": "move_item", "once": str(new_id()), "item": third, "before": first, "reason": "Mgeni ana haraka"}
    for _ in range(2):
        assert mwajabu.post(desk, given).status_code == 302
    assert council.kinds().count("order.changed") == 1
    assert council.state().order == (third, first, second)
    agenda = text(mwajabu.get(desk)).partition("Ajenda")[2]
    assert agenda.index("3. Nidhamu") < agenda.index("1. Soko jipya") < agenda.index("2. Bajeti")
    record = text(mwajabu.get(office(council, "meza/kumbukumbu/")))
    assert "Mpangilio wa ajenda umebadilishwa: Mgeni ana haraka" in record
    salma = browser(council, "Salma").post(address(council, "ukumbi/"), {**given, "once": str(new_id())})
    assert salma.status_code == 400
    assert council.kinds().count("order.changed") == 1
    edition = council.meeting.edition
    assert edition is not None
    order = {"clause": "Kanuni 10(2)", "sections": [{"key": "matters", "sw": "Mada", "en": "Matters"}], "fixed": True}
    edition.definition = {**edition.definition, "order": order}
    edition.save()
    assert "Kanuni 10(2)" in text(mwajabu.get(desk))
    assert 'value="move_item"' not in text(mwajabu.get(desk))
    refused = form(mwajabu, desk, "move_item", item=first, before=third, reason="Tena")
    assert refused.status_code == 400
    assert "Kanuni 10(2)" in text(refused)


def test_what_is_refused_quotes_the_rule_and_keeps_what_was_typed(council: Council) -> None:
    council.begin("Rehema", "Salma", item="")
    rehema, desk = browser(council, "Rehema"), address(council, "meza/")
    refused = form(rehema, desk, "open_item", item=council.item())
    assert refused.status_code == 400
    assert "Akidi haijatimia: waliopo ni 2, wanatakiwa 4" in text(refused)
    assert "Kanuni 9(1)" in text(refused)
    edition = council.meeting.edition
    assert edition is not None
    edition.definition = {key: one for key, one in edition.definition.items() if key != "closing"}
    edition.save()
    refused = form(rehema, desk, "close", reason="Nidhamu ya watumishi", sure="1")
    assert refused.status_code == 400
    assert "kufunga kikao kwa umma" in text(refused)
    assert "Nidhamu ya watumishi" in text(refused)


def test_two_tellers_by_their_pages(council: Council, at_work: AtWork) -> None:
    council.begin()
    vote = council.open_vote("hands", tellers=(council.id("Salma"), "office"))
    salma, mwajabu = browser(council, "Salma"), at_work("mfano", "Mwajabu")
    counts = {"vote": vote, "way": "hands", "for": "5", "against": "1", "abstain": "0"}
    assert form(salma, address(council, "hesabu/"), "count", **counts).status_code == 302
    seen = text(mwajabu.get(office(council, "hesabu/")))
    assert "Tumepokea hesabu yako" not in seen
    assert form(mwajabu, office(council, "hesabu/"), "count", **{**counts, "for": "4"}).status_code == 302
    assert "zimetofautiana" in text(mwajabu.get(office(council, "hesabu/")))
    for client, page in ((salma, address(council, "hesabu/")), (mwajabu, office(council, "hesabu/"))):
        assert form(client, page, "count", **counts).status_code == 302
    assert "wamekubaliana" in text(salma.get(address(council, "hesabu/")))
    petro = text(browser(council, "Petro").get(address(council, "hesabu/")))
    assert 'name="for"' not in petro


def test_the_secretary_keeps_the_attendance(council: Council, at_work: AtWork) -> None:
    mwajabu, page = at_work("mfano", "Mwajabu"), office(council, "meza/mahudhurio/")
    assert form(mwajabu, page, "arrive", member=council.id("Salma"), way="hall").status_code == 302
    assert form(mwajabu, page, "excuse", member=council.id("Petro"), reason="Anaumwa").status_code == 302
    assert form(mwajabu, page, "guest", name="Bi. Amina", office="TAMISEMI").status_code == 302
    shown = text(mwajabu.get(page))
    assert "Bi. Amina" in shown
    assert "Ana udhuru" in shown
    assert "Hakuna mjumbe wa jina hili" in text(mwajabu.get(f"{page}?q=hayupo"))
    assert places.code_of(council.meeting) in text(mwajabu.get(office(council, "meza/")))


def test_what_was_written_wrongly_is_put_right_beside_it(council: Council, at_work: AtWork) -> None:
    council.begin()
    mwajabu, record = at_work("mfano", "Mwajabu"), office(council, "meza/kumbukumbu/")
    assert "Salma" in text(mwajabu.get(record))
    given = {"seq": "1", "text": "Aliyefika ni makamu.", "reason": "Jina limekosewa"}
    assert form(mwajabu, record, "correct", **given).status_code == 302
    assert Event.objects.get(meeting=council.meeting, kind="event.corrected").body["seq"] == 1
    vote = council.open_vote()
    opened = Event.objects.get(meeting=council.meeting, kind="vote.opened").seq
    refused = form(mwajabu, record, "correct", **{**given, "seq": str(opened)})
    assert refused.status_code == 400
    assert "Aliyefika ni makamu." in text(refused)
    assert vote


def test_a_member_who_is_out_finds_nothing_of_the_item_on_any_page_until_it_ends(council: Council) -> None:
    council.begin(item="")
    item = council.item("3")
    council.act("Salma", c.Recuse, member=council.id("Salma"), item=item)
    council.act("Rehema", c.OpenItem, item=item)
    motion = str(new_id())
    council.act("Petro", c.Move, motion=motion, member=council.id("Petro"), text="Mtumishi afukuzwe.")
    council.act("Zuhura", c.AskQuestion, question=str(new_id()), member=council.id("Zuhura"), text="Amefanya nini?")
    council.act("Hamisi", c.AskFloor, ask=str(new_id()), member=council.id("Hamisi"), what="speech")
    council.act("Rehema", c.OpenVote, vote=str(new_id()), about={"motion": motion}, ways=("device",))
    salma, petro = browser(council, "Salma"), browser(council, "Petro")
    said = ("afukuzwe", "Amefanya nini", "Hamisi", council.state().vote)
    shown = text(salma.get(address(council, "ukumbi/")))
    assert not [one for one in said if one in shown]
    assert "Umetoka kwa mada hii" in shown
    assert "huoni yanayojadiliwa" in shown
    assert f'href="/vikao/{council.meeting.id}/"' in shown
    assert "afukuzwe" in text(petro.get(address(council, "ukumbi/")))
    screens = [one.get(address(council, "hali.json")).json()["s"] for one in (salma, petro)]
    assert screens[0] == {"state": "open", "closed": True}
    assert "afukuzwe" in screens[1]["motion"]
    assert "afukuzwe" not in json.dumps(queries.snapshot(council.meeting, council.members["Salma"]))
    assert 'name="for"' not in text(salma.get(address(council, "hesabu/")))
    council.act("Rehema", c.EndVote, vote=council.state().vote)
    council.act("Rehema", c.EndItem, item=item, outcome="decided")
    assert "Umetoka kwa mada hii" not in text(salma.get(address(council, "ukumbi/")))
    assert "present" in salma.get(address(council, "hali.json")).json()["s"]


def test_a_clerk_who_is_out_keeps_no_desk_until_the_item_ends(council: Council) -> None:
    clerk = council.members["Salma"]
    clerk.role = places.CLERK
    clerk.save()
    council.begin(*[one for one in NAMES if one != "Salma"], item="")
    council.act("Mwajabu", c.Arrive, member=council.id("Salma"), way="hall")
    salma, desk = browser(council, "Salma"), address(council, "meza/")
    assert salma.get(desk).status_code == 200
    council.act("Salma", c.Recuse, member=council.id("Salma"), item=council.item("3"))
    council.act("Rehema", c.OpenItem, item=council.item("3"))
    for part in ("meza/", "meza/kumbukumbu/"):
        assert salma.get(address(council, part)).status_code == 404
    with pytest.raises(NotAllowedError):
        council.act("Salma", c.WriteNote, text="Nimesikia.")
    council.act("Rehema", c.EndItem, item=council.item("3"), outcome="noted")
    assert salma.get(desk).status_code == 200


@pytest.mark.parametrize("part", ["ukumbi/", "meza/", "meza/mahudhurio/", "meza/kumbukumbu/", "hesabu/"])
def test_outsiders_find_nothing(council: Council, at_work: AtWork, part: str) -> None:
    council.begin()
    baraka = Client()
    testing.sign_in(baraka, testing.citizen("+255700099999", "Baraka"))
    assert baraka.get(address(council, part)).status_code == 404
    assert baraka.post(address(council, part), {"do": "close", "once": str(new_id())}).status_code == 404
    assert Client().get(address(council, part)).status_code == 302
    if part != "ukumbi/":
        jirani = at_work("jirani", "Subira")
        assert jirani.get(office(council, part)).status_code == 404
        assert jirani.post(office(council, part), {"do": "close", "once": str(new_id())}).status_code == 404
        assert at_work("mfano", "Juma").get(office(council, part)).status_code == 404
    if part.startswith("meza"):
        assert browser(council, "Salma").get(address(council, part)).status_code == 404


def test_pages_are_light_and_ask_as_much_for_many_members(council: Council) -> None:
    council.begin()
    council.act("Salma", c.Move, motion=str(new_id()), member=council.id("Salma"), text="Tujenge soko. " * 60)
    council.open_vote()
    for name, part in (("Salma", "ukumbi/"), ("Rehema", "meza/"), ("Rehema", "meza/mahudhurio/"),
                       ("Rehema", "meza/kumbukumbu/")):  # fmt: skip
        client = browser(council, name)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address(council, part))
        assert answer.status_code == 200
        assert len(gzip.compress(answer.content)) < LIMIT
        ours = [one["sql"] for one in asked.captured_queries if '"meetings_' in one["sql"]]
        assert len(ours) <= 6, "\n".join(ours)


def test_nothing_unreadable_breaks_a_page(council: Council) -> None:
    council.begin()
    salma, hall = browser(council, "Salma"), address(council, "ukumbi/")
    for given in ({"do": "x", "once": str(new_id())}, {"do": "ask", "once": "1"}, {}):
        assert salma.post(hall, given).status_code == 404
    for do, given in (
        ("vote", {"vote": "x", "choice": "for"}), ("second", {"motion": "x"}), ("recuse", {"item": "x"}),
        ("amend", {"motion": "x", "first": "a"}), ("drop", {"ask": "x"}), ("ask", {"what": "x"}),
    ):  # fmt: skip
        assert salma.post(hall, {"do": do, "once": str(new_id()), **given}).status_code == 400
