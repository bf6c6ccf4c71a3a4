"""The database's own walls: each table is walled or listed with a reason, and the application's role owns nothing.

The tables are full while they are tried (see scene), so that a wall that is down is seen.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from jumuishi.identity import testing
from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.tenancy import Principal
from jumuishi.project import plan
from jumuishi.project.installation import Installation
from jumuishi.project.tests.scene import ASHA, Scene
from jumuishi.project.third_party import UNWALLED

# What anybody who is somebody may read, and why.
PUBLIC: dict[str, str] = {
    "institutions_place": "places are the nation's",
    "institutions_ward_council": "which council a ward belongs to is public",
    "institutions_institution": "approved institutions are public",
    "institutions_holiday": "days off are announced",
    "feedback_terms": "how soon an institution answers is its promise to everybody",
    "services_edition": "the catalogue is the nation's",
    "services_offering": "what is published is public",
    "meetings_body": "which bodies an institution has is public",
    "meetings_member": "who sits in a public body is public; how they are reached lies apart",
    "meetings_edition": "agreed standing orders are for everybody; a test of the room sees that drafts are not",
    "exchange_directory": "who there is on the network is told to everybody, signed",
    "evidence_checkpoint": "the log is public, and holds commitments only",
    "evidence_cosignature": "the log is public, and so is who watches it",
    "evidence_cosigned": "the log is public, and so is who watches it",
    "evidence_stamp": "the log is public, and so is when it was stamped",
    "evidence_epoch": "the log is public, and holds commitments only",
    "evidence_tile": "the log is public, and holds commitments only",
    "exchange_courier_bundle": "which files went and came between nodes, by their numbers; nothing of what is inside",
    "exchange_courier_packing": "for which node files were packed, and when; nothing of what is inside",
}
# What is nobody's but the authority's, and why.
AUTHORITYS: dict[str, str] = {
    "services_proposal": "two of the authority decide on an edition for the catalogue",
    "exchange_node": "this node's place on the network is the authority's to see",
    "exchange_neighbour": "the authority lets other nodes in",
    "exchange_courier_link": "when other nodes were reached concerns the network",
    "exchange_revoked_member": "the authority says who is no member of the network any more",
    "exchange_finding": "what a node's log has done is the authority's to act upon",
    "exchange_seen_log": "what other nodes' logs say, and whether they contradict themselves, concerns the network",
}


def walled() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND relrowsecurity AND relforcerowsecurity"
        )
        return {name for (name,) in cursor.fetchall()}


def columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [table])
        return {name for (name,) in cursor.fetchall()}


def count(table: str, where: str = "true", values: list[Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}", values or [])
        return int(cursor.fetchone()[0])


def test_each_table_is_walled_or_listed(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = {name for (name,) in cursor.fetchall()}
    bare = tables - walled()
    assert bare <= set(UNWALLED), f"no wall and no reason: {sorted(bare - set(UNWALLED))}"
    assert not set(UNWALLED) & walled(), "listed as unwalled, yet walled"


def test_the_application_role_owns_and_bypasses_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication FROM pg_roles "
            "WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False,)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member "
                       "WHERE r.rolname = current_user")  # fmt: skip
        assert cursor.fetchone() == (0,), "a member of another role could become it"
        cursor.execute("SELECT has_schema_privilege(current_user, 'public', 'CREATE')")
        assert cursor.fetchone() == (False,)


def test_web_and_worker_are_told_of_no_other_role(tmp_path: Path) -> None:
    """What the supervisor gives them names the application's role alone, whatever the supervisor itself was given."""
    here = Installation(tmp_path, tmp_path / "config", tmp_path / "mirror", tmp_path / "static")
    base = {**os.environ, "DATABASE_OWNER_URL": "postgresql://owner:secret@/x"}
    given = here.environment(base, database="postgresql://jumuishi_app@/x?host=/nowhere")
    for child in plan.planned(here, given, ["web"]):
        assert "DATABASE_OWNER_URL" not in child.environment, child.name
        assert "secret" not in " ".join(child.environment.values()), child.name
    ask = "from django.conf import settings as s; print(sorted(s.DATABASES), s.DATABASES['default']['USER'])"
    done = subprocess.run([sys.executable, "-c", ask], env=given, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['default'] jumuishi_app"


@pytest.fixture
def scene(world: Any, db: None, run_jobs: Callable[[], int]) -> Scene:
    return Scene(run_jobs)


# One value of each type, for a row that is made by hand.
SAMPLES: dict[str, str] = {
    "uuid": "gen_random_uuid()", "text": "'x'", "varchar": "'x'", "bpchar": "'x'", "int2": "1", "int4": "1",
    "int8": "1", "numeric": "1", "bool": "false", "timestamptz": "now()", "date": "now()", "jsonb": "'{}'",
    "bytea": "'x'", "_int4": "'{}'",
}  # fmt: skip
# Where the table's own checks want more than any value.
FITTING: dict[tuple[str, str], str] = {
    ("documents_document", "state"): "'issued'",
    ("privacy_breach", "state"): "'recorded'",
}


def put_a_row(table: str, mfano: UUID, asha: UUID) -> None:
    """A row of the first institution's and Asha's in a table that no request of the scene fills."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname, t.typname, a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' FROM pg_attribute a "
            "JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = %s::regclass AND a.attnum > 0 "
            "AND NOT a.attisdropped",
            [table],
        )
        given: dict[str, str] = {}
        for name, kind, needed in cursor.fetchall():
            if name in ("institution_id", "person_id"):
                given[name] = f"'{mfano if name == 'institution_id' else asha}'"
            elif needed:
                given[name] = FITTING.get((table, name), SAMPLES[kind])
        names = ", ".join(f'"{one}"' for one in given)
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join(given.values())})")


@pytest.mark.slow
def test_every_walled_table_is_empty_without_a_principal_and_for_the_wrong_one(scene: Scene) -> None:
    asha, mfano = testing.citizen(ASHA).who, scene.homes["mfano"]
    baraka, zuhura = scene.officer("jirani", "Baraka"), scene.officer("mamlaka", "Zuhura")
    full = {table: count(table) for table in sorted(walled())}
    for table in [name for name, rows in full.items() if rows == 0]:
        put_a_row(table, mfano, asha)
        full[table] = 1
    assert min(full.values()) > 0, "nothing in a table proves nothing"
    assert len(full) > 40
    seen: list[str] = []
    for table, rows in full.items():
        with tenancy.acting_as(None):
            if count(table):
                seen.append(f"{table}: no principal sees {count(table)} of {rows}")
    strangers = {
        "Baraka": Principal.institution(scene.homes["jirani"], baraka.person_id),
        "a stranger's institution": Principal.institution(new_id(), new_id()),
        "the neighbour": Principal.person(testing.citizen("0700 000 062").person_id),
        "a visitor": Principal.person(None),
        "the authority": Principal.authority(scene.homes["mamlaka"], zuhura.person_id),
    }
    for table in full:
        owners = sorted(columns(table) & {"institution_id", "person_id"})
        # A person's own row is its own; whose rows have no owner are nobody's to read.
        where = " OR ".join(f"{one} = %s" for one in owners) or ("id = %s" if table == "identity_person" else "true")
        values: list[Any] = (
            [asha] if table == "identity_person" else [mfano if one == "institution_id" else asha for one in owners]
        )
        for who, principal in strangers.items():
            if table in PUBLIC or (table in AUTHORITYS and who == "the authority"):
                continue
            with tenancy.acting_as(principal):
                if found := count(table, where, values):
                    seen.append(f"{table}: {who} sees {found}")
    assert not seen, "\n".join(seen)


@pytest.mark.slow
def test_psql_as_the_applications_role_sees_nothing(world: Any, committed_db: None, database: Any) -> None:
    """A connection of its own, as the application's role, nothing set: over rows that are really there."""
    full = 0
    with psycopg.connect(database.app) as conn:
        tables = [t for (t,) in conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()]
        for table in set(tables) - set(UNWALLED):
            assert conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        conn.execute("SELECT set_config('jumuishi.kind', 'system', false)")
        for table in set(tables) - set(UNWALLED):
            row = conn.execute(f"SELECT count(*) > 0 FROM {table}").fetchone()
            full += bool(row and row[0])
    assert full >= 10
