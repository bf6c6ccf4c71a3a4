"""Cases by SMS: where one stands, what it owes, the answer to the office; and what a stranger's phone never learns."""

import itertools
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client, override_settings

from jumuishi.cases.models import Case, Note
from jumuishi.cases.tests.test_money import NUMBER, gateway, wire_keys
from jumuishi.cases.tests.test_ussd_life import SYSTEM, decide
from jumuishi.identity import testing
from jumuishi.kernel import gsm, tenancy
from jumuishi.kernel.numbers import group, new_number
from jumuishi.messaging.models import Message
from jumuishi.payments import public as payments
from jumuishi.payments.tests.conftest import Teller

__all__ = ["gateway", "wire_keys"]
ASHA, BARAKA = "+255700000001", "+255700000052"
_ids = itertools.count(1)


@pytest.fixture
def case(submitted: str) -> Case:
    with tenancy.acting_as(SYSTEM):
        return Case.objects.get()


def write(text: str, phone: str = ASHA, name: str = "") -> str:
    form = {"from": phone, "text": text, "id": name or f"case-{next(_ids)}", "date": ""}
    with tenancy.acting_as(SYSTEM):
        before = set(Message.objects.filter(to=phone, purpose="reply").values_list("id", flat=True))
    assert Client().post("/sms/africastalking/", form).status_code == 200
    with tenancy.acting_as(SYSTEM):
        new = Message.objects.filter(to=phone, purpose="reply").exclude(id__in=before)
        return new.get().text if new else ""


def again(case: Case) -> Case:
    with tenancy.acting_as(SYSTEM):
        case.refresh_from_db()
    return case


def test_where_it_stands_by_the_number_alone(case: Case) -> None:
    own = write(f"HALI {case.reference}")
    assert case.reference in own
    assert "Ombi lako liko kwenye: " in own
    assert gsm.measure(own).parts == 1
    for text in (f"hali {group(case.reference)}", case.reference, f"Hali:{case.reference}", f"STATUS {case.reference}"):
        assert case.reference in write(text), text
    stranger = write(f"HALI {case.reference}", BARAKA)
    assert "Asha" not in stranger + own
    assert case.reference in stranger
    assert write("HALI") == "Tuma HALI na namba ya ombi lako, kwa mfano HALI 1234567890123456."
    assert write("HALI 123").startswith("Namba hiyo haijakamilika")
    assert write(f"HALI {new_number('10')}").startswith("Hatukupata ombi")


def test_guessing_numbers_ends(case: Case) -> None:
    with override_settings(
        IDENTITY_LIMITS={"sms.in": (99, 3600), "track.address": (2, 600), "track.reference": (9, 600)}
    ):
        said = [write(f"HALI {new_number('10')}", BARAKA) for _ in range(3)]
    assert said[2].startswith("Umejaribu mara nyingi")


def ask(case: Case, **fields: Any) -> None:
    decide(case, "ask", message="Eleza mtaji wako.", **fields)
    assert case.waits == "applicant"


def test_words_answer_the_office_once(case: Case) -> None:
    ask(case)
    assert "tuma JIBU" in write(f"HALI {case.reference}")
    assert "JIBU" not in write(f"HALI {case.reference}", BARAKA), "what a stranger sees is the page of tracking"
    assert write(f"JIBU {case.reference} nitaiba", BARAKA).startswith("Hatukupata ombi hilo kwa simu hii")
    assert write("JIBU ndiyo", BARAKA).startswith("Hakuna ombi la simu hii")
    assert again(case).waits == "applicant"
    assert write("JIBU").endswith("Tuma JIBU, namba ya ombi, kisha jibu lako.")
    assert write(f"JIBU {group(case.reference)} Mtaji ni milioni mbili", name="same").startswith("Jibu lako kwa ombi")
    assert write(f"JIBU {case.reference} Mtaji ni milioni mbili", name="same") == ""
    assert again(case).waits == "office"
    with tenancy.acting_as(SYSTEM):
        note = Note.objects.get(case=case, kind="answer")
    assert (note.text, note.person_id) == ("Mtaji ni milioni mbili", case.person_id)
    assert write(f"JIBU {case.reference} tena") == "Ofisi haisubiri jibu lako kwa sasa."


def test_a_proved_phone_of_another_answers_nothing(case: Case) -> None:
    """Somebody whose own phone is another gave this one: it hears of the case, and does not speak for them."""
    ask(case)
    with tenancy.acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE identity_person SET phone = %s WHERE id = %s", [BARAKA, case.person_id])
    assert write(f"JIBU {case.reference} nitaiba").startswith("Hatukupata ombi hilo")
    assert again(case).waits == "applicant"


