"""One application by each of the doors, in real requests: forms of the web, a counter's page, JSON, callbacks, SMS.

Each driver gives the case, and what it was told of the one answer that is wrong (words by door), where there is one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jumuishi.cases import form
from jumuishi.cases.helping.tests.conftest import code, consented
from jumuishi.cases.helping.tests.test_relatives import let
from jumuishi.cases.models import Case, Draft
from jumuishi.cases.moving.tests.test_api import JPG
from jumuishi.cases.sheet import sheet_of
from jumuishi.cases.tests.conftest import PDF
from jumuishi.cases.tests.drawing import Application
from jumuishi.cases.tests.test_api import Api
from jumuishi.definitions.types import Field
from jumuishi.identity import testing
from jumuishi.identity.session import new_token
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy

SYSTEM = tenancy.Principal.system()
Given = Mapping[str, Any]


@dataclass
class Filing:
    """An application of one owner (a phone) to one offering, and what each door said of its wrong answer."""

    offering: str
    said: Application
    owner: str = "0700000046"
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def wrong(self) -> str:
        """The question that is first answered wrongly; empty for none."""
        return str(self.said.wrong[0][0]) if self.said.wrong else ""

    def control(self, between: str) -> str:
        """What that answer's control is called, by the door's way to join a path."""
        return between.join(map(str, self.said.wrong[0])) if self.said.wrong else ""

    def keep(self, door: str, page: str) -> None:
        """What a page says beside the answer that it refused."""
        found = re.search(rf'id="e-{self.control("__")}"[^>]*>([^<]*)<', page)
        assert found is not None, (door, self.said.wrong, re.findall(r'class="msg"[^>]*>([^<]+)', page))
        self.refused[door] = unescape(found[1])


def upload(one: Field, said: str) -> SimpleUploadedFile:
    """The paper of a field, the same whoever scans it, under another name each time."""
    kind, begins = ("pdf", PDF) if not one.accept or "pdf" in one.accept else ("jpg", JPG)
    return SimpleUploadedFile(f"{said}.{kind}", begins + one.name.encode())


def posted(one: Field, answers: Given, files: frozenset[str], said: str, name: str = "") -> dict[str, Any]:
    """A question's answer as a form sends it; nothing where there is none."""
    name, value = name or one.name, answers.get(one.name)
    if one.type == "file":
        return {name: upload(one, said)} if one.name in files else {}
    if value is None:
        return {}
    if one.type == "place":
        return {f"{name}__text": "x", f"{name}__pick": value, name: ""}
    if one.type == "group":
        sent: dict[str, Any] = {}
        for n, item in enumerate(value):
            for member in one.fields:
                sent |= posted(member, item, files, said, f"{name}__{n}__{member.name}")
        return sent
    return {name: {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value}


def sheet(draft_id: str) -> Any:
    """A draft as it stands, as its owner sees it."""
    with tenancy.acting_as(SYSTEM):
        row = Draft.objects.get(id=draft_id)
        return sheet_of(Actor.person(row.person_id), row.id)


def next_page(draft_id: str) -> tuple[str, list[Field]] | None:
    """The page that is asked next, with its questions; None at the summary."""
    on = sheet(draft_id)
    page = on.next_open()
    return (page.page, form.asked_of(on.form.fields(page))) if page else None


def case_in(text: str) -> Case:
    """The case whose address this is."""
    with tenancy.acting_as(SYSTEM):
        return Case.objects.get(id=re.findall(r"[0-9a-f-]{36}", text)[0])


def by_web(client: Client, draft: str, filing: Filing, door: str = "web") -> Case:
    """Page by page at a browser without script; a page is sent again where an answer brought another question."""
    draft_id, last = re.findall(r"[0-9a-f-]{36}", draft)[0], ""
    for _ in range(30):
        page = next_page(draft_id)
        if page is None:
            break
        is_wrong = door not in filing.refused and filing.wrong in {one.name for one in page[1]}
        sent: dict[str, Any] = {}
        for one in page[1]:
            sent |= posted(one, filing.said.mistaken() if is_wrong else filing.said.answers, filing.said.files, door)
        answer = client.post(f"{draft}{page[0]}/", sent)
        last = answer.content.decode()
        if is_wrong:
            assert answer.status_code == 400, (door, filing.said.wrong)
            filing.keep(door, last)
    done = client.post(f"{draft}hakiki/", {})
    assert done.status_code == 302, (page, re.findall(r"class=.msg.[^>]*>([^<]+)", last + done.content.decode()))
    return case_in(done["Location"])


def by_browser(filing: Filing) -> Case:
    """The owner, signed in."""
    client = Client()
    testing.sign_in(client, testing.citizen(filing.owner))
    return by_web(client, str(client.post(f"/omba/{filing.offering}/")["Location"]), filing)


def by_relative(filing: Filing) -> Case:
    """A grandchild with an account of their own, under the owner's consent."""
    client = Client()
    testing.sign_in(client, testing.citizen("0700 000 047", "Mjukuu Ally"))
    at = let(client, filing.offering)
    found = by_web(client, str(client.post(f"{at}anza/")["Location"]), filing, "relative")
    assert found.helper_id is not None
    return found


def at_desk(helper: Client, filing: Filing, door: str) -> Case:
    """Every question on one page, under the consent that came by the owner's code; read back, submitted, next."""
    at = consented(helper, filing.offering, filing.owner.removeprefix("0"))
    for _ in range(6):
        page = helper.get(f"{at}jaza/").content.decode()
        found = re.search(r'name="asked" value="([^"]*)"', page)
        assert found is not None, page[:2000]
        names = found[1].split()
        on = sheet(str(Draft.objects.get(mandate_id=re.findall(r"[0-9a-f-]{36}", at)[0]).id))
        is_wrong = door not in filing.refused and filing.wrong in names
        sent: dict[str, Any] = {"asked": found[1]}
        for name in names:
            one = on.form.scope.fields[name]
            sent |= posted(one, filing.said.mistaken() if is_wrong else filing.said.answers, filing.said.files, door)
        answer = helper.post(f"{at}jaza/", sent)
        if is_wrong:
            assert answer.status_code == 400, (door, filing.said.wrong)
            filing.keep(door, answer.content.decode())
        elif answer.status_code == 302:
            break
    done = helper.post(f"{at}hakiki/")
    assert done.status_code == 302, re.findall(r'class="msg"[^>]*>([^<]+)', answer.content.decode())
    with tenancy.acting_as(SYSTEM):
        case = Case.objects.get(mandate_id=re.findall(r"[0-9a-f-]{36}", at)[0])
    helper.post(f"{at}maliza/")
    return case


def staff(home: UUID) -> list[Actor]:
    """Who works at an institution."""
    return [
        Actor(ActorKind.OFFICER, one.person_id, home, one.roles, one.appointment_id, name=one.name)
        for one in institutions.people_in(home)
    ]


def by_counter(filing: Filing, officer: Actor, door: str = "counter") -> Case:
    """An officer at a counter: of the institution that offers, or of an agent's (`door`)."""
    client = Client()
    testing.sign_in(client, officer)
    return at_desk(client, filing, door)


def by_api(filing: Filing) -> Case:
    """The owner's own app."""
    program = Api(new_token(testing.citizen(filing.owner).who))
    draft = f"/drafts/{program('post', '/drafts', {'offering': filing.offering}, status=201)['id']}"
    return told_by_api(program, draft, filing, "api")


def by_program(filing: Filing, officer: Actor) -> Case:
    """An agent's own program, with the key that its officer made for the day and the owner's code."""
    client = Client()
    testing.sign_in(client, officer)
    secret = re.search(r'class="hash">(\w+)<', client.post("/ofisi/usalama/mfumo/").content.decode())
    assert secret is not None
    program, asked = Api(secret[1]), {"phone": filing.owner, "offering": filing.offering}
    at = f"/helping/{program('post', '/helping', asked, status=201)['id']}"
    program("post", f"{at}/consent", {"code": code(filing.owner.removeprefix("0"))}, status=200)
    draft = program("post", f"{at}/drafts", {}, status=201)["id"]
    found = told_by_api(program, f"/drafts/{draft}", filing, "program")
    assert program("delete", at).status_code == 204
    return found


def told_by_api(program: Api, draft: str, filing: Filing, door: str) -> Case:
    """Files and pages as they are asked, then submitted."""
    for _ in range(30):
        page = next_page(draft.removeprefix("/drafts/"))
        if page is None:
            break
        for one in [one for one in page[1] if one.name in filing.said.files]:
            sent = Client(headers={"Authorization": f"Bearer {program.token}"}).post(
                f"/api/v1{draft}/files/{one.name}", {"file": upload(one, door)}
            )
            assert sent.status_code == 201, sent.content
        is_wrong = door not in filing.refused and filing.wrong in {one.name for one in page[1]}
        answers = filing.said.mistaken() if is_wrong else filing.said.answers
        said = {one.name: answers[one.name] for one in page[1] if answers.get(one.name) is not None}
        answer = program("put", f"{draft}/pages/{page[0]}", {"answers": said})
        if is_wrong:
            assert answer.status_code == 422, (door, filing.said.wrong, answer.content)
            named = {one["field"]: one["detail"] for one in answer.json()["errors"]}
            filing.refused[door] = named[filing.control(".")]
    return case_in(program("post", f"{draft}/submit", {}, status=200)["case"])


def bring(case: Case, fields: Mapping[str, Field], said: Application) -> None:
    """What the phone left to the counter is handed in there, at the page of an officer who may."""
    at = f"/ofisi/kaunta/mafaili/{case.id}/"
    for officer in staff(case.institution_id):
        client = Client()
        testing.sign_in(client, officer)
        if client.get(at).status_code == 200:
            sent: dict[str, Any] = {}
            for name in case.state["awaited"]:
                sent |= posted(fields[name], said.answers, frozenset(case.state["awaited"]), "kaunta")
            done = client.post(at, sent)
            assert done.status_code == 302, done.content.decode()[:1500]
            break
    with tenancy.acting_as(SYSTEM):
        case.refresh_from_db()
    assert not case.state.get("awaited")
