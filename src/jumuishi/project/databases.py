"""The two addresses that an installation signs in with: its embedded database, or a server of yours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from jumuishi.kernel.postgres import Cluster, PostgresError, credentials, prepare


@dataclass(frozen=True)
class Databases:
    """`owner` migrates; `app` is what web and worker get."""

    owner: str
    app: str

    def __repr__(self) -> str:
        return "Databases(...)"


def embedded(cluster: Cluster) -> Databases:
    """Start the embedded database."""
    cluster.start()
    return Databases(owner=cluster.dsn("owner"), app=cluster.dsn("app"))


def server(environment: Mapping[str, str], config: Path) -> Databases:
    """Make a server ready. Two ways: DATABASE_URL of a superuser alone, whose two roles we then make and keep
    passwords of in the config folder; or DATABASE_OWNER_URL with DATABASE_URL of a role that owns nothing.
    """
    given, owner = environment["DATABASE_URL"], environment.get("DATABASE_OWNER_URL")
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        if environment.get(name) and urlsplit(environment[name]).scheme not in ("postgresql", "postgres"):
            raise PostgresError(f"{name} must look like postgresql://USER:PASSWORD@HOST:5432/DATABASE.")
    try:
        if owner:
            name = unquote(urlsplit(given).username or "")
            prepare(owner, app=name)
            return Databases(owner=owner, app=given)
        kept = config / "server.json"
        passwords = credentials.read(kept) or credentials.drawn()
        credentials.write(kept, passwords)
        urls = prepare(given, passwords=(passwords.owner, passwords.app))
    except psycopg.OperationalError as error:
        raise PostgresError(f"the server of DATABASE_URL lets nobody in: {_without_password(str(error))}") from None
    except psycopg.Error as error:
        raise PostgresError(f"the server of DATABASE_URL refuses: {_without_password(str(error))}") from None
    if not urls.app:
        raise PostgresError(
            "DATABASE_URL alone must be a superuser's address (two harmless roles are then made); "
            "otherwise give the owner's in DATABASE_OWNER_URL and a role that owns nothing in DATABASE_URL."
        )
    return Databases(owner=urls.owner, app=urls.app)


def _without_password(text: str) -> str:
    return " ".join(re.sub(r"://([^:/@\s]+):[^@\s]*@", r"://\1:***@", text).split())
