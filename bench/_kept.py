"""Installations with so many made-up cases, kept between runs outside the repository, and made when they are missing.

`python -m bench._kept COUNT...` makes them beforehand. JUMUISHI_BENCH_CACHE names another folder to keep them in.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench._installation import Installed, installation
from bench.submit import still

GENERATOR = Path(__file__).resolve().parents[1] / "src/jumuishi/project/generate"
INSTITUTIONS, SMALL = 200, 50_000
TABLES = ("cases_case", "cases_task", "cases_note", "cases_find", "cases_attachment", "evidence_journal")


def _folder(count: int) -> Path:
    """The stamp is the generator's own text: what it would make otherwise now is made anew."""
    stamp = hashlib.sha256()
    for path in sorted(GENERATOR.glob("*.py")):
        stamp.update(path.read_bytes())
    cache = Path(os.environ.get("JUMUISHI_BENCH_CACHE") or Path.home() / ".cache/jumuishi-bench")
    return cache / f"{stamp.hexdigest()[:12]}-{count}"


@contextmanager
def kept(count: int) -> Iterator[Installed]:
    """A running installation with so many cases at 200 institutions; its web server has one process."""
    home = _folder(count)
    ready = home / "made"
    if home.exists() and not ready.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        for one in (home, home.parent, home.parent.parent):
            one.chmod(one.stat().st_mode | 0o011)  # the database's account passes through to its own folder
    with installation(kept_in=home, web_workers=1) as one:
        if not ready.exists():
            began = time.monotonic()
            _fill(one, count)
            ready.write_text(f"{count} cases in {time.monotonic() - began:.0f} s, indexes and statistics included\n")
            print(ready.read_text().strip(), flush=True)
        yield one


def generate(one: Installed, count: int, seed: int, *, institutions: int = INSTITUTIONS) -> subprocess.Popen[bytes]:
    """The generator, begun."""
    words = ["generate", "--cases", str(count), "--institutions", str(institutions), "--seed", str(seed)]
    command = [sys.executable, "-c", f"from jumuishi.project.cli import main; main({words})"]
    # Past the row policies and the foreign keys, which cost more than the rows.
    url = f"{one.database()}&options=-csession_replication_role%3Dreplica"
    return subprocess.Popen(command, env=one.environment() | {"DATABASE_URL": url})


def _fill(one: Installed, count: int) -> None:
    """The generator in two processes, with indexes built afterwards, as a database is filled before it opens."""
    tables = TABLES if count > SMALL else ()
    with (
        psycopg.connect(one.database(), autocommit=True) as conn,
        at_rest(one),
        filling(conn, tables),
    ):
        # The first makes the institutions that both need.
        parts = [(count // 2, 1), (count - count // 2, 2)] if count > SMALL else [(count, 1)]
        if len(parts) > 1 and generate(one, 0, 0).wait():
            raise RuntimeError("no institutions")
        running = [generate(one, number, seed) for number, seed in parts]
        if any([process.wait() for process in running]):  # noqa: C419  # each is waited for
            raise RuntimeError("not generated")


@contextmanager
def at_rest(one: Installed) -> Iterator[None]:
    """The worker held still, at a moment when it holds no table."""
    held = "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND usename = 'jumuishi_app'"
    with psycopg.connect(one.database(), autocommit=True) as conn:
        for _ in range(600):
            with still(one.processes("project.worker")):
                if conn.execute(held).fetchone() == (0,):
                    yield
                    return
            time.sleep(0.1)
    raise TimeoutError("the worker never rests")


@contextmanager
def filling(conn: psycopg.Connection, tables: Sequence[str]) -> Iterator[None]:
    """Many rows at once, as a superuser (autocommit): these tables' indexes are built afterwards, statistics too."""
    for name, value in (("fsync", "off"), ("full_page_writes", "off"), ("max_wal_size", "8GB")):
        conn.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    conn.execute("SELECT pg_reload_conf()")
    dropped = _drop_indexes(conn, tables)
    yield
    conn.execute("SET maintenance_work_mem = '512MB'")
    for statement in dropped:
        conn.execute(statement)
    conn.execute("VACUUM (ANALYZE)")
    conn.execute("ALTER SYSTEM RESET ALL")
    conn.execute("SELECT pg_reload_conf()")
    conn.execute("CHECKPOINT")


def _drop_indexes(conn: psycopg.Connection, tables: Sequence[str]) -> list[str]:
    """Drop these tables' indexes but the primary keys that others point at; what makes them anew."""
    rows = conn.execute(
        "SELECT i.indexrelid::regclass::text, t.relname, pg_get_indexdef(i.indexrelid), c.conname, "
        "pg_get_constraintdef(c.oid) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid "
        "LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid "
        "WHERE t.relname = ANY(%s) AND NOT i.indisprimary",
        [list(tables)],
    ).fetchall()
    for index, table, _, constraint, _ in rows:
        conn.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}")
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {rule}" if constraint else made
        for _, table, made, constraint, rule in rows
    ]


if __name__ == "__main__":
    for number in map(int, sys.argv[1:]):
        with kept(number) as made:
            print(number, made.here.data)
