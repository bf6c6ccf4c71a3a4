"""Anybody may say something, with or without a name; nothing typed is lost; sent twice it happens once."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from jumuishi.feedback.models import Entry, Item, Terms
from jumuishi.feedback.tests.conftest import WORDS, act, form_of, kept, read, send
from jumuishi.identity import testing
from jumuishi.kernel import tenancy
from jumuishi.messaging.models import Message

pytestmark = pytest.mark.database


def every_text() -> str:
    """All that the database holds of feedback and the journal, in one text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(t, ' ') FROM (SELECT i::text t FROM feedback_item i UNION ALL "
            "SELECT e::text FROM feedback_entry e UNION ALL SELECT convert_from(body, 'UTF8') FROM evidence_journal "
            "WHERE verb LIKE 'feedback.item.%%') x"
        )
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize("kind", ["complaint", "suggestion", "question", "opinion", "praise"])
def test_each_of_the_five_kinds_gets_a_number_an_owner_and_a_clock(homes: dict[str, UUID], kind: str) -> None:
    item, code = kept(send(Client(), kind=kind))
    assert (item.kind, item.institution_id, item.state, item.level) == (kind, homes["mfano"], "open", 1)
    assert item.due_at > item.received_at
    assert len(code.replace(" ", "")) == 12


def test_of_a_nameless_sender_nothing_is_kept_even_signed_in(homes: dict[str, UUID]) -> None:
    asha, client = testing.citizen("0700 000 061", "Asha Juma"), Client()
    testing.sign_in(client, asha)
    answer = client.post(
        "/mrejesho/",
        {"taasisi": "mfano", "kind": "complaint", "text": WORDS, "answer": "code", "once": form_of(client),
         "phone": "0700 000 061"},
        REMOTE_ADDR="192.0.2.77",
    )  # fmt: skip
    item, code = kept(answer)
    assert (item.person_id, item.phone) == (None, "")
    assert read(item, code, text="Nyongeza", do="reply").status_code == 200
    said = every_text()
    for trace in (str(asha.person_id), "700000061", "192.0.2.77", client.cookies["sessionid"].value, "Asha"):
        assert trace not in said, trace
    assert code.replace(" ", "") not in said
    assert item.reference not in str(client.session.items())
    assert client.get("/mrejesho/yangu/").content.decode().count(item.reference[:4]) == 0
    assert not Message.objects.exists()


def test_the_same_form_sent_twice_is_one_item_with_one_receipt(homes: dict[str, UUID]) -> None:
    client = Client()
    once = form_of(client)
    first, code = kept(send(client, once=once))
    again, same = kept(send(client, once=once))
    assert (first.id, code) == (again.id, same)
    assert Item.objects.count() == 1
    # Mended and sent again it is another; a mark that is none of ours opens nobody else's receipt.
    other, another = kept(send(client, once=once, text="Jambo jingine"))
    assert (other.id, another) != (first.id, code)
    forged, _ = kept(send(Client(), once="1"))
    twice, _ = kept(send(Client(), once="1"))
    assert forged.id != twice.id


def test_nothing_typed_is_lost_on_an_error(homes: dict[str, UUID]) -> None:
    answer = send(Client(), kind="", answer="sms", phone="12", case_number="123", named="Juma wa Biashara")
    page = answer.content.decode()
    assert answer.status_code == 400
    for typed in (WORDS, 'value="12"', 'value="123"', 'value="Juma wa Biashara"'):
        assert typed in page
    assert "Chagua moja kati ya tano" in page
    assert page.index('class="errs"') < page.index("<textarea")
    assert not Item.objects.exists()


@pytest.mark.usefixtures("still")
def test_too_many_from_one_phone_are_refused_and_the_words_stay(homes: dict[str, UUID]) -> None:
    for n in range(5):
        kept(send(Client(), answer="sms", phone="0700 000 061", text=f"{WORDS} {n}"))
    answer = send(Client(), answer="sms", phone="+255 700 000 061", text=f"{WORDS} tena")
    assert answer.status_code == 429
    assert f"{WORDS} tena" in answer.content.decode()
    assert Item.objects.count() == 5


def test_one_address_has_an_hour_and_a_day_of_its_own(homes: dict[str, UUID]) -> None:
    with override_settings(IDENTITY_LIMITS={**settings.IDENTITY_LIMITS, "feedback.say.day": (2, 86400)}):
        kept(send(Client(), text="Moja"))
        kept(send(Client(), text="Mbili"))
        assert send(Client(), text="Tatu").status_code == 429


