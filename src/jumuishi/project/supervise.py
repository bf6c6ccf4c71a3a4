"""Runs a whole installation from one terminal: database, web, worker and, in a demonstration, simulators."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from jumuishi.kernel.postgres import AlreadyRunning, Cluster, Lock, PostgresError
from jumuishi.kernel.postgres.processes import dies_with_parent, end
from jumuishi.project import children, demo_accounts, demo_ports, readiness
from jumuishi.project.addresses import free_port, is_loopback, own_names
from jumuishi.project.children import MARK, Child
from jumuishi.project.databases import Databases, embedded, server
from jumuishi.project.installation import DEMONSTRATIONS, Installation, InstallationError, locate
from jumuishi.project.network import parts
from jumuishi.project.network.running import Network, await_listeners
from jumuishi.project.plan import DOOR, EDGE, LIVE, SYSTEM, metrics_folder, planned, web_command
from jumuishi.project.terminal import say

READY_WITHIN = 60.0


class Stop(BaseException):
    """Somebody asked us to end; not an Exception, so that nothing on the way takes it for a failure."""


class Supervisor:
    """Everything that runs for one data folder."""

    def __init__(self, wish: argparse.Namespace) -> None:
        self.wish = wish
        self.here: Installation = locate(wish.data)
        self.children: list[Child] = []
        self.cluster: Cluster | None = None
        self.databases: Databases | None = None
        self.network: Network | None = None
        self.environment: dict[str, str] = {}
        self._database_pause, self._database_next = 0.5, 0.0
        self.lock = Lock(self.here.data / "lock", f"the data folder {self.here.data}")

    def up(self) -> None:
        """Start everything and print the ready line; raises what went wrong, in words."""
        try:
            self.lock.acquire(wait=1.0)
        except AlreadyRunning as error:
            raise InstallationError(f"already running: {error}. Stop that one first, or use --data DIR.") from None
        end(children.leftovers(self.here.data), ((signal.SIGTERM, 3.0), (signal.SIGKILL, 2.0)))
        kind = self.here.decide(empty=self.wish.empty, demonstration=self.wish.demo)
        if kind != "empty" and not is_loopback(self.wish.host):
            raise InstallationError(
                f"demonstration data is never served beyond this machine, and {self.wish.host} is not loopback: "
                "use --host 127.0.0.1, or --empty with another --data."
            )
        port = free_port(self.wish.host, self.wish.port)
        self.here.settle(kind)
        (self.here.data / parts.ADDRESSES).unlink(missing_ok=True)
        if kind == parts.AUTHORITY:
            self.network = Network(self.here, self.wish.host, self.wish.port)
            self.children = self.network.start()
        shown = f"[{self.wish.host}]" if ":" in self.wish.host else self.wish.host
        address = f"http://{shown}:{port}/"
        if os.environ.get("DATABASE_URL"):
            self.databases = server(os.environ, self.here.config)
        else:
            say("Starting the database ...")
            self.cluster = self.here.cluster
            self.databases = embedded(self.cluster)
        given = {**os.environ, MARK: str(self.here.data)}
        environment = self.here.environment(given, database=self.databases.app, address=address.rstrip("/"))
        if not is_loopback(self.wish.host) and "JUMUISHI_HOSTS" not in environment:
            environment["JUMUISHI_HOSTS"] = ",".join(own_names(self.wish.host))
            say("Served without encryption: put a web server with a certificate in front (deploy/nginx.conf).")
        # The ports after the web's own, where they are free.
        edge, door = (self._port_after("127.0.0.1", port, 1), self._port_after(self.wish.host, port, 2))
        environment |= {EDGE: f"http://127.0.0.1:{edge}", DOOR: f"https://{shown}:{door}"}
        environment[LIVE] = f"http://127.0.0.1:{self._port_after('127.0.0.1', port, 4)}"
        if kind == parts.AGENCY:
            environment[SYSTEM] = f"http://127.0.0.1:{self._port_after('127.0.0.1', port, 3)}"
        self.environment = environment
        if kind == DEMONSTRATIONS[0]:
            demo_ports.choose(self.here.data)
        if not readiness.is_ready(self.here, self.databases.owner, environment.get(SYSTEM, "")):
            self.prepare(kind, environment | {"DATABASE_OWNER_URL": self.databases.owner})
        say("Starting web and worker ...")
        web = web_command(self.wish.host, port, self.wish.workers)
        own = planned(self.here, environment, web)
        self.children = [*own, *self.children]
        for child in own:
            child.start()
        self.wait_for(f"{address}healthz")
        reached = parts.Reached(address, environment[EDGE], environment[DOOR], environment.get(SYSTEM, ""))
        if kind in parts.NAMES:
            await_listeners(reached)
            parts.write_addresses(self.here.data, reached)
        if self.network is not None:
            self.network.wait()
            self.network.join(environment, reached)
        print(f"Jumuishi ready at {address}", flush=True)
        if self.network is not None:
            print(self.network.listed(reached), flush=True)
        elif kind not in ("empty", *parts.NAMES):
            print(demo_accounts.listed(demo_accounts.kept(self.here.config), address), flush=True)

    def _port_after(self, host: str, port: int, steps: int) -> int:
        try:
            return free_port(host, min(port + steps, 65535) if self.wish.port else 0)
        except InstallationError:
            return free_port(host, 0)

    def prepare(self, kind: str, environment: dict[str, str]) -> None:
        """Migrate as the owner, collect static files, load the demonstration; raises InstallationError in words."""
        assert self.databases is not None  # noqa: S101  # up() found them just now
        first = kind != "empty" and not (self.here.data / "demonstration-loaded").exists()
        say("Preparing the tables and the demonstration, once ..." if first else "Preparing the tables ...")
        log = self.here.data / "log" / "prepare.log"
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(log, "w") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "jumuishi.project.ready", kind],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )
            try:
                code = process.wait()
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if code != 0:
            last = (log.read_text(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
            raise InstallationError(f"the tables could not be prepared: {last}\nThe whole story is in {log}")
        readiness.note_ready(self.here, self.databases.owner, environment.get(SYSTEM, ""))

    def wait_for(self, address: str) -> None:
        """Wait until the web process answers; raises InstallationError with its log when it does not."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + READY_WITHIN
        web, answer, failing = self.children[0], "no answer", 0
        while time.monotonic() < deadline:
            if web.process is not None and web.process.poll() is not None:
                break
            try:
                with opener.open(address, timeout=5) as response:
                    if response.status == 200:
                        return
            except urllib.error.HTTPError as error:
                answer = f"HTTP {error.code}"
                failing += 1
                if failing == 20:  # it answers, and what it says will not change by waiting
                    break
            except OSError as error:
                answer = str(error)
            time.sleep(0.05)
        raise InstallationError(
            f"the web process does not get ready ({answer}): {web.last_word()}\nThe whole story is in {web.log}"
        )

    def watch(self) -> None:
        """Keep everything running until somebody asks for the end."""
        while True:
            if self.cluster is not None and self.cluster.pid is None and time.monotonic() >= self._database_next:
                say("The database ended; it is started again.")
                self.restart_database(self.cluster)
            if self.network is not None:
                self.network.tend(self.environment)
            for child in filter(self.network.wants, self.children) if self.network else self.children:
                try:
                    line = child.watch()
                except OSError as error:  # a full disk, no process left: both pass
                    line = f"{child.name} can't be started: {error.strerror or error}"
                if line is not None:
                    say(line)
            time.sleep(0.25)

    def restart_database(self, cluster: Cluster) -> None:
        """Try to bring the embedded database back; a try that fails is repeated for ever, at most 5 s later."""
        cluster.stop()
        try:
            cluster.start()
        except (PostgresError, OSError) as error:
            say(f"{error}\nAgain in {self._database_pause:.1f} s.")
            self._database_next = time.monotonic() + self._database_pause
            self._database_pause = min(self._database_pause * 2, 5.0)
        else:
            self._database_pause = 0.5

    def down(self) -> None:
        """Stop everything within 10 seconds: web and worker first, the database last."""
        # A node of ours stops its own first.
        children.stop(self.children, wait=9.0 if self.network else 5.0)
        if self.network is not None:
            self.network.sweep()
        if self.environment:  # else it is another's who holds the lock
            (self.here.data / parts.ADDRESSES).unlink(missing_ok=True)
            shutil.rmtree(metrics_folder(self.here), ignore_errors=True)
        if self.cluster is not None:
            self.cluster.stop(wait=3.0)
        self.lock.release()


def arguments(words: list[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="./run", description="Run Jumuishi: database, web and worker.")
    parser.add_argument("--port", type=int, default=8000, help="0 picks a free one (default: 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    parser.add_argument("--data", help="data folder (default: ~/.local/share/jumuishi, as root /var/lib/jumuishi)")
    parser.add_argument("--workers", type=int, default=2, help="web processes (default: 2)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--empty", action="store_true", help="no demonstration data on first start")
    which.add_argument("--demo", metavar="NAME", help="which demonstration to load on first start")
    return parser.parse_args(words)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    raise Stop


def main() -> int:
    """Exit 0 when asked to end, 1 when something is wrong, said in a line or two."""
    wish = arguments(sys.argv[1:])
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, _stop)
    supervisor: Supervisor | None = None
    try:
        supervisor = Supervisor(wish)
        supervisor.up()
        supervisor.watch()
    except Stop:
        say("Stopping ...")
    except (InstallationError, PostgresError) as error:
        say(f"Jumuishi: {error}")
        return 1
    except OSError as error:
        say(f"Jumuishi: {error.filename or 'this machine'}: {error.strerror or error}")
        return 1
    finally:
        if supervisor is not None:
            supervisor.down()
    say("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
