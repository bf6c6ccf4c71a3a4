"""One part of an installation at a time, for systemd: python -m jumuishi.project.unit PART (database, web, worker ...).

The parts find each other by the data and config folders; nothing is passed on a command line that `ps` would show.
"""

import argparse
import os
import signal
import socket
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from jumuishi.kernel.postgres import PostgresError
from jumuishi.project.databases import Databases, server
from jumuishi.project.installation import Installation, InstallationError, locate
from jumuishi.project.plan import (
    DOOR,
    EDGE,
    ENDPOINT,
    LIVE,
    exchange_command,
    live_command,
    web_command,
    web_environment,
)
from jumuishi.project.terminal import say

# Whoever listens on every address of the machine is reached by the site's name.
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # no binding


def notify(state: str) -> None:
    """Tell systemd a state such as READY=1; nothing without systemd: sd_notify(3)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.connect("\0" + address[1:] if address.startswith("@") else address)
        door.sendall(state.encode())


def database(here: Installation, _: argparse.Namespace) -> int:
    """The embedded database until SIGTERM; systemd starts it again when it ends by itself (exit 1)."""
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    cluster = here.cluster
    cluster.start()
    try:
        notify("READY=1")
        while cluster.pid is not None:
            if signal.sigtimedwait(signals, 0.5) is not None:
                return 0
        say("Jumuishi: the database ended by itself.")
        return 1
    finally:
        cluster.stop(wait=30.0)


def prepare(here: Installation, wish: argparse.Namespace) -> int:
    """Migrate as the owner and collect static files; the database runs already."""
    kind = here.decide(empty=here.kind() is None and not wish.demo, demonstration=wish.demo)
    here.settle(kind)
    found = databases(here)
    environment = here.environment(os.environ, database=found.app) | {"DATABASE_OWNER_URL": found.owner}
    return _become([sys.executable, "-m", "jumuishi.project.ready", kind], environment)


def web(here: Installation, wish: argparse.Namespace) -> int:
    """The web process on the given address."""
    environment = here.environment(os.environ, database=databases(here).app)
    return _become(web_command(wish.host, wish.port, wish.workers), web_environment(here, environment))


def worker(here: Installation, _: argparse.Namespace) -> int:
    """The worker process."""
    environment = here.environment(os.environ, database=databases(here).app)
    return _become([sys.executable, "-m", "jumuishi.project.worker"], environment)


def exchange(here: Installation, wish: argparse.Namespace) -> int:
    """The process that carries messages: --port for our own systems here, the port after it for other nodes."""
    environment = here.environment(os.environ, database=databases(here).app) | {
        EDGE: f"http://127.0.0.1:{wish.port}",
        DOOR: f"https://{wish.host}:{wish.port + 1}",
    }
    if wish.host in EVERYWHERE and not environment.get(ENDPOINT):
        site = urlsplit(environment.get("JUMUISHI_PUBLIC_URL", "")).hostname
        if site is None:
            raise InstallationError("JUMUISHI_PUBLIC_URL does not say by which name other nodes reach this machine.")
        environment[ENDPOINT] = f"https://{site}:{wish.port + 1}"
    return _become(exchange_command(environment), environment)


def live(here: Installation, wish: argparse.Namespace) -> int:
    """The process that tells what goes on in halls, on the given address."""
    environment = here.environment(os.environ, database=databases(here).app)
    environment[LIVE] = f"http://{wish.host}:{wish.port}"
    return _become(live_command(environment), environment)


def databases(here: Installation) -> Databases:
    """Addresses of a running database: the server of DATABASE_URL, or this installation's own."""
    if os.environ.get("DATABASE_URL"):
        return server(os.environ, here.config)
    return Databases(owner=here.cluster.dsn("owner"), app=here.cluster.dsn("app"))


def _become(command: list[str], environment: dict[str, str]) -> int:
    sys.stdout.flush()
    os.execve(command[0], command, environment)  # noqa: S606 - systemd watches this very process


PARTS: dict[str, Callable[[Installation, argparse.Namespace], int]] = {
    "database": database,
    "prepare": prepare,
    "web": web,
    "worker": worker,
    "exchange": exchange,
    "live": live,
}


def main(words: list[str] | None = None) -> int:
    """Exit code of the part; 1 with a line that says what is wrong."""
    parser = argparse.ArgumentParser(prog="jumuishi.project.unit")
    parser.add_argument("part", choices=sorted(PARTS))
    parser.add_argument("--data", help="data folder (default: JUMUISHI_DATA, else the account's own place)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--demo", metavar="NAME", help="prepare: load a demonstration on first start")
    wish = parser.parse_args(words)
    try:
        return PARTS[wish.part](locate(wish.data), wish)
    except (InstallationError, PostgresError) as error:
        say(f"Jumuishi: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
