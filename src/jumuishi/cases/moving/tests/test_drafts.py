"""A draft under a newer edition: nothing typed is lost, and nothing that reads otherwise goes out unseen."""

# ruff: noqa: F811  # fixtures of the cases' own tests are used by name

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from jumuishi.cases.models import Attachment, Case, Draft
from jumuishi.cases.moving import drafts
from jumuishi.cases.moving.tests.conftest import RENAMED
from jumuishi.cases.tests.conftest import ANSWERS, begin, country, fill  # noqa: F401  # fixtures
from jumuishi.cases.tests.test_api import Api, filled
from jumuishi.cases.tests.test_document_life import again, issue
from jumuishi.identity.types import Actor
from jumuishi.services.models import Edition, Offering

pytestmark = [pytest.mark.database, pytest.mark.slow]
TYPED = ("        type: tax_id\n", "        type: integer\n")
ONLY_JPG = (
    "en: Business name certificate or memarts}\n        required: true\n        accept: [pdf, jpg, png]",
    "en: Business name certificate or memarts}\n        required: true\n        accept: [jpg]",
)


def row_of(draft: str) -> Draft:
    return Draft.objects.get(id=re.findall(r"rasimu/([^/]+)/", draft)[0])


def hidden(answer: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    assert found
    return found[1]


def test_a_page_that_reads_otherwise_is_seen_before_it_goes_out(licence: Offering, take_up: Callable[..., str]) -> None:
    asha = Client()
    draft = begin(asha)
    fill(asha, draft)
    stale = hidden(asha.get(f"{draft}business/"), "seen")
    take_up(RENAMED)
    assert asha.post(f"{draft}toleo/").status_code == 302
    assert row_of(draft).look_again == ["business"]
    refused = asha.post(f"{draft}hakiki/", {"phone": ""})
    assert refused.status_code == 409, "a summary that was opened under the earlier edition"
    assert "Baadhi ya kurasa zimebadilika" in refused.content.decode()
    assert asha.get(draft)["Location"].endswith("/business/")
    business = {**ANSWERS["business"], "seen": stale}
    told = asha.post(f"{draft}business/", business)
    assert told.status_code == 409, "a page that was opened under the earlier edition"
    assert "Jina la duka" in told.content.decode()
    assert not Case.objects.exists()
    fill(asha, draft, {"business": ANSWERS["business"]})
    assert row_of(draft).look_again is None
    assert asha.post(f"{draft}hakiki/", {"phone": ""}).status_code == 302
    assert Case.objects.get().edition_hash == row_of(draft).edition_hash


def test_a_second_carry_forgets_no_page_that_still_waits(licence: Offering, take_up: Callable[..., str]) -> None:
    asha = Client()
    draft = begin(asha)
    fill(asha, draft)
    place = ("{sw: Eneo la biashara, en: Business premises}", "{sw: Mahali pa duka, en: Place of the shop}")
    for edits, waits in (((RENAMED,), ["business"]), ((RENAMED, place), ["business", "premises"])):
        take_up(*edits)
        assert asha.post(f"{draft}toleo/").status_code == 302
        assert asha.post(f"{draft}toleo/").status_code == 302, "sent twice"
        assert row_of(draft).look_again == waits


def test_a_program_is_told_the_same(licence: Offering, take_up: Callable[..., str]) -> None:
    asha, path = filled()
    take_up(RENAMED)
    draft = f"/omba/rasimu/{path.rpartition('/')[2]}/"
    drafts.carry_over(actor=Actor.person(row_of(draft).person_id), draft_id=row_of(draft).id)
    refused = asha("post", f"{path}/submit", {"phone": "0700 000 001"}, status=409)
    assert refused["code"] == "cases.look_again"
    assert asha("get", path, status=200)["next_page"] == "business"
    asha("put", f"{path}/pages/business", {"answers": ANSWERS["business"]}, status=200)
    assert asha("post", f"{path}/submit", {"phone": "0700 000 001"}, status=200)["case"]
    assert Api()("get", path).status_code == 401


def test_what_is_begun_again_takes_along_only_what_still_fits(
    submitted: str, asha: Client, licence: Offering, take_up: Callable[..., str]
) -> None:
    case = Case.objects.get()
    document = issue(case)
    take_up(TYPED, RENAMED, ONLY_JPG)
    draft = again(asha, document, "renewal")
    row = row_of(draft)
    assert row.set_aside is not None
    assert (row.set_aside["tin"], row.set_aside["registration"]["name"]) == ("100-100-100", "hati.pdf")
    assert "tin" not in row.answers
    assert {"full_name", "business_name", "lease"} <= set(row.answers)
    assert sorted(Attachment.objects.filter(draft_id=row.id).values_list("field", flat=True)) == [
        "lease", "tax_clearance",
    ]  # fmt: skip
    assert row.look_again == ["applicant", "business"]
    page = asha.get(f"{draft}applicant/")
    assert page.status_code == 200
    assert "100-100-100" in page.content.decode(), "it stays to be read"
    assert asha.post(f"{draft}hakiki/", {"phone": ""}).status_code in (400, 409)


def test_a_draft_of_the_release_before_is_submitted_as_it_was(licence: Offering, country: dict[str, UUID]) -> None:
    asha = Client()
    draft = begin(asha)
    fill(asha, draft)
    with connection.cursor() as cursor:  # as the code before this one writes it: without the newer columns
        cursor.execute("SELECT column_default, is_nullable FROM information_schema.columns WHERE table_name = "
                       "'cases_draft' AND column_name IN ('set_aside', 'look_again')")  # fmt: skip
        assert cursor.fetchall() == [(None, "YES")] * 2
    assert (row_of(draft).set_aside, row_of(draft).look_again) == (None, None)
    assert asha.post(f"{draft}hakiki/", {"phone": ""}).status_code == 302
    assert Edition.objects.get(hash=Case.objects.get().edition_hash).number == 1
