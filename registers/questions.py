"""The question-based check: who knows what the register knows about a holder is taken for that person.

What was asked and how often the answers were wrong outlives a restart, so that a lock is not lifted by one.
"""

import secrets
import sqlite3
import threading
import unicodedata
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from registers.rules import rule


@dataclass(frozen=True)
class State:
    """Where a check stands. `question` is the next one, "" once all were answered."""

    check: str
    question: str
    tries_left: int
    was_wrong: bool = False


class LockedError(Exception):
    """Too many wrong answers about this number; `minutes` until it may be tried again."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


class OverError(Exception):
    """There is no such check, or it is another number's, or its time is over."""


def same(said: str, known: str) -> bool:
    """Whether an answer is right: case, accents, signs and spaces apart."""
    return _plain(said) == _plain(known) != ""


def _plain(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", text).casefold() if one.isalnum())


class Questions:
    """Checks of one register, in a small database of its own. `now` gives seconds since 1970."""

    def __init__(self, folder: Path, codes: tuple[str, ...], now: Callable[[], float]) -> None:
        self._path, self._codes, self._now = folder / "checks.sqlite3", codes, now
        self._lock = threading.Lock()
        with closing(self._open()) as base, base:
            base.execute(
                "CREATE TABLE IF NOT EXISTS asked (number TEXT PRIMARY KEY, checked TEXT, until REAL, passed INTEGER, "
                "at INTEGER, wrong INTEGER, locked REAL)"
            )

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=5)

    def begin(self, number: str) -> State:
        """Ask the first question about a holder; a new check ends the one before. Raises LockedError."""
        with self._lock, closing(self._open()) as base, base:
            at, wrong = self._standing(base, number)
            check, until = secrets.token_urlsafe(18), self._now() + 60 * rule("check_minutes")
            base.execute(
                "INSERT INTO asked VALUES (?, ?, ?, 0, ?, ?, 0) ON CONFLICT (number) DO UPDATE SET checked = ?, "
                "until = ?, passed = 0, wrong = ?, locked = 0",
                (number, check, until, at, wrong, check, until, wrong),
            )
            return State(check, self._code(at), rule("tries") - wrong)

    def answer(self, number: str, check: str, said: str, known: dict[str, str]) -> State:
        """Take one answer: the next question, or none left. Raises LockedError, OverError."""
        with self._lock, closing(self._open()) as base, base:
            at, wrong = self._standing(base, number)
            row = base.execute("SELECT checked, until, passed FROM asked WHERE number = ?", (number,)).fetchone()
            if row is None or not secrets.compare_digest(str(row[0]), check) or row[1] < self._now():
                raise OverError
            passed, right = row[2], same(said, known[self._code(at)])
            passed, wrong = passed + right, wrong + (not right)
            is_done = passed >= rule("questions")
            if wrong >= rule("tries"):
                base.execute(
                    "UPDATE asked SET checked = '', wrong = 0, at = ?, locked = ? WHERE number = ?",
                    (at + 1, self._now() + 60 * rule("lock_minutes"), number),
                )
            else:
                base.execute(
                    "UPDATE asked SET checked = ?, passed = ?, at = ?, wrong = ? WHERE number = ?",
                    ("" if is_done else check, passed, at + 1, 0 if is_done else wrong, number),
                )
        if wrong >= rule("tries"):
            raise LockedError(rule("lock_minutes"))
        return State(check, "" if is_done else self._code(at + 1), rule("tries") - wrong, was_wrong=not right)

    def _standing(self, base: sqlite3.Connection, number: str) -> tuple[int, int]:
        """Which question is next and how many answers were wrong; raises LockedError."""
        row = base.execute("SELECT at, wrong, locked FROM asked WHERE number = ?", (number,)).fetchone()
        if row is None:
            return 0, 0
        if row[2] > self._now():
            raise LockedError(ceil((row[2] - self._now()) / 60))
        return int(row[0]), int(row[1])

    def _code(self, at: int) -> str:
        """Questions come in turn, also from one check to the next."""
        return self._codes[at % len(self._codes)]
