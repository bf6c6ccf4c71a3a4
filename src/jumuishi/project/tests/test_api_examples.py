"""The examples of the API's description are a story that is played here: what is described is what happens.

JUMUISHI_RECORD=1 writes them anew. Ids, numbers, instants and secrets differ from one playing to the next; where they
stand, and everything else, may not.
"""

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, resolve

from jumuishi.cases.helping.tests.conftest import agreed
from jumuishi.cases.helping.tests.test_by_api import program
from jumuishi.cases.lookups.tests.conftest import NAME, NIN, REST, register, scene
from jumuishi.cases.lookups.tests.test_doors import QUESTION
from jumuishi.cases.models import Case
from jumuishi.cases.moving import actions as moving
from jumuishi.cases.moving import working
from jumuishi.cases.moving.tests.conftest import OWNER, RENAMED, licence, take_up
from jumuishi.cases.moving.tests.test_api import JPG, ONLY_JPG
from jumuishi.cases.tests.conftest import *  # noqa: F403  # the demonstration country and the cast at their keys
from jumuishi.cases.tests.conftest import ANSWERS, PDF
from jumuishi.cases.tests.test_licence import act
from jumuishi.cases.tests.test_money import NUMBER, gateway, newest, time_runs_out, wire_keys
from jumuishi.documents.models import Document
from jumuishi.exchange.tests.registry import Registry
from jumuishi.identity import clients, codes
from jumuishi.identity.testing import SentCodes
from jumuishi.identity.types import Actor
from jumuishi.payments.tests.conftest import Teller
from jumuishi.project import api
from jumuishi.project.tests.twice import sent_twice
from jumuishi.services.models import Offering

pytestmark = pytest.mark.slow
__all__ = ["gateway", "licence", "register", "scene", "take_up", "wire_keys"]
AtWork = Callable[[str, str], Client]
# What is another each time, by its look.
LOOKS = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"),
    (r"JM1:[0-9A-Z $%*+\-./:]+", "CODE"), (r"[A-Za-z0-9+/_-]{28,}={0,2}", "LONG"),
    (r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00|\+03:00))?", "DAY"),
    (r"\b\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}\b", "NUMBER"), (r"\b\d{12}\b", "TWELVE"), (r"\b\d{6}\b", "SIX"),
    (r"\b(?:[A-Z]\w+day, )?\d{1,2} [A-Z]\w+ \d{4}", "DAY"), (r"\b[0-9a-f]{8}\b", "EIGHT"),
)  # fmt: skip


def looks(value: Any) -> Any:
    """A value with what differs from one playing to the next replaced by what it looks like."""
    if isinstance(value, dict):
        return {key: looks(one) for key, one in sorted(value.items())}
    if isinstance(value, list):
        return [looks(one) for one in value]
    if isinstance(value, str):
        for pattern, name in LOOKS:
            value = re.sub(pattern, name, value)
        return re.sub(r"\b\d\d?:\d\d\b|\d+", "N", value)
    return "a number" if isinstance(value, int | float) and not isinstance(value, bool) else value


