"""The API as a whole: each operation behind a door, no cookies, every refusal a problem, the description true."""

import json
import warnings
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi import checks as of_openapi

from jumuishi.cases.models import Draft
from jumuishi.cases.tests.conftest import *  # noqa: F403  # the demonstration country and the cast at their keys
from jumuishi.cases.tests.test_api import Api, begun, offering
from jumuishi.channels.api import LARGEST_BODY, PROBLEM_TYPE, asked_language
from jumuishi.identity.doors import Access
from jumuishi.kernel.ids import new_id
from jumuishi.project.api import frame

# A part of a file is bytes like any other.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


def test_each_operation_names_its_policy() -> None:
    operations = [one for _, view in frame.views() for one in view.operations]
    assert len(operations) > 25
    bare = [one.path for one in operations if not isinstance(getattr(one.view_func, "access", None), Access)]
    assert not bare


def test_each_address_of_the_api_has_a_door() -> None:
    found = [one for one in get_resolver().url_patterns if str(one.pattern).startswith("api/")]
    assert len(found) > 20
    assert all(isinstance(one.callback.access, Access) for one in found)


def test_the_description_tells_who_needs_a_token(db: None) -> None:
    said = Client().get("/api/v1/openapi.json").json()
    assert said["openapi"].startswith("3.1")
    needs = {path for path, methods in said["paths"].items() for one in methods.values() if one.get("security")}
    assert "/api/v1/cases/{case_id}" in needs
    assert not needs & {"/api/v1/services", "/api/v1/track", "/api/v1/verify", "/api/v1/sign-in"}
    assert all("4XX" in one["responses"] for methods in said["paths"].values() for one in methods.values())


def test_a_cookie_is_no_token(country: dict[str, UUID]) -> None:
    """A page elsewhere can make a browser send its cookie: nothing comes of it, read or write."""
    browser = Client(enforce_csrf_checks=True)
    made = browser.post(f"/omba/{offering()}/")
    assert made.status_code == 403, "a page's form does ask for its mark"
    browser = Client()
    browser.post(f"/omba/{offering()}/")
    draft = Draft.objects.get()
    assert "sessionid" in browser.cookies
    assert browser.get("/maombi/").status_code == 200
    sent = json.dumps({"answers": {"full_name": "Mwingine"}})
    told = browser.put(f"/api/v1/drafts/{draft.id}/pages/applicant", sent, content_type="application/json")
    assert told.status_code == 401
    assert browser.delete(f"/api/v1/drafts/{draft.id}").status_code == 401
    assert browser.get("/api/v1/drafts").status_code == 401
    assert Draft.objects.get().answers == {}


def test_a_token_is_no_cookie(country: dict[str, UUID]) -> None:
    asha, _ = begun()
    browser = Client()
    browser.cookies["sessionid"] = asha.token
    assert browser.get("/maombi/").status_code == 302


@pytest.mark.parametrize("token", ["", "x", "Bearer", "a" * 32, "../../etc", "0" * 5000])
def test_a_token_that_is_none(db: None, token: str) -> None:
    for header in (token, f"Bearer {token}", f"Basic {token}"):
        told = Client(headers={"Authorization": header}).get("/api/v1/cases")
        assert (told.status_code, told["Content-Type"]) == (401, PROBLEM_TYPE)


def test_nothing_beyond_what_is_asked_is_taken(country: dict[str, UUID]) -> None:
    """Whoever adds whose it is, what became of it or what it costs has added nothing."""
    asha, draft = begun()
    extra = {
        "person_id": str(new_id()),
        "case_id": str(new_id()),
        "state": "granted",
        "fee": 0,
        "id": str(new_id()),
    }
    before = Draft.objects.values("id", "person_id", "offering_id", "case_id", "door").get()
    sent = json.dumps({"answers": {"full_name": "Asha", **extra}, **extra})
    client = Client(headers={"Authorization": f"Bearer {asha.token}"})
    client.put(f"/api/v1{draft}/pages/applicant", sent, content_type="application/json")
    kept = Draft.objects.get()
    assert {name: getattr(kept, name) for name in before} == before
    assert not set(extra) & set(kept.answers)
    made = json.dumps({"offering": str(before["offering_id"]), **extra})
    client.post("/api/v1/drafts", made, content_type="application/json")
    assert not Draft.objects.exclude(person_id=before["person_id"]).exists()


