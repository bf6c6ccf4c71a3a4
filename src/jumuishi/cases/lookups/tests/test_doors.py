"""The same by an old phone, by API, at a counter: one canonical form; a register's own question comes first."""

import json
import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from jumuishi.cases import sameness
from jumuishi.cases.helping.tests.conftest import code
from jumuishi.cases.lookups.tests.conftest import (
    NAME,
    NIN,
    REST,
    SYSTEM,
    apply,
    at_work,
    draft_of,
    looks_of,
    rest_of,
    said,
    send,
    submit,
)
from jumuishi.cases.models import Case, Dispute, Draft, Look
from jumuishi.cases.tests.conftest import ANSWERS, FILES, upload
from jumuishi.cases.tests.test_api import Api, answers, begun
from jumuishi.channels.ussd.handset import Handset
from jumuishi.exchange.registers.resting import rest
from jumuishi.exchange.tests.registry import Registry, officer
from jumuishi.kernel import tenancy

pytestmark = pytest.mark.slow
QUESTION = {"question": {"number": "q1", "sw": "Mama yako anaitwa nani?", "en": "What is your mother called?"}}


def phone_of(number: str) -> Handset:
    client = Client()
    return Handset(number, lambda form: client.post("/ussd/africastalking/", form).content.decode())


def licence(asha: Handset) -> None:
    """As far as the personal number."""
    asha.dial()
    asha.choose("Omba huduma")
    asha.choose("Leseni ya biashara")
    asha.choose("Anza")
    asha.choose("Leseni mpya")


def draft_on(phone: str) -> Draft:
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        return Draft.objects.filter(phone=phone).order_by("-created_at")[0]


def by_api(asha: Api, draft: str, name: str | None = None) -> Any:
    given = {"nin": NIN, **REST} | ({"full_name": name} if name else {})
    assert asha.attach(f"{draft}/files/tax_clearance").status_code == 201
    return asha("put", f"{draft}/pages/applicant", {"answers": given})


def finished(asha: Api, draft: str) -> Case:
    for page in ("business", "premises"):
        for field in FILES[page]:
            assert asha.attach(f"{draft}/files/{field}").status_code == 201
        asha("put", f"{draft}/pages/{page}", {"answers": answers()[page]}, status=200)
    done = asha("post", f"{draft}/submit", {"phone": "0700 000 001"}, status=200)
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        return Case.objects.get(id=done["case"])


def looks(asha: Api, draft: str) -> dict[str, Any]:
    (found,) = asha("get", draft, status=200)["looks"]
    return dict(found)


def test_one_form_by_web_api_and_counter(register: Registry) -> None:
    web = Client()
    draft = apply(web)
    send(web, draft)
    rest_of(web, draft)
    cases = [submit(web, draft)]
    program, called = begun()
    assert looks(program, called)["state"] == "waiting"
    assert by_api(program, called).status_code == 200
    found = looks(program, called)
    assert (found["state"], found["value"], found["register_name"]) == (
        "fetched", NAME, "Rejesta ya vitambulisho vya taifa",
    )  # fmt: skip
    assert found["source"].endswith("/rejesta/people")
    assert found["basis"].startswith("Sheria ya Leseni")
    cases.append(finished(program, called))
    # At a counter all is on one page: the name is read out, not typed.
    juma = Client()
    at_work(juma, "mfano")
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        offering = str(Draft.objects.get(id=re.findall(r"[0-9a-f-]{36}", draft)[0]).offering_id)
    at = str(juma.post("/ofisi/kaunta/", {"phone": "0700000041", "offering": offering, "lang": "sw"})["Location"])
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        given = {"code": code("700000041")}
    assert juma.post(at, given)["Location"] == f"{at}jaza/"
    flat = {name: value for page, given in ANSWERS.items() for name, value in given.items() if name != "full_name"}
    files = [name for names in FILES.values() for name in names]
    for _ in range(4):
        page = juma.get(f"{at}jaza/").content.decode()
        asked = re.search(r'name="asked" value="([^"]*)"', page)
        assert asked is not None
        sent = {**flat, "nin": NIN, **{one: upload() for one in files}, "asked": asked[1]}
        answer = juma.post(f"{at}jaza/", sent)
        if answer.status_code == 302:
            break
        assert 'name="full_name"' not in answer.content.decode()
    assert f"{NAME}" in said(juma.get(f"{at}jaza/"))
    assert "Kutoka Rejesta ya vitambulisho" in said(juma.get(f"{at}hakiki/"))
    assert juma.post(f"{at}hakiki/").status_code == 302
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        cases.append(Case.objects.filter(door="counter").latest("submitted_at"))
        assert len({sameness.digest_of(one) for one in cases}) == 1
        assert [one.door for one in cases] == ["web", "api", "counter"]
        assert {one.state["answers"]["full_name"] for one in cases} == {NAME}


