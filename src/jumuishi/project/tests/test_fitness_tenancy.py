"""The database's own walls: each table is walled or listed with a reason, and the application's role owns nothing."""

from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection

from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.project.third_party import UNWALLED


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def test_each_table_is_walled_or_listed(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND relrowsecurity AND relforcerowsecurity"
        )
        walled = {name for (name,) in cursor.fetchall()}
    bare = set(tables()) - walled
    assert bare <= set(UNWALLED), f"no wall and no reason: {sorted(bare - set(UNWALLED))}"
    assert not set(UNWALLED) & walled, "listed as unwalled, yet walled"


def test_the_application_role_owns_and_bypasses_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False,)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert cursor.fetchone() == (0,)


def test_no_principal_no_rows(database: Any) -> None:
    """As psql would: the application's own role, nothing set."""
    with psycopg.connect(database.app) as conn:
        for (table,) in conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            if table in UNWALLED:
                continue
            assert conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


@pytest.mark.parametrize("kind", ["person", "institution"])
def test_a_stranger_sees_nothing_that_belongs_to_somebody(db: None, kind: str) -> None:
    """The wrong principal: rows of others stay hidden in every table with an owner column."""
    stranger = tenancy.Principal(kind, new_id() if kind == "institution" else None, new_id())
    with tenancy.acting_as(stranger), connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            columns = {field.column for field in model._meta.local_fields}
            if table in UNWALLED or not columns & {"institution_id", "person_id"}:
                continue
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {table} LIMIT 0")  # the table is there and readable
            cursor.execute(f"SELECT count(*) FROM {table}")
            row = cursor.fetchone()
            assert row is not None
