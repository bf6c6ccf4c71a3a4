"""Services of other shapes than the first licence, from application to document, by those who hold the roles."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client

from jumuishi.cases.actions import deciding, drafts, submission
from jumuishi.cases.actions.money import money_arrived
from jumuishi.cases.models import Case, Task
from jumuishi.cases.tests.conftest import PDF
from jumuishi.cases.tests.test_document_revoked import words
from jumuishi.cases.types import CaseError
from jumuishi.documents import public as documents
from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.payments import public as payments
from jumuishi.project import demo_data
from jumuishi.services import public as services

pytestmark = pytest.mark.slow

JPG = b"\xff\xd8\xff\xe0" + bytes(64)


@pytest.fixture(scope="session")
def world(database: Any) -> Any:
    return database.furnish(
        "two services", lambda: demo_data.load(("Arusha",), only=("water-connection", "liquor-licence"))
    )


@pytest.fixture
def towns(world: Any, db: None) -> None:
    """The demonstration country with every service that ships."""


def officer(slug: str, name: str) -> Actor:
    home = institutions.institution_by_slug(slug)
    assert home is not None
    one = next(one for one in institutions.people_in(home.id) if one.name == name)
    return Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=name)


def apply(slug: str, service: str, answers: Mapping[str, Any], files: Mapping[str, bytes]) -> Case:
    home, asha = institutions.institution_by_slug(slug), testing.citizen("0700 000 088", "Asha Juma")
    assert home is not None
    offering = services.offering_of(home.id, service)
    assert offering is not None
    draft = drafts.begin_draft(actor=asha, offering_id=offering.id)
    for field, content in files.items():
        kind = "image/jpeg" if content is JPG else "application/pdf"
        drafts.attach(
            actor=asha, draft_id=draft, field=field, name=field, media_type=kind, chunks=[content], limit=9999
        )
    drafts.save_answers(actor=asha, draft_id=draft, answers=answers, page="all", is_done=True)
    return Case.objects.get(id=submission.submit(actor=asha, draft_id=draft).case_id)


def task(case: Case, review: str = "") -> Task:
    case.refresh_from_db()
    return Task.objects.get(case=case, state="open", review=review)


def act(case: Case, who: Actor, what: str, **more: Any) -> None:
    found = task(case)
    deciding.decide(actor=who, task_id=found.id, version=case.version, act=what, **more)
    case.refresh_from_db()


def pay(case: Case) -> int:
    bill = payments.money_of_cases([case.id])[case.id].bills[-1]
    money_arrived(actor=Actor.system(), case_id=case.id, bill=bill)
    case.refresh_from_db()
    return int(bill.asked.amount)


def test_the_surveyors_findings_become_the_bill_and_the_plumber_connects(
    towns: None, run_jobs: Callable[[], int]
) -> None:
    answers = {
        "full_name": "Asha Juma", "nin": "19000101000000000001", "place": "23101", "street": "Sekei Kati",
        "directions": "Nyuma ya shule", "use": "home",
    }  # fmt: skip
    case = apply("maji-mfano", "water-connection", answers, {"photo": JPG, "ownership": PDF})
    bakari, jabiri, nuru, kheri = (officer("maji-mfano", one) for one in ("Bakari", "Jabiri", "Nuru", "Kheri"))
    act(case, bakari, "survey")
    found = {"pipe_metres": 40, "crosses_road": False, "materials": 120000, "labour": 45000}
    with pytest.raises(CaseError):
        act(case, jabiri, "possible")
    with pytest.raises((CaseError, NotAllowedError)):
        act(case, bakari, "possible", fields=found)
    act(case, jabiri, "possible", fields=found)
    assert case.stage == "estimate"
    act(case, nuru, "approve")
    assert case.waits == "payment"
    run_jobs()
    assert pay(case) == 120000 + 45000 + 20000  # and the meter, as the demonstration has it
    act(case, kheri, "connected", fields={"meter_number": "MJ-1001", "first_reading": 0})
    run_jobs()
    case.refresh_from_db()
    assert case.outcome == "granted"
    (issued,) = documents.documents_of_cases([case.id])
    judged = documents.verify_payload(issued.payload)
    assert judged.code is not None
    assert (judged.result, judged.code.claims["meter"]) == ("genuine", "MJ-1001")


def test_the_police_review_a_bar_in_their_own_inbox_and_a_committee_has_the_last_word(towns: None) -> None:
    answers = {
        "purpose": "new", "nin": "19000101000000000001", "full_name": "Asha Juma", "born_on": "1990-01-01",
        "convicted": False, "business_name": "Baa ya Asha", "kind": "bar", "place": "23101", "street": "Sekei",
        "period": "apr_sep",
    }  # fmt: skip
    case = apply("mfano", "liquor-licence", answers, {"lease": PDF})
    act(case, officer("mfano", "Juma"), "forward")
    away, rehema = task(case, "police"), officer("polisi-mfano", "Rehema")
    assert (away.institution_id, away.home_id) == (rehema.institution_id, case.institution_id)
    assert away.due_at is not None
    police, council = Client(), Client()
    testing.sign_in(police, rehema)
    testing.sign_in(council, officer("jirani", "Baraka"))
    assert "Leseni ya vileo" in words(police.get("/ofisi/?view=unit"))
    assert "Baa ya Asha" in words(police.get(f"/ofisi/ombi/{case.id}/"))
    assert council.get(f"/ofisi/ombi/{case.id}/").status_code == 404
    for who, review in (("Salma", "health"), ("Petro", "planning"), ("Upendo", "ward")):
        deciding.give_review(
            actor=officer("mfano", who), task_id=task(case, review).id, version=case.version, is_passed=True
        )
    case.refresh_from_db()
    assert case.stage == "reviews"
    deciding.give_review(actor=rehema, task_id=away.id, version=case.version, is_passed=True)
    case.refresh_from_db()
    assert case.stage == "committee"
    # One member alone decides nothing: that is a sitting's.
    with pytest.raises(CaseError):
        act(case, officer("mfano", "Chausiku"), "approve")
