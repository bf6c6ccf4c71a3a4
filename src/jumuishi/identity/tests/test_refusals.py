"""A refused sign-in to a known account is in the journal: its owner and the head see it; a flood writes few rows."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.evidence import public as evidence
from jumuishi.identity.models import Account
from jumuishi.identity.principal import as_system
from jumuishi.identity.refusals import VERB, in_words, refusals_of
from jumuishi.identity.testing import Posts, officer, totp_code
from jumuishi.identity.tests.test_office_pages import PASSWORD, post
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id

pytestmark = pytest.mark.database
MAIL = "juma@mfano.example"


@pytest.fixture
def juma(db: None, posts: Posts) -> tuple[UUID, str]:
    person, secret = officer("Juma", MAIL, PASSWORD)
    posts.held[person] = [post()]
    return person, secret


def guess(browser: Client, word: str = "siyo-hii-kabisa", name: str = MAIL, address: str = "198.51.100.77") -> None:
    browser.post("/ofisi/ingia/", {"name": name, "password": word}, REMOTE_ADDR=address)


def rows() -> list[dict[str, object]]:
    account = Account.objects.get(email=MAIL).id
    with as_system():
        found = evidence.newest(thing_kind="account", thing_id=account, verb=VERB, limit=100)
    return [(one.body or {})["after"] for one in reversed(found)]


def test_a_wrong_password_of_a_known_account_is_journalled(house: Client, juma: tuple[UUID, str]) -> None:
    guess(house)
    assert rows() == [{"what": "password", "network": "198.51.100.0/24"}]
    guess(house, name="nobody@mfano.example")
    assert len(rows()) == 1
    with as_system():
        [entry] = evidence.newest(thing_kind="account", thing_id=Account.objects.get().id, verb=VERB, limit=5)
    assert entry.person_id == juma[0], "its owner finds it among what was done with the own things"
    assert "siyo-hii" not in str(entry.body), "what was typed stands nowhere"
    assert (entry.body or {})["actor"].get("person", "") == "", "nobody knows who it was"


def test_a_wrong_second_step_after_the_right_password_too(house: Client, juma: tuple[UUID, str]) -> None:
    guess(house, PASSWORD)
    house.post("/ofisi/ingia/hatua-ya-pili/", {"factor": "000000"}, REMOTE_ADDR="198.51.100.77")
    assert [one["what"] for one in rows()] == ["factor"]


def test_a_flood_writes_few_rows_and_says_that_there_were_more(house: Client, juma: tuple[UUID, str]) -> None:
    for n in range(40):
        guess(house, address=f"198.51.{n}.7")
    assert len(rows()) == 5
    assert [bool(one.get("more")) for one in rows()] == [False] * 4 + [True]
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        guess(house)
    assert len(rows()) == 6, "another hour is told anew"


def test_the_owner_sees_them_and_baraka_does_not(house: Client, juma: tuple[UUID, str], posts: Posts) -> None:
    person, secret = officer("Baraka", "baraka@jirani.example", PASSWORD)
    posts.held[person] = [post(office=new_id())]
    guess(Client())
    for mail, key, sees in ((MAIL, juma[1], True), ("baraka@jirani.example", secret, False)):
        browser = Client()
        guess(browser, PASSWORD, mail)
        browser.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(key)})
        page = browser.get("/ofisi/usalama/").content.decode()
        assert ("nywila isiyo sahihi, mtandao 198.51.100.0/24" in page) is sees
        assert ("Majaribio ya kuingia yaliyokataliwa" in page) is sees
    assert refusals_of(person) == []
    assert "a wrong password, network 198.51.100.0/24" in in_words(juma[0], "en")[0]
