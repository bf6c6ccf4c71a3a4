"""A list without end is counted so far and no further, and still every row of it is reached, once."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from jumuishi.cases import queries
from jumuishi.cases.models import Case, Hold, Task
from jumuishi.cases.models import Find as Row
from jumuishi.identity.types import Actor
from jumuishi.kernel import bounded, clock
from jumuishi.kernel.ids import new_id

pytestmark = pytest.mark.database
AtWork = Callable[[str, str], Client]
Find = Callable[[str, str], Actor]


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches of four rows on pages of two."""
    monkeypatch.setattr(bounded, "MOST", 4)
    monkeypatch.setattr(queries, "PAGE", 2)


@pytest.fixture
def many(submitted: str) -> list[Case]:
    """Eleven cases; some came at one instant, some fall due at one, some never do."""
    case = Case.objects.get(id=submitted.split("/")[2])
    task, now = Task.objects.get(case=case), clock.now()
    for n in range(10):
        case.id, case.reference = new_id(), f"{10**15 + n}"
        case.submitted_at, case.keep_until = now + timedelta(minutes=n // 3), now.date() + timedelta(days=n // 4)
        case._state.adding = True
        case.save(force_insert=True)
        task.id, task.case = new_id(), case
        task.due_at = None if n > 4 else now + timedelta(hours=n // 3)
        task.save(force_insert=True)
        Row.objects.create(institution_id=case.institution_id, case=case, token="asha")
    return list(Case.objects.all())


def walked(client: Client, address: str, seen: str, name: str = "page") -> Iterator[list[str]]:
    """What each page shows, from the first to the last, by its own way on."""
    path, _, query = address.partition("?")
    for _ in range(20):
        html = client.get(f"{path}?{query}").content.decode()
        yield re.findall(seen, html)
        onward = re.search(rf'rel="next" href="([^"]*\b{name}(?:_after)?=[^"]+)"', html)
        if onward is None:
            return
        query = unescape(onward[1]).removeprefix("?")
    raise AssertionError("the list has no end")


CASES = r"<a class=\"tap\" href=\"/ofisi/ombi/([0-9a-f-]{36})/\""


@pytest.mark.parametrize("view", ["cases", "all", "cases&q=asha"])
def test_every_row_is_reached_once_in_its_order(many: list[Case], at_work: AtWork, view: str) -> None:
    juma = at_work("mfano", "Juma")
    pages = list(walked(juma, f"/ofisi/?v={view}", CASES))
    assert all(len(one) <= 2 for one in pages)
    found = [key for page in pages for key in page]
    if view == "cases":
        rows = Case.objects.order_by("-submitted_at", "-id")
        assert found == [str(one) for one in rows.values_list("id", flat=True)]
    elif view != "all":
        assert found == [str(one) for one in Case.objects.order_by("-id").values_list("id", flat=True)]
    else:
        rows_due = Task.objects.order_by("due_at", "id")
        assert found == [str(one) for one in rows_due.values_list("case_id", flat=True)]
    assert len(set(found)) == 11


def test_a_page_says_where_it_is_and_leads_back(many: list[Case], at_work: AtWork) -> None:
    juma = at_work("mfano", "Juma")
    first = juma.get("/ofisi/?v=all").content.decode()
    assert "Ukurasa 1 kati ya 2+" in first
    assert "Za kwanza 4 kwa pamoja" in first
    second = juma.get("/ofisi/?v=all&page=2").content.decode()
    onward = re.search(r'rel="next" href="([^"]+)"', second)
    assert onward
    third = juma.get(f"/ofisi/{unescape(onward[1])}").content.decode()
    assert "Ukurasa 3 kati ya 3+" in third
    assert '<a class="tap" href="?v=all">Mwanzo wa orodha</a>' in third
    assert 'name="all"' not in third, "the whole list is offered where it begins"
    # What is no place in a list is its beginning; no query is made of it.
    for wrong in ("x", "1_2026-99-99_x", "_", f"1_2026-11-26_{new_id().hex}", "9_" * 60, f"1_None_{new_id().hex}"):
        assert "Ukurasa 1 kati ya 2+" in juma.get("/ofisi/", {"v": "all", "page_after": wrong}).content.decode()


def test_the_archive_and_what_is_held_go_on_too(many: list[Case], at_work: AtWork, officer: Find) -> None:
    neema = officer("mfano", "Neema")
    for n, case in enumerate(Case.objects.order_by("id")):
        Hold.objects.create(
            institution_id=neema.workplace, case=case, reason=f"Sababu namba {n}.", put_by=neema.who,
            put_at=clock.now() + timedelta(minutes=n // 3),
        )  # fmt: skip
    Case.objects.filter(keep_until__isnull=False).update(outcome="refused", ended_at=clock.now())
    client = at_work("mfano", "Neema")
    held = [one for page in walked(client, "/ofisi/hifadhi/", r"Sababu namba \d+\.", "shikilio") for one in page]
    assert sorted(set(held)) == sorted(f"Sababu namba {n}." for n in range(11))
    dates = [one for page in walked(client, "/ofisi/hifadhi/", r'<td class="num">([\d ]+)</td>') for one in page]
    assert len(set(dates)) == 10


def test_baraka_goes_on_in_his_own_list_only(many: list[Case], at_work: AtWork) -> None:
    juma, baraka = at_work("mfano", "Juma"), at_work("jirani", "Baraka")
    second = juma.get("/ofisi/?v=cases&page=2").content.decode()
    onward = re.search(r'rel="next" href="([^"]+)"', second)
    assert onward
    assert "/ofisi/ombi/" not in baraka.get(f"/ofisi/{unescape(onward[1])}").content.decode()