@pytest.mark.usefixtures("still")
def test_wrong_code_and_unknown_number_look_alike_and_tries_are_bounded(homes: dict[str, UUID]) -> None:
    item, code = kept(send(Client()))
    wrong = read(item, "000000000000")
    unknown = Client().post("/mrejesho/fuatilia/", {"number": "1000000000000008", "code": code})
    assert wrong.status_code == 404
    say = "Namba na msimbo huo havipatani"
    assert say in wrong.content.decode()
    assert say in unknown.content.decode() or "tarakimu 16" in unknown.content.decode()
    assert WORDS not in wrong.content.decode()
    for _ in range(30):
        answer = read(item, "000000000000")
    assert answer.status_code == 429
    assert read(item, code).status_code == 429


def test_a_known_person_finds_it_again_and_nobody_else_does(homes: dict[str, UUID]) -> None:
    asha, neighbour = Client(), Client()
    testing.sign_in(asha, testing.citizen("0700 000 061", "Asha Juma"))
    testing.sign_in(neighbour, testing.citizen("0700 000 002", "Jirani"))
    answer = send(asha, answer="me")
    assert answer.status_code == 302
    page = asha.get(answer["Location"])
    assert "Tumepokea" in page.content.decode()
    item = Item.objects.get()
    assert f"/mrejesho/yangu/{item.id}/" in asha.get("/mrejesho/yangu/").content.decode()
    assert WORDS in asha.get(f"/mrejesho/yangu/{item.id}/").content.decode()
    assert neighbour.get(f"/mrejesho/yangu/{item.id}/").status_code == 404
    assert Client().get(f"/mrejesho/yangu/{item.id}/").status_code == 302
    receipt = json.loads(asha.get(f"/mrejesho/yangu/{item.id}/stakabadhi/").content)
    assert receipt["format"]


def test_a_nameless_sender_gets_the_signed_receipt_by_code(homes: dict[str, UUID]) -> None:
    item, code = kept(send(Client()))
    body = read(item, code, do="receipt")
    assert json.loads(body.content)["format"]
    assert body["Cache-Control"] == "no-store"


def test_what_a_guest_said_is_the_persons_after_proving_a_phone(homes: dict[str, UUID]) -> None:
    from jumuishi.identity import people  # noqa: PLC0415

    guest, client = people.new_guest(), Client()
    testing.sign_in(client, guest.actor)
    assert send(client, answer="me").status_code == 302
    known = testing.citizen("0700 000 061", "Asha")
    people.person_of_phone("0700 000 061", guest_id=guest.actor.person_id)
    assert Item.objects.get().person_id == known.person_id


def test_an_institution_without_a_time_to_answer_takes_nothing(homes: dict[str, UUID]) -> None:
    Terms.objects.all().delete()
    answer = Client().get("/mrejesho/?taasisi=mfano")
    assert answer.status_code == 409
    assert "haijaweka muda wake" in answer.content.decode()


def test_the_answer_is_told_by_sms_without_the_words(homes: dict[str, UUID], at_work: Callable[..., Client]) -> None:
    item, _ = kept(send(Client(), answer="sms", phone="0700 000 061"))
    assert act(at_work("mfano", "Zawadi"), item, "answered", text="Tumerekebisha mezani").status_code == 302
    sent = Message.objects.get()
    assert (sent.to, sent.person_id) == ("+255700000061", None)
    assert item.reference in sent.text
    assert "Tumerekebisha" not in sent.text
    assert WORDS not in sent.text


def test_a_visitor_and_another_institution_see_no_row(homes: dict[str, UUID], officer: Any) -> None:
    kept(send(Client()))
    act_as = {
        "nobody": None,
        "a visitor": tenancy.Principal.person(None),
        "Baraka": tenancy.Principal.institution(homes["jirani"], officer("jirani", "Baraka").who),
        "the authority": tenancy.Principal.authority(homes["mamlaka"], officer("mamlaka", "Zuhura").who),
    }
    for who, principal in act_as.items():
        with tenancy.acting_as(principal):
            assert not Item.objects.exists(), who
            assert not Entry.objects.exists(), who
    with tenancy.acting_as(tenancy.Principal.institution(homes["mfano"], officer("mfano", "Zawadi").who)):
        assert Item.objects.count() == 1


def test_a_page_says_how_long_the_answer_takes_and_chooses_nothing(homes: dict[str, UUID]) -> None:
    page = Client().get("/mrejesho/?taasisi=mfano").content.decode()
    assert "siku 10 za kazi" in page
    assert not re.search(r'type="radio"[^>]*checked', page)
