"""Made-up cases are cases: found, opened and decided as any other; and never where real ones lie."""

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client

from jumuishi.cases import engine
from jumuishi.cases.models import Attachment, Case, Find, Note, Task
from jumuishi.evidence import public as evidence
from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.numbers import is_number
from jumuishi.project import demo_data
from jumuishi.project.generate.cli import generate
from jumuishi.project.generate.people import FIRST, LAST

pytestmark = [pytest.mark.database, pytest.mark.slow]


def officer(home: Any, role: str) -> Client:
    one = next(one for one in institutions.people_in(home) if role in one.roles)
    client = Client()
    testing.sign_in(client, Actor(ActorKind.OFFICER, one.person_id, home, one.roles, one.appointment_id, name=one.name))
    return client


@pytest.fixture
def midweek() -> Iterator[None]:
    """Noon of the Wednesday that comes: how far cases have come depends on the hours that were worked before."""
    today = institutions.today()
    day = today + timedelta(days=(2 - today.weekday()) % 7 or 7)
    with clock.frozen(datetime.combine(day, time(12), ZoneInfo(settings.TIME_ZONE))):
        yield


@pytest.fixture
def country(world: Any, db: None, midweek: None) -> Any:
    assert generate(["--cases", "300", "--institutions", "9", "--seed", "7", "--open", "0.6"]) == 0
    return institutions.institution_by_slug("mfano")


@pytest.mark.parametrize("hours", [0, 11, 48])
def test_whatever_the_hour_no_case_lies_in_the_future(db: None, hours: int) -> None:
    # A Friday's morning, its late evening, and a Sunday.
    with clock.frozen(datetime(2026, 11, 27, 9, 10, tzinfo=UTC) + timedelta(hours=hours)):
        demo_data.load(("Arusha",))
        assert generate(["--cases", "60", "--institutions", "7", "--seed", "7", "--open", "0.9"]) == 0
        assert not Case.objects.filter(submitted_at__gt=clock.now()).exists()
        assert Case.objects.filter(ended_at=None).count() > 20


def test_copies_are_whole_cases_of_many_institutions(country: Any) -> None:
    cases = list(Case.objects.all())
    assert len(cases) == 300
    assert len({one.institution_id for one in cases}) > 4
    assert len({one.reference for one in cases}) == 300
    assert all(is_number(one.reference) for one in cases)
    assert {one.service for one in cases} >= {"business-licence", "introduction-letter", "study-confirmation"}
    stages = {(one.service, one.stage) for one in cases}
    assert len(stages) > 8, stages
    for one in cases:
        state = engine.state_of(one)
        entry = next(
            e for e in evidence.history(thing_kind="case", thing_id=one.id) if e.journal_id == one.submit_entry
        )
        assert one.answers_hash == digest(entry.body["after"]["act"]["submit"]) == entry.body["after"]["answers"]
        assert (state.stage, state.outcome or "") == (one.stage, one.outcome)
        assert one.submitted_at == state.submitted_at <= clock.now()
        text = str(one.state) + one.title
        assert "zq" not in text.lower(), text
        open_tasks = Task.objects.filter(case=one, state="open")
        assert open_tasks.exists() == (one.waits == "office")
        for task in open_tasks:
            assert task.home_id == one.institution_id
        staff = {str(p.person_id) for p in institutions.people_in(one.institution_id)}
        homes = {str(t.institution_id) for t in Task.objects.filter(case=one)} - {str(one.institution_id)}
        assert homes or {deed.person for deed in state.deeds} <= staff | {str(one.person_id)}
        assert Find.objects.filter(case=one, token=one.reference, institution_id=one.institution_id).exists()
    assert Note.objects.exists()
    assert Attachment.objects.filter(case_id__isnull=False).exists()
    titles = " ".join(one.title for one in cases)
    assert any(name in titles for name in FIRST + LAST)


def test_a_copy_is_opened_and_decided(country: Any) -> None:
    # The staff of made-up institutions have no accounts: the demonstration's own council decides.
    case = Case.objects.filter(institution_id=country.id, service="business-licence", stage="check").first()
    assert case is not None
    client = officer(country.id, "trade-officer")
    page = client.get(f"/ofisi/ombi/{case.id}/").content.decode()
    assert case.title in page
    task, version = re.search(r'name="task" value="([^"]+)"', page), re.search(r'name="version" value="(\d+)"', page)
    assert task
    assert version
    given = {"task": task[1], "version": version[1], "act": "forward", "text": "Sawa", "late": "Umeme ulikatika"}
    assert client.post(f"/ofisi/ombi/{case.id}/tenda/", given).status_code == 302
    case.refresh_from_db()
    assert case.stage == "reviews"
    assert Task.objects.filter(case=case, state="open", stage="reviews").exists()


def test_a_copy_is_found_by_name_number_and_phone_at_its_own_institution_only(country: Any) -> None:
    case = Case.objects.filter(institution_id=country.id).first()
    assert case is not None
    neighbour = institutions.institution_by_slug("jirani")
    assert neighbour is not None
    for words in (case.title.split()[-1], case.reference, case.phone[-9:]):
        ours = officer(country.id, "head").get("/ofisi/", {"v": "cases", "q": words}).content.decode()
        assert str(case.id) in ours or case.title in ours
        theirs = officer(neighbour.id, "head").get("/ofisi/", {"v": "cases", "q": words}).content.decode()
        assert str(case.id) not in theirs


def test_the_same_seed_again_says_so(country: Any, capsys: Any) -> None:
    assert generate(["--cases", "300", "--institutions", "9", "--seed", "7"]) == 1
    assert "another --seed" in capsys.readouterr().err


def test_the_same_seed_makes_the_same_people(db: None) -> None:
    first, second = random.Random(3), random.Random(3)
    from jumuishi.project.generate.people import reference, uuid_at  # noqa: PLC0415

    now = clock.now()
    assert reference(first, "10") == reference(second, "10")
    assert uuid_at(first, now) == uuid_at(second, now)


def test_an_installation_with_real_cases_takes_none(db: None, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr(settings, "DEMONSTRATION", False)
    assert generate(["--cases", "10"]) == 2
    assert "no demonstration" in capsys.readouterr().err
    assert not Case.objects.exists()
