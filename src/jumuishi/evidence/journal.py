"""The journal: written once, in the caller's transaction."""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.transaction import TransactionManagementError

from jumuishi.evidence import rules
from jumuishi.evidence.types import Prepared, Recorded
from jumuishi.evidence.verifier import commitment_of
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.statements import Soon

# Two rows, and no round trip of its own. No RETURNING: a principal may write rows that it may not read.
_WRITE = Soon("""
WITH row AS (
  INSERT INTO evidence_journal
    (id, at, verb, thing_kind, thing_id, institution_id, person_id, on_behalf_of, body, salt)
  VALUES (%(id)s, %(at)s, %(verb)s, %(kind)s, %(thing)s, %(institution)s, %(person)s, %(behalf)s, %(body)s, %(salt)s)
)
INSERT INTO evidence_queue (journal_id, commitment, look, queued_at)
VALUES (%(id)s, %(commitment)s, %(look)s, %(at)s)
""")

# The same for many rows: a list that was taken out is a look at each.
_WRITE_MANY = """
WITH given AS (
  SELECT * FROM unnest(%(ids)s::uuid[], %(things)s::uuid[], %(people)s::uuid[], %(bodies)s::bytea[], %(salts)s::bytea[],
    %(commitments)s::bytea[]) AS g (id, thing, person, body, salt, commitment)
), row AS (
  INSERT INTO evidence_journal
    (id, at, verb, thing_kind, thing_id, institution_id, person_id, on_behalf_of, body, salt)
  SELECT id, %(at)s, %(verb)s, %(kind)s, thing, %(institution)s, person, %(behalf)s, body, salt FROM given
)
INSERT INTO evidence_queue (journal_id, commitment, look, queued_at)
SELECT id, commitment, %(look)s, %(at)s FROM given
"""


def record_many(
    *,
    actor_ref: str | dict[str, str],
    verb: str,
    thing_kind: str,
    things: Iterable[tuple[UUID, UUID | None]],
    institution_id: UUID | None,
    after: dict[str, Any] | None,
    on_behalf_of: UUID | None = None,
) -> int:
    """A row and a leaf for each (thing, person), in one statement; returns how many. As record."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("a journal row belongs into the transaction of its act")
    at, look = clock.now(), rules.is_look(verb)
    columns: dict[str, list[Any]] = {name: [] for name in ("ids", "things", "people", "bodies", "salts", "commitments")}
    body = rules.bodies(
        at=at, actor=actor_ref, verb=verb, thing_kind=thing_kind, institution_id=institution_id,
        on_behalf_of=on_behalf_of, before=None, after=after,
    )  # fmt: skip
    for thing_id, person_id in things:
        journal_id, salt = new_id(), os.urandom(rules.SALT_BYTES)
        row = body(journal_id, thing_id, person_id)
        given = (journal_id, thing_id, person_id, row, salt, commitment_of(salt, row))
        for column, value in zip(columns.values(), given, strict=True):
            column.append(value)
    if columns["ids"]:
        fixed: dict[str, Any] = {
            "at": at,
            "verb": verb,
            "kind": thing_kind,
            "institution": institution_id,
            "behalf": on_behalf_of,
        }
        with connection.cursor() as cursor:
            cursor.execute(_WRITE_MANY, {**columns, **fixed, "look": look})
    return len(columns["ids"])


def record(
    *,
    actor_ref: str | dict[str, str],
    verb: str,
    thing_kind: str,
    thing_id: UUID,
    institution_id: UUID | None,
    person_id: UUID | None,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    on_behalf_of: UUID | None = None,
) -> Recorded:
    """Write a journal row and queue its leaf; raises TransactionManagementError outside a transaction."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("a journal row belongs into the transaction of its act")
    journal_id, at, salt = new_id(), clock.now(), os.urandom(rules.SALT_BYTES)
    row = rules.body(
        journal_id=journal_id,
        at=at,
        actor=actor_ref,
        verb=verb,
        thing_kind=thing_kind,
        thing_id=thing_id,
        institution_id=institution_id,
        person_id=person_id,
        on_behalf_of=on_behalf_of,
        before=before,
        after=after,
    )
    commitment = commitment_of(salt, row)
    values: dict[str, Any] = {
        "id": journal_id,
        "at": at,
        "verb": verb,
        "kind": thing_kind,
        "thing": thing_id,
        "institution": institution_id,
        "person": person_id,
        "behalf": on_behalf_of,
        "body": row,
        "salt": salt,
        "commitment": commitment,
        "look": rules.is_look(verb),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
    return Recorded(journal_id, commitment)


# Rows of many acts at once, each with its own verb and institution: what a gateway gathers between two commits.
_WRITE_PREPARED = """
WITH {}given AS (
  SELECT * FROM unnest(%(ids)s::uuid[], %(ats)s::timestamptz[], %(verbs)s::text[], %(kinds)s::text[],
    %(things)s::uuid[], %(institutions)s::uuid[], %(bodies)s::bytea[], %(salts)s::bytea[], %(commitments)s::bytea[])
    AS g (id, at, verb, kind, thing, institution, body, salt, commitment)
), row AS (
  INSERT INTO evidence_journal (id, at, verb, thing_kind, thing_id, institution_id, body, salt)
  SELECT id, at, verb, kind, thing, institution, body, salt FROM given
)
INSERT INTO evidence_queue (journal_id, commitment, look, queued_at)
SELECT id, commitment, false, at FROM given
"""


def prepare(
    *,
    at: datetime,
    actor_ref: str | dict[str, str],
    verb: str,
    thing_kind: str,
    thing_id: UUID,
    institution_id: UUID | None,
    after: dict[str, Any],
) -> Prepared:
    """A journal row before it is written, for a program that commits many together; touches no database."""
    journal_id, salt = new_id(), os.urandom(rules.SALT_BYTES)
    row = rules.body(
        journal_id=journal_id, at=at, actor=actor_ref, verb=verb, thing_kind=thing_kind, thing_id=thing_id,
        institution_id=institution_id, person_id=None, on_behalf_of=None, before=None, after=after,
    )  # fmt: skip
    return Prepared(journal_id, at, verb, thing_kind, thing_id, institution_id, row, salt, commitment_of(salt, row))


def writing(rows: Sequence[Prepared], *, beside: str = "") -> tuple[str, dict[str, list[Any]]]:
    """The statement that writes prepared rows and queues their leaves, with its values; for a connection elsewhere.

    `beside` is another INSERT that is part of the same statement.
    """
    return _WRITE_PREPARED.format(f"beside AS ({beside}), " if beside else ""), {
        "ids": [one.journal_id for one in rows],
        "ats": [one.at for one in rows],
        "verbs": [one.verb for one in rows],
        "kinds": [one.thing_kind for one in rows],
        "things": [one.thing_id for one in rows],
        "institutions": [one.institution_id for one in rows],
        "bodies": [one.body for one in rows],
        "salts": [one.salt for one in rows],
        "commitments": [one.commitment for one in rows],
    }