def test_by_api_what_is_sent_against_a_register_is_refused(register: Registry) -> None:
    asha, draft = begun()
    wrong = by_api(asha, draft, "Mtu Mwingine")
    assert wrong.status_code == 422
    assert [(one["field"], one["code"]) for one in wrong.json()["errors"]] == [("full_name", "looked_up")]
    assert by_api(asha, draft, NAME).status_code == 200
    disputes = f"{draft}/disputes/full_name"
    assert asha("post", disputes, {"value": "", "reason": "Siyo"}).status_code == 422
    for _ in range(2):
        (found,) = asha("post", disputes, {"value": "Asha Ali", "reason": "Nimebadili jina"}, status=200)
    assert (found["state"], found["value"]) == ("disputed", NAME)
    assert asha("get", draft, status=200)["answers"]["full_name"] == "Asha Ali"
    (found,) = asha("post", disputes, {}, status=200)
    assert found["state"] == "fetched"
    other, _ = begun()
    assert other("post", disputes, {"value": "x", "reason": "x"}).status_code == 404


def test_away_by_api_the_person_says_it(register: Registry) -> None:
    register.says(503, {})
    asha, draft = begun()
    said_now = by_api(asha, draft)
    assert [(one["field"], one["code"]) for one in said_now.json()["errors"]] == [("full_name", "required")]
    assert "haikupatikana" in looks(asha, draft)["why"]
    assert by_api(asha, draft, "Asha Juma").status_code == 200
    assert finished(asha, draft).state["answers"]["full_name"] == "Asha Juma"


def test_the_registers_question_comes_first(register: Registry) -> None:
    register.says(202, QUESTION)
    asha = Client()
    draft = apply(asha)
    leads = send(asha, draft, asked="nin")
    here = str(leads["Location"])
    page = asha.get(here)
    assert "Mama yako anaitwa nani?" in said(page)
    # Until it is answered nothing is told, and nothing is asked in its stead.
    assert 'name="full_name"' not in asha.get(f"{draft}applicant/").content.decode()
    assert asha.get(f"{draft}hakiki/")["Location"] == here
    assert asha.post(here, {"number": "q1", "answer": " "}).status_code == 400
    register.says(202, {"question": {"number": "q2", "sw": "Baba je?"}, "was_wrong": True, "tries_left": 2})
    again = asha.post(here, {"number": "q1", "answer": "Fatuma"})
    assert again.status_code == 302
    shown = said(asha.get(here))
    assert "Jibu halikuwa sahihi" in shown
    assert "Majaribio yaliyobaki: 2" in shown
    came = len(register.system.came)
    # The same press twice does not answer the question that came meanwhile.
    asha.post(here, {"number": "q1", "answer": "Fatuma"})
    assert len(register.system.came) == came
    register.holds(full_name=NAME)
    assert str(asha.post(here, {"number": "q2", "answer": "Ali"})["Location"]).endswith("/applicant/")
    assert json.loads(register.system.came[-1][3]) == {"nin": NIN, "answer": "Ali"}
    assert draft_of(draft).answers["full_name"] == NAME
    # What was answered is kept nowhere.
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        row = Look.objects.get(draft_id=draft_of(draft).id)
    assert "Fatuma" not in str(row.__dict__)
    baraka = Client()
    apply(baraka)
    assert baraka.get(here).status_code == 404


def test_the_question_is_passed_by(register: Registry) -> None:
    register.says(202, QUESTION)
    asha = Client()
    draft = apply(asha)
    here = str(send(asha, draft)["Location"])
    assert asha.post(here, {"skip": "1", "number": "q1"}).status_code == 302
    page = asha.get(f"{draft}applicant/")
    assert 'name="full_name"' in page.content.decode()
    assert "halikujibiwa" in said(page)
    program, called = begun()
    assert by_api(program, called).status_code == 200
    found = looks(program, called)
    assert (found["state"], found["question"]) == ("waiting", "Mama yako anaitwa nani?")
    register.holds(full_name=NAME)
    (now,) = program("post", f"{called}/looks/{found['look']}", {"answer": "Fatuma"}, status=200)
    assert (now["state"], now["value"]) == ("fetched", NAME)
    (now,) = program("post", f"{called}/looks/{found['look']}", {"answer": "Fatuma"}, status=200)
    assert now["state"] == "fetched"