class Story:
    """One program after another at the API; each operation's first good answer is its example."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, Any]] = {}

    def __call__(
        self, method: str, path: str, body: Any = None, *, token: str = "", key: str = "", file: bytes = b"",
        tus: dict[str, str] | None = None, part: bytes = b"",
    ) -> Any:  # fmt: skip
        """The answer; anything but 2xx fails."""
        given = {"Accept-Language": "en"}
        given |= {"Authorization": f"Bearer {token}"} if token else {}
        given |= {"Idempotency-Key": key} if key else {}
        client, address = Client(headers=given), f"/api/v1{path}"
        if tus is not None:
            named = {"Tus-Resumable": "1.0.0", **tus}
            kind = {"Content-Type": "application/offset+octet-stream"} if part else {}
            answer = getattr(client, method)(address, **({"data": part} if part else {}), headers=named | kind)
        elif file:
            answer = client.post(address, {"file": SimpleUploadedFile("hati.pdf", file)})
        else:
            sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
            answer = getattr(client, method)(address, **sent)
        raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert 200 <= answer.status_code < 300, (method, path, answer.status_code, raw[:1500])
        said = json.loads(raw) if raw and answer["Content-Type"].startswith("application/json") else None
        name, parts = operation(method, address.partition("?")[0])
        one: dict[str, Any] = {"status": answer.status_code}
        if parts:
            one["path"] = parts
        if "?" in path:
            one["query"] = dict(part.split("=") for part in path.partition("?")[2].split("&"))
        if body is not None:
            one["request"] = body
        if tus is not None:
            one["headers"] = named
        if said is not None:
            one["response"] = said
        self.told.setdefault(name, one)
        if tus is not None:
            return answer.headers
        return said if said is not None else raw


def in_parts(ask: Story, path: str, content: bytes, token: str) -> None:
    """A file sent in two parts; a third one of another file is given up."""
    sha = base64.b64encode(hashlib.sha256(content).hexdigest().encode()).decode()
    named = {"Upload-Length": str(len(content)), "Upload-Metadata": f"filename aGF0aS5wZGY=,sha256 {sha}"}
    at = ask("post", path, token=token, tus=named)["Location"].removeprefix("/api/v1")
    ask("patch", at, token=token, tus={"Upload-Offset": "0"}, part=content[:50])
    ask("head", at, token=token, tus={})
    ask("patch", at, token=token, tus={"Upload-Offset": "50"}, part=content[50:])
    ask("get", at, token=token)
    other = ask("post", path, token=token, tus={"Upload-Length": "9000"})["Location"].removeprefix("/api/v1")
    ask("delete", other, token=token, tus={})


def operation(method: str, address: str) -> tuple[str, dict[str, str]]:
    """Which operation answers at an address, and the parts of the address that it names."""
    try:
        found = resolve(address)
    except Resolver404:
        raise AssertionError(f"no operation at {address}") from None
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{found.route}")
    said = api.description()["paths"][path][method]
    return said["operationId"], {key: str(value) for key, value in found.kwargs.items()}


@contextmanager
def letters() -> Iterator[SentCodes]:
    """What codes are sent."""
    sender, before = SentCodes([]), list(codes._sender)
    codes.register_sender(sender)
    try:
        yield sender
    finally:
        codes._sender[:] = before


@pytest.fixture
def played(
    country: dict[str, UUID],
    at_work: AtWork,
    officer: Callable[[str, str], Actor],
    run_jobs: Callable[[], int],
    gateway: Teller,
    take_up: Callable[..., str],
    licence: Offering,
) -> dict[str, dict[str, Any]]:
    """The whole story."""
    ask = Story()
    with letters() as sender, sent_twice() as twice:
        ask("get", "/institutions?q=mfano")
        ask("get", "/institutions/mfano")
        ask("get", "/services?q=licence&institution=mfano")
        offering = ask("get", "/services/mfano/business-licence")["id"]
        ward = ask("get", "/places?q=sekei&level=ward")["items"][0]["code"]
        ask("get", "/problems/cases.answers")
        guest = ask("post", "/drafts", {"offering": offering}, key="3f1c-1")["guest"]
        ask("post", "/sign-in/resume", {"resume_code": guest["resume_code"]})
        ask("post", "/sign-in/code", {"phone": "0700 000 001"})
        token = ask("post", "/sign-in", {"phone": "0700 000 001", "code": sender.sent[-1][1]})["token"]
        hook = ask(
            "post", "/hooks",
            {"url": "https://programu.example/taarifa", "topics": ["case.moved", "bill.issued", "document.issued"]},
            token=token, key="3f1c-2",
        )["id"]  # fmt: skip

        def apply() -> str:
            draft = ask("post", "/drafts", {"offering": offering}, token=token)["id"]
            pages = {**ANSWERS, "premises": {"place": ward}}
            for page, fields in (("applicant", "tax_clearance"), ("business", "registration"), ("premises", "lease")):
                ask("post", f"/drafts/{draft}/files/{fields}", token=token, file=PDF)
                if page == "premises":
                    in_parts(ask, f"/drafts/{draft}/uploads/{fields}", PDF + b"upya", token)
                ask("put", f"/drafts/{draft}/pages/{page}", {"answers": pages[page]}, token=token)
            ask("get", f"/drafts/{draft}", token=token)
            ask("get", "/drafts", token=token)
            done = ask("post", f"/drafts/{draft}/submit", {"phone": ""}, token=token, key=f"s-{draft}")
            run_jobs()
            return str(done["case"])

        def decide(case: str, *acts: tuple[str, str]) -> None:
            for name, choice in acts:
                answer = act(at_work("mfano", name), Case.objects.get(id=case), choice, "Leta cheti kinachosomeka")
                assert answer.status_code == 302, re.sub(r"<[^>]+>", " ", answer.content.decode())[:1500]
            run_jobs()

        first = apply()
        row = Case.objects.get(id=first)
        ask("post", "/track", {"reference": row.reference, "phone": "0700 000 001"})
        decide(first, ("Juma", "ask"))
        seen = ask("get", f"/cases/{first}", token=token)
        ask("post", f"/cases/{first}/files/registration", token=token, file=PDF + b"mpya")
        in_parts(ask, f"/cases/{first}/uploads/registration", PDF + b"kwa sehemu", token)
        reply = {"version": seen["version"], "answers": {"business_name": "Mgahawa wa Asha na Wana"}, "message": "Hiki"}
        for _ in range(2):
            ask("post", f"/cases/{first}/answer", reply, token=token, key="3f1c-3")
        decide(first, ("Juma", "forward"), ("Salma", "pass"), ("Petro", "pass"), ("Neema", "approve"))
        unpaid = Case.objects.get(id=first)
        gateway.number(newest(unpaid), "991000000009")
        run_jobs()
        time_runs_out(unpaid, run_jobs, payments_first=True)
        for _ in range(2):
            ask("post", f"/cases/{first}/bill", token=token)
        gateway.number(newest(unpaid), NUMBER)
        run_jobs()
        bill = newest(unpaid)
        gateway.paid(bill, bill.amount.amount, "EC1")
        run_jobs()
        ask("get", "/cases?size=1", token=token)
        ask("get", f"/cases/{first}/receipt", token=token)
        paper = ask("get", "/documents", token=token)["items"][0]
        pdf = ask("get", f"/cases/{first}/documents/{paper['id']}", token=token)
        ask("post", "/verify/file", file=pdf)
        ask("post", "/verify", {"number": paper["number"], "detail": "Asha"})
        key = clients.issue_key(actor=officer("benki-mfano", "Shabani"), name="Mikopo").secret
        asked = {"ref": "a", "number": Document.objects.get().number, "detail": "Asha"}
        ask("post", "/verifications", {"purpose": "Mkopo wa biashara", "documents": [asked]}, token=key)

        refused = apply()
        decide(refused, ("Juma", "refuse"))
        for _ in range(2):
            ask("post", f"/cases/{refused}/appeal", {"reason": "Eneo linaruhusiwa"}, token=token, key="3f1c-4")
        moved, stays = apply(), apply()
        ask("post", f"/cases/{apply()}/withdraw", token=token)
        take_up(OWNER, RENAMED, ONLY_JPG)
        move = moving.start_move(actor=officer("mfano", "Neema"), offering_id=licence.id, answer_days=14)
        working.work(move, 60.0)
        points = ask("get", f"/cases/{moved}/edition", token=token)["points"]
        ask("post", f"/cases/{moved}/edition/files/lease", token=token, file=JPG)
        marks = [one["mark"] for one in points if "mark" in one]
        for _ in range(2):
            ask("post", f"/cases/{moved}/edition", {"answers": {"owner": True}, "agreed": marks}, token=token)
            ask("post", f"/cases/{stays}/edition/stay", token=token)

        ask("get", "/hooks", token=token)
        ask("get", f"/hooks/{hook}", token=token)
        ask("post", f"/hooks/{hook}/test", token=token, key="3f1c-5")
        notice = ask("get", f"/hooks/{hook}/deliveries?state=waiting", token=token)["items"][0]["id"]
        ask("post", f"/hooks/{hook}/deliveries/{notice}/resend", token=token)
        ask("post", f"/hooks/{hook}/secret", token=token, key="3f1c-6")
        ask("delete", f"/hooks/{hook}", token=token)

        said = {"institution": "mfano", "kind": "complaint", "text": "Dirisha lilifungwa saa saba", "answer": "code"}
        nameless = ask("post", "/feedback", said, key="3f1c-0000-0000-0000-7")
        ask("post", "/feedback/follow", {"number": nameless["number"], "code": nameless["code"]})
        mine = ask("post", "/feedback", {**said, "answer": "me"}, token=token, key="3f1c-0000-0000-0000-8")["id"]
        ask("get", "/feedback", token=token)
        ask("get", f"/feedback/{mine}", token=token)
        ask("post", f"/feedback/{mine}/act", {"act": "reply", "text": "Ilikuwa Jumatatu"}, token=token)

        agreed(at_work)
        rose = program(at_work).token
        wanted = {"phone": "0700 000 001", "offering": offering, "fee": 800, "language": "sw"}
        helped = ask("post", "/helping", wanted, token=rose)["id"]
        ask("post", f"/helping/{helped}/code", token=rose)
        ask("post", f"/helping/{helped}/consent", {"code": sender.sent[-1][1]}, token=rose)
        ask("post", f"/helping/{helped}/drafts", {}, token=rose)
        ask("get", "/helping", token=rose)
        ask("get", f"/helping/{helped}", token=rose)
        ask("get", "/helpers", token=token)
        ask("post", f"/helpers/{helped}/end", {"repudiate": False}, token=token)
        other = ask("post", "/helping", wanted, token=rose)["id"]
        ask("delete", f"/helping/{other}", token=rose)

        draft = ask("post", "/drafts", {"offering": offering}, token=token)["id"]
        ask("delete", f"/drafts/{draft}", token=token)
        ask("post", "/sign-out", token=token)
    # What another front end sends again after a lost answer happened once.
    assert twice.wrong() == []
    return ask.told


# Told with a register behind the exchange, whose gateway sees only what is committed.
OF_A_REGISTER = {"answer_look", "dispute_look"}


def as_played(played: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The examples that are kept; each that was played now looks as it was played."""
    kept = json.loads(api.EXAMPLES.read_text(encoding="utf-8"))
    if os.environ.get("JUMUISHI_RECORD") == "1":
        kept |= {name: one for name, one in played.items() if looks(kept.get(name)) != looks(one)}
        text = json.dumps(dict(sorted(kept.items())), ensure_ascii=False, indent=1)
        api.EXAMPLES.write_text(text + "\n", encoding="utf-8")
        api.description.cache_clear()
    wrong = [name for name in sorted(played) if looks(kept.get(name)) != looks(played[name])]
    first = wrong[0] if wrong else ""
    assert not wrong, (wrong, looks(kept.get(first)), looks(played[first]))
    return dict(kept)


