"""Where one is signed in: seen and ended by oneself alone; a session left idle is over, and nothing typed is lost."""

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, override_settings

from jumuishi.identity import factors, people
from jumuishi.identity.jobs import drop_ended
from jumuishi.identity.models import Account, OpenSession
from jumuishi.identity.open_sessions import browser_of
from jumuishi.identity.principal import as_system
from jumuishi.identity.session import new_token
from jumuishi.identity.testing import Posts, citizen, officer, sign_in, totp_code
from jumuishi.identity.tests.test_office_pages import PASSWORD, post
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.seal import unseal

pytestmark = pytest.mark.database
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0"
LIST, MINE = "/ofisi/usalama/vikao/", "/ingia/vikao/"


@pytest.fixture
def juma(db: None, posts: Posts) -> tuple[UUID, str]:
    person, secret = officer("Juma", "juma@mfano.example", PASSWORD)
    posts.held[person] = [post()]
    return person, secret


@pytest.fixture
def baraka(db: None, posts: Posts) -> tuple[UUID, str]:
    """Of a second institution."""
    person, secret = officer("Baraka", "baraka@jirani.example", PASSWORD)
    posts.held[person] = [post(office=new_id())]
    return person, secret


def enter(browser: Client, secret: str, name: str = "juma@mfano.example", way: str = "") -> str:
    browser.post("/ofisi/ingia/", {"name": name, "password": PASSWORD, "next": way})
    return str(browser.post("/ofisi/ingia/hatua-ya-pili/", {"factor": secret})["Location"])


def paper_code(name: str = "juma@mfano.example") -> str:
    """A code that counts besides the app's, which counts once in half a minute."""
    return factors.recovery_codes(Account.objects.get(email=name))[0]


@contextmanager
def after(minutes: float) -> Iterator[None]:
    with clock.frozen(clock.now() + timedelta(minutes=minutes)):
        yield


def test_begun_used_browser_and_network_are_seen(house: Client, juma: tuple[UUID, str]) -> None:
    desk = Client(headers={"user-agent": DESK}, REMOTE_ADDR="198.51.100.77")
    enter(desk, totp_code(juma[1]))
    phone = Client(headers={"user-agent": PHONE}, REMOTE_ADDR="203.0.113.9")
    enter(phone, paper_code())
    with after(10):
        phone.get("/door/officer/")
        page = phone.get(LIST).content.decode()
        assert "Viko 2" in phone.get("/ofisi/usalama/").content.decode()
    assert page.index("Chrome, Android") < page.index("Firefox, Windows"), "this one first"
    assert page.count("Hiki unachotumia sasa") == 1
    assert "Mtandao 198.51.100.0/24" in page
    assert "198.51.100.77" not in page
    begun, used = (re.findall(word + r" \w+, \d+ \w+ \d+, (saa [\d:]+) \w+</span>", page) for word in (
        "Kilianza", "Kilitumika mwisho",
    ))  # fmt: skip
    assert begun[0] != used[0], "used since it began"
    assert begun[1] == used[1]
    keys = [one.cookies["sessionid"].value for one in (desk, phone)]
    assert not any(key in page for key in keys), "a key stands in no page"


def test_one_is_ended_and_all_others(house: Client, juma: tuple[UUID, str]) -> None:
    browsers = [house, *(Client() for _ in range(3))]
    enter(house, totp_code(juma[1]))
    for one in browsers[1:]:
        enter(one, paper_code())
    page = house.get(LIST).content.decode()
    ids = re.findall(r'name="session" value="([^"]+)"', page)
    assert len(ids) == 4
    with as_system():
        known = {one.session_key: str(one.id) for one in OpenSession.objects.all()}
    second = browsers[1].cookies["sessionid"].value
    answer = house.post(LIST, {"do": "end", "session": known[second]}, follow=True)
    assert "Kikao kimefungwa" in answer.content.decode()
    assert browsers[1].get("/door/officer/").status_code == 302
    assert browsers[2].get("/door/officer/").status_code == 200
    assert "kimeshaisha" in house.post(LIST, {"do": "end", "session": known[second]}, follow=True).content.decode()
    assert "kimeshaisha" in house.post(LIST, {"do": "end", "session": "x"}, follow=True).content.decode()
    assert "Vikao vingine vimefungwa: 2" in house.post(LIST, {"do": "others"}, follow=True).content.decode()
    assert [one.get("/door/officer/").status_code for one in browsers] == [200, 302, 302, 302]
    assert "Hakuna kikao kingine" in house.get(LIST).content.decode()
    assert house.post(LIST, {"do": "end", "session": ids[0]})["Location"] == "/", "this one: signed out"
    assert house.get("/door/officer/").status_code == 302
    assert not Session.objects.exists()
    with as_system():
        assert not OpenSession.objects.exists(), "a row goes with its session"


