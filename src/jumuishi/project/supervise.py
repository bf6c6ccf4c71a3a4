"""Runs a whole installation from one terminal: database, web, worker and, in a demonstration, simulators."""

import argparse
import contextlib
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from types import FrameType

from jumuishi.kernel.postgres import AlreadyRunning, Cluster, Lock, PostgresError
from jumuishi.kernel.postgres.processes import dies_with_parent, end
from jumuishi.project import children
from jumuishi.project.children import MARK, Child
from jumuishi.project.databases import Databases, embedded, server
from jumuishi.project.installation import Installation, InstallationError, locate

SIMULATORS = {"gepg-simulator": "jumuishi.payments.gateways.gepg_simulator"}
READY_WITHIN = 60.0


class Stop(BaseException):
    """Somebody asked us to end; not an Exception, so that nothing on the way takes it for a failure."""


def say(line: str) -> None:
    """A line for the person at the terminal."""
    print(line, file=sys.stderr, flush=True)


class Supervisor:
    """Everything that runs for one data folder."""

    def __init__(self, wish: argparse.Namespace) -> None:
        self.wish = wish
        self.here: Installation = locate(wish.data)
        self.children: list[Child] = []
        self.cluster: Cluster | None = None
        self.databases: Databases | None = None
        self.lock = Lock(self.here.data / "lock", f"the data folder {self.here.data}")

    def up(self) -> None:
        """Start everything and print the ready line; raises what went wrong, in words."""
        try:
            self.lock.acquire(wait=1.0)
        except AlreadyRunning as error:
            raise InstallationError(f"already running: {error}. Stop that one first, or use --data DIR.") from None
        end(children.leftovers(self.here.data), ((signal.SIGTERM, 3.0), (signal.SIGKILL, 2.0)))
        kind = self.here.settle(empty=self.wish.empty, demonstration=self.wish.demo)
        if kind != "empty" and not is_loopback(self.wish.host):
            raise InstallationError(
                f"demonstration data is never served beyond this machine, and {self.wish.host} is not loopback: "
                "use --host 127.0.0.1, or --empty with another --data."
            )
        port = free_port(self.wish.host, self.wish.port)
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
            environment["JUMUISHI_HOSTS"] = f"{self.wish.host},127.0.0.1,localhost"
        say("Preparing the tables ...")
        owner = environment | {"DATABASE_OWNER_URL": self.databases.owner}
        self.task([sys.executable, "-m", "jumuishi.project.ready", kind], owner)
        self.children = self.plan(environment, port, kind)
        for child in self.children:
            child.start()
        self.wait_for(f"{address}healthz")
        print(f"Jumuishi ready at {address}", flush=True)
        if kind != "empty":
            self.show_accounts(environment)

    def plan(self, environment: dict[str, str], port: int, kind: str) -> list[Child]:
        """The processes of this installation."""
        logs = self.here.data / "log"
        python = [sys.executable, "-m"]
        web = web_command(self.wish.host, port, self.wish.workers)
        planned = [
            Child("web", web, environment, logs),
            Child("worker", [*python, "jumuishi.project.worker"], environment, logs),
        ]
        for name, module in SIMULATORS.items() if kind != "empty" else ():
            if module_exists(module):
                planned.append(Child(name, [*python, module], environment, logs))
        return planned

    def task(self, command: list[str], environment: dict[str, str]) -> None:
        """Run something to its end; raises InstallationError with its last words."""
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
        try:
            said, _ = process.communicate()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if process.returncode != 0:
            raise InstallationError("preparing failed:\n" + "\n".join(said.strip().splitlines()[-15:]))

    def wait_for(self, address: str) -> None:
        """Wait until the web process answers; raises InstallationError with its log when it does not."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + READY_WITHIN
        web, answer = self.children[0], "no answer"
        while time.monotonic() < deadline:
            if web.process is not None and web.process.poll() is not None:
                break
            try:
                with opener.open(address, timeout=5) as response:
                    if response.status == 200:
                        return
            except urllib.error.HTTPError as error:
                answer = f"HTTP {error.code}"
            except OSError as error:
                answer = str(error)
            time.sleep(0.05)
        raise InstallationError(f"the web process is not ready ({answer}):\n{web.tail()}")

    def show_accounts(self, environment: dict[str, str]) -> None:
        """Print who can sign in to the demonstration."""
        command = [sys.executable, "-m", "django", "show_demo_accounts"]
        shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        print(shown.stdout if shown.returncode == 0 else "The sign-in list is at /demo/.", flush=True)

    def watch(self) -> None:
        """Keep everything running until somebody asks for the end."""
        while True:
            if self.cluster is not None and self.cluster.pid is None:
                say("The database ended; it is started again.")
                self.restart_database(self.cluster)
            for child in self.children:
                if (line := child.watch()) is not None:
                    say(line)
            time.sleep(0.25)

    def restart_database(self, cluster: Cluster) -> None:
        """Bring the embedded database back, with patience."""
        for pause in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0):
            time.sleep(pause)
            cluster.stop()
            try:
                cluster.start()
            except PostgresError as error:
                say(str(error))
            else:
                return
        raise InstallationError("the database does not start any more.")

    def down(self) -> None:
        """Stop everything within 10 seconds: web and worker first, the database last."""
        children.stop(self.children, wait=5.0)
        if self.cluster is not None:
            self.cluster.stop(wait=3.0)
        self.lock.release()


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The web server's command line; a stuck request holds up a stop for 3 seconds at most."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    command += ["--workers", str(workers), "--blocking-threads", "4", "--backlog", "1024"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "3", "--log-level", "warning"]
    return [*command, "jumuishi.project.wsgi:application"]


def is_loopback(host: str) -> bool:
    """Whether the host means this machine only."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def free_port(host: str, port: int) -> int:
    """The port, or a free one for 0; raises InstallationError when somebody listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            # The web server shares its port between processes and would not notice another listener.
            probe.bind((host, port))
        except OSError as error:
            raise InstallationError(
                f"port {port} on {host} is not free ({error.strerror}): use --port N, or --port 0."
            ) from error
        return int(probe.getsockname()[1])


def module_exists(name: str) -> bool:
    """Whether a module can be imported, without importing it."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


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
    finally:
        if supervisor is not None:
            supervisor.down()
    say("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