def test_every_operation_has_an_example_and_it_is_what_happens(played: dict[str, dict[str, Any]]) -> None:
    kept = as_played(played)
    named = {one["operationId"] for methods in api.description()["paths"].values() for one in methods.values()}
    assert set(kept) == named == set(played) | OF_A_REGISTER


def test_the_examples_fit_their_schemas() -> None:
    said, tried = api.description(), 0
    for methods in said["paths"].values():
        for one in methods.values():
            for content in (
                *one.get("requestBody", {}).get("content", {}).values(),
                *(part for answer in one["responses"].values() for part in answer.get("content", {}).values()),
            ):
                if "example" not in content:
                    continue
                schema = {**content["schema"], "components": said["components"]}
                jsonschema_rs.validate(schema, content["example"])
                tried += 1
    assert tried > 55


def test_what_is_told_of_a_register_is_what_happens(register: Registry) -> None:
    ask = Story()
    offering = ask("get", "/services/mfano/business-licence")["id"]
    begun = ask("post", "/drafts", {"offering": offering})
    draft, token = f"/drafts/{begun['id']}", begun["guest"]["token"]
    register.says(202, QUESTION)
    ask("post", f"{draft}/files/tax_clearance", file=PDF, token=token)
    ask("put", f"{draft}/pages/applicant", {"answers": {"nin": NIN, **REST}}, token=token)
    (asked,) = ask("get", draft, token=token)["looks"]
    register.holds(full_name=NAME)
    ask("post", f"{draft}/looks/{asked['look']}", {"answer": "Fatuma"}, token=token)
    given = {"value": "Asha Ali", "reason": "I married, and took another name"}
    ask("post", f"{draft}/disputes/full_name", given, token=token)
    as_played({name: one for name, one in ask.told.items() if name in OF_A_REGISTER})
