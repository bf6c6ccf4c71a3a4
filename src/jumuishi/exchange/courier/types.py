"""What travels between two nodes. No Django, no clock, no database.

One parcel is the same whichever way it goes: `wire` writes it as bytes, HTTPS and stick carry those. Whoever takes one
holds three things: it is signed by a member that stands behind `sender` in the directory; each message's source stands
behind `sender`; each message's destination stands behind this node.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from jumuishi.exchange.xroad.identifiers import ClientId

# Bytes of a message's own that travel with it; what is larger is a body, in parts.
MOST_INLINE = 65_536
MOST_SUBJECT, MOST_TYPE, MOST_ID = 200, 120, 100
LOWEST, USUAL, HIGHEST = 0, 4, 9
# Words that CloudEvents or the courier has for itself; see reference/courier.md.
RESERVED = frozenset({
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data", "data_base64",
    "destination", "sequence", "priority", "expirytime", "agreement", "purpose", "tombstone", "body", "bodysize",
})  # fmt: skip
_ATTRIBUTE = re.compile(r"[a-z0-9]{1,20}")
_PLAIN = re.compile(r"[^\x00-\x1f\x7f]+")


class Tombstone(StrEnum):
    """Why a message comes no more and leaves only its place."""

    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    # Its sender has it no more: kept for so long after it was acknowledged, or lost with what was since a backup.
    GONE = "gone"


@dataclass(frozen=True, slots=True, order=True)
class StreamId:
    """All that a system sends to another about one subject; "" where it is about nothing in particular.

    A subsystem of "" is the institution's own platform.
    """

    source: ClientId
    destination: ClientId
    subject: str


@dataclass(frozen=True, slots=True)
class Body:
    """Data that is too large to travel with its message: SHA-256 in hexadecimal, size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Message:
    """A CloudEvent 1.0 and its place. `sequence` counts from 1 in its stream without a gap; priority 0 to 9 is between
    streams only. Raises ValueError for what can't travel."""

    id: str
    stream: StreamId
    sequence: int
    type: str
    time: datetime
    datacontenttype: str = "application/json"
    data: bytes | Body = b""
    priority: int = USUAL
    expirytime: datetime | None = None
    agreement: str = ""
    purpose: str = ""
    # Attributes of the sender's own, by CloudEvents' rule for names.
    extensions: Mapping[str, str] = field(default_factory=dict)
    tombstone: Tombstone | None = None

    def __post_init__(self) -> None:
        check_word(self.id, MOST_ID, "id")
        check_word(self.type, MOST_TYPE, "type")
        check_word(self.datacontenttype, 100, "datacontenttype")
        if self.stream.subject:
            check_word(self.stream.subject, MOST_SUBJECT, "subject")
        if self.sequence < 1 or not LOWEST <= self.priority <= HIGHEST:
            raise ValueError("sequence or priority")
        if self.time.tzinfo is None or (self.expirytime is not None and self.expirytime.tzinfo is None):
            raise ValueError("an instant without its zone")
        if isinstance(self.data, bytes) and len(self.data) > MOST_INLINE:
            raise ValueError("data")
        if self.tombstone is not None and self.data != b"":
            raise ValueError("a tombstone has no data")
        for name, value in self.extensions.items():
            if not _ATTRIBUTE.fullmatch(name) or name in RESERVED:
                raise ValueError(f"extension {name}")
            check_word(value, 500, name)


def check_word(text: str, most: int, what: str) -> None:
    """Raises ValueError for an empty, too long or unprintable one."""
    if len(text) > most or not _PLAIN.fullmatch(text):
        raise ValueError(what)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """How far a stream lies safely at its receiver: all up to and with `upto`, and `also` beyond a gap.

    The ids are those of the messages at these places ("" where `upto` is 0): a sender that was restored from a backup
    sees by them that a place of its own is another message's at the other end, and gives its own new places.
    """

    stream: StreamId
    upto: int
    upto_id: str
    also: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A wish: places of a stream that are missing at its receiver, the first and the last of them."""

    stream: StreamId
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PartWish:
    """A wish: the bytes of a large body from `offset` on."""

    sha256: str
    offset: int


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a large body, from `offset` on."""

    sha256: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one node gives another; nodes by their names in the directory.

    `number` counts the sender's parcels to that node: one that is lost costs nothing, since what is not acknowledged
    goes again, but it is known that it is missing.
    """

    sender: str
    receiver: str
    number: int
    made_at: datetime
    messages: tuple[Message, ...] = ()
    acknowledgements: tuple[Acknowledgement, ...] = ()
    gaps: tuple[Gap, ...] = ()
    part_wishes: tuple[PartWish, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing in it but its number."""
        return not (self.messages or self.acknowledgements or self.gaps or self.part_wishes or self.parts)


class UnreadParcel(ValueError):
    """The bytes are none, or not of this release; says what is wrong."""


class NotTaken(ValueError):
    """A parcel that is read but not for this node, or from nobody that is known; `key` names the text that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key
