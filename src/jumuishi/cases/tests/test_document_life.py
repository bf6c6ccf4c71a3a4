"""A licence is renewed from the old one, replaced when lost, and nobody renews another's; at every door alike."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.actions.documents import make_document
from jumuishi.cases.models import Attachment, Case, Draft
from jumuishi.cases.tests.conftest import ANSWERS, begin, fill
from jumuishi.cases.tests.test_document_revoked import words
from jumuishi.documents import public as documents
from jumuishi.documents import queries
from jumuishi.documents.subscriptions import move_documents
from jumuishi.documents.types import Issued
from jumuishi.identity import public as identity
from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.kernel import files

pytestmark = pytest.mark.slow

LAST = date(2027, 6, 30)


def case_of(address: str) -> Case:
    return Case.objects.get(id=UUID(re.findall(r"[0-9a-f-]{36}", address)[0]))


def issue(case: Case, **changes: Any) -> Issued:
    """The licence of a case, as if it had come to its end."""
    said: dict[str, Any] = {"visit": 9, "document": "licence", "claims": {"holder": "Asha Juma"}, **changes}
    said.setdefault("valid_until", LAST.isoformat())
    made = make_document(actor=Actor.system(), case_id=case.id, **said)
    return next(one for one in documents.documents_of_cases([case.id]) if one.id == made)


@pytest.fixture
def licence(submitted: str) -> Issued:
    return issue(case_of(submitted))


def again(asha: Client, licence: Issued, purpose: str) -> str:
    address = f"/maombi/{licence.case_id}/hati/{licence.id}/tena/"
    answer = asha.post(address, {"purpose": purpose})
    assert answer.status_code == 302, words(answer)
    return str(answer["Location"])


def submit(asha: Client, draft: str) -> Any:
    return asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})


def test_what_was_said_is_not_asked_twice(licence: Issued, submitted: str, asha: Client) -> None:
    page = words(asha.get(submitted))
    assert "Kuhuisha leseni" in page
    assert "Nakala ya leseni iliyopotea" in page
    draft = again(asha, licence, "renewal")
    row = Draft.objects.get(id=UUID(re.findall(r"[0-9a-f-]{36}", draft)[0]))
    assert (row.answers["purpose"], row.answers["earlier_number"]) == ("renewal", licence.number)
    before = Case.objects.get(id=licence.case_id).state["answers"]
    assert {name: row.answers[name] for name in before if name != "purpose"} == {
        name: value for name, value in before.items() if name != "purpose"
    }
    first = asha.get(f"{draft}applicant/").content.decode()
    assert licence.number in first
    assert 'value="Asha Juma"' in first
    # The same again goes on with the same draft; its files are its own, so that throwing it away harms nothing.
    assert again(asha, licence, "renewal") == draft
    copies = Attachment.objects.filter(draft_id=row.id)
    kept = Attachment.objects.filter(case_id=licence.case_id).first()
    assert kept is not None
    assert copies.count() == 3
    assert asha.post(f"{draft}futa/").status_code == 302
    assert b"".join(files.read(kept.file_id))[:5] == b"%PDF-"


def test_a_renewal_is_submitted_and_the_old_one_stays(
    licence: Issued, asha: Client, run_jobs: Callable[[], int]
) -> None:
    draft = again(asha, licence, "renewal")
    done = submit(asha, draft)
    assert done.status_code == 302, words(done)
    case = case_of(str(done["Location"]))
    new = issue(case, earlier=licence.number, is_in_place=False)
    run_jobs()
    for one in (licence, new):
        assert documents.verify_payload(one.payload).result == "genuine"


def test_a_lost_one_is_replaced_in_the_same_breath(
    licence: Issued, submitted: str, asha: Client, run_jobs: Callable[[], int]
) -> None:
    case = case_of(str(submit(asha, again(asha, licence, "replacement"))["Location"]))
    new = issue(case, earlier=licence.number, is_in_place=True)
    assert documents.verify_payload(new.payload).result == "genuine"
    old = documents.verify_payload(licence.payload)
    assert (old.result, old.reason) == ("revoked", "replaced")
    assert issue(case, earlier=licence.number, is_in_place=True) == new
    assert documents.verify_payload(new.payload).result == "genuine"
    run_jobs()
    sent = asha.get("/demo/outbox.json?to=%2B255700000001").content.decode()
    assert f"Hati namba {licence.number} ya Halmashauri ya Wilaya ya Mfano haitumiki tena" in sent
    assert asha.post(f"/maombi/{licence.case_id}/hati/{licence.id}/tena/", {"purpose": "renewal"}).status_code == 409


def test_what_stands_against_the_old_one_stands_against_the_new(licence: Issued, asha: Client) -> None:
    case = case_of(str(submit(asha, again(asha, licence, "replacement"))["Location"]))
    until = queries.today() + timedelta(days=9)
    documents.suspend(actor=Actor.system(), number=licence.number, reason="Ukaguzi wa afya", until=until)
    new = issue(case, earlier=licence.number, is_in_place=True)
    assert documents.verify_payload(new.payload).result == "suspended"
    assert (new.end_reason, new.suspended_until) == ("Ukaguzi wa afya", until)
    # Ended while the next one was decided: nobody is to believe it until somebody who may has looked.
    late = issue(case, visit=10, earlier=licence.number, is_in_place=True)
    assert documents.verify_payload(late.payload).result == "suspended"


def test_anothers_number_and_one_that_does_not_stand_are_refused_at_each_door(
    licence: Issued, submitted: str, asha: Client
) -> None:
    baraka = Client()
    testing.sign_in(baraka, testing.citizen("0700 000 077", "Baraka"))
    draft = begin(baraka)
    typed = {**ANSWERS["applicant"], "purpose": "renewal", "earlier_number": licence.number}
    page = baraka.post(f"{draft}applicant/", typed)
    assert (page.status_code, "Hatuoni hati yako yenye namba hii" in words(page)) == (400, True)
    assert licence.number in page.content.decode()  # what was typed stays
    absent = baraka.post(f"{draft}applicant/", {**typed, "earlier_number": "9900000000000001"})
    assert "Hatuoni hati yako yenye namba hii" in words(absent)
    fill(baraka, draft, {**ANSWERS, "applicant": {**ANSWERS["applicant"], "purpose": "new"}})
    row = Draft.objects.get(id=re.findall(r"[0-9a-f-]{36}", draft)[0])
    row.answers |= {"purpose": "renewal", "earlier_number": licence.number}
    row.save()
    late = submit(baraka, draft)
    assert (late.status_code, "Hatuoni hati yako" in words(late)) == (400, True)
    token = {"Authorization": f"Bearer {identity.new_token(case_of(submitted).person_id, guest=True)}"}
    for said, act in (
        ("Hati hii imesimamishwa", lambda: documents.suspend(actor=Actor.system(), number=licence.number, reason="x")),
        ("Hati hii ilifutwa", lambda: documents.revoke(actor=Actor.system(), number=licence.number, reason="x")),
    ):
        act()
        begun = by_api(asha.post, "", token, {"offering": str(Case.objects.get(id=licence.case_id).offering_id)}).json()
        answers = {**ANSWERS["applicant"], "purpose": "renewal", "earlier_number": licence.number}
        refused = by_api(asha.put, f"/{begun['id']}/pages/applicant", token, {"answers": answers})
        assert refused.status_code == 422, refused.content
        assert said in next(one["detail"] for one in refused.json()["errors"] if one["field"] == "earlier_number")


def by_api(send: Callable[..., Any], path: str, token: dict[str, str], data: dict[str, Any]) -> Any:
    return send(f"/api/v1/drafts{path}", json.dumps(data), content_type="application/json", headers=token)


def test_a_guests_licence_is_the_persons_who_proves_a_phone(licence: Issued) -> None:
    person = testing.citizen("0700 000 078", "Asha")
    move_documents(licence.person_id, person.who)
    assert documents.documents_of_cases([licence.case_id])[0].person_id == person.who
