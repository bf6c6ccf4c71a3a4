"""Whether tables and static files are already as this code wants them, told without loading Django.

A start that finds nothing new need not migrate: that costs one process of several seconds.
"""

import hashlib
import json
import sysconfig
from pathlib import Path

import psycopg

from jumuishi.project.installation import Installation

_HOUSE = Path(__file__).resolve().parent.parent
NOTE = "ready.json"


def is_ready(here: Installation, owner: str, system: str = "") -> bool:
    """Whether this code, these packages and this very database were made ready together before.

    `system` is the address of a demonstration's own system, which its registers name.
    """
    try:
        kept = json.loads((here.data / NOTE).read_text())
    except (OSError, ValueError):
        return False
    state = _state(owner, system)
    return bool(state["database"]) and state == kept and (here.static / "staticfiles.json").exists()


def note_ready(here: Installation, owner: str, system: str = "") -> None:
    """Remember that everything is ready."""
    (here.data / NOTE).write_text(json.dumps(_state(owner, system)))


def _state(owner: str, system: str) -> dict[str, str]:
    return {"code": _code(), "database": _database(owner), **({"system": system} if system else {})}


def _code() -> str:
    sum_ = hashlib.sha256()
    for path in sorted(_HOUSE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            found = path.stat()
            sum_.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    packages = Path(sysconfig.get_path("purelib"))
    sum_.update("\n".join(sorted(one.name for one in packages.glob("*.dist-info"))).encode())
    return sum_.hexdigest()


def _database(owner: str) -> str:
    with psycopg.connect(owner) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return ""
        row = connection.execute(
            "SELECT (SELECT system_identifier FROM pg_control_system()),"
            " (SELECT oid FROM pg_database WHERE datname = current_database()),"
            " count(*), max(id) FROM django_migrations"
        ).fetchone()
    return " ".join(map(str, row or ()))
