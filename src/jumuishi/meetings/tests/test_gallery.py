"""The gallery: everybody sees what is open, and nobody, an officer neither, sees there what is closed."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree

from jumuishi.identity import testing
from jumuishi.institutions.demo import demo_institutions
from jumuishi.institutions.tests.conftest import at_work, homes, officer
from jumuishi.kernel import clock, jobs, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.gallery import sms
from jumuishi.meetings.models import Body, Edition, Follow, Meeting, MinutesEdition, Resolution
from jumuishi.meetings.tests.halls import Hall, hall
from jumuishi.messaging.models import Message
from jumuishi.messaging.types import Wrote

pytestmark = pytest.mark.database
__all__ = ["at_work", "homes", "officer"]


@pytest.fixture(scope="session")
def world(database: Any) -> Any:
    return database.furnish("institutions", lambda: demo_institutions()[0])


@pytest.fixture
def house(homes: Any) -> Iterator[Hall]:
    found = hall(homes["mfano"])
    with tenancy.acting_as(tenancy.Principal.person(None)):
        yield found


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_a_body_is_found_by_its_name_and_by_whose_it_is(client: Client, house: Hall) -> None:
    for words in ("majaribio", "Halmashauri wilaya mfano", ""):
        assert "Baraza la Majaribio" in page(client, f"/vikao/?q={words}")
    assert "Hakuna chombo kilichopatikana" in page(client, "/vikao/?q=jirani")
    assert "Kikao cha kawaida" in page(client, "/vikao/")
    assert "Council of Trials" in page(client, "/en/vikao/")


def test_a_body_shows_its_meetings_and_members(client: Client, house: Hall) -> None:
    here = f"/vikao/chombo/{house.body.id}/"
    assert "Kikao cha kawaida" in page(client, here)
    assert "Bakari 1" in page(client, f"{here}wajumbe/")
    feed = etree.fromstring(client.get(f"{here}habari.atom").content)
    assert [one.text for one in feed.iter("{*}id")] == [f"urn:uuid:{house.body.id}", f"urn:uuid:{house.meeting.id}"]


def test_what_is_closed_is_nowhere(client: Client, at_work: Any, house: Hall) -> None:
    house.opens()
    house.happens("session.closed", reason="siri za mtumishi")
    closed = house.asks_to_vote("Afukuzwe", closed=True)
    house.ends_vote(closed, (5, 0, 0), closed=True)
    house.happens("decision.made", closed=True, decision=new_id(), item=house.items[2].id, text="Afukuzwe kazi")
    here = f"/vikao/{house.meeting.id}/"
    with tenancy.acting_as(tenancy.Principal.system()):
        director = at_work("mfano", "Neema")
    for one in (client, director):
        for path in (here, f"{here}hali.json", f"/en{here}"):
            said = page(one, path)
            for secret in ("Afukuzwe", "siri", "Nidhamu"):
                assert secret not in said, path
        page(one, f"{here}kura/{closed}/", 404)
    assert "Kikao ni cha faragha" in page(client, here)
    house.happens("session.opened")
    assert "Afukuzwe" not in page(client, here)


def test_what_has_no_public_is_not_there(client: Client, homes: Any, house: Hall) -> None:
    theirs = hall(homes["jirani"], slug="bodi", public=False)
    for path in (f"/vikao/{theirs.meeting.id}/", f"/vikao/{theirs.meeting.id}/hali.json",
                 f"/vikao/chombo/{theirs.body.id}/", f"/vikao/chombo/{theirs.body.id}/wajumbe/",
                 f"/vikao/chombo/{theirs.body.id}/habari.atom",
                 f"/mimi/vikao/{theirs.meeting.id}/hali.json"):  # fmt: skip
        assert client.get(path).status_code in (404, 302), path
    assert str(theirs.body.id) not in page(client, "/vikao/")
    with tenancy.acting_as(tenancy.Principal.system()):
        Meeting.objects.filter(id=house.meeting.id).update(state=Meeting.State.PLANNED)
    page(client, f"/vikao/{house.meeting.id}/", 404)
    assert "Kikao cha kawaida" not in page(client, "/vikao/")


def test_who_voted_how_is_public(client: Client, house: Hall) -> None:
    house.opens()
    vote = house.asks_to_vote()
    roll = [{"member": house.members[n].id, "choice": choice, "way": "device"}
            for n, choice in enumerate(("for", "for", "against"))]  # fmt: skip
    house.ends_vote(vote, (2, 1, 0), roll=roll, rule={"clause": "Kanuni 29(1)", "words": "kwa wingi"}, needed=2)
    house.happens("decision.made", decision=new_id(), item=house.items[0].id, text="Bajeti imepitishwa", vote=vote)
    here = f"/vikao/{house.meeting.id}/"
    said = page(client, here)
    assert "ndiyo 2, hapana 1" in said
    assert "Bajeti imepitishwa" in said
    said = page(client, f"{here}kura/{vote}/")
    assert "Kanuni 29(1)" in said
    assert said.index("Bakari 1") < said.index("Chiku 2")
    page(client, f"{here}kura/{new_id()}/", 404)


def test_the_screen_is_asked_for_and_is_the_same_until_something_happens(client: Client, house: Hall) -> None:
    house.opens()
    here = f"/vikao/{house.meeting.id}/hali.json"
    first = client.get(here)
    assert first.json()["s"]["present"] == 5
    tag = first["ETag"]
    assert client.get(here, headers={"If-None-Match": tag}).status_code == 304
    house.happens("item.opened", item=house.items[0].id)
    assert client.get(here, headers={"If-None-Match": tag}).json()["s"]["item"] == "1 Bajeti"


def test_a_members_screen_is_a_members(client: Client, house: Hall) -> None:
    house.opens()
    house.happens("item.opened", item=house.items[2].id)
    house.happens("session.closed", reason="x")
    path = f"/mimi/vikao/{house.meeting.id}/hali.json"
    assert client.get(path).status_code == 302
    testing.sign_in(client, testing.citizen("+255700999001", "Baraka"))
    assert client.get(path).status_code == 404
    member = Client()
    testing.sign_in(member, house.people[1])
    assert member.get(path).json()["s"]["item"] == "3 Nidhamu ya mtumishi"


def test_pages_cost_what_a_citizen_can_pay(client: Client, house: Hall) -> None:
    house.opens()
    for n in range(60):
        house.happens("motion.moved", motion=new_id(), item=house.items[n % 2].id, member=house.members[1].id,
                      text=f"Hoja ya {n} kuhusu barabara ya kijiji", lines=["x"], decision="ordinary")  # fmt: skip
    weight = 0
    for name in ("channels/jumuishi.css", "meetings/live.js"):
        with open(finders.find(name), "rb") as file:
            weight += len(gzip.compress(file.read(), 6))
    for path in ("/vikao/", f"/vikao/chombo/{house.body.id}/", f"/vikao/{house.meeting.id}/"):
        assert len(gzip.compress(page(client, path).encode(), 6)) + weight < 14_336, path


def test_lists_are_asked_for_in_one_go(client: Client, homes: Any, house: Hall) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client, path)
        return len(asked)

    page(client, "/vikao/")
    before = count("/vikao/")
    for n in range(30):
        hall(homes["mfano"], slug=f"kamati-{n}", members=1)
    assert count("/vikao/") == before
    assert before <= 8
    assert Body.objects.count() >= 31


def keep_gallery() -> None:
    with tenancy.acting_as(tenancy.Principal.system()):
        jobs.REGISTRY["meetings.gallery.keep"].run.__wrapped__()  # type: ignore[attr-defined]


def test_what_was_decided_in_the_open_is_found_by_its_words(client: Client, homes: Any, house: Hall) -> None:
    house.opens()
    house.happens("decision.made", decision=new_id(), item=house.items[1].id, text="Zahanati ya Sekei ijengwe")
    house.happens("session.closed", reason="x")
    house.happens("decision.made", closed=True, decision=new_id(), item=house.items[2].id, text="Mtumishi afukuzwe")
    theirs = hall(homes["jirani"], slug="bodi", public=False)
    theirs.happens("decision.made", decision=new_id(), item=theirs.items[1].id, text="Zahanati nyingine")
    keep_gallery()
    said = page(client, "/vikao/tafuta/?q=zahanati sek")
    assert f"/vikao/{house.meeting.id}/" in said
    assert str(theirs.meeting.id) not in page(client, "/vikao/tafuta/?q=zahanati")
    for words in ("afukuzwe", "nidhamu", "zahanati soko"):
        assert "Hakuna kilichopatikana" in page(client, f"/vikao/tafuta/?q={words}")
    assert "Hakuna" not in page(client, "/vikao/tafuta/")


def test_a_body_is_followed_by_sms_and_each_news_comes_once(client: Client, house: Hall) -> None:
    here = f"/vikao/chombo/{house.body.id}/fuata/"
    assert client.get(here).status_code == 302
    asha = testing.citizen("+255700999002", "Asha")
    testing.sign_in(client, asha)
    assert "Nitumieni SMS" in page(client, here)
    for _ in range(2):
        assert client.post(here, {"do": "begin"}).status_code == 302
    assert "Unatumiwa" in page(client, here)
    for _ in range(2):
        keep_gallery()
    assert [one.text.split(":")[0] for one in sent_to("+255700999002")] == ["Baraza la Majaribio"]
    with tenancy.acting_as(tenancy.Principal.system()):
        Meeting.objects.filter(id=house.meeting.id).update(state=Meeting.State.CANCELLED)
    keep_gallery()
    assert "kimefutwa" in sent_to("+255700999002")[-1].text
    client.post(here, {"do": "end"})
    with tenancy.acting_as(tenancy.Principal.system()):
        Meeting.objects.filter(id=house.meeting.id).update(state=Meeting.State.ENDED)
    keep_gallery()
    assert len(sent_to("+255700999002")) == 2


def test_a_body_is_followed_by_a_word_from_the_phone_itself(house: Hall) -> None:
    with tenancy.acting_as(tenancy.Principal.system()):
        said = sms.follow(Wrote("+255700999003", "sw", "Baraza la Majaribio", "1")).text
        assert said.startswith("Utapata SMS za vikao vya wazi vya Baraza la Majaribio")
        keep_gallery()
        assert len(sent_to("+255700999003")) == 1
        assert "Hatukupata" in sms.follow(Wrote("+255700999003", "sw", "xyz", "2")).text
        assert "Hutatumiwa" in sms.follow(Wrote("+255700999003", "sw", "acha", "3")).text
        assert not Follow.objects.filter(ended_at=None).exists()


def sent_to(phone: str) -> list[Message]:
    with tenancy.acting_as(tenancy.Principal.system()):
        return list(Message.objects.filter(to=phone, purpose="meetings.follow").order_by("created_at"))


def test_the_orders_in_force_are_read_in_words(client: Client, house: Hall) -> None:
    here = f"/vikao/chombo/{house.body.id}/kanuni/"
    assert "bado hazijaingizwa" in page(client, here)
    rule = {"clause": "Kanuni 9(1)", "words": "Akidi ni nusu ya wajumbe.", "share": "1/2", "of": "members"}
    today = clock.now().date()
    with tenancy.acting_as(tenancy.Principal.system()):
        for number, state in ((1, "agreed"), (2, "draft")):
            Edition.objects.create(
                institution_id=house.body.institution_id, body=house.body, number=number, state=state,
                from_on=today - timedelta(days=2), made_by=new_id(), made_at=clock.now(), agreed_by=new_id(),
                definition={"gazette": f"Mfano {number}/1900", "quorum": rule},
            )  # fmt: skip
    said = page(client, here)
    assert "Mfano 1/1900" in said
    assert "Akidi ni nusu ya wajumbe." in said
    assert "Mfano 2/1900" not in said, "a draft is the office's own"


def test_confirmed_minutes_are_shown_and_searched(client: Client, house: Hall) -> None:
    here = f"/vikao/{house.meeting.id}/"
    keep_gallery()
    assert "Muhtasari" not in page(client, here)
    with tenancy.acting_as(tenancy.Principal.system()):
        for number, is_public, words in ((1, False, "Siri za ghala"), (2, True, "Wajumbe walijadili kisima")):
            MinutesEdition.objects.create(
                institution_id=house.body.institution_id, meeting=house.meeting, number=number, is_public=is_public,
                what="confirmed", paragraphs=[{"key": "a", "sw": words, "en": words}], sha256="x", made_at=clock.now(),
            )  # fmt: skip
    keep_gallery()
    assert f"/vikao/muhtasari/{house.meeting.id}/" in page(client, here)
    assert here in page(client, "/vikao/tafuta/?q=kisima")
    assert here not in page(client, "/vikao/tafuta/?q=ghala")


def test_a_body_leads_to_how_far_its_public_resolutions_have_come(client: Client, house: Hall) -> None:
    here = f"/vikao/chombo/{house.body.id}/"
    said = {
        "institution_id": house.body.institution_id, "body": house.body, "meeting": house.meeting, "year": 2026,
        "due_on": clock.now().date(), "what": "resolution", "owner": "unit", "made_by": new_id(),
        "made_at": clock.now(), "text": "Kisima",
    }  # fmt: skip
    for number, is_public in ((1, False), (2, True)):
        assert "/vikao/maazimio/" not in page(client, here)
        with tenancy.acting_as(tenancy.Principal.system()):
            Resolution.objects.create(decision=new_id(), number=number, is_public=is_public, **said)
    assert f"/vikao/maazimio/chombo/{house.body.id}/" in page(client, here)
