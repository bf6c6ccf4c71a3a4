"""One licence, whole: Asha applies without script, officers decide, she pays, a document comes out."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.test import Client

from jumuishi.cases.models import Case, Task
from jumuishi.payments import public as payments


def case_of(url: str) -> Case:
    return Case.objects.get(id=UUID(url.rstrip("/").rsplit("/", 1)[-1]))


def act(client: Client, case: Case, choice: str, text: str = "") -> Any:
    page = client.get(f"/ofisi/ombi/{case.id}/")
    assert page.status_code == 200, page.content[:1500]
    html = page.content.decode()
    task = re.search(r'name="task" value="([^"]+)"', html)
    version = re.search(r'name="version" value="(\d+)"', html)
    assert task, re.sub(r"<[^>]+>", " ", html)[:1500]
    assert version
    return client.post(
        f"/ofisi/ombi/{case.id}/tenda/",
        {"task": task[1], "version": version[1], "act": choice, "text": text, "sure": "1"},
    )


def test_from_application_to_document(
    submitted: str, asha: Client, at_work: Callable[[str, str], Client], run_jobs: Callable[[], int]
) -> None:
    case = case_of(submitted)
    assert (case.stage, case.title) == ("check", "Asha Juma")
    receipt = asha.get(f"{submitted}imepokelewa/")
    assert receipt.status_code == 200
    assert case.reference[:4] in receipt.content.decode()
    assert asha.get(submitted).status_code == 200
    juma = at_work("mfano", "Juma")
    inbox = juma.get("/ofisi/")
    assert "Asha Juma" in inbox.content.decode()
    done = act(juma, case, "forward")
    assert done.status_code == 302, re.sub(r"<[^>]+>", " ", done.content.decode())[:2000]
    for name in ("Salma", "Petro"):
        done = act(at_work("mfano", name), case, "pass")
        assert done.status_code == 302, re.sub(r"<[^>]+>", " ", done.content.decode())[:2000]
    case.refresh_from_db()
    assert case.stage == "approve"
    done = act(at_work("mfano", "Neema"), case, "approve")
    assert done.status_code == 302, re.sub(r"<[^>]+>", " ", done.content.decode())[:2000]
    case.refresh_from_db()
    assert case.stage == "payment"
    bill = payments.bills_of_cases([case.id])[case.id][-1]
    assert bill.amount.amount > 0


def test_the_outsider_sees_nothing(submitted: str, at_work: Callable[[str, str], Client]) -> None:
    case = case_of(submitted)
    baraka = at_work("jirani", "Baraka")
    assert baraka.get(f"/ofisi/ombi/{case.id}/").status_code == 404
    assert "Asha" not in baraka.get("/ofisi/?v=all").content.decode()
    task = Task.objects.get(case=case)
    posted = baraka.post(f"/ofisi/ombi/{case.id}/tenda/", {"task": task.id, "version": "1", "act": "forward"})
    assert posted.status_code in (403, 404)
    assert Client().get(submitted).status_code in (302, 404)


def test_the_same_submit_twice_is_one_case(country: dict[str, UUID], asha: Client) -> None:
    from jumuishi.cases.tests.conftest import begin, fill  # noqa: PLC0415

    draft = begin(asha)
    fill(asha, draft)
    first = asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
    again = asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
    assert first["Location"] == again["Location"]
    assert Case.objects.count() == 1
