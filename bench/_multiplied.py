"""Many cases out of few, by the database itself: each of them again with keys, a number and instants of its own.

What a list shows and a file holds is there: cases and their tasks; with `found`, search words too. No journal row and
no leaf of the log stands behind such a copy, no clock runs for it, and none is old enough to leave the lists.
"""

import psycopg
from psycopg import sql

from bench._kept import filling

AGAIN = """
CREATE OR REPLACE FUNCTION pg_temp.again(id uuid, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
SELECT (substr(h, 1, 12) || '7' || substr(m, 1, 3) || '8' || substr(m, 4, 15))::uuid
FROM (SELECT replace(id::text, '-', '') AS h, md5(id::text || n) AS m) AS s $$
"""
# What a copy has of its own; the rest stands as it stood. A key keeps the instant at its beginning.
OWN = {
    "cases_case": {
        "id": "pg_temp.again(id, n)",
        "reference": "'7' || lpad(nextval('pg_temp.numbers')::text, 15, '0')",
        "submitted_at": "submitted_at - n * interval '7 minutes'",
    },
    "cases_task": {"id": "pg_temp.again(id, n)", "case_id": "pg_temp.again(case_id, n)"},
    "cases_find": {"case_id": "pg_temp.again(case_id, n)"},
}


def multiply(conn: psycopg.Connection, count: int, *, found: bool = False) -> int:
    """Bring the cases to `count` or a few more, as a superuser (autocommit); the number there is then."""
    conn.execute("UPDATE cases_case SET next_clock_at = NULL")
    conn.execute("UPDATE cases_case SET ended_at = now() WHERE ended_at IS NOT NULL")
    (here,) = conn.execute("SELECT count(*) FROM cases_case").fetchone() or (0,)
    times = -(-count // here) - 1
    if times > 0:
        _copy(conn, times, [table for table in OWN if found or table != "cases_find"])
    (here,) = conn.execute("SELECT count(*) FROM cases_case").fetchone() or (0,)
    return int(here)


def _copy(conn: psycopg.Connection, times: int, tables: list[str]) -> None:
    conn.execute("SET session_replication_role = replica")  # past the foreign keys, which cost more than the rows
    conn.execute(AGAIN)
    conn.execute("CREATE TEMP SEQUENCE numbers")
    with filling(conn, tables):
        for table in tables:
            conn.execute(_again(conn, table), [times])
    conn.execute("SET session_replication_role = origin")


def _again(conn: psycopg.Connection, table: str) -> sql.Composed:
    """Every row of a table so many times more, with what a copy has of its own; whatever columns it has."""
    rows = conn.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND NOT "
        "(column_name = 'id' AND data_type = 'bigint') ORDER BY ordinal_position",
        [table],
    ).fetchall()
    own, names = OWN[table], [str(name) for (name,) in rows]
    values = [sql.SQL(own[name]) if name in own else sql.Identifier(name) for name in names]
    return sql.SQL("INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, %s) AS n").format(
        table=sql.Identifier(table),
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(values),
    )
