"""Bytes of files that are still on their way, beside those that are kept: written in order, fsynced before we say so.

How far a file has come is its owner's row to say: what a crash left behind it on the disk is written over.
"""

import os
import time
from collections.abc import Iterable
from io import BufferedReader
from pathlib import Path
from uuid import UUID

from django.conf import settings

from jumuishi.kernel import space

FOLDER = "parts"


def _folder() -> Path:
    return Path(settings.JUMUISHI_DATA) / FOLDER


def _path(file_id: UUID) -> Path:
    return _folder() / file_id.hex


def held(file_id: UUID) -> int:
    """Bytes on the disk; none of a file that is not there."""
    try:
        return _path(file_id).stat().st_size
    except FileNotFoundError:
        return 0


def append(file_id: UUID, at: int, pieces: Iterable[bytes], size: int) -> int:
    """Write pieces behind the first `at` bytes, which are there; `size` is what they may come to. The new length.

    Raises NoSpaceError, and ValueError for more than `size`. Memory is one piece.
    """
    path = _path(file_id)
    space.must_hold(path.parent, size)
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    left = size
    with path.open("r+b" if not is_new else "xb") as out:
        out.truncate(at)
        out.seek(at)
        for piece in pieces:
            left -= len(piece)
            if left < 0:
                raise ValueError("more than was said")
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return at + size - left


def reading(file_id: UUID) -> BufferedReader:
    """What is there, to be read and closed; raises FileNotFoundError."""
    return _path(file_id).open("rb")


def drop(file_id: UUID) -> None:
    """Remove what is there; absent already is fine."""
    _path(file_id).unlink(missing_ok=True)


def drop_forgotten(seconds: float) -> int:
    """Remove what nobody wrote to for so long: a crash between a row's end and its bytes' leaves it. How many."""
    until, dropped = time.time() - seconds, 0
    for path in _folder().iterdir() if _folder().exists() else ():
        if path.stat().st_mtime < until:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped
