"""The journal and its walls, as the application's own role."""

from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.transaction import TransactionManagementError

from jumuishi.evidence import public, rules
from jumuishi.evidence.models import Commitment, JournalRow
from jumuishi.evidence.verifier import commitment_of
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import canonical
from jumuishi.kernel.ids import new_id

ASHA, BARAKA, TRADE, OTHER = (new_id() for _ in range(4))


def act(verb: str = "cases.case.decide", person: UUID | None = ASHA, institution: UUID | None = TRADE) -> Any:
    return public.record(
        actor_ref={"kind": "institution", "person": str(new_id())},
        verb=verb,
        thing_kind="case",
        thing_id=new_id(),
        institution_id=institution,
        person_id=person,
        before={"stage": "review"},
        after={"stage": "approved", "fee": 50000},
    )


def test_a_row_its_salt_and_its_commitment(db: None) -> None:
    with tenancy.acting_as(tenancy.Principal.institution(TRADE, new_id())):
        first, second = act(), act()
    row = JournalRow.objects.get(id=first.journal_id)
    assert len(row.salt) == 16
    assert commitment_of(bytes(row.salt), bytes(row.body)) == first.commitment
    assert Commitment.objects.get(journal_id=first.journal_id).commitment == first.commitment
    assert row.salt != JournalRow.objects.get(id=second.journal_id).salt


def test_the_body_is_canonical(db: None) -> None:
    row = JournalRow.objects.get(id=act().journal_id)
    found = public.history(thing_kind="case", thing_id=row.thing_id)[0].body
    assert found is not None
    assert canonical(found) == bytes(row.body)
    assert found["after"] == {"stage": "approved", "fee": 50000}


@pytest.mark.parametrize("person", [ASHA, None])
def test_bodies_of_many_are_what_each_would_be(person: UUID | None) -> None:
    """JSON is written once for all of them, and no one can tell."""
    alike: dict[str, Any] = {
        "at": clock.now(), "actor": {"kind": "institution", "person": str(BARAKA)}, "verb": "identity.look",
        "thing_kind": "case", "institution_id": TRADE, "on_behalf_of": ASHA, "before": None,
        "after": {"what": 'a "name", é'},
    }  # fmt: skip
    fill = rules.bodies(**alike)
    for _ in range(3):
        row, thing = new_id(), new_id()
        assert fill(row, thing, person) == rules.body(journal_id=row, thing_id=thing, person_id=person, **alike)


def test_it_takes_one_statement(db: None) -> None:
    statements: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        act()
    assert len(statements) == 1


def test_not_outside_a_transaction(database: Any) -> None:
    with tenancy.acting_as(tenancy.Principal.system()), pytest.raises(TransactionManagementError):
        act()


@pytest.mark.parametrize(
    ("principal", "sees"),
    [
        (tenancy.Principal.person(ASHA), True),
        (tenancy.Principal.institution(TRADE, new_id()), True),
        (tenancy.Principal.person(BARAKA), False),
        (tenancy.Principal.person(None), False),
        (tenancy.Principal.institution(OTHER, ASHA), False),
        (tenancy.Principal.authority(OTHER, new_id()), False),
    ],
)
def test_who_sees_a_row(db: None, principal: tenancy.Principal, sees: bool) -> None:
    written = act()
    with tenancy.acting_as(principal):
        assert JournalRow.objects.filter(id=written.journal_id).exists() is sees
        assert not Commitment.objects.exists()


@pytest.mark.parametrize(
    "principal",
    [tenancy.Principal.person(None), tenancy.Principal.person(ASHA), tenancy.Principal.institution(OTHER, ASHA)],
)
def test_every_principal_may_add_what_it_can_not_read(db: None, principal: tenancy.Principal) -> None:
    with tenancy.acting_as(principal):
        written = act(person=None)
    assert JournalRow.objects.filter(id=written.journal_id).exists()


INSTANTS = {"leaf": "index", "journal": "at", "checkpoint": "at", "epoch": "opened_at", "log_key": "created_at"}


@pytest.mark.parametrize("table", INSTANTS)
@pytest.mark.parametrize("command", ["UPDATE {} SET {} = NULL", "DELETE FROM {}", "TRUNCATE {}"])
def test_nothing_is_rewritten_even_by_the_system(db: None, table: str, command: str) -> None:
    act()
    statement = command.format(f"evidence_{table}", INSTANTS[table])
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_tile_only_grows(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO evidence_tile (level, index, hashes) VALUES (0, 0, %s)", [bytes(32)])
        cursor.execute("UPDATE evidence_tile SET hashes = %s", [bytes(64)])
        with pytest.raises(ProgrammingError, match="only grows"), transaction.atomic():
            cursor.execute("UPDATE evidence_tile SET hashes = %s", [b"\x01" * 96])