def test_on_an_old_phone_it_is_read_out(register: Registry) -> None:
    asha = phone_of("+255700000061")
    licence(asha)
    asha.type(NIN.replace("-", ""))
    assert NAME in asha.screen
    while "\n99. " in asha.screen:
        asha.type("99")
    assert "Kutoka Rejesta" in " ".join(one.text for one in asha.seen[-3:])
    asha.choose("Sawa")
    # The name is not asked: the taxpayer's number is next.
    assert "TIN" in asha.screen
    assert draft_on("+255700000061").answers["full_name"] == NAME


def test_on_an_old_phone_it_is_disputed(register: Registry) -> None:
    asha = phone_of("+255700000062")
    licence(asha)
    asha.type(NIN.replace("-", ""))
    asha.choose("Si sahihi")
    assert "Jina kamili" in asha.screen
    asha.type("Asha Ali Juma", "Nimeolewa")
    assert "TIN" in asha.screen
    draft = draft_on("+255700000062")
    assert draft.answers["full_name"] == "Asha Ali Juma"
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        kept = Dispute.objects.get(draft_id=draft.id)
    assert (kept.said, kept.reason) == (NAME, "Nimeolewa")


def test_on_an_old_phone_the_question_comes_first(register: Registry) -> None:
    register.says(202, QUESTION)
    asha = phone_of("+255700000063")
    licence(asha)
    asha.type(NIN.replace("-", ""))
    assert "Mama yako anaitwa nani?" in asha.screen
    register.holds(full_name=NAME)
    asha.type("Fatuma")
    assert NAME in asha.screen


def test_on_an_old_phone_away_is_asked(register: Registry) -> None:
    register.says(500, {})
    asha = phone_of("+255700000064")
    licence(asha)
    asha.type(NIN.replace("-", ""))
    assert "Jina kamili" in asha.screen
    asha.type("Asha Juma")
    assert "TIN" in asha.screen
    draft = draft_on("+255700000064")
    assert draft.answers["full_name"] == "Asha Juma"
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        assert Look.objects.get(draft_id=draft.id).state == "away"


def test_the_office_sees_the_source_and_asks_later(register: Registry) -> None:
    register.says(500, {})
    asha = Client()
    draft = apply(asha)
    send(asha, draft)
    send(asha, draft, full_name="Asha Juma")
    rest_of(asha, draft)
    case = submit(asha, draft)
    juma, here = Client(), f"/ofisi/ombi/{case.id}/"
    at_work(juma, "mfano")
    page = juma.get(here)
    assert "Alisema mwombaji." in said(page)
    assert "haikupatikana" in said(page)
    assert "Uliza rejesta sasa" in said(page)
    (look,) = looks_of(draft)
    press = f"{here}rejesta/{look.id}/"
    register.holds(full_name=NAME)
    rest.forget()
    # Nobody of another institution, and no citizen.
    baraka = Client()
    at_work(baraka, "jirani")
    assert baraka.post(press).status_code == 404
    assert asha.post(press).status_code in (302, 403, 404)
    came = len(register.system.came)
    assert juma.post(press).status_code == 302
    assert juma.post(press).status_code == 302
    assert len(register.system.came) == came + 1
    page = juma.get(here)
    assert f"imesema: {NAME}" in said(page)
    assert "Uliza rejesta sasa" not in said(page)
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        case.refresh_from_db()
    # What was handed in stays as it was.
    assert case.state["answers"]["full_name"] == "Asha Juma"
    # The applicant sees who asked.
    assert "Iliuliza rejesta" in said(asha.get("/mimi/waliotazama/"))


def test_no_institution_reads_a_drafts_looks(register: Registry) -> None:
    asha = Client()
    draft = apply(asha)
    send(asha, draft)
    home = officer("mfano", "trade-officer")
    row = looks_of(draft)[0]
    principal = tenancy.Principal.institution(home.workplace, home.who)
    with tenancy.acting_as(principal), transaction.atomic():
        assert not Look.objects.filter(id=row.id).exists()
    rest_of(asha, draft)
    submit(asha, draft)
    with tenancy.acting_as(principal), transaction.atomic():
        assert Look.objects.filter(id=row.id).exists()
    other = officer("jirani", "trade-officer")
    with tenancy.acting_as(tenancy.Principal.institution(other.workplace, other.who)), transaction.atomic():
        assert not Look.objects.filter(id=row.id).exists()
