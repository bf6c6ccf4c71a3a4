"""One holder per data folder: a lock that the kernel lets go of when its holder dies, however it dies."""

import fcntl
import os
import time
from pathlib import Path

from .errors import AlreadyRunning


class Lock:
    """An exclusive flock on a file, with the holder's process id written inside for the message to others."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        self.what = what
        self._fd: int | None = None

    def acquire(self, wait: float = 0.0) -> None:
        """Take the lock, waiting at most `wait` seconds; raises AlreadyRunning naming the holder."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Descriptors from os.open are not inherited, so a child that outlives us can't keep the lock.
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() < deadline:
                    time.sleep(0.05)
                    continue
                holder = os.pread(fd, 32, 0).decode(errors="replace").strip() or "unknown"
                os.close(fd)
                raise AlreadyRunning(f"{self.what} is already in use by process {holder}") from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        self._fd = fd

    def release(self) -> None:
        """Let go; a second call does nothing."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
