"""An appeal from the applicant's page to the last word: to whom, by when, with what reasons, by whom it may not be."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from jumuishi.cases import engine
from jumuishi.cases.actions import deciding
from jumuishi.cases.models import Case, Task
from jumuishi.cases.tests.test_deciding import in_post
from jumuishi.cases.types import CaseError
from jumuishi.identity.testing import sign_in_again
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions.models import Appointment
from jumuishi.kernel import clock
from jumuishi.messaging.models import Message

pytestmark = [pytest.mark.database, pytest.mark.slow]
Find = Callable[[str, str], Actor]
WHY, AGAINST = "Mkataba si wa eneo hili.", "Mkataba ni wa eneo hili, angalia ukurasa wa pili."


def decide(actor: Actor, act: str, **more: str) -> None:
    case = Case.objects.get()
    task = Task.objects.get(case=case, state="open")
    deciding.decide(actor=actor, task_id=task.id, version=case.version, act=act, **more)


@pytest.fixture
def refused(submitted: str, officer: Find) -> str:
    decide(officer("mfano", "Juma"), "refuse", reason=WHY)
    return submitted


def words(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


def test_the_applicant_knows_to_whom_by_when_and_against_what(refused: str, asha: Client) -> None:
    page = words(asha.get(f"{refused}rufaa/").content)
    assert "Itaamuliwa na Mkuu wa Divisheni ya Utawala" in page
    assert "Utajibiwa ndani ya siku 1 ya kazi" in page
    assert "Siku ya mwisho kukata rufaa" in page
    assert WHY in page
    assert asha.post(f"{refused}rufaa/", {"reason": AGAINST}).status_code == 302
    case, task = Case.objects.get(), Task.objects.get(state="open")
    assert (case.stage, task.role) == ("appeal", "administrator")
    told = Message.objects.order_by("created_at").last()
    assert told is not None
    assert "Rufaa yako imepokelewa. Itaamuliwa na Mkuu wa Divisheni ya Utawala" in told.text
    # The clock that the applicant sees is the appeal's: the promise was kept or broken before, and has stopped.
    assert case.promise_due_at == task.due_at
    assert engine.state_of(case).promise.due_at != task.due_at
    assert "Zimebaki" in words(asha.get(refused).content)
    # Sent twice it is one.
    assert asha.post(f"{refused}rufaa/", {"reason": AGAINST}).status_code == 409
    assert Task.objects.filter(stage="appeal").count() == 1


def test_whoever_refused_does_not_hear_the_appeal(refused: str, asha: Client, officer: Find) -> None:
    asha.post(f"{refused}rufaa/", {"reason": AGAINST})
    juma = officer("mfano", "Juma")
    Appointment.objects.filter(id=juma.appointment_id).update(roles=["trade-officer", "administrator"])
    with pytest.raises(CaseError, match="refused_two_persons"):
        decide(officer("mfano", "Juma"), "uphold")
    with pytest.raises(CaseError, match="refused_not_role"):
        decide(officer("mfano", "Salma"), "uphold")
    with pytest.raises(NotAllowedError):
        decide(officer("jirani", "Daudi"), "uphold")
    task = Task.objects.get(state="open")
    assert juma.person_id not in deciding.candidates(task, Case.objects.get())
    page = words(in_post(officer("mfano", "Imani")).get(f"/ofisi/ombi/{task.case_id}/").content)
    assert AGAINST in page
    assert f"Sababu ya kukataliwa: {WHY}" in page


def test_the_last_word_is_said_once_with_its_reason(refused: str, asha: Client, officer: Find) -> None:
    asha.post(f"{refused}rufaa/", {"reason": AGAINST})
    with pytest.raises(CaseError, match="refused_reason_missing"):
        decide(officer("mfano", "Imani"), "reject")
    decide(officer("mfano", "Imani"), "reject", reason="Ukurasa wa pili hautaji eneo.")
    case = Case.objects.get()
    assert (case.stage, case.outcome) == ("refused", "refused")
    page = asha.get(refused).content.decode()
    assert "Ukurasa wa pili hautaji eneo." in page
    assert "rufaa/" not in page
    assert asha.post(f"{refused}rufaa/", {"reason": "Tena"}).status_code == 409
    # The promise was judged at the first decision; an appeal neither mends nor breaks it.
    assert engine.state_of(case).promise.stopped_at is not None


def test_an_appeal_that_is_allowed_goes_on_and_a_late_one_is_not_taken(
    refused: str, asha: Client, officer: Find
) -> None:
    with clock.frozen(clock.now() + timedelta(days=400)):
        late = Client()
        late.cookies = asha.cookies
        sign_in_again(late)
        answer = late.post(f"{refused}rufaa/", {"reason": AGAINST})
        assert answer.status_code in (302, 409)
        assert Case.objects.get().stage == "refused"
    sign_in_again(asha)
    asha.post(f"{refused}rufaa/", {"reason": AGAINST})
    decide(officer("mfano", "Imani"), "uphold")
    assert Case.objects.get().stage == "payment"