def test_nobody_ends_or_sees_anothers(
    house: Client, juma: tuple[UUID, str], baraka: tuple[UUID, str], sent: list[tuple[str, str]]
) -> None:
    enter(house, totp_code(juma[1]))
    with as_system():
        juma_s = OpenSession.objects.get()
    outsider, asha = Client(headers={"user-agent": DESK}), Client()
    enter(outsider, totp_code(baraka[1]), "baraka@jirani.example")
    sign_in(asha, citizen("0700 000 001"))
    for browser, page in ((outsider, LIST), (outsider, MINE), (asha, MINE)):
        assert str(juma_s.id) not in browser.get(page).content.decode()
        answer = browser.post(page, {"do": "end", "session": str(juma_s.id)}, follow=True)
        assert "kimeshaisha" in answer.content.decode(), "as one that is not there"
        browser.post(page, {"do": "others"})
    assert house.get("/door/officer/").status_code == 200
    assert asha.get(LIST).status_code == 302
    assert Client().get(MINE).status_code == 302
    assert Client().post(MINE, {"do": "others"}).status_code == 302


def test_a_citizen_sees_browser_and_program_and_ends_them(house: Client, db: None, sent: list[tuple[str, str]]) -> None:
    house.post("/ingia/", {"phone": "0700 000 001"})
    house.post("/ingia/msimbo/", {"code": sent[-1][1]}, headers={"user-agent": PHONE})
    asha = people.person_of_phone("0700000001")
    token = new_token(asha.who)
    page = house.get(MINE).content.decode()
    assert "Kwa programu (API)" in page
    assert "Chrome, Android" in page
    assert "<script" not in page
    assert "The one you use now" in house.get("/en" + MINE).content.decode()
    house.post(MINE, {"do": "others"})
    assert not Session.objects.filter(session_key=token).exists()
    assert house.get("/door/known/").status_code == 200


def test_a_new_password_or_lost_factors_leave_no_row_behind(house: Client, juma: tuple[UUID, str]) -> None:
    enter(Client(), totp_code(juma[1]))
    enter(house, paper_code())
    form = {"old_password": PASSWORD, "new_password": "bahari-tulivu-2027", "again": "bahari-tulivu-2027"}
    house.post("/ofisi/usalama/nywila/", form)
    assert house.get(LIST).content.decode().count('name="session"') == 1
    factors.remove_all(Account.objects.get().id)
    with as_system():
        assert not OpenSession.objects.exists()


def test_what_ended_by_itself_is_cleaned_away(committed_db: None, client: Client) -> None:
    sign_in(client, citizen("0700 000 001"))
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    drop_ended()
    with as_system():
        assert not OpenSession.objects.exists()


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (PHONE, "Chrome, Android"),
        (DESK, "Firefox, Windows"),
        ("Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Version/12.16", "Opera Mini, Android"),
        ("Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5", "Firefox, KaiOS"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) Version/17.1 Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", "curl"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_kinds_of_browsers(agent: str, said: str) -> None:
    assert browser_of(agent) == said


