"""Juma signs in: never by a password alone, and only into a post that he holds."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.identity import appointments, factors, people
from jumuishi.identity.accounts import invite_officer
from jumuishi.identity.models import Account
from jumuishi.identity.testing import Posts, officer, totp_code
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id

pytestmark = pytest.mark.database
PASSWORD = "mlango-wazi-2026"
OFFICE = new_id()


def post(
    roles: set[str] | None = None, *, authority: bool = False, office: UUID = OFFICE
) -> appointments.AppointmentRef:
    held = frozenset(roles or {"officer"})
    name = "Halmashauri ya Mfano"
    return appointments.AppointmentRef(new_id(), office, name, "council", held, "Afisa Biashara", authority)


@pytest.fixture
def juma(db: None, posts: Posts) -> tuple[UUID, str]:
    person, secret = officer("Juma", "juma@mfano.go.tz", PASSWORD)
    posts.held[person] = [post()]
    return person, secret


def password(house: Client, name: str = "juma@mfano.go.tz", word: str = PASSWORD, way: str = "") -> object:
    return house.post("/ofisi/ingia/", {"name": name, "password": word, "next": way})


def test_password_then_app_then_the_only_post(house: Client, juma: tuple[UUID, str]) -> None:
    password(house, way="/door/officer/")
    assert house.get("/door/officer/").status_code == 302, "half way in is not in"
    answer = house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(juma[1])})
    assert answer["Location"] == "/door/officer/"
    assert house.get("/door/officer/").content.decode() == f"OFFICER {OFFICE}"
    assert house.get("/door/authority/").status_code == 403


def test_the_same_code_counts_once(house: Client, juma: tuple[UUID, str]) -> None:
    code = totp_code(juma[1])
    for expected in (302, 200):
        password(house)
        assert house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": code}).status_code == expected
        house.post("/toka/")


def test_a_recovery_code_counts_once(house: Client, juma: tuple[UUID, str]) -> None:
    code = factors.recovery_codes(Account.objects.get())[0]
    for expected in (302, 200):
        password(house)
        assert house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": code}).status_code == expected
        house.post("/toka/")


def test_absent_and_wrong_look_alike(house: Client, juma: tuple[UUID, str]) -> None:
    def seen(name: str, word: str) -> str:
        page = password(house, name, word).content.decode()  # type: ignore[attr-defined]
        return re.sub(r'value="[^"]*"|KB [\d.]+', "", page)

    assert seen("juma@mfano.go.tz", "siyo") == seen("baraka@mfano.go.tz", "siyo")


@pytest.mark.usefixtures("still")
def test_guessing_passwords_ends(house: Client, juma: tuple[UUID, str]) -> None:
    for _ in range(8):
        password(house, word="siyo")
    assert password(house).status_code == 200, "the right one is refused too"  # type: ignore[attr-defined]


@pytest.mark.usefixtures("still")
def test_guessing_codes_ends(house: Client, juma: tuple[UUID, str]) -> None:
    password(house)
    for _ in range(8):
        house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": "000000"})
    assert house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(juma[1])}).status_code == 200


def test_without_a_second_factor_nobody_is_in(house: Client, juma: tuple[UUID, str]) -> None:
    factors.remove_all(Account.objects.get().id)
    assert password(house).status_code == 403  # type: ignore[attr-defined]
    assert house.get("/door/account/").status_code == 302
    assert house.get("/ofisi/usalama/ongeza/").status_code == 302


def test_a_code_by_sms_opens_no_office(house: Client, juma: tuple[UUID, str], sent: list[tuple[str, str]]) -> None:
    people.prove_phone(actor=Actor.person(juma[0]), phone="0700000007")
    house.post("/ingia/", {"phone": "0700 000 007"})
    house.post("/ingia/msimbo/", {"code": sent[-1][1]})
    assert house.get("/door/known/").content.decode() == "PERSON -"
    for door in ("officer", "account", "authority"):
        assert house.get(f"/door/{door}/").status_code == 302


def test_two_posts_are_chosen_between(house: Client, juma: tuple[UUID, str], posts: Posts) -> None:
    second = post(authority=True, office=new_id())
    posts.held[juma[0]].append(second)
    password(house)
    answer = house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(juma[1])})
    assert answer["Location"] == "/ofisi/wadhifa/"
    assert house.get("/door/officer/")["Location"].startswith("/ofisi/wadhifa/")
    assert house.get("/door/known/").content.decode() == "PERSON -"
    assert b"checked" not in house.get("/ofisi/wadhifa/").content
    house.post("/ofisi/wadhifa/", {"post": str(new_id())})
    assert house.get("/door/officer/").status_code == 302
    house.post("/ofisi/wadhifa/", {"post": str(second.id)})
    assert house.get("/door/authority/").content.decode() == f"AUTHORITY {second.institution_id}"


def test_an_ended_post_ends_at_once(house: Client, juma: tuple[UUID, str], posts: Posts) -> None:
    password(house)
    house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(juma[1])})
    posts.held.clear()
    assert house.get("/door/officer/").status_code == 302


def test_a_working_day_ends(house: Client, juma: tuple[UUID, str]) -> None:
    password(house)
    house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(juma[1])})
    with clock.frozen(clock.now() + timedelta(hours=12, minutes=1)):
        assert house.get("/door/officer/").status_code == 302


def test_what_opens_the_account_asks_for_a_fresh_factor(house: Client, juma: tuple[UUID, str]) -> None:
    password(house)
    house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(juma[1])})
    assert house.get("/ofisi/usalama/misimbo/").status_code == 200
    assert house.get("/ofisi/usalama/ongeza/").status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert house.get("/door/officer/").status_code == 200
        for path in ("/ofisi/usalama/misimbo/", "/ofisi/usalama/ongeza/", "/door/fresh/"):
            assert house.get(path)["Location"] == f"/ofisi/ingia/?next={path}"


def test_an_officer_proves_a_phone(house: Client, juma: tuple[UUID, str], sent: list[tuple[str, str]]) -> None:
    password(house)
    house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(juma[1])})
    assert house.post("/ofisi/usalama/simu/", {"phone": "0700000007"})["Location"] == "/ofisi/usalama/simu/msimbo/"
    assert "si sahihi" in house.post("/ofisi/usalama/simu/msimbo/", {"code": "x"}).content.decode()
    house.post("/ofisi/usalama/simu/msimbo/", {"code": sent[-1][1]})
    assert "+255 7•• ••• 007" in house.get("/ofisi/usalama/").content.decode()


@pytest.mark.usefixtures("still")
def test_a_stranger_elsewhere_does_not_lock_an_officer_out(house: Client, juma: tuple[UUID, str]) -> None:
    for _ in range(10):
        form = {"name": "juma@mfano.go.tz", "password": "siyo"}
        house.post("/ofisi/ingia/", form, REMOTE_ADDR="192.0.2.66")
    assert password(house).status_code == 302  # type: ignore[attr-defined]


def test_taking_factors_away_ends_sessions(house: Client, juma: tuple[UUID, str]) -> None:
    password(house)
    house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(juma[1])})
    factors.remove_all(Account.objects.get().id)
    assert house.get("/door/account/").status_code == 302


def test_invited_to_enrolled(house: Client, db: None, posts: Posts) -> None:
    invited = invite_officer(actor=Actor.system(), name="Neema", email="Neema@mfano.go.tz")
    posts.held[invited.person_id] = [post({"director"})]
    link = f"/ofisi/karibu/{invited.token}/"
    assert "Karibu, Neema" in house.get(link).content.decode()
    assert "kukisia" in house.post(link, {"new_password": "1234567890", "again": "1234567890"}).content.decode()
    assert "hazifanani" in house.post(link, {"new_password": PASSWORD, "again": "siyo"}).content.decode()
    assert house.post(link, {"new_password": PASSWORD, "again": PASSWORD})["Location"] == "/ofisi/usalama/ongeza/"
    page = house.get("/ofisi/usalama/ongeza/").content.decode()
    assert "<svg" in page
    secret = re.search(r'class="hash">([A-Z2-7 ]+)<', page)
    assert secret is not None
    assert house.get("/door/account/").status_code == 302
    assert house.post("/ofisi/usalama/ongeza/", {"totp": "000000"}).status_code == 200
    answer = house.post("/ofisi/usalama/ongeza/", {"totp": totp_code(secret[1].replace(" ", ""))})
    assert answer["Location"] == "/ofisi/usalama/misimbo/"
    assert house.get("/ofisi/usalama/misimbo/").content.decode().count('class="num"') == 10
    assert house.get("/ofisi/usalama/").status_code == 200
    assert Client().get(link).status_code == 404, "the link is used up"
    assert invite_officer(actor=Actor.system(), name="Neema", email="neema@mfano.go.tz").token is None


def test_secrets_are_sealed_at_rest(juma: tuple[UUID, str]) -> None:
    from allauth.mfa.models import Authenticator  # noqa: PLC0415

    assert all(juma[1] not in str(row.data) for row in Authenticator.objects.all())
