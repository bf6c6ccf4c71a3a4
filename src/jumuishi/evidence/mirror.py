"""Copies of the log outside the database and the data folder, only ever appended to.

    keys                     the log's public keys, one "name+hash+base64" a line
    epoch-<n>/statement      the signed note that opened the epoch
    epoch-<n>/names          a line a journal row: leaf index, position, count, journal id, commitment, thing
    epoch-<n>/tile/<L>/<N>   hashes of a tile; the file grows until it has 8,192 bytes
    epoch-<n>/checkpoints    signed checkpoints, at most one a minute, each as one line of JSON
    epoch-<n>/checkpoint     the latest one

Whoever may write here should not be whoever administers the database: mount it from elsewhere, or `chattr +a`.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jumuishi.evidence.tiles import TileName
from jumuishi.evidence.types import LogError
from jumuishi.evidence.verifier import Head, VerificationError, VerifierKey, open_checkpoint, read_keys


@dataclass(frozen=True)
class Name:
    """Which journal row stands in which leaf, as it was told at the time of its sequencing."""

    index: int
    position: int
    count: int
    journal_id: str
    commitment: str
    thing: str

    def line(self) -> str:
        """One line of `names`."""
        return f"{self.index} {self.position} {self.count} {self.journal_id} {self.commitment} {self.thing}\n"


class Mirror:
    """A folder of copies; `LogError` says that what lies there contradicts what should be written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def epochs(self) -> list[int]:
        """The epochs that have a checkpoint here, oldest first."""
        numbers = (path.parent.name.removeprefix("epoch-") for path in self.folder.glob("epoch-*/checkpoint"))
        return sorted(int(number) for number in numbers if number.isdigit())

    def keys(self) -> list[VerifierKey]:
        """The log's keys as this folder was told them."""
        try:
            return read_keys((self.folder / "keys").read_text())
        except FileNotFoundError:
            return []

    def note(self, epoch: int) -> str:
        """The latest checkpoint of an epoch, as it lies here; empty for none."""
        with contextlib.suppress(FileNotFoundError):
            return (self._epoch(epoch) / "checkpoint").read_text()
        return ""

    def head(self, epoch: int) -> Head | None:
        """What the latest checkpoint says; raises LogError when its signature does not hold."""
        note = self.note(epoch)
        if not note:
            return None
        try:
            return open_checkpoint(note, self.keys())
        except VerificationError as error:
            raise LogError(f"the outside copy's checkpoint of epoch {epoch}: {error}") from error

    def tile(self, epoch: int, level: int, index: int) -> bytes:
        """The whole hashes of a tile; empty for none."""
        try:
            found = (self._epoch(epoch) / "tile" / TileName(level, index).path).read_bytes()
        except FileNotFoundError:
            return b""
        return found[: len(found) - len(found) % 32]

    def names(self, epoch: int) -> Iterator[Name]:
        """Every line of `names`; a torn line of a crash is passed over."""
        with contextlib.suppress(FileNotFoundError), open(self._epoch(epoch) / "names", encoding="utf-8") as file:
            for line in file:
                parts = line.split()
                if len(parts) == 6 and line.endswith("\n"):
                    yield Name(int(parts[0]), int(parts[1]), int(parts[2]), *parts[3:])

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this process is the only one that writes here now."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self.folder / "lock", "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def add_keys(self, lines: list[str]) -> None:
        """Append the keys that are not here yet."""
        path = self.folder / "keys"
        held = path.read_text().splitlines() if path.exists() else []
        _append(path, "".join(line + "\n" for line in lines if line not in held).encode())

    def add_statement(self, epoch: int, statement: str) -> None:
        """Keep the note that opened an epoch."""
        _grow(self._epoch(epoch) / "statement", statement.encode())

    def add_names(self, epoch: int, names: list[Name]) -> None:
        """Append the names of leaves that are not here yet."""
        path = self._epoch(epoch) / "names"
        last, torn = _last_line(path)
        fresh = [name.line() for name in names if (name.index, name.position) > last]
        _append(path, (("\n" if torn else "") + "".join(fresh)).encode() if fresh else b"")

    def add_tile(self, epoch: int, level: int, index: int, hashes: bytes) -> None:
        """Let a tile's file grow; raises LogError when it holds other hashes."""
        _grow(self._epoch(epoch) / "tile" / TileName(level, index).path, hashes)

    def add_checkpoint(self, epoch: int, note: str, minute: str) -> None:
        """Replace the latest checkpoint, keeping one a minute (`minute` names it) in the list."""
        listed = self._epoch(epoch) / "checkpoints"
        with contextlib.suppress(FileNotFoundError):
            if _tail(listed).rpartition(b'"minute": "')[2][: len(minute)] == minute.encode():
                minute = ""
        if minute:
            _append(listed, (json.dumps({"note": note, "minute": minute}) + "\n").encode())
        latest = self._epoch(epoch) / "checkpoint"
        fresh = latest.with_name("checkpoint.new")
        with open(fresh, "w") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(latest)

    def _epoch(self, number: int) -> Path:
        return self.folder / f"epoch-{number}"


def _append(path: Path, data: bytes) -> None:
    if not data:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(path, "ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _grow(path: Path, wanted: bytes) -> None:
    held = path.read_bytes() if path.exists() else b""
    if not (wanted.startswith(held) or held.startswith(wanted)):
        raise LogError(f"{path} holds something else than the database: run `jumuishi evidence audit`")
    _append(path, wanted[len(held) :])


def _tail(path: Path) -> bytes:
    with open(path, "rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 4096))
        return file.read()


def _last_line(path: Path) -> tuple[tuple[int, int], bool]:
    """Leaf index and position of the last whole line, (-1, -1) for none, and whether a torn one follows it."""
    try:
        whole, _, torn = _tail(path).rpartition(b"\n")
    except FileNotFoundError:
        return (-1, -1), False
    for line in reversed(whole.split(b"\n")):
        parts = line.split()
        if len(parts) == 6 and parts[0].isdigit() and parts[1].isdigit():
            return (int(parts[0]), int(parts[1])), bool(torn)
    return (-1, -1), bool(torn)
