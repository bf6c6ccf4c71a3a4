"""The passwords of the database's roles: random, in one file that only its owner can read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import PostgresError


@dataclass(frozen=True)
class Passwords:
    """One password for each role; never shown."""

    superuser: str
    owner: str
    app: str

    def __repr__(self) -> str:
        return "Passwords(...)"


def drawn() -> Passwords:
    """Fresh passwords of 192 random bits each, safe inside a URL."""
    return Passwords(*(secrets.token_urlsafe(24) for _ in range(3)))


def read(path: Path) -> Passwords | None:
    """The passwords in the file, or None when there is no file."""
    try:
        return Passwords(**json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        raise PostgresError(
            f"{path} can't be read as the database's passwords: put it back from your copy of the keys, "
            "or move it away to have new passwords drawn."
        ) from None


def write(path: Path, passwords: Passwords) -> None:
    """Put the passwords into the file, whole or not at all, readable by the owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as out:
        json.dump(asdict(passwords), out)
        out.flush()
        os.fsync(out.fileno())
    os.rename(fresh, path)
