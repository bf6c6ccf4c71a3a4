"""A phone writes to us, through either gateway's own callback: heard once, answered in its language, never for ever."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings

from jumuishi.identity import testing
from jumuishi.identity.models import Person
from jumuishi.kernel import clock, gsm, tenancy
from jumuishi.kernel.text import texts
from jumuishi.messaging import inbound, jobs, models
from jumuishi.messaging.gateways import mgov_wire
from jumuishi.messaging.tests.test_messages import COUNCIL, PHONE, row, say

KEY = "made-up-key"
SYSTEM = tenancy.Principal.system()
_ids = itertools.count(1)


@pytest.fixture(autouse=True)
def settings(db: None) -> Iterator[None]:
    with override_settings(
        ROOT_URLCONF="jumuishi.messaging.web.machine_urls", DEMONSTRATION=False, JUMUISHI_SMS_GATEWAY="none",
        JUMUISHI_SMS_SECRET="s3cret", JUMUISHI_MGOV_KEY=KEY,
    ):  # fmt: skip
        yield


def write(text: str, *, phone: str = PHONE, name: str = "", status: int = 200, **more: Any) -> str:
    """What comes back to the phone; empty for silence."""
    said = {"from": phone, "to": "15200", "text": text, "id": name or f"in-{next(_ids)}", "linkId": "", **more}
    before = set(replies(phone))
    answer = Client(raise_request_exception=False).post("/sms/africastalking/s3cret/", said)
    assert answer.status_code == status, answer.content
    new = [one for one in replies(phone) if one not in before]
    assert len(new) <= 1
    with tenancy.acting_as(SYSTEM):
        return models.Message.objects.get(id=new[0]).text if new else ""


def replies(phone: str) -> list[Any]:
    with tenancy.acting_as(SYSTEM):
        return list(models.Message.objects.filter(to=phone, purpose="reply").values_list("id", flat=True))


def signed(said: object, key: str = KEY) -> Any:
    body = json.dumps(said).encode()
    headers = {"hash": mgov_wire.sign(key, body)}
    return Client().post("/sms/mgov/", body, content_type="application/json", headers=headers)


def test_unknown_words_are_answered_helpfully_and_not_for_ever() -> None:
    first = write("Habari za leo")
    words = "HALI na namba ya ombi, JIBU na jibu lako, LIPA, KIINGEREZA, ACHA MSAIDIZI, ACHA"
    assert first == f"Hatukuelewa. Tuma: {words}."
    assert [bool(write("Habari")) for _ in range(4)] == [True, True, False, False], "three an hour"
    assert write("Habari", phone="+255700000002").startswith("Hatukuelewa"), "somebody else is answered"
    assert write("msaada").startswith("Jumuishi. Tuma: ")
    assert write("HELP").startswith("Jumuishi. Send: ")


def test_one_phone_is_answered_so_often_and_told_once() -> None:
    with override_settings(IDENTITY_LIMITS={"sms.in": (2, 3600), "sms.unknown": (9, 3600)}):
        said = [write("MSAADA") for _ in range(5)]
        assert said[2].startswith("Umetuma ujumbe mwingi")
        assert said[3:] == ["", ""]
        assert write("ACHA") == "", "no answer is left"
        assert row(say()).failure == "stopped by its owner", "but it was done"


def test_whoever_stops_gets_codes_and_what_the_law_makes_us_tell() -> None:
    said = write("Acha.")
    assert "ANZA" in said
    assert row(say()).failure == "stopped by its owner"
    assert row(say(institution_id=None, purpose="feedback")).state == "failed"
    for purpose in ("code.ingia", "privacy.breach", "notice", "reply"):
        assert row(say(purpose=purpose)).state == "queued"
    assert row(say(to="+255700000002")).state == "queued"
    with tenancy.acting_as(SYSTEM):
        assert PHONE not in models.Stopped.objects.get().phone_hash
    assert write("STOP").startswith("You get no more"), "said twice, it is the same"
    assert "ACHA" in write("anza")
    assert row(say()).state == "queued"


def test_the_language_of_the_person() -> None:
    asha = testing.citizen(PHONE, "Asha Juma")
    assert write("KIINGEREZA").startswith("Done.")
    with tenancy.acting_as(SYSTEM):
        assert Person.objects.get(id=asha.who).language == "en"
    assert write("msaada").startswith("Jumuishi. Send")
    assert write("kiswahili").startswith("Sawa.")
    assert write("msaada").startswith("Jumuishi. Tuma")
    assert write("ENGLISH", phone="+255700000009").startswith("No application is of this number")
    with tenancy.acting_as(SYSTEM):
        assert not Person.objects.filter(phone="+255700000009").exists(), "nobody is made by writing"


def test_the_same_message_is_heard_once_and_an_old_one_never() -> None:
    assert write("ACHA", name="one")
    write("ANZA", name="two")
    assert write("ACHA", name="one") == ""
    assert row(say()).state == "queued", "the repeat of an old word undoes nothing"
    long_ago = (datetime.now(UTC) - timedelta(days=8)).strftime("%Y-%m-%d %H:%M:%S")
    assert write("ACHA", date=long_ago) == ""
    assert row(say()).state == "queued"
    with tenancy.acting_as(SYSTEM):
        kept = models.Heard.objects.get(their_id="one")
        assert (kept.gateway, kept.word) == ("africastalking", "ACHA")
        with clock.frozen(clock.now() + timedelta(days=9)):
            jobs.forget_heard()
            assert not models.Heard.objects.exists()
            answers = models.Message.objects.filter(purpose="reply")
            assert {(one.to, one.text, one.person_id) for one in answers} == {("", "", None)}
            assert models.Message.objects.filter(purpose="case", to=PHONE).exists()


def test_by_the_governments_gateway_as_well() -> None:
    said = {"messageId": "m-1", "sender": "255700000001", "message": "STOP", "datetime": "2026-01-01 10:00:00"}
    with clock.frozen(datetime(2026, 1, 1, 7, 5, tzinfo=UTC)):
        assert signed(said, "wrong").status_code == 403
        assert row(say()).state == "queued"
        assert [signed(said).status_code, signed(said).status_code] == [200, 200]
        assert row(say()).failure == "stopped by its owner"
        assert len(replies(PHONE)) == 1
        for bad in ([], {"messageId": "x"}, {"messageId": "", "sender": "1", "message": "x"}, "x"):
            assert signed(bad).status_code == 400


@pytest.mark.parametrize("sender", ["15200", "VODACOM", "", "+1", "x" * 300])
def test_who_has_no_phone_number_is_not_answered(sender: str) -> None:
    assert write("MSAADA", phone=sender) == ""


def test_rubbish_does_no_harm() -> None:
    for text in ("", " ", "\x00", ":::", "ACHA" * 400, "🙂", "%s{0}{words}", "' OR 1=1 --"):
        write(text, phone=f"+2557000001{next(_ids) % 100:02}")
    assert Client().post("/sms/africastalking/s3cret/", {"from": PHONE}).status_code == 400
    assert Client().post("/sms/africastalking/s3cret/", {"id": "x", "text": "y" * 20_000}).status_code == 413
    assert Client().post("/sms/nobody/", {"id": "x"}).status_code == 404
    assert Client().get("/sms/mgov/").status_code == 405


def test_whoever_is_not_the_gateway_is_not_heard() -> None:
    form = {"id": "forged", "from": PHONE, "text": "ACHA"}
    assert Client().post("/sms/africastalking/", form).status_code == 403, "no demonstration"
    assert Client().post("/sms/africastalking/other/", form).status_code == 403
    with override_settings(JUMUISHI_SMS_SOURCES="192.0.2.0/24, 2001:db8::/32"):
        path = "/sms/africastalking/s3cret/"
        assert Client().post(path, form, REMOTE_ADDR="203.0.113.5").status_code == 403
        assert row(say()).state == "queued"
        assert Client().post(path, form, REMOTE_ADDR="2001:db8::7").status_code == 200
    with override_settings(JUMUISHI_SMS_SECRET=""):
        assert Client().post("/sms/africastalking/s3cret/", form).status_code == 403
    with override_settings(DEMONSTRATION=True):
        assert Client().post("/sms/africastalking/", form, REMOTE_ADDR="10.0.0.9").status_code == 403


def test_no_text_of_ours_holds_an_address_and_answers_are_one_sms() -> None:
    said = {key: value for key, value in texts().items() if ".sms_" in key or key.startswith("messaging.")}
    for key, words in said.items():
        for lang in ("sw", "en"):
            assert "http" not in words[lang], key
            assert "{path}" not in words[lang], key
            assert "{link}" not in words[lang], key
    for key in ("in_stopped", "in_started", "in_language", "in_language_new", "in_too_often"):
        for lang in ("sw", "en"):
            found = gsm.measure(texts()[f"messaging.{key}"][lang])
            assert (found.encoding, found.parts) == ("gsm7", 1), key
    for lang in ("sw", "en"):
        assert gsm.measure(inbound.help_text(lang, "messaging.in_unknown")).parts == 1


def test_an_answer_is_nobodys_cost_but_the_houses(db: None) -> None:
    write("MSAADA")
    with tenancy.acting_as(SYSTEM):
        assert models.Message.objects.get(purpose="reply").institution_id is None
        assert not models.Message.objects.filter(institution_id=COUNCIL).exists()
