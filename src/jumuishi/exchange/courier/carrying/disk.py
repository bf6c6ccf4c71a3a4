"""Files of bundles on a disk: one that is still being made has no name, and one with its name is whole."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from django.conf import settings


def spool() -> IO[bytes]:
    """A file without a name, to be closed: nothing of it is left after a kill."""
    folder = Path(settings.JUMUISHI_DATA) / "spool"
    folder.mkdir(mode=0o700, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)


def put(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Write a file and give it its name once it is safely there. Raises OSError, and leaves nothing then."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as out:
            fill(out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    # Some sticks keep no order of folders; the file itself is written.
    with contextlib.suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
