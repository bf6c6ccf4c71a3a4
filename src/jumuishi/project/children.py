"""A supervised process: started in a group of its own, started again when it dies, ended with the supervisor."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from jumuishi.kernel.postgres.processes import dies_with_parent, end, is_alive

# Each process that we start carries the data folder's name, so that the next start finds what a kill left over.
MARK = "JUMUISHI_SUPERVISED"
_LONGEST_PAUSE = 30.0
# Whoever was killed did not fail at starting: what people wait for is back soon, however often that happens.
_PAUSE_AFTER_A_KILL = 2.0
_LOG_LIMIT = 10_000_000


class Child:
    """One process of the installation with its log file."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], logs: Path, *, patient: bool = False
    ) -> None:
        self.name, self.command, self.environment = name, list(command), dict(environment)
        # Where the machine is busy, whoever waits at a page comes before work that nobody waits for.
        self.nice = 5 if patient else 0
        self.log = logs / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._pause = 0.5
        self._next = 0.0
        self._started = 0.0

    def start(self) -> None:
        """Start the process; its output goes to the end of its log."""
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            os.replace(self.log, self.log.with_suffix(".log.1"))
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=self._bind(),
            )
        self._started = time.monotonic()

    def _bind(self) -> Callable[[], None]:
        tied, nice = dies_with_parent(signal.SIGTERM), self.nice

        def bind() -> None:
            tied()
            os.nice(nice)

        return bind

    def watch(self) -> str | None:
        """Start again when it has died, after a pause that doubles up to 30 s (2 s for one that was killed).

        A line to show when something happened. Raises OSError when it can't be started, to be tried again.
        """
        if self.process is None:
            if time.monotonic() < self._next:
                return None
            self._next = time.monotonic() + 1.0
            self.start()
            return f"{self.name} was started again."
        if (code := self.process.poll()) is None:
            return None
        end(group(self.process.pid), ((signal.SIGKILL, 2.0),))
        if time.monotonic() - self._started > 10:
            self._pause = 0.5
        pause = min(self._pause, _PAUSE_AFTER_A_KILL) if code == -signal.SIGKILL else self._pause
        self._next = time.monotonic() + pause
        line = f"{self.name} ended ({_why(code)}); again in {pause:.1f} s. Its log: {self.log}"
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        self.process = None
        return line

    def last_word(self) -> str:
        """The last line of its log."""
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return lines[-1] if lines else "it said nothing"


def stop(children: Iterable[Child], wait: float) -> None:
    """Ask all to end at once, wait, then kill what is left with everything that it started."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + wait
    for process in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in running:
        end(group(process.pid), ((signal.SIGKILL, 2.0),))
        process.wait()


def group(leader: int) -> list[int]:
    """Living processes of the group that a child leads; its own workers stay in it when it is killed."""
    members = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[2] == str(leader) and fields[0] not in "ZX":
            members.append(int(entry.name))
    return members


def leftovers(data: Path) -> list[int]:
    """Processes that an earlier supervisor of this data folder started and that still live."""
    wanted = f"{MARK}={data}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0") and is_alive(int(entry.name)):
                found.append(int(entry.name))
    return found


def _why(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
