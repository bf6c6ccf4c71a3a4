"""Which processes an installation has, and their command lines."""

import hashlib
import os
import shutil
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from jumuishi.project import demo_ports
from jumuishi.project.children import MARK, Child
from jumuishi.project.installation import Installation
from jumuishi.project.network.parts import NAMES

# The ports of the exchange: for our own systems (as an address, which the web process passes on to), for other nodes.
EDGE, DOOR = "JUMUISHI_EXCHANGE_EDGE", "JUMUISHI_EXCHANGE_DOOR"
# Where other nodes reach the second one, if that is another address than it listens on.
ENDPOINT = "JUMUISHI_EXCHANGE_ENDPOINT"
# Where the process that tells what goes on in halls listens, which the web process passes on to.
LIVE = "JUMUISHI_LIVE"
# The address of a demonstration's own system, which answers as an institution's would.
SYSTEM = "JUMUISHI_DEMO_SYSTEM"
CHECKOUT = Path(__file__).resolve().parents[3]
# They stand in for the outside world in a demonstration, by real requests.
SIMULATORS = {
    "gepg-simulator": "jumuishi.payments.gateways.gepg_simulator",
    "watchers-simulator": "jumuishi.evidence.gateways.simulated",
    "national-simulator": "jumuishi.signon.national.simulator",
}


def planned(here: Installation, environment: Mapping[str, str], web: list[str]) -> list[Child]:
    """The web process first, the worker, and a demonstration's simulators."""
    logs = here.data / "log"
    python = [sys.executable, "-m"]
    found = [
        Child("web", web, web_environment(here, environment), logs),
        Child("worker", [*python, "jumuishi.project.worker"], environment, logs, patient=True),
    ]
    if environment.get(DOOR):
        found.append(Child("exchange", exchange_command(environment), environment, logs, patient=True))
    if environment.get(LIVE):
        found.append(Child("live", live_command(environment), environment, logs, patient=True))
    if environment.get(SYSTEM):
        own = register_environment(environment) | {SYSTEM: environment[SYSTEM]}
        found.append(Child("customers", [*python, "jumuishi.project.network.customers"], own, logs))
    for name, port in demo_ports.kept(here.data).items():
        command = [*python, "registers", name, "--port", str(port), "--data", str(here.data / "registers" / name)]
        found.append(Child(f"register-{name}", command, register_environment(environment), logs, patient=True))
    for name, module in SIMULATORS.items() if here.kind() not in ("empty", *NAMES) else ():
        if module_exists(module):
            found.append(Child(name, [*python, module], environment, logs, patient=True))
    return found


def register_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What an institution's own system is given: nothing of ours but the mark by which it is found again."""
    kept = {name: environment[name] for name in ("PATH", "LANG", MARK) if name in environment}
    return {**kept, "PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"}


def web_environment(here: Installation, environment: Mapping[str, str]) -> dict[str, str]:
    """The web processes add up their figures in a folder that begins empty (see metrics.py)."""
    folder = metrics_folder(here)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return {**environment, "PROMETHEUS_MULTIPROC_DIR": str(folder)}


def metrics_folder(here: Installation) -> Path:
    """In memory where there is such a place: a process that counts in a mapped file dies when the disk is full."""
    shared = Path(os.environ.get("RUNTIME_DIRECTORY") or "/dev/shm")  # noqa: S108  # a name of ours, made with 0700
    if not os.access(shared, os.W_OK):
        return here.data / "metrics"
    name = hashlib.sha256(f"{os.geteuid()} {here.data}".encode()).hexdigest()[:16]
    return shared / f"jumuishi-metrics-{name}"


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The web server's command line; a stuck request holds up a stop for 3 seconds at most."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    command += ["--workers", str(workers), "--blocking-threads", "4", "--backlog", "1024"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "3", "--log-level", "warning"]
    return [*command, "jumuishi.project.wsgi:application"]


def exchange_command(environment: Mapping[str, str]) -> list[str]:
    """The command line of the process that carries messages between systems."""
    edge, door = urlsplit(environment[EDGE]), urlsplit(environment[DOOR])
    command = [sys.executable, "-m", "jumuishi.project.gateway", "--host", str(door.hostname), "--door", str(door.port)]
    return [*command, "--edge", str(edge.port), "--endpoint", environment.get(ENDPOINT, "")]


def live_command(environment: Mapping[str, str]) -> list[str]:
    """The command line of the process that tells what goes on in halls."""
    where = urlsplit(environment[LIVE])
    return [sys.executable, "-m", "jumuishi.project.live", "--host", str(where.hostname), "--port", str(where.port)]


def module_exists(name: str) -> bool:
    """Whether a module can be imported, without importing it."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