def test_one_short_field_is_read_and_checked(country: dict[str, UUID], client: Client) -> None:
    """The letter's request demands an explanation; all else that may be changed is answered already."""
    case = letter(client)
    decide(case, "ask", fields={"known_by": "not_confirmed"}, message="Eleza ulipohamia.")
    assert write("JIBU", "+255700000051") == "Maelezo yako? Tuma JIBU, namba ya ombi, kisha jibu lako."
    assert "120" in write(f"JIBU {'x' * 130}", "+255700000051")
    assert write("ANSWER Nyumba ya mjomba", "+255700000051").startswith("The office has your answer")
    assert again(case).stage == "confirm"
    assert case.state["answers"]["explanation"] == "Nyumba ya mjomba"


def letter(client: Client) -> Case:
    """An introduction letter that was applied for by phone."""
    from jumuishi.cases.tests.test_ussd_life import apply  # noqa: PLC0415
    from jumuishi.channels.ussd.handset import Handset  # noqa: PLC0415

    return apply(Handset("+255700000051", lambda form: client.post("/ussd/africastalking/", form).content.decode()))


def test_what_an_sms_cannot_carry_is_told_how(case: Case) -> None:
    ask(case)
    with tenancy.acting_as(SYSTEM):
        answers = {**case.state["answers"]}
        for name in ("business_name", "sector"):
            answers.pop(name)
        Case.objects.filter(id=case.id).update(state={**case.state, "answers": answers})
    assert "kwenye tovuti au kwenye kaunta" in write("JIBU Mgahawa")
    with override_settings(USSD_CODE="*152*00#"):
        assert "Piga *152*00#" in write("JIBU Mgahawa")
    assert again(case).waits == "applicant"


@pytest.mark.slow
def test_the_control_number_to_its_own_phone_alone(
    country: dict[str, UUID], client: Client, run_jobs: Callable[[], int], gateway: Teller
) -> None:
    case = letter(client)
    phone = case.phone
    with tenancy.acting_as(SYSTEM):
        Case.objects.filter(id=case.id).update(settings={**case.settings, "letter_fee": 1000})
    assert write(f"LIPA {case.reference}", phone) == f"Ombi {case.reference} halina malipo sasa."
    assert write("LIPA", phone).startswith("Hakuna ombi la simu hii linalosubiri malipo")
    decide(case, "confirm", fields={"known_by": "visit"})
    decide(case, "approve")
    run_jobs()
    assert write("LIPA", phone).startswith("Namba ya malipo inatengenezwa")
    with tenancy.acting_as(SYSTEM):
        bill = payments.bills_of_cases([case.id])[case.id][-1]
    gateway.number(bill, NUMBER)
    for text in ("LIPA", "PAY", f"lipa {group(case.reference)}"):
        said = write(text, phone)
        assert NUMBER in said
        assert "TZS 1,000" in said
        assert gsm.measure(said).parts == 1
    assert "LIPA" in write(f"HALI {case.reference}", phone)
    for said in (
        write(f"LIPA {case.reference}", BARAKA),
        write(f"HALI {case.reference}", BARAKA),
        write("LIPA", BARAKA),
    ):
        assert NUMBER not in said
        assert "1,000" not in said
    with tenancy.acting_as(SYSTEM):
        paid_for = Message.objects.filter(purpose="reply", to=phone, case_id=case.id)
        assert {one.institution_id for one in paid_for} == {case.institution_id}
        assert not Message.objects.filter(purpose="reply", to=BARAKA).exclude(case_id=None).exists()


def test_several_of_one_phone_are_told_apart_by_their_numbers(case: Case, asha: Client) -> None:
    ask(case)
    with tenancy.acting_as(SYSTEM):
        twin = Case.objects.get()
        twin.id, twin.reference = UUID(int=7), new_number("10")
        twin.save(force_insert=True)
    assert write("JIBU Mtaji").startswith("Simu hii ina maombi zaidi ya moja")


def test_messages_follow_the_language_and_documents_do_not(case: Case) -> None:
    asha = testing.citizen("+255700000077", "Asha Juma")
    assert write("ENGLISH").startswith("Done.")
    assert (again(case).told_in, case.language) == ("en", "sw")
    ask(case)
    with tenancy.acting_as(SYSTEM):
        last = Message.objects.filter(case_id=case.id, purpose="case").latest("created_at")
    assert "Waiting for your answer" in last.text
    assert asha.person_id != case.person_id
    assert write("KISWAHILI").startswith("Sawa.")
    assert again(case).spoken == "sw"
