"""What an officer's lists ask, an index answers, row policies on: else a million cases would be read for a page."""

import re
from typing import Any

import pytest
from django.db import connection

from jumuishi.cases import queries
from jumuishi.cases.models import Case, Find, Task
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel import bounded, clock, tenancy
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
    # What came at one instant is put in order as it is read; no more than that.
    assert "Presorted Key: cases_case.submitted_at" in plan, plan
    assert not re.search(r"(?<!Incremental )Sort  \(", plan), f"all cases would be sorted for a page:\n{plan}"


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


def test_walls_are_comparisons_that_the_planner_can_estimate(db: None) -> None:
    """A condition without a column counts as 1 row in 200: a page of 25 then reads all open tasks first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, qual FROM pg_policies WHERE cmd = 'SELECT' AND tablename LIKE ANY (%s)",
            [["cases_case", "cases_task", "cases_find", "cases_note"]],
        )
        walls = {table: " ".join(wall.split()) for table, wall in cursor.fetchall()}
    assert len(walls) == 4
    for table, wall in walls.items():
        assert "(institution_id = CASE WHEN" in wall, table
        assert ") AND (institution_id = " not in wall, table


@pytest.mark.parametrize("view", ["absent", "mine"])
def test_what_is_somebodys_is_found_among_what_is_not(db: None, view: str) -> None:
    now, around = clock.now(), queries.Around(absent=frozenset({new_id(), new_id()}))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with tenancy.acting_as(tenancy.Principal.institution(HOME, ACTOR.person_id)):
        rows = queries.inbox(ACTOR, queries.Wanted(view=view), around=around, now=now, tomorrow=now)
        assert "task_of_officer" in rows.order_by()[:101].explain()


def test_a_number_in_groups_is_one_word() -> None:
    assert queries.words_in(" 19000101-00000-00000-01 ") == ["19000101000000000001"]
    assert queries.words_in("100-100-100") == ["100100100"]
    assert queries.words_in("Asha 12") == ["asha", "12"]
