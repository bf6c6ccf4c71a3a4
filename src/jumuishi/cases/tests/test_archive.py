"""An old case leaves the lists but not the institution; it is erased when its rule ends, unless somebody holds it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases import engine, jobs
from jumuishi.cases.actions import archiving
from jumuishi.cases.models import Case, Find, Hold
from jumuishi.cases.tests.test_correct_erase import end, keep_for, of
from jumuishi.cases.types import CaseError
from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.numbers import group

pytestmark = pytest.mark.database
AtWork = Callable[[str, str], Client]


def long_ago(submitted: str, years: int, tmp_path: Path) -> Case:
    """The submitted case as one that was refused so many years ago, under a rule of 2 years."""
    keep_for(of(submitted), tmp_path)
    end(of(submitted), "refused", years)
    return Case.objects.get(id=of(submitted))


def test_an_old_case_is_out_of_lists_and_search_and_found_by_number_with_a_reason(
    submitted: str, at_work: AtWork, tmp_path: Path
) -> None:
    case = long_ago(submitted, 1, tmp_path)
    Case.objects.filter(id=case.id).update(ended_at=clock.now() - timedelta(days=settings.ARCHIVE_DAYS + 1))
    juma = at_work("mfano", "Juma")
    assert str(case.id) in juma.get("/ofisi/?v=cases").content.decode()
    jobs.sweep_archive()
    case.refresh_from_db()
    assert case.archived_at is not None
    assert case.keep_until is not None
    assert not Find.objects.filter(case=case).exists()
    assert str(case.id) not in juma.get("/ofisi/?v=cases").content.decode()
    page = f"/ofisi/ombi/{case.id}/"
    assert juma.get(page)["Location"] == "/ofisi/hifadhi/", "no look without a reason"
    refused = juma.post("/ofisi/hifadhi/", {"number": case.reference, "reason": "", "do": "open"})
    assert refused.status_code == 422
    assert case.reference in refused.content.decode(), "what was typed stays"
    opened = juma.post("/ofisi/hifadhi/", {"number": case.reference, "reason": "Ukaguzi", "do": "open"})
    assert opened["Location"] == page
    assert case.title in juma.get(page).content.decode()
    said = [one.body["after"] for one in evidence.history(thing_kind="case", thing_id=case.id) if one.body]
    assert {"opened": "archive", "reason": "Ukaguzi"} in said
    assert group(case.reference) in juma.get("/ofisi/hifadhi/").content.decode(), "what is erased when, before it is"


def test_another_institution_finds_nothing_by_the_number(submitted: str, at_work: AtWork, tmp_path: Path) -> None:
    case = long_ago(submitted, 1, tmp_path)
    baraka = at_work("jirani", "Baraka")
    assert baraka.post("/ofisi/hifadhi/", {"number": case.reference, "reason": "x", "do": "open"}).status_code == 422
    assert group(case.reference) not in baraka.get("/ofisi/hifadhi/").content.decode()
    assert Client().get("/ofisi/hifadhi/").status_code == 302


def test_it_is_erased_when_its_rule_ends_and_not_before(submitted: str, tmp_path: Path) -> None:
    case = long_ago(submitted, 2, tmp_path)
    jobs.sweep_archive()
    case.refresh_from_db()
    assert case.erased_at is not None
    assert case.title == ""
    Case.objects.filter(id=case.id).update(erased_at=None, keep_until=institutions.today() + timedelta(days=1))
    jobs.sweep_archive()
    case.refresh_from_db()
    assert case.erased_at is None


def test_a_hold_keeps_it_until_it_is_lifted(
    submitted: str, officer: Callable[[str, str], Actor], tmp_path: Path
) -> None:
    case, neema, juma = long_ago(submitted, 3, tmp_path), officer("mfano", "Neema"), officer("mfano", "Juma")
    with pytest.raises(NotAllowedError):
        archiving.hold_case(actor=juma, reference=case.reference, reason="Kesi mahakamani")
    with pytest.raises(CaseError):
        archiving.hold_case(actor=officer("jirani", "Subira"), reference=case.reference, reason="Kesi")
    for _ in range(2):
        archiving.hold_case(actor=neema, reference=case.reference, reason="Kesi mahakamani")
    assert Hold.objects.count() == 1
    jobs.sweep_archive()
    case.refresh_from_db()
    assert case.erased_at is None
    archiving.lift_hold(actor=neema, hold_id=Hold.objects.get().id, reason="Imekwisha")
    with clock.frozen(clock.now() + timedelta(days=31)):
        jobs.sweep_archive()
    case.refresh_from_db()
    assert case.erased_at is not None


def test_a_case_that_goes_on_again_is_back_in_the_lists(submitted: str, tmp_path: Path) -> None:
    case = Case.objects.get(id=of(submitted))
    case.archived_at, case.keep_until = clock.now(), institutions.today()
    engine.take_state(case, engine.frame_of(case), engine.state_of(case))
    assert (case.archived_at, case.keep_until) == (None, None)


def test_the_page_asks_as_much_for_one_as_for_many(submitted: str, at_work: AtWork, tmp_path: Path) -> None:
    case = long_ago(submitted, 1, tmp_path)
    case.archived_at, case.keep_until = clock.now(), institutions.today() + timedelta(days=90)
    neema, counts = at_work("mfano", "Neema"), []
    for n in (1, 10):
        for each in range(n):
            case.id, case.reference = new_id(), f"{n:03d}{each:013d}"
            case.save(force_insert=True)
        with CaptureQueriesContext(connection) as asked:
            assert neema.get("/ofisi/hifadhi/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
