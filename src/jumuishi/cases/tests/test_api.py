"""Applying, tracking and following a case by API: the pages' own acts, with a bearer token instead of a browser."""

import base64
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.models import Case, Draft
from jumuishi.cases.tests.conftest import ANSWERS, FILES, PDF, begin, fill
from jumuishi.cases.tests.test_licence import act
from jumuishi.identity import codes
from jumuishi.identity.testing import SentCodes

pytestmark = pytest.mark.slow

PHONE = "+255700000001"
SECTOR = "Chagua moja kati ya hizi."


class Api:
    """A program with at most a token: no cookies, no script."""

    def __init__(self, token: str = "", language: str = "sw") -> None:
        self.token, self.language = token, language

    def __call__(self, method: str, path: str, body: Any = None, *, status: int | None = None, **headers: str) -> Any:
        given = {"Accept-Language": self.language, **headers}
        if self.token:
            given["Authorization"] = f"Bearer {self.token}"
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(Client(headers=given), method)(f"/api/v1{path}", **sent)
        if status is None:
            return answer
        assert answer.status_code == status, (answer.status_code, answer.content[:1500])
        return answer.json() if answer.content else None

    def attach(self, path: str, content: bytes = PDF, name: str = "hati.pdf") -> Any:
        file = SimpleUploadedFile(name, content)
        return Client(headers={"Authorization": f"Bearer {self.token}"}).post(f"/api/v1{path}", {"file": file})


def offering(service: str = "business-licence", institution: str = "mfano") -> str:
    return str(Api()("get", f"/services/{institution}/{service}", status=200)["id"])


def begun() -> tuple[Api, str]:
    made = Api()("post", "/drafts", {"offering": offering()}, status=201)
    return Api(made["guest"]["token"]), f"/drafts/{made['id']}"


def answers() -> dict[str, dict[str, Any]]:
    ward = Api()("get", "/places?q=sekei", status=200)["items"][0]["code"]
    return {**ANSWERS, "premises": {"place": ward}}


def filled() -> tuple[Api, str]:
    asha, draft = begun()
    for page, given in answers().items():
        for field in FILES.get(page, []):
            assert asha.attach(f"{draft}/files/{field}").status_code == 201
        asha("put", f"{draft}/pages/{page}", {"answers": given}, status=200)
    return asha, draft


@pytest.fixture
def handed_in(country: dict[str, UUID]) -> tuple[Api, Any]:
    """Asha's program, and what it was told on submitting."""
    asha, draft = filled()
    return asha, asha("post", f"{draft}/submit", {"phone": "0700 000 001"}, status=200)


def test_a_service_is_described_so_that_a_form_can_be_built(country: dict[str, UUID]) -> None:
    found = Api()("get", "/services?q=leseni+biashara&institution=mfano", status=200)
    assert [one["service"] for one in found["items"]] == ["business-licence"]
    said = Api()("get", "/services/mfano/business-licence", status=200)
    assert [one["page"] for one in said["pages"]] == ["applicant", "business", "premises"]
    fields = {one["name"]: one for page in said["pages"] for one in page["fields"]}
    assert fields["food_handlers"]["relevant"] == "sector == 'food'"
    assert {one["key"] for one in fields["sector"]["options"]} == {"shop", "food", "medicine", "workshop"}
    assert fields["tax_clearance"]["accept"] == ["pdf", "jpg", "png"]
    assert [one["name"] for one in fields["branches"]["fields"]] == ["branch_name", "branch_place"]
    assert {one["name"] for one in said["settings"]} >= {"licence_food"}
    assert all(one["source"] and one["checked_on"] for one in said["settings"])
    assert {one["fee"]: one.get("when") for one in said["fees"]} == {
        "licence": "purpose != 'replacement'",
        "health": "sector == 'food' && purpose != 'replacement'",
        "copy": "purpose == 'replacement'",
    }
    assert said["promise"]
    assert said["steps"][0]["name"] == "Unaomba"


