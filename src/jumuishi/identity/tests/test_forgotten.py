"""A forgotten password: a link to the mailbox, the second factor stays, sessions end; a stranger learns nothing."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from jumuishi.identity import appointments
from jumuishi.identity.accounts import invite_officer
from jumuishi.identity.models import Account
from jumuishi.identity.testing import Posts, officer, totp_code
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.messaging.mail import letters_to

pytestmark = pytest.mark.database
OLD, NEW = "mlango-wazi-2026", "dirisha-jipya-2027"
MAIL = "juma@mfano.example"


@pytest.fixture
def secret(db: None, posts: Posts) -> str:
    person, totp = officer("Juma", MAIL, OLD)
    posts.held[person] = [
        appointments.AppointmentRef(new_id(), new_id(), "Mfano", "council", frozenset({"officer"}), "Afisa")
    ]
    return totp


def links(to: str = MAIL) -> list[str]:
    return [hit for one in letters_to(to) for hit in re.findall(r"https?://[^/\s]+(/ofisi/nywila/\S+)", one.text)]


def sign_in(house: Client, word: str) -> int:
    return house.post("/ofisi/ingia/", {"name": MAIL, "password": word}).status_code


def test_a_new_password_by_mail_still_asks_for_the_second_factor(house: Client, secret: str) -> None:
    elsewhere = Client()
    sign_in(elsewhere, OLD)
    elsewhere.post("/ofisi/ingia/hatua-ya-pili/", {"factor": totp_code(secret)})
    assert elsewhere.get("/door/account/").status_code == 200
    assert house.post("/ofisi/nywila/", {"email": MAIL.upper()}).status_code == 200
    [link] = links()
    assert house.post(link, {"new_password": NEW, "again": NEW}).status_code == 200
    assert house.get("/door/account/").status_code == 302, "the link alone opens nothing"
    assert elsewhere.get("/door/account/").status_code == 302, "open sessions end"
    assert sign_in(house, OLD) == 200
    assert sign_in(house, NEW) == 302
    assert house.get(link).status_code == 404, "once"


def test_wrong_and_right_e_mails_look_alike_and_only_one_is_written_to(house: Client, secret: str) -> None:
    invite_officer(actor=Actor.system(), name="Neema", email="neema@mfano.example")

    def said(email: str) -> str:
        return re.sub(r"KB [\d.]+", "", house.post("/ofisi/nywila/", {"email": email}).content.decode())

    assert said(MAIL) == said("nobody@mfano.example") == said("neema@mfano.example")
    assert len(links()) == 1
    assert not links("nobody@mfano.example")
    assert not links("neema@mfano.example"), "who has not enrolled has the invitation"


@pytest.mark.usefixtures("still")
def test_asking_again_and_again_ends_and_a_link_lives_an_hour(house: Client, secret: str) -> None:
    for _ in range(6):
        house.post("/ofisi/nywila/", {"email": MAIL})
    assert len(links()) == 3
    assert [house.get(one).status_code for one in links()] == [404, 404, 200], "the newest alone"
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        assert house.get(links()[-1]).status_code == 404


def test_a_link_for_a_password_does_not_enrol(house: Client, secret: str) -> None:
    house.post("/ofisi/nywila/", {"email": MAIL})
    token = links()[0].rstrip("/").rpartition("/")[2]
    assert house.get(f"/ofisi/karibu/{token}/").status_code == 404
    assert Account.objects.get(email=MAIL).check_password(OLD)
