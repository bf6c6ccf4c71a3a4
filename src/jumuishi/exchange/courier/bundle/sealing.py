"""A parcel closed for one node and opened by it: the age format with X25519 (age-encryption.org/v1).

Memory is one chunk of 64 KiB however large the file is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Protocol

import pyrage

from jumuishi.exchange.courier.bundle.flaws import BadBundle, Flaw

# A parcel is for one node: its header is some 200 bytes. A header is read into memory whole, so it is bounded first.
HEADER = 4096
_TITLE, _END = b"age-encryption.org/v1\n", b"\n--- "


@dataclass(frozen=True, slots=True)
class SealingKey:
    """What opens parcels (`AGE-SECRET-KEY-1...`) and what others close them for (`age1...`)."""

    recipient: str
    secret: str

    def __repr__(self) -> str:
        return f"SealingKey({self.recipient!r})"


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take some."""
        ...


def new_key() -> SealingKey:
    """A key that nobody has."""
    made = pyrage.x25519.Identity.generate()
    return SealingKey(str(made.to_public()), str(made))


def is_recipient(text: str) -> bool:
    """Whether parcels can be closed for it."""
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


def close_for(recipient: str, source: IO[bytes], target: IO[bytes]) -> None:
    """Write what is in `source` so that only the holder of the recipient's secret reads it; raises ValueError."""
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise ValueError("no recipient of parcels") from error
    pyrage.encrypt_io(source, target, [to])


def open_with(keys: Sequence[SealingKey], source: IO[bytes], target: Sink, *, most: int) -> None:
    """Write what is inside to `target`, `most` bytes at the most. Raises BadBundle; what was written until then is
    nothing. An error of the disk goes on as OSError."""
    head = source.read(HEADER)
    source.seek(0)
    if not head.startswith(_TITLE):
        raise BadBundle(Flaw.NO_BUNDLE if len(head) >= len(_TITLE) or not _TITLE.startswith(head) else Flaw.CUT)
    if _END not in head:
        raise BadBundle(Flaw.CUT if len(head) < HEADER else Flaw.NO_BUNDLE)
    try:
        pyrage.decrypt_io(source, _Bounded(target, most), [pyrage.x25519.Identity.from_str(one.secret) for one in keys])
    except pyrage.DecryptError as error:
        raise BadBundle(Flaw.NOT_FOR_US if "No matching keys" in str(error) else Flaw.ALTERED) from error
    except OSError as error:
        # The library says so of bytes that don't belong together; what the disk says has a number.
        if error.errno is not None:
            raise
        raise BadBundle(Flaw.ALTERED) from error


class _Bounded:
    def __init__(self, target: Sink, most: int) -> None:
        self._target, self._left = target, most

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise BadBundle(Flaw.TOO_LARGE)
        self._target.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""
