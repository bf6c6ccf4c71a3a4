"""Figures say what happened: equal to the cases, to the hour; an officer's are nobody else's; too few are unknown."""

import math
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.models import Case, Task
from jumuishi.cases.tests.conftest import begin, fill
from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.insights import jobs, refreshing, rules
from jumuishi.insights.models import Day, Figure, Stale
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

pytestmark = [pytest.mark.database, pytest.mark.slow]
ZONE = ZoneInfo(settings.TIME_ZONE)


def at_work(slug: str, role: str) -> Client:
    home = institutions.institution_by_slug(slug)
    assert home is not None
    one = next(one for one in institutions.people_in(home.id) if role in one.roles)
    client = Client()
    testing.sign_in(
        client, Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=one.name)
    )
    return client


def put_cases(home: UUID, service: str, staff: list[UUID], count: int = 60) -> None:
    """Cases with all that figures count: opened over two months, decided early or late, some still open."""
    rng, now = random.Random(5), clock.now()
    cases, tasks = [], []
    for n in range(count):
        opened = now - timedelta(days=rng.uniform(1, 60), hours=n)
        waited = timedelta(hours=rng.uniform(0.5, 20 * 24))
        ended = opened + waited if opened + waited < now - timedelta(hours=1) else None
        outcome = rng.choice(("granted", "granted", "refused", "lapsed")) if ended else ""
        case = Case(
            id=new_id(), institution_id=home, person_id=new_id(), offering_id=new_id(), service=service,
            service_name={"sw": service, "en": service}, edition_hash="0" * 64, settings={},
            reference=f"{10**15 + n}", title=f"Ombi {n}", door="web", language="sw", state={}, stage="check",
            stage_name={"sw": "Uhakiki", "en": "Checking"}, waits="" if ended else "office", outcome=outcome,
            answers_hash="", submitted_at=opened, promise_due_at=opened + timedelta(days=5), ended_at=ended,
            submit_entry=new_id(),
        )  # fmt: skip
        late = rng.choice(("", "Umeme ulikatika"))
        tasks.append(
            Task(
                institution_id=home, home_id=home, case=case, person_id=case.person_id, kind="task", stage="check",
                name=case.stage_name, role="trade-officer", opened_at=opened, due_at=opened + timedelta(days=3),
                state="done" if ended else "open", done_at=ended, done_by=rng.choice(staff) if ended else None,
                assignee_id=rng.choice([None, *staff]), late_reason=late if waited > timedelta(days=3) else "",
            )
        )  # fmt: skip
        cases.append(case)
    Case.objects.bulk_create(cases)
    Task.objects.bulk_create(tasks)


@pytest.fixture
def mfano(world: Any, db: None) -> Any:
    homes = [institutions.institution_by_slug(slug) for slug in ("mfano", "jirani")]
    for home in homes:
        assert home is not None
        staff = [one.person_id for one in institutions.people_in(home.id)][:3]
        put_cases(home.id, "introduction-letter", staff)
    refreshing.mark_all(refreshing.FIRST)
    for one in refreshing.stale():
        refreshing.refresh(one)
    return homes[0]


def nearest_rank(hours: list[int], share: float) -> int | None:
    ordered = sorted(hours)
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else None


def hours(start: Any, end: Any) -> int:
    return math.ceil((end - start).total_seconds() / 3600)


def test_they_are_what_a_fresh_count_of_the_cases_gives(mfano: Any) -> None:
    since = refreshing.today() - timedelta(days=364)
    done: dict[str, list[int]] = defaultdict(list)
    late: dict[str, int] = defaultdict(int)
    opened: dict[str, int] = defaultdict(int)
    for case in Case.objects.filter(institution_id=mfano.id):
        opened[case.service] += case.submitted_at.astimezone(ZONE).date() >= since
        if case.outcome in ("granted", "refused") and case.ended_at and case.ended_at.astimezone(ZONE).date() >= since:
            done[case.service].append(hours(case.submitted_at, case.ended_at))
            late[case.service] += bool(case.promise_due_at and case.promise_due_at < case.ended_at)
    assert sum(map(len, done.values())) > 10, "a fresh count of nothing proves nothing"
    found = {one.key: one for one in Figure.objects.filter(institution_id=mfano.id, kind="service", span=365)}
    for service in set(opened) | set(done):
        one = found[service]
        assert (one.opened, one.done, one.late) == (opened[service], len(done[service]), late[service])
        assert (one.median, one.p90) == (nearest_rank(done[service], 0.5), nearest_rank(done[service], 0.9))
    tasks: dict[str, list[int]] = defaultdict(list)
    for task in Task.objects.filter(institution_id=mfano.id, state="done", done_by__isnull=False):
        if task.done_at and task.done_at.astimezone(ZONE).date() >= since:
            tasks[str(task.done_by)].append(hours(task.opened_at, task.done_at))
    officers = {one.key: one for one in Figure.objects.filter(institution_id=mfano.id, kind="officer", span=365)}
    for who, waits in tasks.items():
        assert (officers[who].done, officers[who].median) == (len(waits), nearest_rank(waits, 0.5))
        assert officers[who].p90 == nearest_rank(waits, 0.9)
    units = refreshing.units_of(mfano.id)
    for unit in set(units.values()):
        waits = [one for who, some in tasks.items() if units.get(who) == unit for one in some]
        row = Figure.objects.filter(institution_id=mfano.id, kind="unit", span=365, key=unit).first()
        assert (row.done if row else 0) == len(waits)
        assert row is None or row.p90 == nearest_rank(waits, 0.9)
    open_now = Task.objects.filter(institution_id=mfano.id, state="open").count()
    assert sum(one.open_now for one in found.values()) == open_now > 0