def test_web_and_api_give_the_same_canonical_answers(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    fill(asha, draft)
    asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
    program, drafted = filled()
    done = program("post", f"{drafted}/submit", {"phone": "0700 000 002"}, status=200)
    by_web, by_api = Case.objects.get(door="web"), Case.objects.get(door="api")
    assert by_web.state["answers"] == by_api.state["answers"]
    assert by_web.answers_hash == by_api.answers_hash == done["answers_hash"]
    assert by_web.edition_hash == by_api.edition_hash


def test_each_page_is_kept_and_the_next_is_said(country: dict[str, UUID]) -> None:
    asha, draft = begun()
    for field in FILES["applicant"]:
        asha.attach(f"{draft}/files/{field}")
    saved = asha("put", f"{draft}/pages/applicant", {"answers": ANSWERS["applicant"]}, status=200)
    assert saved["next_page"] == "business"
    seen = asha("get", draft, status=200)
    assert seen["answers"]["full_name"] == "Asha Juma"
    assert [one["done"] for one in seen["pages"]] == [True, False, False]
    assert "food_handlers" not in {one["name"] for one in seen["pages"][1]["fields"]}
    asha("put", f"{draft}/pages/business", {"answers": {"sector": "food"}}, status=422)
    seen = asha("get", draft, status=200)
    assert "food_handlers" in {one["name"] for one in seen["pages"][1]["fields"]}
    assert {"business_name", "food_handlers", "place"} <= {one["field"] for one in seen["missing"]}


@pytest.mark.parametrize(("language", "said"), [("sw", SECTOR), ("en", "Choose one of these.")])
def test_an_error_names_the_field_in_the_language_asked_and_the_rest_is_kept(
    country: dict[str, UUID], language: str, said: str
) -> None:
    asha, draft = begun()
    asha.language = language
    sent = {"answers": {"business_name": "Mgahawa", "sector": "spaceport", "colour": "red"}}
    told = asha("put", f"{draft}/pages/business", sent)
    assert told.status_code == 422
    assert told["Content-Type"] == "application/problem+json"
    assert told["Content-Language"] == language
    body = told.json()
    assert (body["code"], body["status"]) == ("cases.answers", 422)
    by_field = {one["field"]: one for one in body["errors"]}
    assert by_field["sector"] == {"field": "sector", "code": "choice", "detail": said}
    assert by_field["colour"]["code"] == "not_asked"
    assert asha("get", draft, status=200)["answers"]["business_name"] == "Mgahawa"
    assert Api()("get", body["type"].removeprefix("/api/v1"), status=200)["code"] == "cases.answers"


def test_a_file_is_known_by_its_content(country: dict[str, UUID]) -> None:
    asha, draft = begun()
    for content, name, code in (
        (b"MZ\x90\x00", "hati.pdf", "file_type"),
        (b"", "hati.pdf", "file"),
        (b"%PDF-" + b"x" * (2048 * 1024), "hati.pdf", "file_size"),
    ):
        told = asha.attach(f"{draft}/files/tax_clearance", content, name)
        assert (told.status_code, told.json()["errors"][0]["code"]) == (422, code)
    taken = asha.attach(f"{draft}/files/tax_clearance", PDF, "C:\\siri\\picha.png")
    assert taken.json()["type"] == "application/pdf"
    assert taken.json()["name"] == "picha.png"
    assert asha.attach(f"{draft}/files/full_name").status_code == 404
    forged = {"tax_clearance": {"name": "x.pdf", "size": 1, "sha256": "0" * 64, "type": "application/pdf"}}
    asha("put", f"{draft}/pages/applicant", {"answers": forged}, status=422)
    assert Draft.objects.get().answers["tax_clearance"]["name"] == "picha.png"


def test_submitted_twice_is_one_case_with_and_without_a_key(country: dict[str, UUID]) -> None:
    asha, draft = filled()
    key = {"Idempotency-Key": "mara-moja"}
    first = asha("post", f"{draft}/submit", {"phone": "0700 000 001"}, status=200, **key)
    assert asha("post", f"{draft}/submit", {"phone": "0700 000 001"}, status=200, **key) == first
    assert asha("post", f"{draft}/submit", {}, status=200) == first
    assert Case.objects.count() == 1
    other = asha("post", "/drafts", {"offering": offering()}, status=201)["id"]
    told = asha("post", f"/drafts/{other}/submit", {}, status=409, **key)
    assert told["code"] == "cases.key_reused"
    assert Case.objects.count() == 1


def test_begun_twice_with_a_key_is_one_draft(country: dict[str, UUID]) -> None:
    asha, _ = begun()
    key = {"Idempotency-Key": "anza"}
    first = asha("post", "/drafts", {"offering": offering()}, status=201, **key)
    asha("put", f"/drafts/{first['id']}/pages/applicant", {"answers": {"full_name": "Asha Juma"}}, status=422)
    assert asha("post", "/drafts", {"offering": offering()}, status=201, **key) == first
    assert Draft.objects.count() == 1
    assert asha("post", "/drafts", {"offering": offering()}, status=201)["id"] != first["id"]
    told = asha("post", "/drafts", {"offering": offering("introduction-letter")}, status=409, **key)
    assert told["code"] == "cases.key_reused"


def test_what_is_missing_stops_the_submission_and_is_named(country: dict[str, UUID]) -> None:
    asha, draft = begun()
    told = asha("post", f"{draft}/submit", {}, status=422)
    assert {"nin", "tax_clearance", "place"} <= {one["field"] for one in told["errors"]}
    told = asha("post", f"{draft}/submit", {"phone": "12"}, status=422)
    assert told["errors"][0]["field"] == "phone"
    assert not Case.objects.exists()


@pytest.mark.usefixtures("still")
def test_by_number_the_stage_and_nothing_else(handed_in: tuple[Api, Any]) -> None:
    _, done = handed_in
    told = Api()("post", "/track", {"reference": done["reference_grouped"]}, status=200)
    assert told["stage"]["en"] == "Checking"
    assert "Asha" not in json.dumps(told)
    assert "full_name" not in json.dumps(told)
    absent = Api()("post", "/track", {"reference": "1000 0000 0000 0007"})
    wrong = Api()("post", "/track", {"reference": done["reference"], "phone": "0700 000 009"})
    known = [json.loads(one.content) | {"detail": ""} for one in (absent, wrong)]
    assert known[0]["status"] == known[1]["status"] == 404
    for _ in range(20):
        last = Api()("post", "/track", {"reference": done["reference"], "phone": "0700 000 009"})
    assert last.status_code == 429
    assert last["Retry-After"] == "600"


def test_a_guest_goes_on_with_the_code_and_after_signing_in_with_the_phone(country: dict[str, UUID]) -> None:
    sender, before = SentCodes([]), list(codes._sender)
    codes.register_sender(sender)
    try:
        made = Api()("post", "/drafts", {"offering": offering()}, status=201)
        again = Api()("post", "/sign-in/resume", {"resume_code": made["guest"]["resume_code"]}, status=200)
        elsewhere = Api(again["token"])
        assert elsewhere("get", "/drafts", status=200)["items"][0]["id"] == made["id"]
        told = Api()("post", "/sign-in/resume", {"resume_code": "123456789012"}, status=422)
        assert told["errors"][0]["field"] == "resume_code"
        Api()("post", "/sign-in/code", {"phone": "12"}, status=422)
        Api()("post", "/sign-in/code", {"phone": "0700 000 001"}, status=202)
        phone, code = sender.sent[-1]
        assert phone == PHONE
        Api()("post", "/sign-in", {"phone": PHONE, "code": "000000" if code != "000000" else "111111"}, status=422)
        signed = elsewhere("post", "/sign-in", {"phone": "0700000001", "code": code}, status=200)
        asha = Api(signed["token"])
        assert asha("get", "/drafts", status=200)["items"][0]["id"] == made["id"]
        elsewhere("get", "/drafts", status=401)
        asha("post", "/sign-out", status=204)
        told = asha("get", "/drafts", status=401)
        assert told["code"] == "channels.api_sign_in"
    finally:
        codes._sender[:] = before


def test_ask_answer_withdraw(handed_in: tuple[Api, Any], at_work: Callable[[str, str], Client]) -> None:
    asha, done = handed_in
    url = f"/cases/{done['case']}"
    told = asha("post", f"{url}/answer", {"version": 1, "answers": {}}, status=409)
    assert told["code"] == "cases.nothing_asked"
    case = Case.objects.get()
    act(at_work("mfano", "Juma"), case, "ask", "Leta cheti kinachosomeka")
    seen = asha("get", url, status=200)
    assert seen["asked"]["message"] == "Leta cheti kinachosomeka"
    assert "registration" in {one["name"] for one in seen["asked"]["fields"]}
    new = PDF + b"mpya"
    assert asha.attach(f"{url}/files/registration", new).status_code == 201
    assert asha.attach(f"{url}/files/full_name").status_code == 404
    reply = {
        "version": seen["version"],
        "answers": {"business_name": "Mgahawa wa Asha na Wana"},
        "message": "Hiki hapa",
    }
    asha("post", f"{url}/answer", reply | {"answers": {"nin": "1"}}, status=422)
    asha("post", f"{url}/answer", reply | {"version": seen["version"] - 1}, status=409)
    after = asha("post", f"{url}/answer", reply, status=200)
    assert after["answers"]["business_name"] == "Mgahawa wa Asha na Wana"
    assert after["answers"]["registration"]["size"] == len(new)
    assert (after["messages"][-1]["text"], after["messages"][-1]["from_applicant"]) == ("Hiki hapa", True)
    ended = asha("post", f"{url}/withdraw", status=200)
    assert ended["outcome"] == "withdrawn"
    assert asha("post", f"{url}/withdraw", status=200)["outcome"] == "withdrawn"
    told = asha("post", f"{url}/appeal", {"reason": "hapana"}, status=409)
    assert told["code"] == "definitions.refused_no_appeal"


def test_refused_and_appealed(handed_in: tuple[Api, Any], at_work: Callable[[str, str], Client]) -> None:
    asha, done = handed_in
    act(at_work("mfano", "Juma"), Case.objects.get(), "refuse", "Eneo haliruhusiwi")
    seen = asha("get", f"/cases/{done['case']}", status=200)
    assert (seen["outcome"], seen["may_appeal"]) == ("refused", True)
    after = asha("post", f"/cases/{done['case']}/appeal", {"reason": "Eneo linaruhusiwa"}, status=200)
    assert after["outcome"] == ""
    assert after["now_with"][0]["role"]["en"] == "Head of administration"


def test_baraka_gets_nothing_on_any_route(handed_in: tuple[Api, Any]) -> None:
    """Another person's token on every address of Asha's: what is there looks like what is not there."""
    asha, done = handed_in
    mine = asha("post", "/drafts", {"offering": offering()}, status=201)["id"]
    baraka, _ = begun()
    for method, path, body in routes_of(mine, done["case"]):
        told = baraka(method, path, body) if body != "file" else baraka.attach(path)
        assert told.status_code == 404, (method, path, told.content)
        assert b"Asha" not in told.content
        nobody = Api()(method, path, body) if body != "file" else Api().attach(path)
        assert nobody.status_code == 401, (method, path)
        assert nobody["WWW-Authenticate"] == "Bearer"
    assert [one["id"] for one in baraka("get", "/drafts", status=200)["items"]] != [mine]
    assert baraka("get", "/cases", status=200)["items"] == []
    assert asha("get", f"/drafts/{mine}", status=200)["answers"] == {"purpose": "new", "years": 1}
    assert Case.objects.get(id=done["case"]).outcome == ""


def routes_of(draft: str, case: str) -> list[tuple[str, str, Any]]:
    """Every route that belongs to somebody."""
    nowhere = UUID(int=0)
    return [
        ("get", f"/drafts/{draft}", None),
        ("put", f"/drafts/{draft}/pages/applicant", {"answers": {"full_name": "Baraka"}}),
        ("post", f"/drafts/{draft}/files/tax_clearance", "file"),
        ("post", f"/drafts/{draft}/submit", {}),
        ("delete", f"/drafts/{draft}", None),
        ("get", f"/cases/{case}", None),
        ("post", f"/cases/{case}/files/registration", "file"),
        ("post", f"/cases/{case}/answer", {"version": 1}),
        ("post", f"/cases/{case}/withdraw", None),
        ("post", f"/cases/{case}/appeal", {"reason": "x"}),
        ("get", f"/cases/{case}/edition", None),
        ("post", f"/cases/{case}/edition", {"answers": {"owner": True}}),
        ("post", f"/cases/{case}/edition/files/lease", "file"),
        ("post", f"/cases/{case}/edition/stay", None),
        ("get", f"/cases/{case}/receipt", None),
        ("get", f"/cases/{case}/documents/{nowhere}", None),
    ]


def test_an_officer_has_no_api(handed_in: tuple[Api, Any], at_work: Callable[[str, str], Client]) -> None:
    """Neither the cookie of a session nor its key as a token opens an address: officers decide on pages."""
    _, done = handed_in
    juma = at_work("mfano", "Juma")
    assert juma.get(f"/api/v1/cases/{done['case']}").status_code == 401
    key = juma.cookies["sessionid"].value
    assert Api(key)("get", f"/cases/{done['case']}").status_code == 401


def test_a_list_costs_the_same_however_long(handed_in: tuple[Api, Any]) -> None:
    asha, _ = handed_in

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            asha("get", "/cases", status=200)
        return len(caught)

    one = cost()
    row = Case.objects.get()
    for n in range(30):
        row.id, row.reference = UUID(int=n + 1), f"{n:016d}"
        row.save(force_insert=True)
    assert cost() == one <= 12
    assert len(asha("get", "/cases?page=2", status=200)["items"]) == 11
    assert asha("get", "/cases?page=9", status=200)["items"] == []


def test_the_bill_and_the_receipt(handed_in: tuple[Api, Any], at_work: Callable[[str, str], Client]) -> None:
    asha, done = handed_in
    case = Case.objects.get()
    act(at_work("mfano", "Juma"), case, "forward")
    for name in ("Salma", "Petro"):
        act(at_work("mfano", name), case, "pass")
    act(at_work("mfano", "Neema"), case, "approve")
    seen = asha("get", f"/cases/{case.id}", status=200)
    assert seen["bill"]["amount"] > 0
    assert seen["stage"]["en"] == "Awaiting payment"
    receipt = asha("get", f"/cases/{case.id}/receipt", status=200)
    assert base64.b64decode(receipt["commitment"]).hex() == done["commitment"]
