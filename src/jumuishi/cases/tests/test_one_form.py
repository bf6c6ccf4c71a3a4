"""Every service that ships, by every door that it offers: one canonical form and one digest.

The answers are those of the authors' own stories, given in real requests: forms of the web, callbacks of the phone, a
relative's pages under a consent, JSON to the API. A paper that the phone left to the counter is brought there, after
which that case is equal too.
"""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jumuishi.cases import form, sameness
from jumuishi.cases.helping.tests.test_relatives import let
from jumuishi.cases.models import Case, Draft
from jumuishi.cases.moving.tests.test_api import JPG
from jumuishi.cases.sheet import sheet_of
from jumuishi.cases.tests.conftest import PDF
from jumuishi.cases.tests.test_api import Api
from jumuishi.cases.tests.test_ussd_services import Applicant, stories, world
from jumuishi.channels.ussd.handset import Handset
from jumuishi.definitions.types import Field
from jumuishi.evidence.models import JournalRow
from jumuishi.identity import testing
from jumuishi.identity.session import new_token
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.services import public as services

pytestmark = pytest.mark.slow
__all__ = ["world"]
SYSTEM = tenancy.Principal.system()
Given = dict[str, Any]


def upload(field: Field, said: str) -> SimpleUploadedFile:
    """The paper of a field, the same whoever scans it, under another name each time."""
    kind, begins = ("pdf", PDF) if not field.accept or "pdf" in field.accept else ("jpg", JPG)
    return SimpleUploadedFile(f"{said}.{kind}", begins + field.name.encode())


def posted(field: Field, given: Given, files: set[str], said: str) -> Given:
    """A question's answer as a form sends it; nothing where there is none."""
    value = given.get(field.name)
    if field.type == "file":
        return {field.name: upload(field, said)} if field.name in files else {}
    if value is None:
        return {}
    if field.type == "place":
        return {f"{field.name}__text": "x", f"{field.name}__pick": value, field.name: ""}
    if field.type == "group":
        return {f"{field.name}__{n}__{one}": part for n, item in enumerate(value) for one, part in item.items()}
    return {field.name: value}


def next_page(draft_id: str) -> tuple[str, list[Field]] | None:
    """The page that is asked next, with its questions; None at the summary."""
    with tenancy.acting_as(SYSTEM):
        row = Draft.objects.get(id=draft_id)
        sheet = sheet_of(Actor.person(row.person_id), row.id)
        assert sheet is not None
        page = sheet.next_open()
        return (page.page, form.asked_of(sheet.form.fields(page))) if page else None


def case_in(text: str) -> Case:
    with tenancy.acting_as(SYSTEM):
        return Case.objects.get(id=re.findall(r"[0-9a-f-]{36}", text)[0])


def by_web(client: Client, draft: str, given: Given, files: set[str]) -> Case:
    """Page by page at a browser without script; a page is sent again where an answer brought another question."""
    draft_id, last = re.findall(r"[0-9a-f-]{36}", draft)[0], ""
    for _ in range(30):
        page = next_page(draft_id)
        if page is None:
            break
        sent: Given = {}
        for one in page[1]:
            sent |= posted(one, given, files, "web")
        answer = client.post(f"{draft}{page[0]}/", sent)
        last = f"{page[0]}: {re.findall(r'class=.msg.[^>]*>([^<]+)', answer.content.decode())}"
    done = client.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
    assert done.status_code == 302, last
    return case_in(done["Location"])


def by_browser(offering: str, given: Given, files: set[str]) -> Case:
    client = Client()
    return by_web(client, str(client.post(f"/omba/{offering}/")["Location"]), given, files)


def by_helper(offering: str, given: Given, files: set[str]) -> Case:
    client = Client()
    testing.sign_in(client, testing.citizen("0700 000 047", "Mjukuu Ally"))
    at = let(client, offering)
    found = by_web(client, str(client.post(f"{at}anza/")["Location"]), given, files)
    assert found.helper_id is not None
    return found