def test_an_officer_away_for_half_an_hour_signs_in_again(house: Client, juma: tuple[UUID, str]) -> None:
    enter(house, totp_code(juma[1]))
    for minutes in (29, 58, 87):
        with after(minutes):
            assert house.get("/door/officer/").status_code == 200, "in use all the time"
    with after(87 + 31):
        answer = house.get("/door/officer/?jedwali=2")
        assert answer["Location"] == "/ofisi/ingia/?next=/door/officer/%3Fjedwali%3D2"
        assert "hakikutumika kwa muda" in house.get(answer["Location"]).content.decode()
        assert house.get("/door/officer/").status_code == 302, "asking again does not wake it"


def test_the_installation_says_how_long(house: Client, juma: tuple[UUID, str], settings_life: dict[str, int]) -> None:
    settings_life["officer_idle_seconds"] = 300
    enter(house, totp_code(juma[1]))
    with after(6):
        assert house.get("/door/officer/").status_code == 302


@pytest.fixture
def settings_life() -> Iterator[dict[str, int]]:
    from django.conf import settings  # noqa: PLC0415

    life = dict(settings.IDENTITY_LIFE)
    with override_settings(IDENTITY_LIFE=life):
        yield life


def test_the_post_of_before_is_taken_up_again_by_the_same_officer_only(
    house: Client, juma: tuple[UUID, str], baraka: tuple[UUID, str], posts: Posts
) -> None:
    second = post(office=new_id())
    posts.held[juma[0]].append(second)
    posts.held[baraka[0]].append(post(office=new_id()))
    enter(house, totp_code(juma[1]))
    house.post("/ofisi/wadhifa/", {"post": str(second.id)})
    with after(31):
        assert enter(house, paper_code(), way="/door/officer/") == "/door/officer/"
        assert house.get("/door/officer/").content.decode() == f"OFFICER {second.institution_id}"
    with after(70):
        assert enter(house, paper_code("baraka@jirani.example"), "baraka@jirani.example") == "/ofisi/wadhifa/"


def test_a_citizen_on_a_shared_phone_is_out_after_an_hour_a_guest_after_two(house: Client, db: None) -> None:
    sign_in(house, citizen("0700 000 001"))
    with after(50):
        assert house.get("/door/known/").status_code == 200
    with after(50 + 61):
        assert house.get("/door/known/").status_code == 302
    other = Client()
    guest = people.new_guest()
    other.post("/endelea/", {"resume": guest.resume_code})
    with after(119):
        assert other.get("/door/known/").status_code == 200
    with after(119 + 121):
        assert other.get("/door/known/").status_code == 302


def test_a_session_ends_the_same_day_however_much_it_is_used(house: Client, db: None) -> None:
    sign_in(house, citizen("0700 000 001"))
    for minutes in range(0, 12 * 60, 45):
        with after(minutes):
            assert house.get("/door/known/").status_code == 200
    with after(12 * 60 + 1):
        assert house.get("/door/known/").status_code == 302


def test_of_the_edition_before_a_session_goes_on(house: Client, db: None) -> None:
    sign_in(house, citizen("0700 000 001"))
    session = house.session
    for name in ("identity.since", "identity.seen"):
        del session[name]
    session.save()
    assert house.get("/door/known/").status_code == 200


def test_a_form_of_another_person_is_not_given_to_who_signs_in_next(
    house: Client, juma: tuple[UUID, str], baraka: tuple[UUID, str]
) -> None:
    enter(house, totp_code(juma[1]))
    with after(31):
        answer = house.post("/door/officer/", {"why": "Eneo lilikuwa limefungwa"})
        assert answer["Location"] == "/ofisi/ingia/?next=/door/officer/"
        assert "Ulichoandika hakijapotea" in house.get("/ofisi/ingia/").content.decode()
        enter(house, totp_code(baraka[1]), "baraka@jirani.example")
        assert "identity.typed" not in house.session


def test_no_password_and_no_code_is_kept(house: Client, juma: tuple[UUID, str]) -> None:
    enter(house, totp_code(juma[1]))
    with after(31):
        form = {"old_password": PASSWORD, "new_password": "bahari-tulivu-2027", "again": "bahari-tulivu-2027"}
        house.post("/ofisi/usalama/nywila/", {**form, "x": "y"})
        kept = b64decode(house.session["identity.typed"]["sealed"])
    assert unseal(kept, "identity.typed") == b"x=y"
