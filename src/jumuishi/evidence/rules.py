"""The form of a journal row and of its commitment. Pure."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

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


def is_look(verb: str) -> bool:
    """Whether a verb ("cases.case.look") only looks at data; such leaves are gathered by the minute."""
    return verb.rpartition(".")[2] in LOOK_VERBS
