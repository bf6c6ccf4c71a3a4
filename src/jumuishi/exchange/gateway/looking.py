"""Whose data a call is about, seen at the door of the provider's node and kept as marks beside the record."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jumuishi.exchange.gateway.body import Body
from jumuishi.exchange.gateway.ledger import Look, Row
from jumuishi.exchange.looks import marks, subjects
from jumuishi.exchange.looks.subjects import Subject, SubjectRule
from jumuishi.exchange.looks.trail import Trail
from jumuishi.exchange.paths import UnsafePath, read_path
from jumuishi.exchange.xroad import headers as rules
from jumuishi.exchange.xroad.request import Request
from jumuishi.kernel.ids import new_id

USER = "x-road-userid"
SALT = 16


@dataclass
class Seen:
    """What a call to a service with such rules showed of its subjects; `names` are those of the answer's members."""

    rules: tuple[SubjectRule, ...]
    subjects: dict[Subject, bytes] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    asker: str = ""
    follows: bool = False
    path: str = ""

    def add(self, found: list[Subject]) -> None:
        """Each with a salt of its own."""
        for one in found:
            if len(self.subjects) < subjects.MOST_PEOPLE:
                self.subjects.setdefault(one, os.urandom(SALT))

    def said(self) -> dict[str, Any]:
        """What the record in the log says of it: commitments, which tell nobody anything without their salts."""
        found = sorted(marks.commitment(one, salt) for one, salt in self.subjects.items())
        return {"subjects": found, "fields": self.names}

    def rows(self, record: Row) -> tuple[Look, ...]:
        """One for each person; one without a mark where the key was not found."""
        found = [(one.kind, marks.mark_of(one.kind, one.number), salt) for one, salt in self.subjects.items()]
        return tuple(
            Look(
                id=new_id(), institution_id=record.institution_id, record_id=record.id, at=record.at, kind=kind,
                mark=mark, asker=self.asker, follows=self.follows, names=self.names, salt=salt,
            )
            for kind, mark, salt in found or [("", "", b"")]
        )  # fmt: skip


def begun(said: Sequence[SubjectRule], asked: Request, body: Body, trail: Trail) -> Seen | None:
    """What the request says, by what the owner `said` of the service; None for a call of which that is nothing."""
    if not said:
        return None
    try:
        segments = read_path(asked.path).segments
    except UnsafePath:
        return None
    mine, found = subjects.of_request(said, asked.verb, segments, asked.query or "", _read(body))
    if not mine:
        return None
    seen = Seen(tuple(mine), asker=marks.asker_mark(rules.last(asked.headers, USER)), path=_hidden(mine, segments))
    seen.add(found)
    seen.follows = trail.follows(asked.client.wire, asked.service.wire, found)
    return seen


def ended(seen: Seen | None, status: int, answer: Body) -> None:
    """What the answer says."""
    if seen is not None and 200 <= status < 300:
        body = _read(answer)
        seen.add(subjects.of_answer(seen.rules, body))
        seen.names = subjects.names_in(body)


def _read(body: Body) -> bytes | None:
    return body.whole() if body.is_small else None


def _hidden(mine: Sequence[SubjectRule], segments: tuple[str, ...]) -> str:
    """The path for the record, with a star where a number stands; "" where none stands in it."""
    places = [one.template.strip("/").split("/").index(f"{{{one.at}}}") for one in mine if one.place == "path"]
    return "/" + "/".join("*" if at in places else one for at, one in enumerate(segments)) if places else ""
