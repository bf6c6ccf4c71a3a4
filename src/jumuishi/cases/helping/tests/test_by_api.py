"""A helper's door in the API: an agent's own program, in one officer's name; the same policies, ended at once."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.helping.tests.conftest import Enter, agreed, code, mandate, sms
from jumuishi.cases.helping.tests.test_counter import seen_by
from jumuishi.cases.models import Case
from jumuishi.cases.resumable.tests.conftest import Sender, pdf
from jumuishi.cases.tests.conftest import ANSWERS, FILES
from jumuishi.cases.tests.test_api import Api
from jumuishi.evidence.models import JournalRow
from jumuishi.identity import open_sessions, testing
from jumuishi.identity.session import new_token
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.institutions import staff
from jumuishi.kernel import tenancy
from jumuishi.kernel.tenancy import Principal

pytestmark = pytest.mark.database
ASHA = "700000041"
SYSTEM = Principal.system()


def program(at_work: Enter, slug: str = "benki-mfano", name: str = "Rose") -> Api:
    """An officer's own program, with the key that the officer made on the page."""
    page = at_work(slug, name).post("/ofisi/usalama/mfumo/").content.decode()
    found = re.search(r'class="hash">(\w+)<', page)
    assert found, page[:2000]
    return Api(found[1])


def consented(rose: Api, licence: str, phone: str = ASHA, **more: object) -> str:
    """The path of a consent that the owner's code gave."""
    asked = rose("post", "/helping", {"phone": f"0{phone}", "offering": licence, **more}, status=201)
    assert asked["state"] == "asked"
    at = f"/helping/{asked['id']}"
    assert rose("post", f"{at}/consent", {"code": code(phone)}, status=200)["state"] == "stands"
    return at


def filled(rose: Api, at: str) -> str:
    """Begun for the owner and filled in, with its files; the path of the draft."""
    draft = f"/drafts/{rose('post', f'{at}/drafts', {}, status=201)['id']}"
    ward = institutions.search_places("Sekei", "ward")[0].code
    for page, given in {**ANSWERS, "premises": {"place": ward}}.items():
        for field in FILES.get(page, []):
            assert rose.attach(f"{draft}/files/{field}").status_code == 201
        rose("put", f"{draft}/pages/{page}", {"answers": given}, status=200)
    return draft


def test_an_agents_program_files_for_an_owner_and_both_are_named(
    at_work: Enter, country: dict[str, UUID], officer: Callable[[str, str], Actor], licence: str
) -> None:
    rose = program(at_work)
    asked = {"phone": f"0{ASHA}", "offering": licence, "fee": 800}
    assert rose("post", "/helping", asked, status=409)["code"] == "cases.help_not_here"
    agreed(at_work)
    assert "1,000" in rose("post", "/helping", {**asked, "fee": 1001}, status=409)["detail"]
    assert sms(ASHA) == []
    first = rose("post", "/helping", asked, status=201)
    assert rose("post", "/helping", asked, status=201) == first, "asked twice is one question"
    assert len(sms(ASHA)) == 1
    at = f"/helping/{first['id']}"
    right = code(ASHA)
    wrong = rose("post", f"{at}/consent", {"code": f"{(int(right) + 1) % 10**6:06d}"}, status=422)
    assert wrong["errors"][0]["field"] == "code"
    rose("post", f"{at}/drafts", {}, status=409)
    for _ in range(2):
        assert rose("post", f"{at}/consent", {"code": right}, status=200)["kind"] == "agent"
    draft = filled(rose, at)
    assert rose("post", f"{at}/drafts", {}, status=201)["id"] == draft.removeprefix("/drafts/"), "one application"
    done = rose("post", f"{draft}/submit", {"phone": "0700 000 099"}, status=200)
    assert rose("post", f"{draft}/submit", {}, status=200) == done
    actor = officer("benki-mfano", "Rose")
    with tenancy.acting_as(SYSTEM):
        case = Case.objects.get()
        asha = testing.citizen(f"0{ASHA}")
        assert (case.door, case.person_id, case.helper_id) == ("api", asha.who, actor.who)
        assert case.phone == f"+255{ASHA}", "what is said goes to the owner"
        rows = JournalRow.objects.filter(on_behalf_of=asha.who)
        verbs = {"cases.draft.begin", "cases.draft.save", "cases.draft.attach", "cases.case.submit"}
        assert verbs <= {one.verb for one in rows}
        for one in rows.filter(verb__in=verbs):
            body = bytes(one.body or b"").decode()
            assert str(actor.who) in body
            assert str(actor.institution_id) in body
    assert rose("get", f"/cases/{case.id}", status=200)["digest"] == done["digest"]
    assert rose("get", at, status=200)["case"] == str(case.id)
    with tenancy.acting_as(SYSTEM):
        assert (
            JournalRow.objects.filter(verb="helped", on_behalf_of=asha.who).exists()
            or JournalRow.objects.filter(thing_id=case.id, on_behalf_of=asha.who).exclude(verb__in=verbs).exists()
        ), "a look is on the record"


