"""The same application twice: a person joins them, one goes on, nothing paid is lost."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from jumuishi.cases import duplicates, engine
from jumuishi.cases.actions import merging
from jumuishi.cases.models import Case, Note, Task
from jumuishi.cases.tests.conftest import ANSWERS, begin, fill
from jumuishi.cases.types import CaseError, StaleCaseError
from jumuishi.definitions.machine import types as d
from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.messaging.models import Message

pytestmark = pytest.mark.database
Enter = Callable[[str, str], Client]
Find = Callable[[str, str], Actor]


@pytest.fixture
def two(submitted: str, asha: Client) -> tuple[Case, Case]:
    """Asha applied, and applied again from another phone as somebody whom the platform does not know."""
    first = Case.objects.get(id=submitted.split("/")[2])
    return first, another(Client())


def another(client: Client, phone: str = "0700 000 009", **changed: str) -> Case:
    known = set(Case.objects.values_list("id", flat=True))
    draft = begin(client)
    fill(client, draft, {**ANSWERS, "applicant": {**ANSWERS["applicant"], **changed}})
    assert client.post(f"{draft}hakiki/", {"phone": phone}).status_code == 302
    return Case.objects.exclude(id__in=known).get()


def words(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))


def test_only_what_says_the_same_person_is_shown(two: tuple[Case, Case], at_work: Enter) -> None:
    first, second = two
    stranger = another(Client(), "0700 000 010", nin="19000101000000000002", tin="100100200", full_name="Mwingine")
    assert [one.id for one in duplicates.duplicates_of(first)] == [second.id]
    assert duplicates.duplicates_of(stranger) == []
    page = at_work("mfano", "Juma").get(f"/ofisi/ombi/{first.id}/").content.decode()
    assert f"/ofisi/ombi/{first.id}/unganisha/{second.id}/" in page
    assert str(stranger.id) not in page


def test_one_goes_on_and_the_other_points_to_it(
    two: tuple[Case, Case], at_work: Enter, run_jobs: Callable[[], int], asha: Client, submitted: str
) -> None:
    first, second = two
    juma, here = at_work("mfano", "Juma"), f"/ofisi/ombi/{second.id}/unganisha/{first.id}/"
    asked = juma.get(here).content.decode()
    assert not re.search(r'name="goes_on"[^>]* checked', asked), "nobody chooses for the officer"
    given = {"goes_on": str(second.id), "reason": "", f"version-{first.id}": first.version}
    unsaid = juma.post(here, given)
    assert unsaid.status_code == 422
    assert f'value="{second.id}" checked' in unsaid.content.decode()
    given["reason"] = "Uliomba mara mbili"
    assert juma.post(here, given).status_code == 302
    assert juma.post(here, given).status_code == 302, "sent twice happens once"
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outcome, first.stage, first.merged_into) == ("withdrawn", d.MERGED, second.id)
    assert second.outcome == ""
    assert not Task.objects.filter(case=first, state="open").exists()
    assert Task.objects.filter(case=second, state="open").exists()
    told = asha.get(submitted).content.decode()
    assert "limeunganishwa na ombi lako lingine" in told
    assert "Uliomba mara mbili" in told
    assert "Uliondoa" not in told, "it was not the applicant who ended it"
    assert Note.objects.filter(case=first, kind="reason").count() == 1
    run_jobs()
    assert Message.objects.filter(case_id=first.id, text__contains="Imeunganishwa").count() == 1
    verbs = [one.verb for one in evidence.history(thing_kind="case", thing_id=second.id)]
    assert "cases.case.merge" in verbs
    assert f"/ofisi/ombi/{second.id}/" in juma.get(f"/ofisi/ombi/{first.id}/").content.decode()
    assert duplicates.duplicates_of(second) == []


def test_what_changed_meanwhile_is_not_joined(two: tuple[Case, Case], officer: Find) -> None:
    first, second = two
    juma = officer("mfano", "Juma")
    with pytest.raises(StaleCaseError):
        merging.merge_cases(actor=juma, case_id=first.id, into_id=second.id, version=first.version + 1, reason="x")
    second.outcome = "refused"
    second.save()
    with pytest.raises(StaleCaseError):
        merging.merge_cases(actor=juma, case_id=first.id, into_id=second.id, version=first.version, reason="x")


def test_who_may_not_join(two: tuple[Case, Case], officer: Find, at_work: Enter) -> None:
    first, second = two
    given = {"case_id": first.id, "into_id": second.id, "version": first.version, "reason": "x"}
    with pytest.raises(NotAllowedError):
        merging.merge_cases(actor=officer("jirani", "Baraka"), **given)  # type: ignore[arg-type]  # a plain dict
    with pytest.raises(CaseError, match="not_of_role"):
        merging.merge_cases(actor=officer("mfano", "Salma"), **given)  # type: ignore[arg-type]
    stranger = another(Client(), "0700 000 010", nin="19000101000000000002", tin="100100200", full_name="Mwingine")
    with pytest.raises(CaseError, match="not_duplicates"):
        merging.merge_cases(actor=officer("mfano", "Juma"), **{**given, "into_id": stranger.id})  # type: ignore[arg-type]
    # An officer who is a party of the case ends it no more than it decides it.
    state = engine.state_of(first)
    Case.objects.filter(id=first.id).update(
        state={**first.state, "parties": {"applicant": str(officer("mfano", "Juma").who)}}
    )
    assert state.parties.applicant
    with pytest.raises(CaseError, match="own_case"):
        merging.merge_cases(actor=officer("mfano", "Juma"), **given)  # type: ignore[arg-type]
    assert at_work("jirani", "Baraka").get(f"/ofisi/ombi/{first.id}/unganisha/{second.id}/").status_code == 404
    assert not Case.objects.filter(merged_into__isnull=False).exists()
