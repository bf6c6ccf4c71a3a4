"""Room on the disks. A file is refused before it takes what the database needs to write down what people do."""

import errno
import os
import shutil
from pathlib import Path

from django.conf import settings


class NoSpaceError(OSError):
    """No file is taken at present; nothing was kept."""

    def __init__(self, folder: Path) -> None:
        super().__init__(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def free_of(folder: Path) -> int:
    """Bytes that are free where a folder lies, or will lie."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def must_hold(folder: Path, size: int) -> None:
    """Raises NoSpaceError where so many bytes more would leave less than the database's reserve."""
    if free_of(folder) - size < settings.SPACE_RESERVE:
        raise NoSpaceError(folder)


def folders() -> dict[str, Path]:
    """What an installation writes to, under short names."""
    return {"data": Path(settings.JUMUISHI_DATA), "mirror": Path(settings.EVIDENCE_MIRROR_DIR)}


def low() -> list[str]:
    """The folders with so little room left that somebody should look, by their short names."""
    return [name for name, folder in folders().items() if free_of(folder) < settings.SPACE_WARNING]