def test_the_owner_ends_it_by_api_and_the_program_reads_nothing(
    at_work: Enter, country: dict[str, UUID], officer: Callable[[str, str], Actor], licence: str
) -> None:
    agreed(at_work)
    rose = program(at_work)
    at = consented(rose, licence)
    draft = filled(rose, at)
    case = rose("post", f"{draft}/submit", {}, status=200)["case"]
    asha, baraka = (Api(new_token(testing.citizen(one).who)) for one in (f"0{ASHA}", "0700 000 042"))
    helper = asha("get", "/helpers", status=200)["items"][0]
    assert "Rose" in helper["who"]
    end = f"/helpers/{helper['id']}/end"
    assert baraka("get", "/helpers", status=200)["items"] == []
    baraka("post", end, {}, status=404)
    baraka("get", f"/helping/{helper['id']}", status=404)
    rose("post", end, {}, status=401)
    assert rose("get", f"/cases/{case}", status=200)["id"] == case
    for _ in range(2):
        assert asha("post", end, {}, status=200)["state"] == "owner"
    actor = officer("benki-mfano", "Rose")
    assert set(seen_by(Principal.institution(actor.workplace, actor.who)).values()) == {0}
    for method, path, body in (
        ("get", at, None), ("post", f"{at}/drafts", {}), ("post", f"{at}/consent", {"code": "000000"}),
        ("get", draft, None), ("put", f"{draft}/pages/applicant", {"answers": {}}), ("post", f"{draft}/submit", {}),
        ("get", f"/cases/{case}", None), ("post", f"/cases/{case}/answer", {"version": 1}), ("delete", at, None),
    ):  # fmt: skip
        assert rose(method, path, body).status_code == 404, path
    assert rose("get", "/helping", status=200)["items"] == []
    assert asha("get", f"/cases/{case}", status=200)["id"] == case


def test_a_program_sends_a_file_in_parts_while_the_consent_stands(
    at_work: Enter, country: dict[str, UUID], licence: str
) -> None:
    juma, salma = program(at_work, "mfano", "Juma"), program(at_work, "mfano", "Salma")
    at = consented(juma, licence)
    draft = juma("post", f"{at}/drafts", {}, status=201)["id"]
    sender, content = Sender(Client(), juma.token), pdf(2500)
    path = f"/api/v1/drafts/{draft}/uploads/tax_clearance"
    assert Sender(Client(), salma.token).begin(path, content).status_code == 404
    begun = sender.begin(path, content)
    assert begun.status_code == 201
    url = str(begun["Location"])
    assert sender.part(url, 0, content[:1000]).status_code == 204
    assert sender.there(url) == 1000
    assert sender.whole(path, content).status_code == 204
    assert juma("get", f"/drafts/{draft}", status=200)["answers"]["tax_clearance"]["size"] == 2500
    second = f"/api/v1/drafts/{draft}/uploads/lease"
    url = str(sender.begin(second, pdf(3000, b"b"))["Location"])
    assert juma("delete", at).status_code == 204
    assert sender.part(url, 0, b"x" * 1000).status_code == 404
    assert sender.begin(second, content).status_code == 404


def test_the_key_opens_what_a_helper_may_and_nothing_else(
    at_work: Enter, country: dict[str, UUID], licence: str
) -> None:
    juma = program(at_work, "mfano", "Juma")
    for method, path, body in (
        ("get", "/cases", None), ("get", "/drafts", None), ("post", "/drafts", {"offering": licence}),
        ("get", "/documents", None), ("get", "/hooks", None), ("get", "/helpers", None), ("post", "/sign-out", None),
    ):  # fmt: skip
        answer = juma(method, path, body)
        # A visitor may begin: what comes of it is a guest's, not the officer's.
        assert answer.status_code == 401 or (path, method) == ("/drafts", "post"), path
        assert answer.status_code != 201 or "guest" in answer.json()
    browser = Client()
    browser.cookies["sessionid"] = juma.token
    assert browser.get("/ofisi/").status_code == 302
    at = consented(juma, licence)
    assert program(at_work, "mfano", "Salma")("get", at).status_code == 404, "another officer's consent"


def test_the_key_ends_with_the_post_with_another_key_and_by_the_officers_own_hand(
    at_work: Enter, country: dict[str, UUID], officer: Callable[[str, str], Actor]
) -> None:
    first = program(at_work, "mfano", "Juma")
    second = program(at_work, "mfano", "Juma")
    first("get", "/helping", status=401)
    second("get", "/helping", status=200)
    juma = officer("mfano", "Juma")
    row = next(one for one in open_sessions.listed(juma.who, None) if one.kind == "work")
    open_sessions.end(actor=juma, session_id=row.id)
    second("get", "/helping", status=401)
    third = program(at_work, "mfano", "Juma")
    assert juma.appointment_id is not None
    staff.end_appointment(actor=officer("mfano", "Neema"), appointment_id=juma.appointment_id, reason="Amehama")
    third("get", "/helping", status=401)


def test_a_relatives_app_files_too_and_is_done_when_it_says_so(country: dict[str, UUID], licence: str) -> None:
    mjukuu = Api(new_token(testing.citizen("0700 000 047", "Mjukuu Ally").who))
    mjukuu("post", "/helping", {"phone": f"0{ASHA}", "offering": licence}, status=409)
    at = consented(mjukuu, licence, kind="relative", scope="all")
    draft = mjukuu("post", f"{at}/drafts", {"offering": licence}, status=201)["id"]
    assert mjukuu("get", f"/drafts/{draft}", status=200)["next_page"] == "applicant"
    assert [one["id"] for one in mjukuu("get", "/helping", status=200)["items"]] == [at.removeprefix("/helping/")]
    assert mjukuu("delete", at).status_code == 204
    assert mjukuu("delete", at).status_code == 404
    mjukuu("get", f"/drafts/{draft}", status=404)
    assert mandate().ended_why == "helper"


def test_a_long_list_asks_no_more_than_a_short_one(at_work: Enter, country: dict[str, UUID], licence: str) -> None:
    juma = program(at_work, "mfano", "Juma")

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            juma("get", "/helping", status=200)
        return len([one for one in seen.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    consented(juma, licence)
    short = asked()
    for n in range(50, 55):
        juma("post", "/helping", {"phone": f"07000000{n}", "offering": licence}, status=201)
    assert asked() == short
