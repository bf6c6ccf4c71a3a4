"""The register of persons: a number of 20 digits (8-5-5-2, the first 8 a birth date), and who holds it.

A system that acts for the holder shows that by the register's questions; one that may know anyway asks by number alone.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from registers.answers import Answer, refused, words
from registers.questions import LockedError, OverError, Questions, State
from registers.rules import rows
from registers.serving import Asked, Register, Route

QUESTIONS = ("mother", "school", "birth_ward", "father", "finished")
SHOWN = ("nin", "first_name", "middle_name", "last_name", "full_name", "sex", "birth_date", "region")


def plain(typed: object) -> str:
    """The 20 digits, whatever stands between them; "" for what is no number."""
    found = re.sub(r"[\s-]", "", typed) if isinstance(typed, str) else ""
    return found if re.fullmatch(r"[0-9]{20}", found) else ""


def grouped(nin: str) -> str:
    """As it is printed: 8-5-5-2."""
    return f"{nin[:8]}-{nin[8:13]}-{nin[13:18]}-{nin[18:]}"


def _known() -> dict[str, dict[str, str]]:
    found = {}
    for row in rows("people.csv"):
        full = " ".join(filter(None, (row["first_name"], row["middle_name"], row["last_name"])))
        found[row["nin"]] = {
            **row,
            "full_name": full,
            "birth_date": f"{row['nin'][:4]}-{row['nin'][4:6]}-{row['nin'][6:8]}",
        }
    return found


class NationalId:
    """Its answers; `now` gives seconds since 1970."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._people, self._questions = _known(), Questions(folder, QUESTIONS, now)

    def person(self, asked: Asked) -> Answer:
        """Who holds a number, for whoever may know without the holder."""
        return self._about(asked.parts[0], self._shown)

    def identity(self, asked: Asked) -> Answer:
        """A question, then the next one, then who it is."""
        check, said = asked.body.get("check"), asked.body.get("answer")
        if isinstance(check, str) and isinstance(said, str):
            return self._about(asked.body.get("nin"), lambda one: self._answered(one, check, said))
        return self._about(asked.body.get("nin"), lambda one: _asks(self._questions.begin(one["nin"])))

    def _about(self, typed: object, then: Callable[[dict[str, str]], dict[str, Any]]) -> Answer:
        nin = plain(typed)
        if not nin:
            return refused(400, "bad_nin")
        if nin not in self._people:
            return refused(404, "unknown_nin")
        try:
            return Answer(200, then(self._people[nin]))
        except LockedError as error:
            return refused(423, "locked", minutes=error.minutes)

    def _answered(self, one: dict[str, str], check: str, said: str) -> dict[str, Any]:
        try:
            state = self._questions.answer(one["nin"], check, said, one)
        except OverError:
            # It took too long, or began elsewhere meanwhile: from the first question again.
            state = self._questions.begin(one["nin"])
        return _asks(state) if state.question else {"state": "confirmed", "person": self._shown(one)}

    def _shown(self, one: dict[str, str]) -> dict[str, Any]:
        return {name: one[name] for name in SHOWN} | {"printed": grouped(one["nin"])}


def _asks(state: State) -> dict[str, Any]:
    question = {"code": state.question, **words(state.question)}
    return {
        "state": "question", "check": state.check, "question": question, "tries_left": state.tries_left,
        "was_wrong": state.was_wrong,
    }  # fmt: skip


def open_at(folder: Path) -> Register:
    """The register, with what must outlive a restart in a folder."""
    here = NationalId(folder)
    return Register(
        "national-id",
        (Route("POST", "/v1/identity", here.identity), Route("GET", "/v1/persons/*", here.person)),
    )
