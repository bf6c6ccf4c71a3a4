"""The two roles on any server, and the rights that the owner's tables give to the application."""

from dataclasses import dataclass
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from .errors import PostgresError

DATABASE = "jumuishi"
OWNER = "jumuishi_owner"
APP = "jumuishi_app"
FLOOR = 16

_OWNER_ATTRIBUTES = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION"
_APP_ATTRIBUTES = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB"


@dataclass(frozen=True)
class Urls:
    """How to sign in: `owner` to migrate, `app` for web and worker (postgresql:// addresses).

    `superuser` is known for throwaway databases only: for tests of what even that role cannot hide.
    """

    owner: str
    app: str
    superuser: str = ""


def url(*, host: str, port: str, user: str, password: str, database: str, options: str = "") -> str:
    """A postgresql:// address; a socket's folder as host goes into the query, as libpq wants it."""
    sign_in = f"{quote(user, safe='')}:{quote(password, safe='')}"
    name = quote(database, safe="")
    if host.startswith("/"):
        return f"postgresql://{sign_in}@/{name}?host={quote(host, safe='')}&port={port}{options}"
    return f"postgresql://{sign_in}@{host or 'localhost'}:{port}/{name}{'?' + options[1:] if options else ''}"


def ensure_role(
    connection: psycopg.Connection[tuple[object, ...]], name: str, password: str, *, createdb: bool = False
) -> None:
    """Create the role or bring its attributes and password to what they must be."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    attributes = _OWNER_ATTRIBUTES + (" CREATEDB" if createdb else " NOCREATEDB") if name == OWNER else _APP_ATTRIBUTES
    connection.execute(
        sql.SQL("{} ROLE {} WITH {} PASSWORD {}").format(
            sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(name), sql.SQL(attributes), sql.Literal(password)
        )
    )


def grant_defaults(connection: psycopg.Connection[tuple[object, ...]], owner: str, app: str) -> None:
    """In the connection's database: what the owner makes from now on, and has made, the application may use."""
    names = {"owner": sql.Identifier(owner), "app": sql.Identifier(app)}
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT EXECUTE ON FUNCTIONS TO {app}",
    ):
        connection.execute(sql.SQL(statement).format(**names))


def prepare(dsn: str, *, passwords: tuple[str, str] | None = None, app: str = APP, createdb: bool = False) -> Urls:
    """Make a server of yours ready: roles, ownership and default rights in the database that `dsn` names.

    With a superuser's (or CREATEROLE) address and `passwords` (owner, app), both roles are made. With an owner's
    address the owner stays, and `app` must exist and be harmless. Raises PostgresError saying what is missing.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        major, minor = divmod(connection.info.server_version, 10_000)
        if major < FLOOR:
            raise PostgresError(f"PostgreSQL {FLOOR} or newer is needed; this server is {major}.{minor}.")
        row = connection.execute(
            "SELECT rolsuper OR rolcreaterole, current_user::text, current_database()::text"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        if row is None:
            raise PostgresError("the server does not say who we are: is this PostgreSQL?")
        mighty, me, database = bool(row[0]), str(row[1]), str(row[2])
        info = {key: str(value) for key, value in conninfo_to_dict(dsn).items() if value is not None}
        if mighty and passwords is not None:
            for name, password in zip((OWNER, APP), passwords, strict=True):
                ensure_role(connection, name, password, createdb=createdb and name == OWNER)
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
            connection.execute(
                sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), sql.Identifier(OWNER))
            )
            grant_defaults(connection, OWNER, APP)
            owner, word = (_as(info, connection, *pair) for pair in zip((OWNER, APP), passwords, strict=True))
            return Urls(owner=owner, app=word)
        check_app_role(connection, app)
        grant_defaults(connection, me, app)
        return Urls(owner=dsn, app="")


def check_app_role(connection: psycopg.Connection[tuple[object, ...]], app: str) -> None:
    """Raise PostgresError unless the role exists, is no superuser, bypasses no policy and owns nothing here."""
    row = connection.execute(
        "SELECT rolsuper, rolbypassrls,"
        " EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid) OR EXISTS (SELECT 1 FROM pg_database"
        " WHERE datdba = r.oid) FROM pg_roles r WHERE rolname = %s",
        [app],
    ).fetchone()
    if row is None:
        raise PostgresError(f"the database has no role {app}: create it, or give a superuser's address once.")
    if any(row):
        raise PostgresError(
            f"the role {app} is a superuser, bypasses policies or owns tables: "
            "DATABASE_URL must be a role that owns nothing; give the owner's address in DATABASE_OWNER_URL."
        )


def _as(info: dict[str, str], connection: psycopg.Connection[tuple[object, ...]], user: str, password: str) -> str:
    kept = {key: value for key, value in info.items() if key.startswith("ssl") or key == "channel_binding"}
    extra = "".join(f"&{key}={quote(value, safe='')}" for key, value in kept.items())
    return url(
        host=info.get("host", connection.info.host),
        port=str(connection.info.port),
        user=user,
        password=password,
        database=connection.info.dbname,
        options=extra,
    )
