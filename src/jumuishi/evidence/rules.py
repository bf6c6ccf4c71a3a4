"""The form of a journal row and of its commitment. Pure."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from jumuishi.kernel.canonical import canonical

SALT_BYTES = 16
ERASE = "evidence.journal.erase"
LOOK_VERBS = frozenset({"look", "view", "read"})


def stamp(at: datetime) -> str:
    """An instant as the log writes it: UTC, microseconds, RFC 3339."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def body(
    *,
    journal_id: UUID,
    at: datetime,
    actor: str | dict[str, str],
    verb: str,
    thing_kind: str,
    thing_id: UUID,
    institution_id: UUID | None,
    person_id: UUID | None,
    on_behalf_of: UUID | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> bytes:
    """The canonical bytes (RFC 8785) of a journal row; raises TypeError or ValueError on what JSON can't hold."""
    return canonical(
        {
            "v": 1,
            "id": journal_id,
            "at": stamp(at),
            "actor": actor,
            "on_behalf_of": on_behalf_of,
            "verb": verb,
            "thing": {"kind": thing_kind, "id": thing_id},
            "institution": institution_id,
            "person": person_id,
            "before": before,
            "after": after,
        }
    )


def bodies(**alike: Any) -> Callable[[UUID, UUID, UUID | None], bytes]:
    """The bodies of rows that are alike but for (journal_id, thing_id, person_id); `alike` is the rest of body's.

    Each is byte for byte what `body` gives. JSON is written once for all: where a million people stand in a list, that
    is half of what it costs to take it out.
    """
    marks = [uuid4() for _ in range(3)]
    pieces = {}
    for is_known in (True, False):
        person = marks[2] if is_known else None
        whole = body(journal_id=marks[0], thing_id=marks[1], person_id=person, **alike)
        found = re.split("|".join(map(str, marks)).encode(), whole)
        order = [marks.index(UUID(one.decode())) for one in re.findall("|".join(map(str, marks)).encode(), whole)]
        pieces[is_known] = found, order

    def fill(journal_id: UUID, thing_id: UUID, person_id: UUID | None) -> bytes:
        (first, *rest), order = pieces[person_id is not None]
        given = (str(journal_id).encode(), str(thing_id).encode(), str(person_id).encode())
        return b"".join([first, *(part for n, after in zip(order, rest, strict=True) for part in (given[n], after))])

    return fill


def is_look(verb: str) -> bool:
    """Whether a verb ("cases.case.look") only looks at data; such leaves are gathered by the minute."""
    return verb.rpartition(".")[2] in LOOK_VERBS
