"""The pages of minutes, without script: the secretary's, a member's, the public's; and those who find nothing there."""

import gzip
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.identity import testing
from jumuishi.identity.types import NotAllowedError
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.minutes import correcting
from jumuishi.meetings.minutes.tests.conftest import Council
from jumuishi.meetings.minutes.tests.test_minutes import confirmed, key_of, opened, row
from jumuishi.meetings.models import Correction, Meeting, Sending
from jumuishi.messaging.models import Mail

pytestmark = pytest.mark.database
STYLES = 7_000  # what the frame's style sheet weighs, generously


def office(meeting: Meeting) -> str:
    return f"/ofisi/mabaraza/mkutano/{meeting.id}/muhtasari/"


def mine(meeting: Meeting) -> str:
    return f"/mimi/vikao/{meeting.id}/muhtasari/"


def press(client: Client, here: str, do: str, **given: str) -> int:
    return client.post(f"{here}tenda/", {"do": do, "sure": "1", **given}).status_code


def test_from_nothing_to_whom_the_rules_name(council: Council) -> None:
    meeting = council.met()
    here, own = office(meeting), mine(meeting)
    stela = council.enter("mfano", "Stela")
    assert "Bado hakuna muhtasari" in stela.get(here).content.decode()
    assert press(stela, here, "write") == 302
    page = stela.get(here).content.decode()
    assert "Azimio Na. 2/2026: Soko la Mfano" in page
    speech = key_of(meeting, "alichangia")
    form = stela.get(f"{here}aya/{speech}/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version
    said = {"version": version[1], "text": "Mhe. Rehema alieleza."}
    for _ in range(2):
        assert stela.post(f"{here}aya/{speech}/", said).status_code == 302
    late = stela.post(f"{here}aya/{speech}/", {**said, "text": "Nyingine"})
    assert late.status_code == 400
    assert "Nyingine" in late.content.decode(), "what was typed is not lost"
    assert "Mhe. Rehema alichangia." in stela.get(here).content.decode(), "what was written stands beside it"
    added = {"do": "add", "own_key": str(new_id()), "own": "Nyongeza ya katibu."}
    for _ in range(2):
        assert stela.post(f"{here}aya/{speech}/", added).status_code == 302
    assert stela.get(here).content.decode().count("Nyongeza ya katibu.</p>") == 1
    rehema = council.browser("Rehema")
    assert "Katibu bado anaandaa" in rehema.get(own).content.decode()
    assert rehema.get(f"{own}aya/{speech}/").status_code == 404
    # A grave act is asked once more, and nothing has happened yet.
    assert stela.post(f"{here}tenda/", {"do": "open"}).status_code == 200
    assert row(meeting).state == "draft"
    assert press(stela, here, "open") == 302
    assert "Mhe. Rehema alieleza." in rehema.get(own).content.decode()
    given = {"text": "Mhe. Rehema alipinga.", "why": "", "command": str(new_id())}
    wrong = rehema.post(f"{own}aya/{speech}/", given)
    assert wrong.status_code == 400
    assert "Mhe. Rehema alipinga." in wrong.content.decode()
    for _ in range(2):
        assert rehema.post(f"{own}aya/{speech}/", {**given, "why": "Ndivyo"}).status_code == 302
    correction = Correction.objects.get()
    assert "Ndivyo" in stela.get(here).content.decode()
    for _ in range(2):
        assert stela.post(f"{here}sahihisho/{correction.id}/", {"do": "accept"}).status_code == 302
    with clock.frozen(clock.now() + timedelta(hours=49)):
        stela, chair = council.enter("mfano", "Stela"), council.browser("Mwajuma")
        assert press(stela, here, "freeze") == 302
        mark = row(meeting).sha256
        assert press(stela, here, "sign", sha256=mark) == 302
        assert press(stela, here, "confirm") == 400
        assert mark in chair.get(own).content.decode()
        assert chair.post(f"{own}saini/", {"sha256": mark}).status_code == 200
        for _ in range(2):
            assert chair.post(f"{own}saini/", {"sha256": mark, "sure": "1"}).status_code == 302
        assert press(stela, here, "confirm") == 302
        assert press(stela, here, "send") == 400
        for key in ("dc", "rc"):
            address = {"key": key, "name": f"Ofisi {key}", "email": f"{key}@serikali.example"}
            assert stela.post("/ofisi/mabaraza/wapokeaji/", address).status_code == 302
        assert press(stela, here, "send") == 302
        letter = Mail.objects.get(to="rc@serikali.example")
        link = re.findall(r"/vikao/muhtasari/pokea/[\w-]+/", letter.text)[0]
        assert Client().get(link).status_code == 200
        assert Sending.objects.get(key="rc").opened_at is None, "a program that looks at links has received nothing"
        pdf = Client().post(link)
        assert b"".join(pdf.streaming_content).startswith(b"%PDF")
        assert Sending.objects.get(key="rc").opened_at is not None
    public = Client().get(f"/vikao/muhtasari/{meeting.id}/")
    assert "Mhe. Rehema alipinga." in public.content.decode()
    assert "Fulani" not in public.content.decode()
    assert "Resolution No. 2/2026" in Client().get(f"/en/vikao/muhtasari/{meeting.id}/").content.decode()


def test_whoever_has_no_part_in_it_finds_nothing(council: Council) -> None:
    meeting = opened(council)
    here, own, key = office(meeting), mine(meeting), key_of(meeting, "alichangia")
    at_office = [here, f"{here}aya/{key}/", f"{here}toleo/1/", f"{here}faili/xml/"]
    for slug, name in (("jirani", "Baraka"), ("mfano", "Juma")):
        client = council.enter(slug, name)
        assert [client.get(one).status_code for one in at_office] == [404] * 4
        assert press(client, here, "freeze") == 404
        assert client.post(f"{here}sahihisho/{new_id()}/", {"do": "accept"}).status_code == 404
        assert client.get(own).status_code == 404
    stranger = Client()
    testing.sign_in(stranger, testing.citizen("0700 000 799", "Mwingine"))
    for path in (own, f"{own}aya/{key}/", f"{own}toleo/2/", f"{own}faili/xml/"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"{own}saini/", {"sha256": "x", "sure": "1"}).status_code == 404
    # A member who did not come reads, and corrects nothing; the first draft stays the secretary's.
    paulo = council.browser("Paulo")
    assert paulo.get(own).status_code == 200
    assert paulo.get(f"{own}aya/{key}/").status_code == 404
    assert paulo.get(f"{own}toleo/1/").status_code == 404
    assert paulo.get(f"{own}toleo/2/").status_code == 200
    assert Client().get(f"/vikao/muhtasari/{meeting.id}/").status_code == 404
    assert Client().get(f"/vikao/muhtasari/{meeting.id}/faili/xml/").status_code == 404


def test_the_list_says_with_whom_each_lies_in_as_many_questions_for_one_as_for_many(council: Council) -> None:
    council.drafted()
    stela = council.enter("mfano", "Stela")

    def asked() -> int:
        stela.get("/ofisi/mabaraza/mihtasari/")
        with CaptureQueriesContext(connection) as found:
            assert "Rasimu ya katibu" in stela.get("/ofisi/mabaraza/mihtasari/").content.decode()
        return len(found)

    before = asked()
    council.drafted(number=4, weeks=1)
    council.met(5, weeks=2)
    assert asked() == before
    assert "Haujaandikwa" in stela.get("/ofisi/mabaraza/mihtasari/").content.decode()
    for slug, name in (("jirani", "Baraka"), ("mfano", "Juma")):
        assert council.enter(slug, name).get("/ofisi/mabaraza/mihtasari/").status_code == 404


def test_no_other_desk_of_the_house_opens_what_was_said_behind_closed_doors(council: Council) -> None:
    minutes = row(confirmed(council))
    for name in ("Juma", "Neema", "Stela"):
        client = council.enter("mfano", name)
        assert client.get(f"/ofisi/hati/{minutes.number}/pdf/").status_code == 403
    assert council.enter("mfano", "Juma").get(f"/ofisi/hati/{minutes.number_public}/pdf/").status_code == 200


def test_the_neighbours_secretary_keeps_their_own_minutes_alone(council: Council) -> None:
    meeting = council.drafted()
    baraka = council.find("jirani", "Baraka")
    with pytest.raises(NotAllowedError):
        correcting.open_window(
            actor=replace(baraka, roles=frozenset({"meetings-secretary", "head"})), meeting_id=meeting.id
        )


def test_as_many_questions_however_long_the_minutes_and_light_for_a_member(council: Council) -> None:
    meeting = confirmed(council)
    rehema, stela = council.browser("Rehema"), council.enter("mfano", "Stela")

    def asked(client: Client, path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        return len(found)

    before = asked(rehema, mine(meeting)), asked(stela, office(meeting))
    minutes = row(meeting)
    minutes.paragraphs = minutes.paragraphs + [
        {**one, "key": f"{one['key']}x{n}"} for n in range(3) for one in minutes.paragraphs
    ]
    minutes.save()
    assert (asked(rehema, mine(meeting)), asked(stela, office(meeting))) == before
    minutes.paragraphs = [{**one, "key": f"{one['key']}y{n}"} for n in range(20) for one in minutes.paragraphs]
    minutes.save()
    page = rehema.get(mine(meeting)).content
    assert len(gzip.compress(page, 9)) < 14_336 - STYLES, "a long day's minutes weigh no more on a phone"
    assert "?page=2" in page.decode()
