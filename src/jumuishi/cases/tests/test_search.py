"""A name that stands in thousands of cases: the newest come first, every word counts, the neighbours' never."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases import queries, search
from jumuishi.cases.models import Case, Find, Task
from jumuishi.identity.principal import principal_of
from jumuishi.identity.types import Actor
from jumuishi.kernel import bounded, clock, tenancy
from jumuishi.kernel.ids import new_id

pytestmark = [pytest.mark.database, pytest.mark.slow]
Who = Callable[[str, str], Actor]
MANY = 60


@pytest.fixture
def many(submitted: str) -> list[Case]:
    """Cases of Mfano, oldest first: each of somebody called Asha, every third of an Asha Mrisho."""
    first = Case.objects.get()
    made = [first]
    with tenancy.acting_as(tenancy.Principal.system()):
        for n in range(MANY):
            one = Case.objects.get(id=first.id)
            one.pk, one.reference, one.submitted_at = new_id(), f"99{n:014d}", first.submitted_at
            one.title = f"Asha {'Mrisho' if n % 3 == 0 else 'Masanja'} {n}"
            one.save(force_insert=True)
            search.index(one)
            made.append(one)
    return made


def found(actor: Actor, text: str, **more: str) -> list[UUID]:
    with tenancy.acting_as(principal_of(actor)):
        return list(queries.found_newest(actor, queries.Wanted(view="cases", text=text, **more)))


def test_every_word_counts_and_the_newest_come_first(many: list[Case], officer: Who) -> None:
    juma = officer("mfano", "Juma")
    newest = [one.id for one in reversed(many)]
    assert found(juma, "asha") == newest
    mrisho = [one.id for one in reversed(many) if "Mrisho" in one.title]
    assert len(mrisho) == MANY // 3
    assert found(juma, "asha mrisho") == found(juma, "MRISHO asha") == found(juma, "mri ash") == mrisho
    assert found(juma, "asha hayupo") == []
    assert found(juma, "asha", service="business-licence") == newest
    assert found(juma, "asha", service="liquor-licence") == []


def test_a_beginning_that_many_words_share_finds_all_of_them(
    many: list[Case], officer: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    juma = officer("mfano", "Juma")
    every = found(juma, "ma")
    assert len(every) > MANY // 2
    monkeypatch.setattr(search, "SHARED", 1)
    assert found(juma, "ma") == every


def test_the_neighbours_find_nothing(many: list[Case], officer: Who) -> None:
    baraka = officer("jirani", "Baraka")
    assert found(baraka, "asha") == []


def test_the_page_shows_them_page_by_page(many: list[Case], at_work: Callable[[str, str], Client]) -> None:
    juma = at_work("mfano", "Juma")
    with CaptureQueriesContext(connection) as asked:
        first = juma.get("/ofisi/", {"v": "cases", "q": "asha"}).content.decode()
    assert many[-1].title in first
    assert many[10].title not in first
    last = juma.get("/ofisi/", {"v": "cases", "q": "asha", "page": "3"}).content.decode()
    assert many[1].title in last
    assert not [one for one in asked if "cases_case" in one["sql"] and "submitted_at" in one["sql"].split("ORDER")[-1]]


def test_the_index_gives_them_in_its_own_order(many: list[Case], officer: Who) -> None:
    juma = officer("mfano", "Juma")
    with tenancy.acting_as(principal_of(juma)), connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        plan = queries.found_newest(juma, queries.Wanted(view="cases", text="asha mrisho")).explain()
    assert "Backward using" in plan, plan
    assert "Sort" not in plan, plan


def test_what_is_mine_in_two_ways_is_counted_once(many: list[Case], officer: Who) -> None:
    """Assigned to Neema and escalated to her as head: one task."""
    neema, now = officer("mfano", "Neema"), clock.now()
    with tenancy.acting_as(tenancy.Principal.system()):
        Task.objects.update(assignee_id=neema.person_id, escalated_at=now)
        assert Find.objects.exists()
    asked: dict[str, datetime] = {"now": now, "tomorrow": now + timedelta(days=1)}
    with tenancy.acting_as(principal_of(neema)):
        wanted = queries.Wanted(view="mine")
        parts = queries.inbox_parts(neema, wanted, around=queries.Around(), **asked)
        assert bounded.counts(parts) == [queries.inbox(neema, wanted, around=queries.Around(), **asked).count()] == [1]
        assert queries.load(neema, "mine", around=queries.Around(), **asked)[1]["mine"] == 1
