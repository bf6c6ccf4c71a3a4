"""Which processes an installation has, and their command lines."""

import shutil
import sys
from collections.abc import Mapping
from importlib.util import find_spec

from jumuishi.project.children import Child
from jumuishi.project.installation import Installation

# They stand in for the outside world in a demonstration, by real requests.
SIMULATORS = {"gepg-simulator": "jumuishi.payments.gateways.gepg_simulator"}


def planned(here: Installation, environment: Mapping[str, str], web: list[str]) -> list[Child]:
    """The web process first, the worker, and a demonstration's simulators."""
    logs = here.data / "log"
    python = [sys.executable, "-m"]
    found = [
        Child("web", web, web_environment(here, environment), logs),
        Child("worker", [*python, "jumuishi.project.worker"], environment, logs, patient=True),
    ]
    for name, module in SIMULATORS.items() if here.kind() != "empty" else ():
        if module_exists(module):
            found.append(Child(name, [*python, module], environment, logs, patient=True))
    return found


def web_environment(here: Installation, environment: Mapping[str, str]) -> dict[str, str]:
    """The web processes add up their figures in a folder that begins empty (see metrics.py)."""
    folder = here.data / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return {**environment, "PROMETHEUS_MULTIPROC_DIR": str(folder)}


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The web server's command line; a stuck request holds up a stop for 3 seconds at most."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    command += ["--workers", str(workers), "--blocking-threads", "4", "--backlog", "1024"]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "3", "--log-level", "warning"]
    return [*command, "jumuishi.project.wsgi:application"]


def module_exists(name: str) -> bool:
    """Whether a module can be imported, without importing it."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
