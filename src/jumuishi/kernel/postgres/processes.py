"""Ties a child to its parent's life and finds what a killed parent left behind. Linux only, by /proc."""

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def dies_with_parent(sign: signal.Signals) -> Callable[[], None]:
    """A preexec function: the kernel sends `sign` to the child when the thread that started it ends.

    To be called in the parent before the child is started; see prctl(2), PR_SET_PDEATHSIG.
    """
    parent = os.getpid()

    def bind() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:  # it died before the call above
            os._exit(1)

    return bind


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not count."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def working_in(folder: Path) -> list[int]:
    """Processes whose working directory is the folder, such as a PostgreSQL server and its backends."""
    wanted = os.path.realpath(folder)
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            here = os.readlink(entry / "cwd")
        except OSError:
            continue
        if here == wanted and is_alive(int(entry.name)):
            found.append(int(entry.name))
    return found


def end(pids: Iterable[int], signals: Iterable[tuple[signal.Signals, float]]) -> list[int]:
    """Send each signal in turn, waiting its seconds for all to end; returns those that still live."""
    left = [pid for pid in pids if is_alive(pid)]
    for sign, seconds in signals:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
        deadline = time.monotonic() + seconds
        while left and time.monotonic() < deadline:
            time.sleep(0.02)
            left = [pid for pid in left if is_alive(pid)]
        if not left:
            break
    return left
