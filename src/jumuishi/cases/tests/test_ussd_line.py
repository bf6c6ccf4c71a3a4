"""The line itself: repeats, stars, lost steps, cut off and gone on with, who may knock, what is kept."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client, override_settings

from jumuishi.cases.models import Case, Draft
from jumuishi.channels.models import UssdSession
from jumuishi.channels.ussd import sessions
from jumuishi.channels.ussd.handset import Handset
from jumuishi.evidence.models import JournalRow
from jumuishi.identity.testing import SentCodes
from jumuishi.kernel import clock, tenancy

ASHA, BARAKA = "+255700000051", "+255700000052"
SYSTEM = tenancy.Principal.system()
CALLBACK = "/ussd/africastalking/"


@pytest.fixture
def phone(country: dict[str, UUID], client: Client) -> Callable[..., Handset]:
    def make(number: str = ASHA) -> Handset:
        return Handset(number, lambda form: client.post(CALLBACK, form).content.decode())

    return make


@pytest.fixture
def sent() -> Any:
    from jumuishi.identity import codes  # noqa: PLC0415

    before, sender = list(codes._sender), SentCodes([])
    codes.register_sender(sender)
    yield sender.sent
    codes._sender[:] = before


def begin(asha: Handset) -> None:
    asha.dial()
    for words in ("Omba huduma", "Barua ya utambulisho", "Halmashauri ya Wilaya ya Mfano", "Anza"):
        asha.choose(words)


def draft() -> Draft:
    with tenancy.acting_as(SYSTEM):
        return Draft.objects.get()


def test_the_same_callback_again_is_one_answer(phone: Callable[..., Handset]) -> None:
    asha = phone()
    begin(asha)
    after = asha.type("Asha Juma")
    with tenancy.acting_as(SYSTEM):
        rows = JournalRow.objects.count()
    assert asha.again() == asha.again() == after
    with tenancy.acting_as(SYSTEM):
        assert JournalRow.objects.count() == rows
    # One that comes late is answered by what was answered last, and does nothing.
    late = asha.text
    following = asha.type("1")
    asha.text = late
    assert asha.again() == following
    assert draft().answers == {"full_name": "Asha Juma", "has_nin": True}


def test_a_star_belongs_to_the_words_in_which_it_stands(phone: Callable[..., Handset]) -> None:
    asha = phone()
    begin(asha)
    asha.type("Asha * Juma")
    assert draft().answers == {"full_name": "Asha * Juma"}
    # On a list it parts two answers: a step of which we never heard is taken first.
    asha.type("1*19000101000000000001")
    assert draft().answers["nin"] == "19000101-00000-00000-01"


def test_what_is_dialled_behind_the_code_is_taken_at_once(phone: Callable[..., Handset]) -> None:
    asha = phone()
    asha.dial("3*1234")
    assert "16" in asha.screen


def test_an_old_text_that_is_not_ours_counts_by_its_last_answer(phone: Callable[..., Handset]) -> None:
    asha = phone()
    begin(asha)
    asha.text = "9*9*9*9*9*9*9*9*9*9*9*9*9"
    asha.type("Asha Juma")
    assert draft().answers == {"full_name": "Asha Juma"}


def test_cut_off_and_gone_on_with_after_the_code(phone: Callable[..., Handset], sent: list[tuple[str, str]]) -> None:
    asha = phone()
    begin(asha)
    question = asha.type("Asha Juma")
    # Another process, a restart: nothing is in memory. Whoever dials now may be somebody else.
    asha = phone()
    assert asha.dial().startswith("Ulikatika")
    asha.choose("Endelea ulipoishia")
    assert "PIN" in asha.screen
    assert "Asha" not in asha.screen
    asha.choose("Nitumie namba")
    assert sent[-1][0] == ASHA
    asha.type("000000")
    assert asha.screen.startswith("Namba si sahihi")
    # The SMS is read outside the session: dialled again, the code is asked for where it was.
    asha.dial()
    asha.choose("Endelea ulipoishia")
    asha.type(sent[-1][1])
    assert asha.type("1234").startswith("PIN hiyo hukisiwa")
    asha.type("2580", "2581")
    assert asha.screen.startswith("PIN hazifanani")
    asha.type("2580", "2580")
    assert asha.screen == question
    # The next time the PIN is enough; five wrong ones lock it.
    asha.dial()
    asha.choose("Endelea ulipoishia")
    assert asha.type("2580") == question
    asha.dial()
    asha.choose("Endelea ulipoishia")
    asha.type("1111", "1111", "1111", "1111")
    assert asha.screen.startswith("PIN si sahihi")
    assert asha.type("1111").startswith("PIN imefungwa")
    assert asha.type("2580").startswith("PIN imefungwa")
    with clock.frozen(clock.now() + timedelta(hours=1, minutes=1)):
        assert asha.type("2580").startswith("PIN si") is False


def test_nothing_is_gone_on_with_after_a_day(phone: Callable[..., Handset]) -> None:
    asha = phone()
    begin(asha)
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert asha.dial().startswith("JUMUISHI")
    with tenancy.acting_as(SYSTEM):
        UssdSession.objects.update(seen_at=clock.now() - timedelta(hours=25))
        sessions.drop_old()
        assert not UssdSession.objects.exists()


def test_a_session_that_is_over_answers_no_more(phone: Callable[..., Handset], client: Client) -> None:
    asha = phone()
    begin(asha)
    event = {
        "date": "2026-11-27 08:00:00", "sessionId": asha.session, "serviceCode": "*152*00#", "networkCode": "99999",
        "phoneNumber": ASHA, "status": "Incomplete", "cost": "TZS 0", "durationInMillis": "9000", "hopsCount": "5",
        "input": asha.text, "lastAppResponse": asha.screen, "errorMessage": "",
    }  # fmt: skip
    assert client.post(CALLBACK, event).status_code == 200
    assert client.post(CALLBACK, event).status_code == 200
    asha.text += "*Asha"
    assert asha.again().startswith("Kikao hiki kimeisha")
    assert draft().answers == {}
    assert phone().dial().startswith("Ulikatika")


def test_what_is_kept_says_nothing(phone: Callable[..., Handset], sent: list[tuple[str, str]]) -> None:
    asha = phone()
    asha.dial()
    asha.choose("PIN yangu")
    asha.choose("Nitumie namba")
    asha.type(sent[-1][1], "2580", "2580")
    assert asha.screen.startswith("PIN yako imewekwa")
    asha.dial()
    asha.choose("PIN yangu")
    asha.type("2580")
    with tenancy.acting_as(SYSTEM):
        row = UssdSession.objects.get()
        kept = sessions._opened(row.kept)
        journal = json.dumps(list(JournalRow.objects.values_list("body", flat=True)), default=str)
    assert b"2580" not in bytes(row.kept)
    assert ASHA not in row.phone_hash
    assert kept is not None
    assert "2580" not in json.dumps(vars(kept))
    assert '"2580"' not in journal


def test_the_outsider_sees_nothing_of_hers(
    phone: Callable[..., Handset], sent: list[tuple[str, str]], client: Client
) -> None:
    asha, baraka = phone(), phone(BARAKA)
    begin(asha)
    asha.type("Asha Juma")
    assert baraka.dial().startswith("JUMUISHI")
    baraka.choose("Endelea na rasimu")
    baraka.choose("Nitumie namba")
    baraka.type(sent[-1][1], "2580", "2580")
    assert baraka.screen.startswith("Huna rasimu")
    # Under her session's id he is still another phone.
    baraka.session, baraka.text = asha.session, asha.text
    assert "Asha" not in baraka.again()
    assert "Asha" not in baraka.type("1")


def test_who_may_knock(country: dict[str, UUID], client: Client) -> None:
    form = {"sessionId": "s1", "phoneNumber": ASHA, "networkCode": "1", "serviceCode": "*152*00#", "text": ""}

    def status(path: str = CALLBACK, **extra: str) -> int:
        return int(client.post(path, form, **extra).status_code)

    assert status() == 200
    assert status(REMOTE_ADDR="192.0.2.7") == 404
    with override_settings(DEMONSTRATION=False):
        assert status() == 404
        with override_settings(USSD_SECRET="siri-ndefu"):
            assert status() == status(CALLBACK + "siri-nyingine/") == 404
            assert status(CALLBACK + "siri-ndefu/") == 200
            with override_settings(USSD_SOURCES=["192.0.2.0/24"]):
                assert status(CALLBACK + "siri-ndefu/") == 404
                assert status(CALLBACK + "siri-ndefu/", REMOTE_ADDR="192.0.2.7") == 200
    assert status("/ussd/mwingine/") == 404
    assert client.get(CALLBACK).status_code == 405
    assert client.post(CALLBACK, {"sessionId": "s"}).status_code == 400
    assert client.post(CALLBACK, {**form, "text": "1" * 5000}).status_code == 400
    assert client.post(CALLBACK, {**form, "phoneNumber": "+15550100"}).content.startswith(b"END ")


def test_one_phone_can_not_ask_without_end(phone: Callable[..., Handset], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.IDENTITY_LIMITS, "ussd.phone", (3, 600))
    asha = phone()
    asha.dial()
    asha.type("3", "0")
    assert not asha.is_over
    assert asha.type("3").startswith("Umejaribu mara nyingi")
    assert asha.is_over
    assert phone(BARAKA).dial().startswith("JUMUISHI")


def test_a_callback_is_answered_as_to_a_machine(country: dict[str, UUID], client: Client) -> None:
    """What is there for browsers is passed by; who is none of the operator's sees what any stranger sees."""
    form = {"sessionId": "s1", "phoneNumber": ASHA, "networkCode": "1", "serviceCode": "*152*00#", "text": ""}
    answer = client.post(CALLBACK, form, HTTP_ACCEPT_ENCODING="gzip")
    assert answer.headers == {
        "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
        "Content-Length": str(len(answer.content)),
    }  # fmt: skip
    assert not answer.cookies
    stranger, nowhere = client.post(CALLBACK + "siri/", form), client.post("/ussd/a/b/c/", form)
    assert stranger.status_code == nowhere.status_code == 404
    assert "Content-Security-Policy" in stranger.headers
    assert client.post(CALLBACK, form, HTTP_HOST="mwingine.example").status_code == 400


def test_a_number_tells_where_it_stands_and_nothing_else(phone: Callable[..., Handset]) -> None:
    asha, baraka = phone(), phone(BARAKA)
    begin(asha)
    asha.type("Asha Juma", "2", "01011990", "Sekei", "Sokoni", "99", "4", "1", "1", "Benki ya Mfano", "1")
    assert asha.is_over, asha.screen
    with tenancy.acting_as(SYSTEM):
        number = Case.objects.get().reference
    baraka.dial()
    baraka.choose("Fuatilia ombi")
    assert baraka.type("12345").startswith("Namba hiyo haijakamilika")
    baraka.type(number)
    assert "Barua ya utambulisho" in baraka.screen
    assert "Asha" not in baraka.screen
    baraka.type("00")
    baraka.choose("English")
    baraka.choose("Follow an application")
    baraka.type(number)
    assert "Your application is at:" in baraka.screen
    # The language stays with the phone.
    assert phone(BARAKA).dial().startswith("JUMUISHI\n1. Apply for a service")
