"""What one person keeps here in all is bounded; whoever reaches the limit is told what to do, and nobody else is."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client, override_settings

from jumuishi.cases.models import Attachment
from jumuishi.cases.tests.conftest import ANSWERS, PDF, begin, upload
from jumuishi.cases.tests.test_citizen import text_of

pytestmark = pytest.mark.database
SIZE = len(PDF)


def hand_in(browser: Client, draft: str, content: bytes = PDF) -> Any:
    given = {**ANSWERS["applicant"], "tax_clearance": upload(content, "hati.pdf")}
    return browser.post(f"{draft}applicant/", given)


def test_by_api_it_is_a_problem_that_names_the_field(country: dict[str, UUID], asha: Client) -> None:
    begun = asha.post("/api/v1/drafts", {"offering": _offering(asha)}, content_type="application/json").json()
    token = {"authorization": f"Bearer {begun['guest']['token']}"}
    path = f"/api/v1/drafts/{begun['id']}/files/tax_clearance"
    with override_settings(PERSON_FILES=SIZE - 1):
        answer = asha.post(path, {"file": upload(PDF, "hati.pdf")}, headers=token)
    assert answer.status_code == 422
    [wrong] = answer.json()["errors"]
    assert (wrong["field"], "kikomo" in wrong["detail"]) == ("tax_clearance", True)


def _offering(browser: Client) -> str:
    page = browser.get("/huduma/mfano/business-licence/").content.decode()
    return page.split('action="/omba/')[1].split("/")[0]


def test_a_limit_of_one_file_is_still_told_as_such(country: dict[str, UUID], asha: Client) -> None:
    answer = hand_in(asha, begin(asha), PDF + b"x" * (2048 * 1024))
    assert "hadi MB 2" in text_of(answer)
    assert not Attachment.objects.exists()
