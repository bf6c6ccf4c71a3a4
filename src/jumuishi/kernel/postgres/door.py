"""How the server's account gets at its folder without any parent folder being opened."""

import os
from pathlib import Path

from .account import Account, reachable_by_others


class Door:
    """How the server's account reaches its folder: by name, or by an open descriptor when a parent folder is closed.

    As root with data under /root the account may not walk there, and opening the parents would expose them; a
    descriptor's link under /proc is followed without asking the parents: proc(5).
    """

    def __init__(self, folder: Path, account: Account) -> None:
        self.path, self.fds = str(folder), ()
        self._fd: int | None = None
        if account.switch and not reachable_by_others(folder.parent):
            self._fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            self.path, self.fds = f"/proc/self/fd/{self._fd}", (self._fd,)

    fds: tuple[int, ...]

    def __enter__(self) -> "Door":
        return self

    def __exit__(self, *_: object) -> None:
        if self._fd is not None:
            os.close(self._fd)
