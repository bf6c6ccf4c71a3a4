"""A move of many: each case once with a result, at the same cost, and no further than it may go."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.models import Case
from jumuishi.cases.moving import actions, looking, working
from jumuishi.cases.moving.judging import Judge
from jumuishi.cases.moving.models import Move, MoveItem
from jumuishi.cases.moving.tests.conftest import OWNER, WORDS
from jumuishi.cases.types import CaseError
from jumuishi.identity.types import Actor
from jumuishi.institutions.models import Appointment
from jumuishi.kernel import clock
from jumuishi.services.models import Edition, Offering

pytestmark = [pytest.mark.database, pytest.mark.slow]
Find = Callable[[str, str], Actor]


@pytest.fixture
def many(submitted: str) -> Callable[[int], list[Case]]:
    """So many more cases like Asha's, at the same stage."""

    def make(count: int) -> list[Case]:
        case = Case.objects.get(id=submitted.rstrip("/").rpartition("/")[2])
        first = Case.objects.count()
        for n in range(first, first + count):
            case.pk, case.reference = UUID(int=(n << 90) + n), f"{n:016d}"
            case.phone = f"+2557{n:08d}"
            case._state.adding = True
            case.save(force_insert=True)
        return list(Case.objects.order_by("id"))

    return make


@pytest.fixture
def start(licence: Offering, officer: Find) -> Callable[[], Move]:
    """Neema begins; no job runs yet."""

    def begin() -> Move:
        made = actions.start_move(actor=officer("mfano", "Neema"), offering_id=licence.id, answer_days=14)
        return Move.objects.get(id=made)

    return begin


def states() -> list[str]:
    return sorted(MoveItem.objects.values_list("state", flat=True))


def cost_of(cases: int, move: Move) -> int:
    """Statements of a move of so many cases, all told."""
    with CaptureQueriesContext(connection) as asked:
        working.work(move.id, 60.0)
    assert MoveItem.objects.filter(move=move).count() == cases
    return len(asked)


@pytest.mark.parametrize(("edit", "each"), [(WORDS, 19), (OWNER, 19)], ids=["moved", "asked"])
def test_a_case_costs_the_same_however_many_there_are(
    many: Callable[[int], list[Case]], take_up: Callable[..., str], start: Callable[[], Move], edit: tuple[str, str],
    each: int,
) -> None:  # fmt: skip
    newer = take_up(edit)
    older = many(1)[0].edition_hash
    few = cost_of(2, start())
    known = [one.id for one in many(0)]
    many(8)
    Case.objects.filter(id__in=known).update(edition_hash=newer)
    Case.objects.exclude(id__in=known).update(edition_hash=older)
    lot = cost_of(8, start())
    assert (lot - few) / 6 == each


def test_it_goes_no_further_once_its_officer_may_not(
    many: Callable[[int], list[Case]], take_up: Callable[..., str], start: Callable[[], Move], licence: Offering,
    officer: Find, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    many(3)
    take_up(WORDS)
    move = start()
    assert move.all == 4
    monkeypatch.setattr(working, "CHUNK", 2)
    working.work(move.id, -1.0)
    Appointment.objects.filter(id=officer("mfano", "Neema").appointment_id).update(roles=["trade-officer"])
    working.work(move.id, 60.0)
    move.refresh_from_db()
    assert (move.state, move.seen, move.safe, states()) == ("stopped", 1, 1, ["moved"])


def test_it_goes_no_further_once_its_edition_is_withdrawn(
    many: Callable[[int], list[Case]], take_up: Callable[..., str], start: Callable[[], Move], officer: Find,
    licence: Offering, at_work: Callable[[str, str], Client],
) -> None:  # fmt: skip
    cases, newer = many(3), take_up(WORDS)
    move = start()
    working.work(move.id, -1.0)
    Edition.objects.filter(hash=newer).update(withdrawn_at=clock.now(), withdrawn_reason="Kosa la ada")
    with pytest.raises(CaseError, match="move_withdrawn"):
        actions.move_case(actor=officer("mfano", "Neema"), move_id=move.id, case_id=cases[-1].id)
    working.work(move.id, 60.0)
    move.refresh_from_db()
    assert (move.state, move.seen, states()) == ("stopped", 1, ["moved"])
    page = at_work("mfano", "Neema").get(f"/ofisi/huduma/{licence.id}/hamisha/{move.id}/").content.decode()
    assert "umesimama baada ya maombi 1 kati ya 4" in page


def test_two_workers_at_one_move_count_each_case_once(
    many: Callable[[int], list[Case]], take_up: Callable[..., str], start: Callable[[], Move], officer: Find
) -> None:
    cases, newer = many(2), take_up(WORDS)
    move, neema = start(), officer("mfano", "Neema")
    assert start().id == move.id, "a second start joins the first"
    judge = Judge(newer, clock.now())
    for one in (cases[0], cases[1], cases[0], cases[1]):
        assert working._one(move.id, one.id, neema, judge)
    working.work(move.id, 60.0)
    move.refresh_from_db()
    assert (move.state, move.seen, move.safe, states()) == ("done", 3, 3, ["moved"] * 3)
    working.work(move.id, 60.0)
    assert Move.objects.get(id=move.id).seen == 3


def test_a_case_that_cannot_be_worked_on_has_a_result_and_keeps_no_other_waiting(
    many: Callable[[int], list[Case]], take_up: Callable[..., str], start: Callable[[], Move]
) -> None:
    cases = many(2)
    take_up(WORDS)
    Case.objects.filter(id=cases[1].id).update(state={})
    move = start()
    working.work(move.id, 60.0)
    move.refresh_from_db()
    assert (move.state, move.safe, move.cannot) == ("done", 2, 1)
    item = MoveItem.objects.get(case_id=cases[1].id)
    assert (item.state, item.why[0]["code"]) == ("cannot", "fault")
    assert Case.objects.get(id=cases[1].id).edition_hash == cases[1].edition_hash


def test_a_look_that_is_under_way_is_joined(
    many: Callable[[int], list[Case]], take_up: Callable[..., str], officer: Find, licence: Offering,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    many(3)
    newer = take_up(OWNER)
    monkeypatch.setattr(looking, "CHUNK", 2)
    monkeypatch.setattr(looking, "AT_ONCE", -1.0)
    neema = officer("mfano", "Neema")
    wish = {"service": "business-licence", "edition_hash": newer, "offering_id": licence.id}
    first = looking.begin(neema, **wish)  # type: ignore[arg-type]  # as named
    second = looking.begin(neema, **wish)  # type: ignore[arg-type]
    assert (first.id, second.seen, Move.objects.count()) == (second.id, 2, 1)
    assert looking.look(first.id, 60.0)
    assert looking.begin(neema, **wish).id != first.id, "what is done is looked at anew"  # type: ignore[arg-type]
