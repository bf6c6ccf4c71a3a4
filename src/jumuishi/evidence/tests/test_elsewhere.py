"""Another node that shows us two histories is found, named with both notes, and not forgotten."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from jumuishi.evidence import elsewhere, grades, public
from jumuishi.evidence.histories import Relation, TwoHistories, compare
from jumuishi.evidence.models import Contradiction, SeenElsewhere
from jumuishi.evidence.tests.logs import Log, fork, log
from jumuishi.evidence.types import LogError
from jumuishi.evidence.verifier import VerificationError
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]


def read(ask: Callable[[], Any]) -> Any:
    with transaction.atomic():
        return ask()


def show(told: Log, size: int | None = None, fetch: Any = None) -> TwoHistories | None:
    return public.observe(note=told.checkpoint(size), keys=[told.vkey], fetch=fetch or told.tile)


def seen() -> list[int]:
    return list(read(lambda: list(SeenElsewhere.objects.values_list("size", flat=True))))


def nothing(path: str) -> bytes:
    raise AssertionError(path)


def test_a_log_that_grows_is_followed() -> None:
    grown = log(range(600))
    for size in (0, 1, 8, 9, 256, 300, 600):
        assert show(grown, size) is None
        assert seen() == [size]
    # An older one that is true changes nothing; the same one asks for no tile.
    assert show(grown, 40) is None
    assert show(grown, fetch=nothing) is None
    assert seen() == [600]
    assert read(public.contradictions) == []


@pytest.mark.parametrize(("one", "other"), [(3, 3), (3, 9), (9, 3), (300, 4)])
def test_two_histories_are_kept_with_both_notes(one: int, other: int, caplog: pytest.LogCaptureFixture) -> None:
    first, second = fork(20, one, other)
    larger = first if one > other else second
    assert show(first) is None
    for _ in range(2):
        assert show(second, fetch=larger.tile) is not None
    (kept,) = read(public.contradictions)
    assert (kept.origin, kept.one, kept.other) == (first.signer.name, first.checkpoint(), second.checkpoint())
    assert compare(kept.one, kept.other, kept.proof, [first.signer.verifier]) is Relation.INCONSISTENT
    assert "two histories" in caplog.text
    # What was seen first stays what later ones are held to.
    assert seen() == [first.size]
    assert read(lambda: grades.warnings(clock.now(), 900)) == [f"{first.signer.name} has shown two histories"]


def test_who_hides_its_tiles_is_neither_believed_nor_accused() -> None:
    first, second = fork(20, 5, 9)
    show(first)
    with pytest.raises(LogError):
        show(second, fetch=lambda _path: b"")
    with pytest.raises(LogError):
        show(second, fetch=first.tile)
    with pytest.raises(ConnectionError):
        show(second, fetch=_away)
    assert seen() == [25]
    assert not read(Contradiction.objects.exists)


def _away(path: str) -> bytes:
    raise ConnectionError(path)


def test_what_the_log_has_not_signed_is_not_looked_at() -> None:
    honest, stranger = log(range(9)), log(range(9), letter="x")
    with pytest.raises(VerificationError):
        public.observe(note=stranger.checkpoint().replace("\n9\n", "\n8\n"), keys=[honest.vkey], fetch=nothing)
    assert seen() == []


def test_two_that_come_at_once_do_not_pass_each_other() -> None:
    """Each of two histories arrives as the first would; whoever comes second finds the other one."""
    one, other = fork(10, 4, 7)
    found: list[TwoHistories | None] = []
    together = threading.Barrier(2)

    def come(told: Log) -> None:
        try:
            together.wait()
            found.append(public.observe(note=told.checkpoint(), keys=[told.vkey], fetch=other.tile))
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(told,)) for told in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one_ is not None for one_ in found) == 1
    assert len(found) == 2


def test_somebody_who_was_faster_is_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a checkpoint was checked against the old one, a checkpoint of another history has taken its place."""
    true, false = fork(10, 30, 8)
    show(true, 10)
    advance, raced = elsewhere._advance, []

    def late(note: str, before: int) -> bool:
        if not raced:
            raced.append(advance(false.checkpoint(), before))
        return advance(note, before)

    monkeypatch.setattr(elsewhere, "_advance", late)
    assert show(true) is not None
    assert raced == [True]


def test_our_own_note_for_others(mirror_dir: Any) -> None:
    assert public.checkpoint() is None
    with transaction.atomic():
        public.record(
            actor_ref="system", verb="evidence.test.act", thing_kind="nothing", thing_id=new_id(), institution_id=None,
            person_id=None, before=None, after=None,
        )  # fmt: skip
    public.sequence_once()
    note = public.checkpoint()
    assert note is not None
    assert public.observe(note=note, keys=public.verifier_keys(), fetch=nothing) is None
    assert seen() == [1]
