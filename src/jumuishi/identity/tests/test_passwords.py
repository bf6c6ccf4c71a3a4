"""A password is long, changed by the old one, and its owner hears of it: of every change to what lets them in."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client, override_settings

from jumuishi.evidence import public as evidence
from jumuishi.identity import people
from jumuishi.identity.accounts import open_account
from jumuishi.identity.factors import new_totp_secret
from jumuishi.identity.models import Account
from jumuishi.identity.principal import as_system
from jumuishi.identity.testing import Posts, officer, totp_code
from jumuishi.identity.tests.test_office_pages import PASSWORD, post
from jumuishi.identity.types import Actor
from jumuishi.messaging.mail import letters_to
from jumuishi.messaging.models import Message

pytestmark = pytest.mark.database
MAIL, NEW = "juma@mfano.example", "bahari-tulivu-2027"
CHANGE = "/ofisi/usalama/nywila/"


@pytest.fixture
def letters() -> Iterator[None]:
    """An installation that sends letters."""
    with override_settings(JUMUISHI_MAIL="outbox"):
        yield


@pytest.fixture
def juma(db: None, posts: Posts, letters: None) -> tuple[UUID, str]:
    person, secret = officer("Juma", MAIL, PASSWORD)
    posts.held[person] = [post()]
    return person, secret


def enter(house: Client, secret: str, word: str = PASSWORD, way: str = "") -> str:
    house.post("/ofisi/ingia/", {"name": MAIL, "password": word, "next": way})
    return str(house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(secret)})["Location"])


def subjects() -> list[str]:
    return [one.subject for one in letters_to(MAIL)]


def test_the_least_is_twelve(house: Client, juma: tuple[UUID, str]) -> None:
    enter(house, juma[1])
    eleven = {"old_password": PASSWORD, "new_password": "mvua kubwa1", "again": "mvua kubwa1"}
    assert "Tumia herufi 12 au zaidi" in house.post(CHANGE, eleven).content.decode()
    twelve = {"old_password": PASSWORD, "new_password": "mvua kubwa12", "again": "mvua kubwa12"}
    assert house.post(CHANGE, twelve)["Location"] == "/ofisi/usalama/"


def test_each_refusal_says_why(house: Client, juma: tuple[UUID, str]) -> None:
    enter(house, juma[1])

    def said(new: str, again: str | None = None, old: str = PASSWORD) -> str:
        form = {"old_password": old, "new_password": new, "again": new if again is None else again}
        return house.post(CHANGE, form).content.decode()

    assert "inafanana na barua pepe" in said(f"{MAIL}1")
    assert "inajulikana na wengi" in said("Tanzania!2026!")
    assert "unayotumia sasa" in said(PASSWORD)
    assert "hazifanani" in said(NEW, "siyo-hii-hata-kidogo")
    assert "Nywila ya sasa si hii" in said(NEW, old="siyo")
    assert Account.objects.get().check_password(PASSWORD)
    assert PASSWORD not in said(NEW, old="siyo"), "nothing typed stands in the page"


def test_changed_by_the_old_one_while_other_browsers_are_signed_out(house: Client, juma: tuple[UUID, str]) -> None:
    elsewhere = Client()
    enter(elsewhere, juma[1])
    open_account(actor=Actor.system(), name="Baraka", email="baraka@jirani.example", password=PASSWORD)
    house.post("/ofisi/ingia/", {"name": MAIL, "password": PASSWORD})
    house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": factors_left()})
    key = house.cookies["sessionid"].value
    answer = house.post(CHANGE, {"old_password": PASSWORD, "new_password": NEW, "again": NEW})
    assert answer["Location"] == "/ofisi/usalama/"
    assert "Nywila yako mpya imehifadhiwa" in house.get("/ofisi/usalama/").content.decode()
    assert "Nywila yako mpya imehifadhiwa" not in house.get("/ofisi/usalama/").content.decode(), "said once"
    assert house.get("/door/officer/").status_code == 200, "this browser goes on"
    assert house.cookies["sessionid"].value != key, "under a new key"
    assert elsewhere.get("/door/officer/").status_code == 302
    assert Account.objects.get(email=MAIL).check_password(NEW)
    assert Account.objects.get(email="baraka@jirani.example").check_password(PASSWORD), "nobody else's"
    with as_system():
        assert "identity.account.password" in {one.verb for one in evidence.all_about(person_id=juma[0])}


def factors_left() -> str:
    from jumuishi.identity import factors  # noqa: PLC0415

    return factors.recovery_codes(Account.objects.get(email=MAIL))[0]


@pytest.mark.usefixtures("still")
def test_guessing_the_old_one_ends(house: Client, juma: tuple[UUID, str]) -> None:
    enter(house, juma[1])
    for _ in range(8):
        house.post(CHANGE, {"old_password": "siyo", "new_password": NEW, "again": NEW})
    answer = house.post(CHANGE, {"old_password": PASSWORD, "new_password": NEW, "again": NEW})
    assert answer.status_code == 200, "the right one is refused too"
    assert Account.objects.get().check_password(PASSWORD)


def test_nobody_without_an_account_changes_one(house: Client, db: None) -> None:
    assert house.get(CHANGE)["Location"].startswith("/ofisi/ingia/")
    answer = house.post(CHANGE, {"old_password": PASSWORD, "new_password": NEW, "again": NEW})
    assert answer["Location"].startswith("/ofisi/ingia/")


def test_a_short_one_of_before_is_changed_before_any_work(house: Client, db: None, posts: Posts, letters: None) -> None:
    secret, old = new_totp_secret(), "mvua-kubwa"
    person = open_account(actor=Actor.system(), name="Juma", email=MAIL, password=old, totp_secret=secret)
    posts.held[person] = [post()]
    assert enter(house, secret, old, "/door/officer/") == CHANGE
    assert "herufi chache kuliko 12" in house.get(CHANGE).content.decode()
    assert house.get("/door/officer/")["Location"].startswith("/ofisi/wadhifa/")
    assert house.get("/ofisi/wadhifa/")["Location"] == CHANGE, "there is no way round it"
    answer = house.post(CHANGE, {"old_password": old, "new_password": NEW, "again": NEW})
    assert answer["Location"] == "/door/officer/", "on to what was asked for"
    assert house.get("/door/officer/").status_code == 200


def test_the_owner_hears_of_each_change(house: Client, juma: tuple[UUID, str]) -> None:
    enter(house, juma[1])
    house.post(CHANGE, {"old_password": PASSWORD, "new_password": NEW, "again": NEW})
    [letter] = letters_to(MAIL)
    assert letter.subject == "Usalama wa akaunti yako: nywila imebadilishwa"
    assert re.search(r"(Juma|Jumatatu|Jumanne|Jumatano|Alhamisi|Ijumaa)\w*, \d", letter.text), "when"
    assert "Kama si wewe" in letter.text
    assert "/ofisi/nywila/\n" in letter.text, "what to do"
    assert NEW not in letter.text
    assert PASSWORD not in letter.text
    page = house.get("/ofisi/usalama/ongeza/").content.decode()
    secret = re.search(r'class="hash">([A-Z2-7 ]+)<', page)
    assert secret is not None
    house.post("/ofisi/usalama/ongeza/", {"totp": totp_code(secret[1].replace(" ", ""))})
    house.post("/ofisi/usalama/misimbo/mipya/")
    assert [one.removeprefix("Usalama wa akaunti yako: ") for one in subjects()] == [
        "nywila imebadilishwa",
        "programu ya uthibitisho imeongezwa",
        "namba mpya za akiba zimetengenezwa",
    ]


def test_a_code_of_paper_is_told(house: Client, juma: tuple[UUID, str]) -> None:
    house.post("/ofisi/ingia/", {"name": MAIL, "password": PASSWORD})
    house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": factors_left()})
    assert subjects() == ["Usalama wa akaunti yako: namba ya akiba imetumika kuingia"]


def test_another_phone_is_told_to_the_mailbox_and_to_the_phone_of_before(juma: tuple[UUID, str]) -> None:
    people.prove_phone(actor=Actor.person(juma[0]), phone="0700000007")
    assert not Message.objects.exists()
    people.prove_phone(actor=Actor.person(juma[0]), phone="0700000007")
    assert len(subjects()) == 1, "the same phone again is no change"
    people.prove_phone(actor=Actor.person(juma[0]), phone="0700000008")
    assert subjects() == ["Usalama wa akaunti yako: simu ya akaunti imebadilishwa"] * 2
    assert [(one.to, "simu ya akaunti" in one.text) for one in Message.objects.all()] == [("+255700000007", True)]


def test_by_sms_where_no_letter_goes(juma: tuple[UUID, str], house: Client) -> None:
    people.prove_phone(actor=Actor.person(juma[0]), phone="0700000007")
    enter(house, juma[1])
    with override_settings(JUMUISHI_MAIL=""):
        house.post(CHANGE, {"old_password": PASSWORD, "new_password": NEW, "again": NEW})
    told = Message.objects.get()
    assert (told.to, told.parts <= 2) == ("+255700000007", True)
    assert "nywila imebadilishwa" in told.text
    assert len(subjects()) == 1, "of the phone alone"
