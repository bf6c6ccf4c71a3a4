"""One PostgreSQL data folder and its server: made on first start, recovered after a kill, stopped with its parent."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql

from . import credentials
from .account import Account, choose
from .binaries import programs
from .door import Door
from .errors import PostgresError
from .lock import Lock
from .making import ENVIRONMENT, initialise, reset_superuser
from .places import PORT, SOCKET, make_private, socket_folder
from .processes import dies_with_parent, end, working_in
from .roles import APP, DATABASE, OWNER, ensure_role, grant_defaults, url

Role = Literal["superuser", "owner", "app"]
_NAMES: dict[Role, str] = {"superuser": "postgres", "owner": OWNER, "app": APP}


class Cluster:
    """An embedded PostgreSQL under `data_dir`/postgres, its passwords in `config_dir` (default: `data_dir`).

    Start it from a thread that lives as long as the server should: the kernel ends the server with that thread.
    """

    def __init__(self, data_dir: Path | str, config_dir: Path | str | None = None, *, fast: bool = False) -> None:
        self.base = Path(data_dir).absolute() / "postgres"
        self.pgdata = self.base / "data"
        self.staging = self.base / "data.new"
        self.log = self.base / "server.log"
        self.secrets = Path(config_dir if config_dir is not None else data_dir).absolute() / "postgres.json"
        self.fast = fast
        self._lock = Lock(self.base / "lock", f"the database in {self.base}")
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id while we run it."""
        return self._server.pid if self._server is not None and self._server.poll() is None else None

    def dsn(self, role: Role, database: str = DATABASE) -> str:
        """The postgresql:// address of a role, also from another process while the server runs elsewhere."""
        passwords = credentials.read(self.secrets)
        if passwords is None:
            raise PostgresError(f"{self.secrets} is missing: the database was never started with this config folder.")
        socket = socket_folder(self.base, choose(self.pgdata))
        word = getattr(passwords, role)
        return url(host=str(socket), port=str(PORT), user=_NAMES[role], password=word, database=database)

    def start(self, wait: float = 60.0) -> None:
        """Bring the server up, with database and roles; raises AlreadyRunning when another process has this data."""
        self.base.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        # A supervisor that was killed a moment ago leaves a server that is just stopping; its lock is free at once.
        self._lock.acquire(wait=1.0)
        try:
            account = choose(self.pgdata)
            self._end_leftovers()
            socket = socket_folder(self.base, account)
            make_private(socket, account)
            for left in (SOCKET, f"{SOCKET}.lock"):
                (socket / left).unlink(missing_ok=True)
            bin_dir = programs(account)
            fresh = not (self.pgdata / "PG_VERSION").exists()
            passwords = credentials.read(self.secrets)
            if fresh:
                passwords = passwords or credentials.drawn()
                credentials.write(self.secrets, passwords)
                initialise(bin_dir, account, self.pgdata, self.staging, socket, passwords.superuser, sync=not self.fast)
            elif passwords is None:
                passwords = credentials.drawn()
                reset_superuser(bin_dir, account, self.pgdata, passwords.superuser)
                credentials.write(self.secrets, passwords)
            self._launch(bin_dir, account, socket, wait)
            if not self._admitted():
                # The config folder is another than the one that this data was last started with.
                self._end_server(wait)
                reset_superuser(bin_dir, account, self.pgdata, passwords.superuser)
                self._launch(bin_dir, account, socket, wait)
            self._furnish(passwords)
        except BaseException:
            self.stop()
            raise

    def stop(self, wait: float = 8.0) -> None:
        """Stop fast (SIGINT: open transactions are rolled back), then hard; a second call does nothing."""
        self._end_server(wait)
        self._lock.release()
        if not self.pgdata.exists():
            return
        socket = socket_folder(self.base, choose(self.pgdata))
        if socket.parent != self.base:
            with contextlib.suppress(OSError):  # not empty: another server is up there already
                socket.rmdir()

    def _admitted(self) -> bool:
        try:
            psycopg.connect(self.dsn("superuser", "postgres")).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                return False
            raise PostgresError(f"the database does not answer: {error}") from error
        return True

    def _end_server(self, wait: float) -> None:
        if self._server is not None:
            for sign, seconds in ((signal.SIGINT, wait), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0)):
                if self._server.poll() is not None:
                    break
                self._server.send_signal(sign)
                try:
                    self._server.wait(seconds)
                except subprocess.TimeoutExpired:
                    continue
            self._server = None

    def _end_leftovers(self) -> None:
        """We hold the lock, so whatever still works in the data folder lost its supervisor."""
        folders = [folder for folder in (self.pgdata, self.staging) if folder.exists()]
        lost = [pid for folder in folders for pid in working_in(folder)]
        stuck = end(lost, ((signal.SIGINT, 5.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0)))
        if stuck:
            raise PostgresError(f"an older database server can't be ended: process {stuck[0]}.")
        note = self.pgdata / "postmaster.pid"
        if note.exists():
            pid = note.read_text().split("\n", 1)[0].strip()
            # Its number may belong to another program after a restart of the machine, or to a zombie that nobody
            # has collected yet; PostgreSQL takes both for a living server and would refuse.
            if pid.isdigit() and Path(f"/proc/{pid}").exists():
                note.unlink()

    def _launch(self, bin_dir: Path, account: Account, socket: Path, wait: float) -> None:
        settings = {"listen_addresses": "", "unix_socket_directories": str(socket), "port": str(PORT)}
        settings |= {"max_connections": "100", "log_destination": "stderr", "logging_collector": "off"}
        settings |= {"timezone": "UTC", "log_timezone": "UTC", "log_checkpoints": "off"}
        # What people wrote stands in statements and in what errors cite: the application tells of them, masked.
        # What is read lies in memory or on a disk without arms: a page elsewhere costs hardly more than the next one.
        settings |= {"random_page_cost": "1.1"}
        settings |= {"log_min_messages": "log"}
        settings |= {
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "log_parameter_max_length_on_error": "0",
        }
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"} if self.fast else {}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            os.replace(self.log, self.log.with_suffix(".log.1"))
        with open(self.log, "ab") as log, Door(self.pgdata, account) as door:
            self._server = subprocess.Popen(
                [str(bin_dir / "postgres"), "-D", door.path, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                pass_fds=door.fds,
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor, which stops us last
                preexec_fn=dies_with_parent(signal.SIGINT),
                **account.popen(),  # type: ignore[call-overload]  # user, group and extra_groups only
            )
        deadline = time.monotonic() + wait
        while True:
            if self._server.poll() is not None:
                tail = self.log.read_text(errors="replace").strip().splitlines()[-5:]
                raise PostgresError("the database did not start:\n" + "\n".join(tail))
            note = self.pgdata / "postmaster.pid"
            lines = note.read_text().split("\n") if note.exists() else []
            if len(lines) > 7 and lines[0] == str(self._server.pid) and lines[7].strip() == "ready":
                return
            if time.monotonic() > deadline:
                raise PostgresError(f"the database was not ready within {wait:.0f} s; see {self.log}")
            time.sleep(0.01)

    def _furnish(self, passwords: credentials.Passwords) -> None:
        """Database, roles and rights, brought to what they must be on every start."""
        with psycopg.connect(self.dsn("superuser", "postgres"), autocommit=True) as connection:
            ensure_role(connection, OWNER, passwords.owner, createdb=self.fast)
            ensure_role(connection, APP, passwords.app)
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
                )
        # A test runner's databases are copies of template1, and default rights belong to one database.
        for database in ("template1", DATABASE) if self.fast else (DATABASE,):
            with psycopg.connect(self.dsn("superuser", database), autocommit=True) as connection:
                grant_defaults(connection, OWNER, APP)
