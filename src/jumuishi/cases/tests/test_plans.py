"""What an officer's lists ask, an index answers, row policies on: else a million cases would be read for a page."""

from typing import Any

import pytest
from django.db import connection

from jumuishi.cases import bounded, queries
from jumuishi.cases.models import Case, Find, Task
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

pytestmark = pytest.mark.database
HOME = new_id()
ACTOR = Actor(ActorKind.OFFICER, new_id(), HOME, frozenset({"trade-officer"}), new_id(), name="Juma")


@pytest.fixture
def as_officer(db: None) -> Any:
    """As an officer's request asks; an index is taken wherever one may be."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    with tenancy.acting_as(tenancy.Principal.institution(HOME, ACTOR.person_id)):
        yield


def index_conditions(plan: str) -> str:
    return " ".join(line for line in plan.splitlines() if "Index" in line)


def test_a_word_is_looked_up_in_the_index_of_its_institution(as_officer: None) -> None:
    plan = queries._with(ACTOR, "asha").explain()
    found = index_conditions(plan)
    assert "find_once" in found
    assert "token" in found, f"the words of the whole institution would be read:\n{plan}"
    assert "Seq Scan" not in plan


@pytest.mark.parametrize("view", queries.VIEWS[:4])
def test_open_tasks_come_by_what_falls_due(as_officer: None, view: str) -> None:
    now = clock.now()
    rows = queries.inbox(ACTOR, queries.Wanted(view=view), around=queries.Around(), now=now, tomorrow=now)
    plan = rows[:25].explain()
    assert "task_open_by_due" in plan, plan
    assert "Seq Scan" not in plan


def test_all_cases_come_newest_first(as_officer: None) -> None:
    plan = queries.cases_of(ACTOR, queries.Wanted(view="cases"))[:25].explain()
    assert "case_by_institution" in plan, plan
    assert "Sort" not in plan, f"all cases would be sorted for a page:\n{plan}"


def test_no_count_goes_on_for_ever(as_officer: None) -> None:
    with tenancy.acting_as(tenancy.Principal.system()):
        Find.objects.all().delete()
    assert bounded.counts(Case.objects.none(), Task.objects.filter(institution_id=HOME)) == [0, 0]
    assert bounded.said(100) == "100"
    assert bounded.said(101) == "100+"


def test_what_lies_elsewhere_is_found_among_what_lies_here(as_officer: None) -> None:
    now = clock.now()
    rows = queries.inbox(ACTOR, queries.Wanted(view="away"), around=queries.Around(), now=now, tomorrow=now)
    assert "task_away" in rows[:25].explain()
