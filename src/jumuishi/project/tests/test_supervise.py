"""./run from outside: the whole installation comes up, survives kills, refuses what it must and leaves nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from jumuishi.kernel.postgres.processes import is_alive
from jumuishi.project import children
from jumuishi.project.addresses import free_port, is_loopback
from jumuishi.project.installation import InstallationError

pytestmark = pytest.mark.slow


class Run:
    """One `./run --empty` as a process, on a data folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.data = home, home / "data"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
        self.environment |= {"JUMUISHI_CONFIG": str(home / "config"), "JUMUISHI_MIRROR": str(home / "mirror")}
        for name in ("JUMUISHI_DATA", "JUMUISHI_DEMO", "JUMUISHI_STATIC", "JUMUISHI_HOSTS"):
            self.environment.pop(name, None)
        self.process: subprocess.Popen[str] | None = None
        self.address = ""

    def command(self, *more: str) -> list[str]:
        return [
            *(sys.executable, "-m", "jumuishi.project.supervise", "--port", "0", "--workers", "1"),
            *("--data", str(self.data), *more),
        ]

    def up(self) -> None:
        said = open(self.home / "said", "w")  # noqa: SIM115 - the process keeps it
        self.process = subprocess.Popen(
            self.command("--empty"), env=self.environment, stdout=subprocess.PIPE, stderr=said, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Jumuishi ready at "), (self.home / "said").read_text()
        self.address = line.split()[-1]

    def refused(self, *more: str) -> str:
        done = subprocess.run(self.command(*more), env=self.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    def healthy(self, within: float) -> bool:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}healthz", timeout=2) as answer:
                    return bool(answer.status == 200)
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        return False

    def named(self, part: str) -> list[int]:
        return [pid for pid in children.leftovers(self.data) if part in Path(f"/proc/{pid}/cmdline").read_text()]

    def health_checks(self) -> float:
        """How many times /healthz was answered, as the web processes together have counted."""
        with urllib.request.urlopen(f"{self.address}metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        wanted = 'jumuishi_requests_total{method="GET",route="/healthz",status="200"} '
        return float(next(line for line in lines if line.startswith(wanted)).removeprefix(wanted))

    def server(self) -> int:
        return int((self.data / "postgres/data/postmaster.pid").read_text().split("\n")[0])

    def down(self) -> float:
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(15) == 0
        return time.monotonic() - began


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    one = Run(tmp_path)
    yield one
    if one.process is not None:
        one.process.kill()
        one.process.wait()
        for pid in children.leftovers(one.data):
            os.kill(pid, signal.SIGKILL)


def test_up_and_down_leaves_no_process(run: Run) -> None:
    run.up()
    assert run.healthy(within=1)
    server, counted = run.server(), run.health_checks()
    second = run.refused()
    assert "already running" in second
    assert run.health_checks() >= counted, "the second one takes nothing of the first one's away"
    assert str(run.process.pid if run.process else "") in second
    assert run.down() < 10
    assert children.leftovers(run.data) == []
    assert not is_alive(server)


def test_each_killed_part_comes_back(run: Run) -> None:
    run.up()
    main = run.named("granian")[0]
    inner = int(Path(f"/proc/{main}/task/{main}/children").read_text().split()[-1])
    counted = run.health_checks()
    assert counted >= 1
    for pid in (inner, main, run.named("project.worker")[0], run.server()):
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.5)
        assert run.healthy(within=60)
        assert not is_alive(pid)
    assert run.health_checks() > counted  # figures outlive the process that counted them
    deadline = time.monotonic() + 30
    while not run.named("project.worker") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert run.named("project.worker")
    assert run.down() < 10


def test_the_next_start_survives_a_kill_of_everything(run: Run) -> None:
    run.up()
    assert run.process is not None
    for pid in (run.process.pid, run.named("granian")[0], run.server()):
        os.kill(pid, signal.SIGKILL)
    run.process.wait()
    run.up()
    assert run.healthy(within=1)
    assert "Preparing" not in (run.home / "said").read_text()  # nothing is new, so the tables are left alone
    assert run.down() < 10
    assert children.leftovers(run.data) == []


def test_demonstration_data_is_never_served_beyond_this_machine(run: Run) -> None:
    assert "is not loopback" in run.refused("--host", "0.0.0.0")  # noqa: S104 - that it is refused is the point
    assert not (run.data / "kind").exists()  # a refused wish has decided nothing
    assert children.leftovers(run.data) == []


def test_a_port_in_use_is_said() -> None:
    port = free_port("127.0.0.1", 0)
    assert 1024 < port < 65536
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(InstallationError, match=f"port {port} on 127.0.0.1 is not free"):
            free_port("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port", "said"), [("127.0.0.1", 70000, "no port"), ("192.0.2.1", 0, "no address")])
def test_an_impossible_address_is_said(host: str, port: int, said: str) -> None:
    with pytest.raises(InstallationError, match=said):
        free_port(host, port)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_only(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "ofisi.example", "localhost.example"])  # noqa: S104
def test_beyond_this_machine(host: str) -> None:
    assert not is_loopback(host)
