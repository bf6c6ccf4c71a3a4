"""Files that people hand in and documents that come out: under the data folder, streamed, fsynced before we say so."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from jumuishi.kernel import space
from jumuishi.kernel.ids import new_id

CHUNK = 64 * 1024


class TooLargeError(ValueError):
    """More bytes came than the limit allows; nothing was kept."""


@dataclass(frozen=True)
class StoredFile:
    """A file that is safely on disk: its id, size in bytes and SHA-256 in hexadecimal."""

    id: UUID
    size: int
    sha256: str


def path_of(file_id: UUID) -> Path:
    """Where a file lies; two levels of folders keep each small (the last id characters are random)."""
    name = file_id.hex
    return Path(settings.JUMUISHI_DATA) / "files" / name[-2:] / name[-4:-2] / name


def put(chunks: Iterable[bytes], limit: int) -> StoredFile:
    """Write a stream of at most `limit` bytes; raises TooLargeError, NoSpaceError. Memory is one chunk."""
    file_id = new_id()
    path = path_of(file_id)
    space.must_hold(path.parent, limit)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    part = path.with_suffix(".part")
    try:
        with part.open("xb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLargeError(str(limit))
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        part.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        part.unlink(missing_ok=True)
    return StoredFile(file_id, size, digest.hexdigest())


def read(file_id: UUID) -> Iterator[bytes]:
    """The file in chunks; raises FileNotFoundError."""
    with path_of(file_id).open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def drop(file_id: UUID) -> None:
    """Remove a file; absent already is fine."""
    path_of(file_id).unlink(missing_ok=True)
