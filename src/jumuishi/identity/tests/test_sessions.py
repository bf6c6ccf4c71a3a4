"""A session is one person's, in one browser, for so long; a password is long and not one that everybody tries."""

import importlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client

from jumuishi.identity.accounts import set_password
from jumuishi.identity.models import Account
from jumuishi.identity.testing import Posts, officer, sign_in, totp_code
from jumuishi.identity.tests.test_office_pages import PASSWORD, post
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.project import settings as ours

pytestmark = pytest.mark.database


@pytest.fixture
def juma(db: None, posts: Posts) -> tuple[UUID, str]:
    person, secret = officer("Juma", "juma@mfano.go.tz", PASSWORD)
    posts.held[person] = [post()]
    return person, secret


def enter(house: Client, secret: str) -> None:
    house.post("/ofisi/ingia/", {"name": "juma@mfano.go.tz", "password": PASSWORD})
    house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(secret)})
    assert house.get("/door/officer/").status_code == 200


def test_a_key_put_upon_somebody_is_nobodys_after_signing_in(house: Client, juma: tuple[UUID, str]) -> None:
    """Neither a made-up session key nor one that was there before the password or the factor lives on."""
    house.cookies["sessionid"] = "a" * 32
    house.post("/ofisi/ingia/", {"name": "juma@mfano.go.tz", "password": PASSWORD})
    half = house.cookies["sessionid"].value
    assert half != "a" * 32
    house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(juma[1])})
    whole = house.cookies["sessionid"].value
    assert whole != half
    other = Client()
    other.cookies["sessionid"] = half
    assert other.get("/door/officer/").status_code == 302
    assert not Session.objects.filter(session_key__in=["a" * 32, half]).exists()
    assert len(whole) == 32, "32 of 36 signs are 165 random bits"


def test_signing_out_ends_it_on_our_side(house: Client, juma: tuple[UUID, str]) -> None:
    enter(house, juma[1])
    stolen = house.cookies["sessionid"].value
    house.post("/toka/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/door/officer/").status_code == 302


def test_another_password_ends_every_other_session(house: Client, juma: tuple[UUID, str]) -> None:
    enter(house, juma[1])
    set_password(actor=Actor.person(juma[0]), account=Account.objects.get(), password="bahari-tulivu-2026")
    assert house.get("/door/officer/").status_code == 302


def test_a_citizens_session_ends_the_same_day(house: Client, db: None) -> None:
    from jumuishi.identity.testing import citizen  # noqa: PLC0415

    sign_in(house, citizen("0700 000 001"))
    kept = Session.objects.get()
    assert kept.expire_date - clock.now() <= timedelta(hours=12)
    assert house.get("/door/known/").status_code == 200
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    assert house.get("/door/known/").status_code == 302


def test_cookies_are_for_this_host_and_no_script(house: Client, db: None) -> None:
    house.post("/ingia/", {"phone": "0700 000 001"})
    cookie = house.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"], cookie["path"]) == (True, "Lax", "", "/")
    assert "sessionid" not in house.get("/ingia/").content.decode(), "a key never stands in a page or an address"


def test_behind_a_certificate_cookies_leave_over_it_only(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        monkeypatch.setenv("JUMUISHI_PUBLIC_URL", "https://jumuishi.example")
        found: Any = importlib.reload(ours)
        assert found.SESSION_COOKIE_SECURE
        assert found.CSRF_COOKIE_SECURE
        assert found.SESSION_COOKIE_NAME.startswith("__Host-")
        assert found.CSRF_COOKIE_NAME.startswith("__Host-")
        assert found.SECURE_HSTS_SECONDS >= 31_536_000
    finally:
        monkeypatch.undo()
        importlib.reload(ours)


@pytest.mark.parametrize(
    "word",
    ["fupi-9kzq", "password123", "1234567890", "qwertyuiop", "iloveyou12", "juma@mfano.go.tz", "juma@mfano", "a" * 4,
     "liverpool1", "0123456789", "jumuishi2026", "Tanzania2026", "nywila12345", "mfano.go.tz1"],
)  # fmt: skip
def test_a_password_that_everybody_tries_is_refused(db: None, word: str) -> None:
    person, _ = officer("Juma", "juma@mfano.go.tz", PASSWORD)
    with pytest.raises(ValidationError):
        set_password(actor=Actor.person(person), account=Account.objects.get(), password=word)


@pytest.mark.parametrize(
    "word",
    [
        "mvua ya masika inanyesha",
        "ndovu" * 12,
        "päivää-töissä-日本-😀",
        "  nafasi mwanzo na mwisho  ",
        "q" * 9 + "zxvk",
    ],
)
def test_any_long_one_is_taken_as_it_is(db: None, house: Client, word: str) -> None:
    """No rule about kinds of signs, nothing cut off, spaces and every alphabet welcome, up to 200 signs."""
    person, _ = officer("Juma", "juma@mfano.go.tz", PASSWORD)
    account = Account.objects.get()
    set_password(actor=Actor.person(person), account=account, password=word)
    assert account.check_password(word)
    assert not account.check_password(word[:-1])


def test_passwords_are_kept_slow_to_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import global_settings  # noqa: PLC0415

    first = getattr(ours, "PASSWORD_HASHERS", global_settings.PASSWORD_HASHERS)[0]
    assert first.rsplit(".", 1)[1] in {"PBKDF2PasswordHasher", "Argon2PasswordHasher", "ScryptPasswordHasher"}