def test_worked_out_twice_they_are_the_same_rows(mfano: Any) -> None:
    before = set(Day.objects.values_list("id", flat=True))
    refreshing.mark(mfano.id, refreshing.FIRST)
    refreshing.refresh(mfano.id)
    assert set(Day.objects.values_list("id", flat=True)) == before
    assert not Stale.objects.filter(institution_id=mfano.id).exists()


def test_what_an_officer_does_shows_after_the_next_round(mfano: Any, run_jobs: Callable[[], int]) -> None:
    asha = Client()
    draft = begin(asha)
    fill(asha, draft)
    assert asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"}).status_code == 302
    run_jobs()
    jobs.refresh_figures()
    case = Case.objects.get(institution_id=mfano.id, service="business-licence")
    found = Figure.objects.get(institution_id=mfano.id, kind="service", key=case.service, span=30)
    assert (found.opened, found.done, found.open_now, found.median) == (1, 0, 1, None)
    task = Task.objects.get(case=case, state="open")
    given = {"task": str(task.id), "version": case.version, "act": "refuse", "text": "Si sahihi", "sure": "1"}
    assert at_work("mfano", "trade-officer").post(f"/ofisi/ombi/{case.id}/tenda/", given).status_code == 302
    run_jobs()
    jobs.refresh_figures()
    found = Figure.objects.get(institution_id=mfano.id, kind="service", key=case.service, span=30)
    assert (found.opened, found.done, found.open_now, found.median) == (1, 1, 0, 1)


def test_a_new_day_moves_every_span(mfano: Any) -> None:
    with clock.frozen(clock.now() + timedelta(days=31)):
        jobs.refresh_figures()
        assert not Figure.objects.filter(institution_id=mfano.id, kind="service", span=30, done__gt=0).exists()


def test_the_head_sees_everybody_and_an_officer_only_the_own(mfano: Any) -> None:
    head = at_work("mfano", "head").get("/ofisi/takwimu/?siku=365").content.decode()
    names = [one.name for one in institutions.people_in(mfano.id)]
    shown = [one for one in names if f">{one}</th>" in head]
    assert len(shown) >= 3
    juma = at_work("mfano", "trade-officer").get("/ofisi/takwimu/?siku=365").content.decode()
    assert [one for one in names if f">{one}</th>" in juma] == [one for one in shown if one == "Juma"]
    file = at_work("mfano", "trade-officer").get("/ofisi/takwimu/pakua/?siku=365")
    said = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]  # a streamed answer
    assert not [one for one in names if one != "Juma" and f",{one}," in said]
    visitor = Client().get("/ofisi/takwimu/")
    assert visitor.status_code == 302


def test_another_institution_and_a_visitor_read_no_officers_figures(mfano: Any) -> None:
    jirani = institutions.institution_by_slug("jirani")
    assert jirani is not None
    for principal in (
        tenancy.Principal.person(None),
        tenancy.Principal.institution(jirani.id, None),
        tenancy.Principal.authority(jirani.id, None),
    ):
        with tenancy.acting_as(principal):
            rows = Figure.objects.filter(institution_id=mfano.id)
            assert set(rows.values_list("kind", flat=True)) == {"service"}
            assert not Day.objects.filter(institution_id=mfano.id).exists()
    baraka = at_work("jirani", "trade-officer").get("/ofisi/takwimu/?siku=365").content.decode()
    assert ">Juma</th>" not in baraka


def test_the_page_asks_as_much_for_one_case_as_for_many(mfano: Any) -> None:
    client = at_work("mfano", "head")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/ofisi/takwimu/").status_code == 200
        counts.append(len(asked))
        Figure.objects.filter(institution_id=mfano.id).exclude(key="introduction-letter").delete()
        keep = Task.objects.filter(institution_id=mfano.id, state="open").values_list("id", flat=True)[:1]
        Task.objects.filter(institution_id=mfano.id, state="open").exclude(id__in=list(keep)).update(state="withdrawn")
    assert counts[0] == counts[1] <= 16, counts


def test_everybody_sees_what_was_promised_and_kept(mfano: Any) -> None:
    for address in ("/takwimu/mfano/", "/en/takwimu/mfano/"):
        page = Client().get(address)
        assert page.status_code == 200
        html = page.content.decode()
        one = Figure.objects.get(institution_id=mfano.id, kind="service", key="introduction-letter", span=365)
        assert one.done >= rules.LEAST
        share = rules.share_kept(one.done, one.late)
        assert f"{share}% ({one.done - one.late} " in html
        assert not [one.name for one in institutions.people_in(mfano.id) if f">{one.name}<" in html]
    assert "/takwimu/mfano/" in Client().get("/huduma/?taasisi=mfano").content.decode()
    assert "/takwimu/mfano/#business-licence" in Client().get("/huduma/mfano/business-licence/").content.decode()
    assert Client().get("/takwimu/hakuna/").status_code == 404


def test_too_few_are_unknown(mfano: Any) -> None:
    Figure.objects.filter(institution_id=mfano.id).update(done=rules.LEAST - 1, late=0, median=5, p90=77)
    html = Client().get("/en/takwimu/mfano/").content.decode()
    assert "Unknown" in html
    assert "77" not in html.split("<main")[1].split("</main")[0].replace("0077", "")
    assert "100%" not in html


def test_percentiles_are_waits_that_somebody_had() -> None:
    assert rules.percentile([], 0.5) is None
    assert rules.percentile([7], 0.9) == 7
    assert rules.percentile(list(range(1, 11)), 0.5) == 5
    assert rules.percentile(list(range(1, 11)), 0.9) == 9
    assert rules.share_kept(1000, 1) == 99
