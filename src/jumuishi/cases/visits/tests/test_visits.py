"""Visits: asked for, chosen, changed until the cut-off, reminded, kept or missed; never two people in one place."""

import threading
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from jumuishi.cases import jobs, public
from jumuishi.cases.actions import deciding
from jumuishi.cases.models import Case, Desk, Task, Visit
from jumuishi.cases.tests.conftest import ANSWERS, asha, at_work, begin, country, fill, officer, submitted
from jumuishi.cases.types import CaseError
from jumuishi.cases.visits import actions, queries
from jumuishi.cases.visits.rules import Hours, slots
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.tenancy import Principal
from jumuishi.kernel.worktime import WorkingTime
from jumuishi.messaging.models import Message

__all__ = ["asha", "at_work", "country", "officer", "submitted"]
pytestmark = [pytest.mark.database, pytest.mark.slow]
Find = Callable[[str, str], Actor]
ZONE = ZoneInfo("Africa/Dar_es_Salaam")
GIVEN = {
    "kind": "office", "name": "Dawati la biashara", "place": "Chumba namba 4", "opens": None, "closes": None,
    "minutes": 60, "capacity": 1, "cutoff_hours": 24, "wait_days": 5, "ahead_days": 14,
}  # fmt: skip


def refused(code: str) -> Any:
    return pytest.raises(CaseError, match=f"^{code}$")


def desk(officer: Find, **changes: Any) -> Desk:
    made = actions.keep_desk(actor=officer("mfano", "Neema"), desk_id=None, given={**GIVEN, **changes})
    return Desk.objects.get(id=made)


def asked(officer: Find, at: Desk) -> Visit:
    task = Task.objects.get(state="open")
    made = actions.ask_visit(actor=officer("mfano", "Juma"), task_id=task.id, desk_id=at.id, what="Leta mkataba halisi")
    return Visit.objects.get(id=made)


def applicant() -> Actor:
    return Actor.person(Case.objects.get().person_id)


def said(purpose: str = "case") -> list[str]:
    return list(Message.objects.filter(purpose=purpose).order_by("created_at").values_list("text", flat=True))


def free(at: Desk) -> list[datetime]:
    return queries.free_hours(at, institutions.today(), 14)


def test_hours_are_whole_visits_within_work_and_no_holiday() -> None:
    monday = date(2026, 3, 2)
    work = WorkingTime(holidays=frozenset({date(2026, 3, 3)}))
    found = [one.astimezone(ZONE) for one in slots(Hours(45), work, monday, 3)]
    assert {one.date() for one in found} == {monday, date(2026, 3, 4)}
    assert len(found) == 20
    assert found[9].time() == time(14, 45)
    short = [one.astimezone(ZONE) for one in slots(Hours(60, time(10), time(12, 30)), work, monday, 1)]
    assert [one.time() for one in short] == [time(10), time(11)]
    assert not list(slots(Hours(60), work, date(2026, 3, 7), 2))


