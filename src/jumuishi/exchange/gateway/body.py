"""A body as it arrives: in memory while it is small, else in a file that has no name, with its hashes and its length.

Nothing is passed on before it is whole and its digest is known, so a body that was altered on the way reaches nobody.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Protocol

from jumuishi.exchange.signing.digest import BodyDigest

IN_MEMORY = 1_048_576
CHUNK = 65_536
# Between two pieces, and in all for each MB and a little: whoever trickles holds no place for ever.
PAUSE, A_MB, GRACE = 30.0, 40.0, 60.0


class TooLargeError(Exception):
    """More bytes than this node takes."""


class TooSlowError(Exception):
    """It came too slowly."""


class NoRoomError(Exception):
    """The disk does not take it."""


# What a caller reads then: nothing is wrong with what it sent.
NO_ROOM = "there is no room for so large a body at the moment; ask again"


class Source(Protocol):
    """What a body is read from: an aiohttp stream."""

    def at_eof(self) -> bool:
        """Whether all of it was read."""
        ...

    def read_nowait(self) -> bytes:
        """The bytes that are there; none where one has to wait."""
        ...

    async def readany(self) -> bytes:
        """The next bytes; none at the end."""
        ...


async def _next(source: Source) -> bytes:
    try:
        async with asyncio.timeout(PAUSE):
            return await source.readany()
    except TimeoutError:
        raise TooSlowError from None


class Body:
    """Bytes that can be read several times; `close` gives back their room."""

    def __init__(self, folder: Path) -> None:
        self.digest = BodyDigest()
        self._folder = folder
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None

    @classmethod
    async def read(cls, source: Source, folder: Path, *, most: int) -> "Body":
        """Take everything that comes; raises TooLargeError, TooSlowError or NoRoomError, and keeps nothing then."""
        found, started = cls(folder), asyncio.get_running_loop().time()
        try:
            while True:
                # What is there needs no clock: most bodies come with their head.
                piece = b"" if source.at_eof() else source.read_nowait() or await _next(source)
                if not piece:
                    found._flush()
                    return found
                found.add(piece)
                if found.length > most:
                    raise TooLargeError
                spent = asyncio.get_running_loop().time() - started
                if spent > GRACE + A_MB * found.length / IN_MEMORY:
                    raise TooSlowError
        except BaseException:
            found.close()
            raise

    @classmethod
    def of(cls, data: bytes) -> "Body":
        """Bytes that are at hand."""
        found = cls(Path())
        found.digest.update(data)
        found._parts.append(data)
        return found

    def add(self, piece: bytes) -> None:
        """One more piece. Raises NoRoomError."""
        self.digest.update(piece)
        try:
            if self._file is None and self.length > IN_MEMORY:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  # closed by close()
                self._file.writelines(self._parts)
                self._parts = []
            if self._file is None:
                self._parts.append(piece)
            else:
                self._file.write(piece)
        except OSError as error:
            raise NoRoomError from error

    def _flush(self) -> None:
        """That it is whole is known once the disk took all of it."""
        try:
            if self._file is not None:
                self._file.flush()
        except OSError as error:
            raise NoRoomError from error

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.digest.length

    @property
    def is_small(self) -> bool:
        """Whether it lies in memory."""
        return self._file is None

    def whole(self) -> bytes:
        """A small body at once."""
        if self._file is not None:
            raise ValueError("a large body is read in pieces")
        if len(self._parts) > 1:
            self._parts = [b"".join(self._parts)]
        return self._parts[0] if self._parts else b""

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes, in pieces."""
        if self._file is None:
            yield self.whole()
            return
        at = 0
        while True:
            self._file.seek(at)
            piece = self._file.read(CHUNK)
            if not piece:
                return
            at += len(piece)
            yield piece

    def close(self) -> None:
        """Give back the room it takes."""
        self._parts = []
        if self._file is not None:
            # What the disk did not take is tried once more here, and is of no use to anybody.
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None