def test_every_refusal_is_a_problem(db: None) -> None:
    client = Client(headers={"Accept-Language": "en"})
    large = {"CONTENT_LENGTH": str(LARGEST_BODY + 1)}
    for told, status, code in (
        (client.get("/api/v1/nothing"), 404, "channels.api_not_found"),
        (client.get("/api/nothing"), 404, "channels.api_not_found"),
        (client.patch("/api/v1/services"), 405, "channels.api_method"),
        (client.get("/api/v1/services?page=0"), 422, "channels.api_invalid"),
        (client.get("/api/v1/services?q=%00"), 400, "channels.api_unreadable"),
        (client.post("/api/v1/track", b"{", content_type="application/json"), 400, "channels.api_unreadable"),
        (client.post("/api/v1/track", b"[]", content_type="application/json"), 400, "channels.api_unreadable"),
        (client.post("/api/v1/track", b'{"reference": "\\u0000"}', content_type="application/json"), 400, None),
        (client.post("/api/v1/track", b'{"reference": "\\ud800"}', content_type="application/json"), 400, None),
        (client.post("/api/v1/track", {"reference": "1"}), 400, None),
        (client.post("/api/v1/verify/file", b"", content_type="image/png", **large), 413, "channels.api_too_large"),
    ):
        assert (told.status_code, told["Content-Type"]) == (status, PROBLEM_TYPE), told.content
        body = told.json()
        assert set(body) == {"type", "title", "status", "code", "detail", "errors"}
        assert body["status"] == status
        assert body["detail"]
        assert code is None or body["code"] == code


def test_a_fault_of_ours_tells_nothing_and_keeps_nothing(
    country: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    asha, draft = begun()

    def broken(**_: Any) -> None:
        raise RuntimeError("siri ya ndani")

    monkeypatch.setattr("jumuishi.cases.sheet.drafts.save_answers", broken)
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {asha.token}"})
    sent = json.dumps({"answers": {"full_name": "Asha"}})
    told = client.put(f"/api/v1{draft}/pages/applicant", sent, content_type="application/json")
    assert (told.status_code, told["Content-Type"]) == (500, PROBLEM_TYPE)
    assert b"siri" not in told.content
    assert told.json()["code"] == "channels.broken"


@pytest.mark.parametrize(
    ("header", "lang"),
    [("", "sw"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("sw,en", "sw"), ("sw;q=0.3,en;q=0.7", "en"), ("fr", "sw"),
     ("*", "sw"), ("en;q=0", "sw"), (";;;", "sw")],
)  # fmt: skip
def test_kiswahili_first(header: str, lang: str) -> None:
    assert asked_language(header) == lang


@pytest.fixture
def described(country: dict[str, UUID], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The description as schemathesis reads it, over WSGI in this very transaction, which outlives each request."""
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


CHECKS = (
    schemathesis.checks.not_a_server_error,
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_schema_conformance,
)


@pytest.mark.slow
def test_the_description_is_true_whatever_is_sent(described: Any) -> None:
    """Generated requests against each operation, as a guest with a token: never a fault of ours, never a lie."""
    asha, draft = begun()
    known = {"draft_id": draft.rsplit("/", 1)[-1], "page": "applicant", "field": "tax_clearance"}
    tried: list[str] = []
    bounded = settings(
        max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for found in described.get_all_operations():
            operation = found.ok()
            if operation.label.startswith(("POST /api/v1/sign-out", "DELETE")):
                continue

            @bounded
            @given(case=operation.as_strategy())
            def run(case: Any) -> None:
                case.path_parameters |= {name: known[name] for name in set(known) & set(case.path_parameters)}
                answer = case.call(headers={"Authorization": f"Bearer {asha.token}", "Accept-Encoding": "identity"})
                case.validate_response(answer, checks=CHECKS)
                tried.append(operation.label)  # noqa: B023  # called before the next turn

            run()
    assert len(set(tried)) > 20
    assert Api(asha.token)("get", draft).status_code == 200