def test_asked_chosen_changed_and_kept(submitted: str, officer: Find) -> None:
    case = Case.objects.get()
    promise, due = case.promise_due_at, Task.objects.get(state="open").due_at
    at = desk(officer)
    visit = asked(officer, at)
    assert asked(officer, at).id == visit.id
    assert "tunakuomba ufike Chumba namba 4" in said()[-1]
    # No clock stops for it.
    case.refresh_from_db()
    assert (case.promise_due_at, Task.objects.get(state="open").due_at) == (promise, due)
    me, hours = applicant(), free(at)
    assert hours[0] >= clock.now() + timedelta(hours=24)
    actions.book_visit(actor=me, visit_id=visit.id, starts_at=hours[5])
    actions.book_visit(actor=me, visit_id=visit.id, starts_at=hours[5])
    assert hours[5] not in free(at)
    actions.book_visit(actor=me, visit_id=visit.id, starts_at=hours[9])
    # What a door that stands above sees and chooses from is the same.
    [seen] = public.refs_of_case(case.id)
    assert (seen.state, seen.starts_at, seen.kind) == ("booked", hours[9], "office")
    assert set(public.hours_of_visit(visit.id, hours[0].astimezone(ZONE).date(), 2)) <= set(free(at))
    assert hours[5] in free(at)
    assert hours[9] not in free(at)
    with refused("cases.visit_full"):
        actions.book_visit(actor=me, visit_id=visit.id, starts_at=hours[9] + timedelta(minutes=7))
    with refused("cases.visit_not_yet"):
        actions.close_visit(actor=officer("mfano", "Juma"), visit_id=visit.id, came=True)
    with clock.frozen(hours[9] - timedelta(hours=20)):
        with refused("cases.visit_too_late"):
            actions.book_visit(actor=me, visit_id=visit.id, starts_at=hours[20])
        with refused("cases.visit_too_late"):
            actions.cancel_visit(actor=me, visit_id=visit.id)
        jobs.tend_visits()
        jobs.tend_visits()
        assert sum("Kumbuka miadi yako" in one for one in said()) == 1
    with clock.frozen(hours[9] + timedelta(minutes=5)):
        actions.close_visit(actor=officer("mfano", "Juma"), visit_id=visit.id, came=False)
        assert "Hatukukutana" in said()[-1]
        # Written down by mistake: put right.
        actions.close_visit(actor=officer("mfano", "Juma"), visit_id=visit.id, came=True, note="Alichelewa kidogo")
    visit.refresh_from_db()
    assert (visit.state, visit.why) == ("came", "Alichelewa kidogo")


def test_what_nobody_chooses_ends_and_whoever_asked_is_told(submitted: str, officer: Find) -> None:
    visit = asked(officer, desk(officer))
    task = Task.objects.get(state="open")
    with clock.frozen(visit.choose_by - timedelta(hours=1)):
        jobs.tend_visits()
        visit.refresh_from_db()
        assert visit.state == "asked"
    with clock.frozen(visit.choose_by + timedelta(minutes=1)):
        jobs.tend_visits()
        visit.refresh_from_db()
        assert visit.state == "lapsed"
        with refused("cases.visit_gone"):
            actions.book_visit(actor=applicant(), visit_id=visit.id, starts_at=free(queries.desk_of(visit))[3])
        assert Task.objects.get(id=task.id).state == "open"
        # It may be asked again.
        assert asked(officer, Desk.objects.get()).id != visit.id


def test_a_case_that_moves_on_and_a_day_off_free_the_hour(submitted: str, officer: Find) -> None:
    at = desk(officer)
    visit, me = asked(officer, at), applicant()
    hours = free(at)
    actions.book_visit(actor=me, visit_id=visit.id, starts_at=hours[3])
    day = hours[3].astimezone(ZONE).date()
    institutions.announce_holiday(
        actor=officer("mfano", "Neema"), institution_id=visit.institution_id, day=day,
        name={"sw": "Sikukuu", "en": "Feast"}, source="Mfano",
    )  # fmt: skip
    run_subscription(visit.institution_id, day)
    visit.refresh_from_db()
    assert (visit.state, visit.starts_at) == ("asked", None)
    assert "imekuwa sikukuu" in said()[-1]
    actions.book_visit(actor=me, visit_id=visit.id, starts_at=free(at)[3])
    case = Case.objects.get()
    task = Task.objects.get(state="open")
    deciding.decide(actor=officer("mfano", "Juma"), task_id=task.id, version=case.version, act="forward")
    jobs.tend_visits()
    visit.refresh_from_db()
    assert visit.state == "cancelled"
    assert "haihitajiki tena" in said()[-1]


def run_subscription(home: UUID, day: date) -> None:
    from jumuishi.cases.subscriptions import count_anew  # noqa: PLC0415
    from jumuishi.institutions.events import HolidayAnnounced  # noqa: PLC0415

    count_anew(HolidayAnnounced(home, day))


