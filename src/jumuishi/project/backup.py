"""Backup and restore of one installation: its database and its files, without the keys that encrypt them.

`jumuishi backup make FOLDER` while it runs; `jumuishi backup restore FOLDER` into an empty data folder.
"""

import argparse
import contextlib
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from jumuishi.kernel.postgres import AlreadyRunning, Lock, PostgresError, programs
from jumuishi.project.installation import Installation, InstallationError, locate
from jumuishi.project.terminal import say

DUMP, FILES, NOTE = "database.dump", "files.tar", "backup.json"
KEY = "installation.key"


def make(here: Installation, folder: Path) -> None:
    """Write a backup into a new folder; raises InstallationError when it exists or nothing runs."""
    if folder.exists():
        raise InstallationError(f"{folder} exists already: name a new folder.")
    draft = folder.with_name(f".{folder.name}.part")
    draft.mkdir(mode=0o700, parents=True)
    # Files are written before the rows that name them and never change, so files copied after the dump are enough.
    _tool("pg_dump", ["--format=custom", f"--file={draft / DUMP}"], source(here))
    with tarfile.open(draft / FILES, "w") as tar:
        if (here.data / "files").exists():
            tar.add(here.data / "files", "files")
    note = {
        "made_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "installation": (here.data / "installation").read_text().strip(),
        "kind": here.kind(),
        "key": (here.config / KEY).exists(),
        "sha256": {name: _sum(draft / name) for name in (DUMP, FILES)},
    }
    (draft / NOTE).write_text(json.dumps(note, indent=2) + "\n")
    for name in (DUMP, FILES, NOTE):
        with open(draft / name, "rb") as file:
            os.fsync(file.fileno())
    draft.rename(folder)


def restore(here: Installation, folder: Path) -> None:
    """Put a backup into this installation's empty data; raises InstallationError when it is not whole or not empty."""
    try:
        note = json.loads((folder / NOTE).read_text())
    except (OSError, ValueError) as error:
        raise InstallationError(f"{folder} holds no backup: {error}") from error
    for name, wanted in note["sha256"].items():
        if _sum(folder / name) != wanted:
            raise InstallationError(f"{folder / name} is not as it was written: this backup is damaged.")
    if here.kind() is not None:
        raise InstallationError(f"{here.data} is in use: restore into an empty folder with --data.")
    # The restored installation is the old one: under its number it finds its keys and its mirror again.
    (here.data / "installation").write_text(note["installation"])
    here = locate(here.data)
    if note["key"] and not (here.config / KEY).exists():
        raise InstallationError(f"without its key this backup can't be read: put {KEY} back into {here.config} first.")
    with _running(here) as address:
        with psycopg.connect(address) as connection:
            if connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone():
                raise InstallationError("the database is not empty.")
        _tool("pg_restore", ["--exit-on-error", "--single-transaction", "--dbname", "", str(folder / DUMP)], address)
    _unpack(folder / FILES, here.data)
    if note["kind"] not in (None, "empty"):
        (here.data / "demonstration-loaded").write_text(f"{note['kind']}\n")
    (here.data / "kind").write_text(f"{note['kind'] or 'empty'}\n")


def _unpack(archive: Path, data: Path) -> None:
    # Not extractall: its safe filter is missing from the Python 3.11.2 of Debian 12.
    home = (data / "files").resolve()
    with tarfile.open(archive) as tar:
        for member in tar:
            target = (data / member.name).resolve()
            source = tar.extractfile(member) if member.isreg() else None
            if source is None or home not in target.parents:
                continue
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with source, open(target, "wb") as file:
                shutil.copyfileobj(source, file)


def source(here: Installation) -> str:
    """Who may read every row, past the policies: the superuser of the embedded database, or BACKUP_URL's."""
    if os.environ.get("DATABASE_URL"):
        if not os.environ.get("BACKUP_URL"):
            raise InstallationError("with DATABASE_URL, give a superuser's address in BACKUP_URL.")
        return os.environ["BACKUP_URL"]
    address = here.cluster.dsn("superuser")
    with contextlib.suppress(psycopg.OperationalError):
        psycopg.connect(address).close()
        return address
    raise InstallationError("the database does not run: start Jumuishi first.")


@contextlib.contextmanager
def _running(here: Installation) -> Iterator[str]:
    lock = Lock(here.data / "lock", f"the data folder {here.data}")
    lock.acquire()
    try:
        if os.environ.get("DATABASE_URL"):
            yield source(here)
            return
        cluster = here.cluster
        cluster.start()
        try:
            yield cluster.dsn("superuser")
        finally:
            cluster.stop()
    finally:
        lock.release()


def _tool(name: str, options: list[str], address: str) -> None:
    # The address goes by the environment, since a command line is seen by everybody on the machine.
    info = psycopg.conninfo.conninfo_to_dict(address)
    given = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "dbname"}
    given |= {"PGSSLMODE": "sslmode", "PGSSLROOTCERT": "sslrootcert"}
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
    environment |= {key: str(info[part]) for key, part in given.items() if info.get(part)}
    if "--dbname" in options:
        options[options.index("--dbname") + 1] = str(info["dbname"])
    done = subprocess.run([str(programs() / name), *options], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise InstallationError(f"{name} failed: {done.stderr.strip()}")


def _sum(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(words: list[str] | None = None) -> int:
    """Exit 0 when done, 1 with a line that says what is wrong."""
    parser = argparse.ArgumentParser(prog="jumuishi backup")
    parser.add_argument("verb", choices=["make", "restore"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", help="data folder (default: JUMUISHI_DATA, else the account's own place)")
    wish = parser.parse_args(words)
    folder = wish.folder.absolute()
    try:
        (make if wish.verb == "make" else restore)(locate(wish.data), folder)
    except (InstallationError, PostgresError, AlreadyRunning) as error:
        say(f"Jumuishi: {error}")
        return 1
    say(f"{'Backup written to' if wish.verb == 'make' else 'Restored from'} {folder}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
