"""The rest of an application's life on a phone: asked and answered, the control number, the document checked."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.actions import deciding, drafts
from jumuishi.cases.actions.money import money_arrived
from jumuishi.cases.models import Case, Draft, Note, Task
from jumuishi.cases.tests.test_money import NUMBER, gateway, wire_keys
from jumuishi.channels.ussd.handset import Handset
from jumuishi.documents import public as documents
from jumuishi.feedback.models import Item
from jumuishi.identity import codes, pins, testing
from jumuishi.identity.testing import SentCodes
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import group
from jumuishi.payments import public as payments
from jumuishi.payments.tests.conftest import Teller
from jumuishi.services import public as services

__all__ = ["gateway", "wire_keys"]
ASHA, BARAKA = "+255700000051", "+255700000052"
SYSTEM = tenancy.Principal.system()
PIN = "2580"


@pytest.fixture
def phone(country: dict[str, UUID], client: Client) -> Callable[..., Handset]:
    def make(number: str = ASHA) -> Handset:
        return Handset(number, lambda form: client.post("/ussd/africastalking/", form).content.decode())

    return make


@pytest.fixture(autouse=True)
def sent() -> Iterator[list[tuple[str, str]]]:
    before, sender = list(codes._sender), SentCodes([])
    codes.register_sender(sender)
    yield sender.sent
    codes._sender[:] = before


@pytest.fixture
def asha(phone: Callable[..., Handset]) -> Handset:
    pins.set_pin(actor=testing.citizen(ASHA, "Asha Juma"), pin=PIN)
    return phone()


def apply(asha: Handset, *, office: str = "Kata") -> Case:
    asha.dial()
    for words in ("Omba huduma", "Barua ya utambulisho", "Halmashauri ya Wilaya ya Mfano", "Anza"):
        asha.choose(words)
    asha.type("Asha Juma", "2", "01011990", "Sekei", "Sokoni", "99", "4")
    asha.choose(office)
    asha.choose("Shule")
    asha.type("Mkuu wa shule")
    asha.choose("Wasilisha")
    with tenancy.acting_as(SYSTEM):
        return Case.objects.order_by("-submitted_at")[0]


def holder(task: Task) -> Actor:
    one = next(one for one in institutions.people_in(task.institution_id) if task.role in one.roles)
    return Actor(ActorKind.OFFICER, one.person_id, task.institution_id, one.roles, one.appointment_id, name=one.name)


def decide(case: Case, act: str, **more: object) -> None:
    with tenancy.acting_as(SYSTEM):
        case.refresh_from_db()
        task = Task.objects.get(case=case, state="open")
        who = holder(task)
    deciding.decide(actor=who, task_id=task.id, version=case.version, act=act, **more)  # type: ignore[arg-type]
    with tenancy.acting_as(SYSTEM):
        case.refresh_from_db()


def test_what_the_office_asks_is_answered_after_the_pin(asha: Handset, phone: Callable[..., Handset]) -> None:
    case = apply(asha)
    fields = {"known_by": "not_confirmed"}
    decide(case, "ask", fields=fields, message="Eleza ulipohamia.")
    asha.dial()
    asha.choose("Fuatilia")
    asha.choose("Maombi yangu")
    assert asha.screen.startswith("Andika PIN")
    asha.type("1111")
    assert asha.screen.startswith("PIN si sahihi")
    asha.type(PIN)
    asha.choose("Barua ya utambulisho")
    assert "Eleza ulipohamia." in asha.screen or "99. Zaidi" in asha.screen
    asha.choose("Jibu ofisi")
    # Nothing is sent before anything is answered; what is demanded is led to.
    asha.choose("Maneno kwa ofisi")
    asha.type("Nilihamia mwaka jana")
    asha.choose("Tuma majibu")
    assert asha.screen.startswith("Maelezo yako")
    asha.type("Nyumba ya mjomba")
    asha.choose("Kata unayoishi")
    asha.type("Dara")
    asha.choose("Daraja II")
    asha.choose("Tuma majibu")
    assert asha.screen.startswith("Majibu yametumwa.")
    with tenancy.acting_as(SYSTEM):
        case.refresh_from_db()
        assert Note.objects.filter(case=case, kind="answer").get().text == "Nilihamia mwaka jana"
    assert case.stage == "confirm"
    assert case.state["answers"]["explanation"] == "Nyumba ya mjomba"
    place = institutions.place(case.state["answers"]["place"])
    assert place is not None
    assert place.name == "Daraja II"


def test_nobody_answers_for_somebody_else(asha: Handset, phone: Callable[..., Handset]) -> None:
    case = apply(asha)
    decide(case, "ask", fields={"known_by": "visit"}, message="Eleza.")
    pins.set_pin(actor=testing.citizen(BARAKA, "Baraka"), pin=PIN)
    baraka = phone(BARAKA)
    baraka.dial()
    baraka.choose("Fuatilia")
    baraka.choose("Maombi yangu")
    assert baraka.type(PIN).startswith("Huna ombi")
    baraka.dial()
    baraka.choose("Lipa")
    assert baraka.type(PIN).startswith("Huna cha kulipa")
    assert all("Asha" not in one.text and case.reference not in one.text for one in baraka.seen)


@pytest.mark.slow
def test_the_control_number_and_how_to_pay_it_and_then_the_letter_is_checked(
    asha: Handset, phone: Callable[..., Handset], run_jobs: Callable[[], int], gateway: Teller
) -> None:
    case = apply(asha)
    with tenancy.acting_as(SYSTEM):
        Case.objects.filter(id=case.id).update(settings={**case.settings, "letter_fee": 1000})
    decide(case, "confirm", fields={"known_by": "visit"})
    decide(case, "approve")
    run_jobs()
    asha.dial()
    asha.choose("Lipa")
    asha.type(PIN)
    asha.choose("TZS 1,000")
    assert asha.screen.startswith("Namba ya malipo inatengenezwa")
    with tenancy.acting_as(SYSTEM):
        bill = payments.bills_of_cases([case.id])[case.id][-1]
    gateway.number(bill, NUMBER)
    asha.type("0")
    asha.choose("TZS 1,000")
    assert group(NUMBER) in asha.screen
    assert "TZS 1,000" in asha.screen
    assert "Malipo ya Serikali" in asha.screen
    with tenancy.acting_as(SYSTEM):
        bill = payments.bills_of_cases([case.id])[case.id][-1]
        money_arrived(actor=Actor.system(), case_id=case.id, bill=bill)
    run_jobs()
    with tenancy.acting_as(SYSTEM):
        (issued,) = documents.documents_of_cases([case.id])
    baraka = phone(BARAKA)
    baraka.dial()
    baraka.choose("Hakiki hati")
    assert baraka.type("1234").startswith("Andika namba yenye tarakimu 16")
    baraka.type(issued.number)
    assert baraka.type("Zuhura").startswith("SI HALALI")
    baraka.type(issued.number, "Asha")
    assert baraka.screen.startswith("HALALI: ")
    assert group(issued.number) in baraka.screen


def test_a_complaint_has_a_number_a_code_and_a_day(phone: Callable[..., Handset], client: Client) -> None:
    baraka = phone(BARAKA)
    baraka.dial()
    baraka.choose("Malalamiko")
    baraka.choose("Lalamiko")
    baraka.type("wilaya ya mfano")
    baraka.choose("Halmashauri ya Wilaya ya Mfano")
    baraka.type("Niliombwa pesa * mkononi")
    baraka.choose("Ongeza maneno")
    baraka.type("na sikupewa risiti")
    baraka.choose("Bila kujulikana")
    assert baraka.is_over
    last = baraka.screen
    assert "Namba ya siri" in last
    assert baraka.again() == last
    with tenancy.acting_as(SYSTEM):
        item = Item.objects.get()
    assert item.text == "Niliombwa pesa * mkononi na sikupewa risiti"
    assert (item.person_id, item.phone, item.door) == (None, "", "ussd")
    assert group(item.reference) in last


def test_a_nameless_complaint_cut_off_is_shown_to_nobody(phone: Callable[..., Handset]) -> None:
    baraka = phone(BARAKA)
    baraka.dial()
    baraka.choose("Malalamiko")
    baraka.choose("Lalamiko")
    baraka.choose("Halmashauri ya Wilaya ya Mfano")
    baraka.type("Siri yangu")
    baraka.dial()
    baraka.choose("Endelea ulipoishia")
    assert "PIN" in baraka.screen


def test_what_was_begun_on_the_web_goes_on_by_phone(asha: Handset, country: dict[str, UUID]) -> None:
    actor = testing.citizen(ASHA)
    home = institutions.institution_by_slug("mfano")
    assert home is not None
    with tenancy.acting_as(SYSTEM):
        offering = services.offering_of(home.id, "business-licence")
    assert offering is not None
    draft_id = drafts.begin_draft(actor=actor, offering_id=offering.id)
    answers = {"purpose": "new", "nin": "19000101-00000-00000-01", "full_name": "Asha Juma", "tin": "100-100-100"}
    drafts.save_answers(actor=actor, draft_id=draft_id, answers=answers, page="applicant", is_done=False)
    asha.dial()
    asha.choose("Endelea na rasimu")
    asha.type(PIN)
    asha.choose("Leseni ya biashara")
    assert "Jina la biashara" in asha.screen
    asha.type("Mgahawa wa Asha")
    asha.choose("Mgahawa")
    assert "Andika angalau mtu 1." in asha.type("999")
    asha.type("3", "2", "Sekei")
    assert asha.screen.startswith("Ombi hili lina faili")
    asha.choose("Nitapeleka kaunta")
    assert "Peleka kaunta: viambatisho 3" in asha.screen
    asha.choose("Badilisha jibu")
    asha.choose("Miaka ya leseni")
    asha.type("1")
    asha.choose("Wasilisha")
    assert asha.is_over
    with tenancy.acting_as(SYSTEM):
        case = Case.objects.get()
        assert Draft.objects.get().case_id == case.id
    assert case.state["answers"]["years"] == 1
    assert set(case.state["awaited"]) == {"tax_clearance", "registration", "lease"}
    asha.dial()
    asha.choose("Fuatilia")
    asha.choose("Maombi yangu")
    asha.type(PIN)
    asha.choose("Leseni ya biashara")
    asha.choose("Peleka kaunta")
    assert "Hati ya kutodaiwa kodi" in asha.screen


def test_a_list_asks_the_database_as_often_for_one_as_for_many(asha: Handset) -> None:
    def begun() -> None:
        asha.dial()
        if asha.screen.startswith("Ulikatika"):
            asha.choose("Menyu kuu")
        for words in ("Omba huduma", "Barua ya utambulisho", "Halmashauri ya Wilaya ya Mfano", "Anza"):
            asha.choose(words)
        asha.type("Asha Juma", "00")

    def lists() -> list[int]:
        found = []
        for ways in (("Fuatilia", "Maombi yangu"), ("Endelea na rasimu",), ("Lipa",)):
            asha.dial()
            for words in ways:
                asha.choose(words)
            with CaptureQueriesContext(connection) as asked:
                asha.type(PIN)
            found.append(len(asked))
        return found

    apply(asha)
    begun()
    few = lists()
    for _ in range(2):
        apply(asha)
        begun()
    assert lists() == few
    assert max(few) <= 9, few
