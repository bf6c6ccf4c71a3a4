"""What a witness remembers: its key, and of each log the last checkpoint that it cosigned.

    key              the private key, for its owner's eyes only
    name             the name under which it signs
    log-<hash>       a log: its origin, its keys, and the checkpoint that was seen last
    conflict-<hash>  two signed checkpoints of one log that contradict each other; the first such pair is kept

A file is replaced as a whole, and is on the disk before its replacing is told of. One that is gone or can't be read
is never taken for a log that has not been seen: then the witness doesn't start.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jumuishi.evidence.verifier import ED25519, EMPTY, Head, VerificationError, VerifierKey, read_checkpoint


class ForgottenError(RuntimeError):
    """The witness can't trust what it remembers, or is asked to be another; says why."""


@dataclass(frozen=True)
class Watched:
    """A log: its keys, and the note that was cosigned last; none before the first."""

    origin: str
    keys: tuple[str, ...]
    note: str = ""

    @property
    def head(self) -> Head:
        """The tree that was cosigned last; the empty one before the first."""
        return read_checkpoint(self.note) if self.note else Head(self.origin, 0, EMPTY)

    @property
    def trusted(self) -> list[VerifierKey]:
        """The log's keys."""
        return [VerifierKey.parse(key) for key in self.keys]


class Memory:
    """The folder of one witness; of several processes only one may have it open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: int | None = None
        self._logs: dict[str, Watched] = {}

    @contextmanager
    def opened(self, name: str | None, logs: list[str]) -> Iterator["Memory"]:
        """Read everything, with new logs added; raises ForgottenError rather than begin with less than was known."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ForgottenError(f"another witness has {self.folder} open") from error
            self._settle(name)
            self._logs = {found.origin: found for found in map(_read, sorted(self.folder.glob("log-*")))}
            for line in logs:
                self._add(line)
            yield self
        finally:
            os.close(lock)

    def _settle(self, name: str | None) -> None:
        key, named = self.folder / "key", self.folder / "name"
        if not key.exists():
            if any(self.folder.glob("log-*")):
                raise ForgottenError(f"{key} is gone, and {self.folder} knows of logs: put it back")
            if not name or "+" in name or any(char.isspace() for char in name):
                raise ForgottenError("a new witness needs a --name, such as shahidi.example/1, without spaces or +")
            write(named, name.encode())
            # Last, so that a start that was cut short before it is a first start still.
            write(key, Ed25519PrivateKey.generate().private_bytes_raw())
        elif name and name != self.name:
            raise ForgottenError(f"the witness in {self.folder} is called {self.name}, not {name}")

    @property
    def name(self) -> str:
        """The name under which the witness signs."""
        return (self.folder / "name").read_text()

    def key(self) -> Ed25519PrivateKey:
        """The witness's own key; raises ForgottenError."""
        try:
            return Ed25519PrivateKey.from_private_bytes((self.folder / "key").read_bytes())
        except ValueError as error:
            raise ForgottenError(f"{self.folder / 'key'} holds no key") from error

    def log(self, origin: str) -> Watched | None:
        """What is known of a log; None for one that is not watched."""
        return self._logs.get(origin)

    def logs(self) -> list[Watched]:
        """Every log that is watched."""
        return list(self._logs.values())

    def keep(self, log: Watched) -> None:
        """Remember; on the disk when this returns."""
        write(self._path(log.origin), json.dumps(log.__dict__, indent=1).encode())
        self._logs[log.origin] = log

    def accuse(self, log: Watched, note: str) -> None:
        """Keep the first pair of checkpoints by which a log contradicts itself."""
        path = self.folder / f"conflict-{_hash(log.origin)}"
        if not path.exists():
            write(path, f"{log.note}\n{note}".encode())

    def _add(self, line: str) -> None:
        key = VerifierKey.parse(line)
        if key.kind != ED25519:
            raise VerificationError("that is the key of a witness, not of a log")
        known = self._logs.get(key.name) or Watched(key.name, ())
        if line.strip() not in known.keys:
            self.keep(replace(known, keys=(*known.keys, line.strip())))

    def _path(self, origin: str) -> Path:
        return self.folder / f"log-{_hash(origin)}"


def write(path: Path, data: bytes) -> None:
    """Replace a file as a whole; both its bytes and its name are on the disk when this returns."""
    fresh = path.with_name(path.name.replace("log-", "new-", 1) + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> Watched:
    try:
        found: dict[str, Any] = json.loads(path.read_text())
        log = Watched(str(found["origin"]), tuple(map(str, found["keys"])), str(found["note"]))
        if log.head.origin != log.origin or path.name != f"log-{_hash(log.origin)}" or not log.trusted:
            raise ValueError("it is another log's")
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ForgottenError(f"{path} can't be read: {error}") from error
    return log


def _hash(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()[:32]