def by_api(offering: str, given: Given, files: set[str]) -> Case:
    program = Api(new_token(testing.citizen("0700 000 048").who))
    draft = f"/drafts/{program('post', '/drafts', {'offering': offering}, status=201)['id']}"
    for _ in range(30):
        page = next_page(draft.removeprefix("/drafts/"))
        if page is None:
            break
        for field in [one for one in page[1] if one.name in files and one.type == "file"]:
            sent = Client(headers={"Authorization": f"Bearer {program.token}"}).post(
                f"/api/v1{draft}/files/{field.name}", {"file": upload(field, "api")}
            )
            assert sent.status_code == 201, sent.content
        said = {one.name: given[one.name] for one in page[1] if one.type != "file" and given.get(one.name) is not None}
        program("put", f"{draft}/pages/{page[0]}", {"answers": said})
    return case_in(program("post", f"{draft}/submit", {"phone": "0700 000 001"}, status=200)["case"])


def bring(case: Case, fields: dict[str, Field], given: Given) -> None:
    """What the phone left to the counter is handed in there, at the page of an officer who may."""
    at = f"/ofisi/kaunta/mafaili/{case.id}/"
    for one in institutions.people_in(case.institution_id):
        officer = Client()
        testing.sign_in(
            officer,
            Actor(ActorKind.OFFICER, one.person_id, case.institution_id, one.roles, one.appointment_id, name=one.name),
        )
        if officer.get(at).status_code == 200:
            sent: Given = {}
            for name in case.state["awaited"]:
                sent |= posted(fields[name], given, set(case.state["awaited"]), "kaunta")
            done = officer.post(at, sent)
            assert done.status_code == 302, done.content.decode()[:1500]
            break
    with tenancy.acting_as(SYSTEM):
        case.refresh_from_db()
    assert not case.state.get("awaited")


@pytest.mark.parametrize(("service", "given"), list(stories()))
def test_one_form_and_one_digest_by_every_door(
    service: str, given: Given, world: Any, db: None, client: Client
) -> None:
    phone = Handset("+255700000071", lambda sent: client.post("/ussd/africastalking/", sent).content.decode())
    applicant = Applicant(phone, service, given, "sw")
    with clock.frozen(clock.now()):
        receipt = applicant.apply()
        with tenancy.acting_as(SYSTEM):
            phoned = Case.objects.get(reference="".join(re.findall(r"\d{4}", receipt)[:4]))
        files = set(phoned.state.get("awaited", ()))
        carried = {name: value for name, value in given.items() if applicant.fields[name].type != "file"}
        offering = str(applicant.offering.id)
        others = [one(offering, carried, files) for one in (by_browser, by_helper, by_api)]
        digests = [sameness.digest_of(one) for one in others]
        forms = [sameness.form_of_case(one) for one in others]
        assert forms[0] == forms[1] == forms[2]
        assert len(set(digests)) == 1
        assert [one.door for one in others] == ["web", "web", "api"]
        if files:
            assert sameness.digest_of(phoned) != digests[0]
            bring(phoned, applicant.fields, given)
        assert sameness.form_of_case(phoned) == forms[0]
        assert sameness.digest_of(phoned) == digests[0]
    # What is in the journal of a submission is what the case's owner reads.
    with tenancy.acting_as(SYSTEM):
        row = JournalRow.objects.get(id=others[2].submit_entry)
    program = Api(new_token(testing.citizen("0700 000 048").who))
    assert program("get", f"/cases/{others[2].id}", status=200)["digest"] == digests[0]
    assert digests[0] in str(row.body)


def test_another_answer_is_another_digest_and_a_files_name_is_none(world: Any, db: None) -> None:
    state = {"answers": {"full_name": "Asha", "lease": {"name": "a.pdf", "size": 1, "sha256": "0", "type": "x"}}}
    with tenancy.acting_as(SYSTEM):
        home = institutions.institution_by_slug("mfano")
        assert home is not None
        found = services.offering_of(home.id, "business-licence")
        assert found is not None
        package = services.definition(found.edition_hash).package

    def of(**answers: Any) -> dict[str, Any]:
        changed = {"answers": {**state["answers"], **answers}}
        return sameness.canonical_form(package, service="s", edition="e", state=changed)

    assert of() == of(lease={**state["answers"]["lease"], "name": "b.pdf"})  # type: ignore[dict-item]
    assert of() != of(full_name="asha")
    assert of() != of(lease={**state["answers"]["lease"], "sha256": "1"})  # type: ignore[dict-item]
