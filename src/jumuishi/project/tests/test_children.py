"""Processes under supervision: restarted, ended with all they started, found again after a kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jumuishi.kernel.postgres.processes import is_alive
from jumuishi.project import children
from jumuishi.project.children import MARK, Child

# A process with a process of its own, both deaf to SIGTERM, as a web server with a stuck request.
DEAF = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
inner = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", inner])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Child]]:
    started: list[Child] = []

    def one(code: str) -> Child:
        child = Child("one", [sys.executable, "-c", code], {**os.environ, MARK: str(tmp_path)}, tmp_path / "log")
        child.start()
        started.append(child)
        return child

    yield one
    children.stop(started, wait=0.0)


def until(holds: Callable[[], object], within: float = 10.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


def inner_of(child: Child) -> int:
    assert until(lambda: child.log.exists() and child.log.read_text().strip())
    return int(child.log.read_text())


def test_a_dead_process_is_started_again_after_a_pause(start: Callable[[str], Child]) -> None:
    child = start("import time; time.sleep(60)")
    assert child.process is not None
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    lines: list[str] = []
    assert until(lambda: (line := child.watch()) is not None and lines.append(line) is None and len(lines) == 2)
    assert "ended (signal SIGKILL)" in lines[0]
    assert child.process is not None
    assert child.process.pid != first


def test_one_that_always_fails_is_given_longer_and_longer(start: Callable[[str], Child]) -> None:
    child = start("raise SystemExit(3)")
    pauses: list[str] = []
    until(lambda: (line := child.watch()) and "exit 3" in line and pauses.append(line) is None and len(pauses) == 2)
    assert "again in 0.5 s" in pauses[0]
    assert "again in 1.0 s" in pauses[1]


def test_stopping_ends_what_a_deaf_process_started_too(start: Callable[[str], Child]) -> None:
    child = start(DEAF)
    inner = inner_of(child)
    began = time.monotonic()
    children.stop([child], wait=0.5)
    assert time.monotonic() - began < 5
    assert until(lambda: not is_alive(inner))


def test_what_a_killed_process_started_is_ended_before_it_starts_again(start: Callable[[str], Child]) -> None:
    child = start(DEAF)
    inner = inner_of(child)
    assert child.process is not None
    os.kill(child.process.pid, signal.SIGKILL)
    assert until(child.watch)
    assert until(lambda: not is_alive(inner))


def test_the_next_start_finds_what_a_killed_supervisor_left(start: Callable[[str], Child], tmp_path: Path) -> None:
    child = start(DEAF)
    inner = inner_of(child)
    assert inner in children.leftovers(tmp_path)
    assert children.leftovers(tmp_path / "other") == []


def test_a_process_ends_with_a_killed_supervisor(tmp_path: Path) -> None:
    code = f"""
import os, sys, time
from pathlib import Path
from jumuishi.project.children import Child
child = Child("one", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ, Path({str(tmp_path)!r}))
child.start()
print(child.process.pid, flush=True)
time.sleep(60)
"""
    supervisor = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    pid = int(supervisor.stdout.readline())
    assert is_alive(pid)
    supervisor.kill()
    supervisor.wait()
    assert until(lambda: not is_alive(pid))


def test_one_that_is_killed_again_and_again_is_back_soon(start: Callable[[str], Child]) -> None:
    child = start("import time; time.sleep(60)")
    child._pause = 16.0  # after many of them
    assert child.process is not None
    os.kill(child.process.pid, signal.SIGKILL)
    said: list[str] = []
    assert until(lambda: (line := child.watch()) and said.append(line) is None)
    assert "again in 2.0 s" in said[0]