def test_only_the_applicant_and_the_institution_have_a_part_in_it(submitted: str, officer: Find) -> None:
    at = desk(officer)
    visit = asked(officer, at)
    hour = free(at)[3]
    baraka, stranger = officer("jirani", "Baraka"), Actor.person(UUID(int=5))
    for who in (baraka, stranger):
        with pytest.raises(NotAllowedError):
            actions.book_visit(actor=who, visit_id=visit.id, starts_at=hour)
        with pytest.raises(NotAllowedError):
            actions.cancel_visit(actor=who, visit_id=visit.id, reason="x")
        with pytest.raises(NotAllowedError):
            actions.close_visit(actor=who, visit_id=visit.id, came=True)
    with pytest.raises(NotAllowedError):
        actions.close_visit(actor=applicant(), visit_id=visit.id, came=True)
    task = Task.objects.get(state="open")
    with pytest.raises(NotAllowedError):
        actions.ask_visit(actor=baraka, task_id=task.id, desk_id=at.id, what="x")
    with refused("cases.not_of_role"):
        actions.ask_visit(actor=officer("mfano", "Salma"), task_id=task.id, desk_id=at.id, what="x")
    with pytest.raises(NotAllowedError):
        actions.keep_desk(actor=officer("mfano", "Juma"), desk_id=at.id, given=GIVEN)
    with pytest.raises(NotAllowedError):
        actions.keep_desk(actor=officer("jirani", "Subira"), desk_id=at.id, given=GIVEN)
    with tenancy.acting_as(Principal.institution(baraka.workplace, baraka.who)):
        assert not Visit.objects.exists()
        assert not Desk.objects.exists()
    with tenancy.acting_as(Principal.person(visit.person_id)):
        assert Visit.objects.count() == 1


def test_a_seat_is_given_once(submitted: str, officer: Find) -> None:
    at = desk(officer)
    visit = asked(officer, at)
    actions.book_visit(actor=applicant(), visit_id=visit.id, starts_at=free(at)[3])
    visit.refresh_from_db()
    with pytest.raises(IntegrityError, match="seat_given_once"), transaction.atomic():
        Visit.objects.create(
            institution_id=visit.institution_id, person_id=visit.person_id, case_id=visit.case_id,
            task_id=UUID(int=1), desk_id=at.id, what="x", state="booked", starts_at=visit.starts_at, seat=visit.seat,
            choose_by=visit.choose_by, asked_by=visit.asked_by, asked_at=visit.asked_at,
        )  # fmt: skip


def test_of_many_who_want_one_hour_as_many_get_it_as_there_are_seats(world: Any, committed_db: None) -> None:
    """Eight people press at once for a desk of three."""
    with transaction.atomic():
        home = institutions.institution_by_slug("mfano")
        assert home is not None
        people = {one.name: one for one in institutions.people_in(home.id)}
        client = Client()
        draft = begin(client)
        fill(client, draft, ANSWERS)
        client.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
        case, task = Case.objects.get(), Task.objects.get()
        made = Desk.objects.create(institution_id=home.id, **{**GIVEN, "capacity": 3, "wait_days": 5})
        hour = queries.free_hours(made, institutions.today(), 14)[4]
        visits, owners = [], []
        for n in range(8):
            # Cases of their own, or one lock would let them through one by one.
            other = Case.objects.get(id=case.id)
            other.pk, other.reference, other.person_id = UUID(int=100 + n), f"10000000000{n:05d}", UUID(int=200 + n)
            other.save(force_insert=True)
            visits.append(Visit.objects.create(
                institution_id=home.id, person_id=other.person_id, case_id=other.id, task_id=UUID(int=300 + n),
                desk_id=made.id, what="x", choose_by=clock.now() + timedelta(days=5),
                asked_by=people["Juma"].person_id, asked_at=clock.now(),
            ).id)  # fmt: skip
            owners.append(other.person_id)
        assert task.state == "open"
    got: list[str] = []
    gate = threading.Barrier(8)

    def press(n: int) -> None:
        gate.wait()
        try:
            actions.book_visit(actor=Actor.person(owners[n]), visit_id=visits[n], starts_at=hour)
            got.append("booked")
        except CaseError as error:
            got.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(got) == ["booked"] * 3 + ["cases.visit_full"] * 5
    with transaction.atomic():
        assert sorted(Visit.objects.filter(state="booked").values_list("seat", flat=True)) == [0, 1, 2]
