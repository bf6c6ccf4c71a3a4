"""What crosses this room's wall. No Django."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

# What a look of an institution's program says in the journal: this, and what for.
VERIFIED = "verification: "


class NodeLike(Protocol):
    """A node of a document's body, as any reader of templates may give it.

    Kinds: heading1..heading4, paragraph, table, row, cell, header, list, numbered, item, strong, em, br, hr, text.
    Only `text` carries text, and text is never read as markup again.
    """

    @property
    def kind(self) -> str: ...
    @property
    def children(self) -> "Sequence[NodeLike]": ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Node:
    """The plain form of NodeLike."""

    kind: str
    children: "Sequence[NodeLike]" = ()
    text: str = ""


class DocumentState(StrEnum):
    """What became of a document; expired follows from its last day, suspended lasts to a day or until lifted."""

    ISSUED = "issued"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"


class Result(StrEnum):
    """What a verification says. `stale`: the signature is good, but the lists are older than they may be."""

    GENUINE = "genuine"
    ALTERED = "altered"
    UNKNOWN_KEY = "unknown_key"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    STALE = "stale"


Scalar = str | int | bool


@dataclass(frozen=True)
class Code:
    """What a document's QR carries, all of it printed on the document. `issuer` is the institution's short id."""

    issuer: str
    number: str
    kind: str
    title: str
    issued_on: date
    expires_on: date | None
    claims: Mapping[str, Scalar]


@dataclass(frozen=True)
class Verdict:
    """The answer to one verification; `warnings` are keys such as "revocation_unchecked".

    `until` is the last day of a suspension that has one.
    """

    result: Result
    code: Code | None = None
    issuer: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    since: datetime | None = None
    warnings: tuple[str, ...] = ()
    reason: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Issuer:
    """The institution in whose name a document is issued; `above` is the line over its name (the republic's)."""

    id: UUID
    name: Mapping[str, str]
    above: str = ""


@dataclass(frozen=True)
class Facts:
    """What only the issue itself knows, for the body: the number in groups, the dates as printed."""

    number: str
    issued_on: date
    valid_until: date | None


@dataclass(frozen=True)
class Signer:
    """Who signs, as printed."""

    name: str
    title: str


@dataclass(frozen=True)
class Order:
    """A document to be issued: `key` is its id in the definition, `visit` tells repeated issues of one case apart.

    `body` is called once with the facts. `details` are what the holder may be asked for at a check by number
    (a name, the last digits of a phone). `layout`: certificate or letter. `earlier` is the number of the document that
    it follows; `is_in_place`: that one is replaced by it.
    """

    key: str
    title: Mapping[str, str]
    body: Callable[[Facts], Sequence[NodeLike]]
    holder: str
    signer: Signer
    claims: Mapping[str, Scalar] = field(default_factory=dict)
    valid_until: date | None = None
    language: str = "sw"
    details: tuple[str, ...] = ()
    visit: int = 1
    layout: str = "certificate"
    earlier: str = ""
    is_in_place: bool = False


@dataclass(frozen=True)
class Issued:
    """A document that was issued. `number` is 16 digits; `file_id` names the signed PDF in the file store.

    `ended_at` and `end_reason` say since when and why it must not be accepted: for good, or, while it is suspended,
    to the end of `suspended_until` (None: until it is lifted).
    """

    id: UUID
    number: str
    institution_id: UUID
    person_id: UUID
    case_id: UUID
    key: str
    title: Mapping[str, str]
    issued_at: datetime
    valid_until: date | None
    state: DocumentState
    sha256: str
    file_id: UUID
    size: int
    payload: str
    holder: str = ""
    ended_at: datetime | None = None
    end_reason: str = ""
    suspended_until: date | None = None


@dataclass(frozen=True)
class PublicKey:
    """One pair of keys of an institution, for whoever looks after them; it signs while `retired_at` is None."""

    kid: str
    institution_id: UUID
    name: Mapping[str, str]
    not_before: datetime
    not_after: datetime
    retired_at: datetime | None
    compromised_at: datetime | None


@dataclass(frozen=True)
class Checked:
    """What a check by number and detail tells: no more than what is printed, and the state."""

    state: DocumentState
    number: str
    title: Mapping[str, str]
    issuer: Mapping[str, str]
    holder: str
    claims: Mapping[str, Scalar]
    issued_on: date
    valid_until: date | None
    since: datetime | None
    reason: str
    checked_at: datetime
    suspended_until: date | None = None


@dataclass(frozen=True)
class SigningKey:
    """A P-256 key and its certificate; `private` is PKCS#8 DER, `certificate` DER."""

    private: bytes
    certificate: bytes


@dataclass(frozen=True)
class PdfSeal:
    """What the signature of a PDF says: whole and ours, by which certificate, and when it says it was made."""

    whole: bool
    certificate: bytes | None = None
    signed_at: datetime | None = None
    reason: str = ""


class DocumentError(Exception):
    """A document can't be made, read or found; the text says which."""


class RenderError(DocumentError):
    """The layout refused the data."""


class CodeError(DocumentError):
    """Not a code of ours, or one whose bytes are not as we write them."""


class ListError(DocumentError):
    """A key list or revocation list that its root did not sign, or that is no list."""


class KeysNotReadyError(DocumentError):
    """The institution has no key that may sign now."""


class NotInForceError(DocumentError):
    """Only a document that is in force can be suspended, and only a suspended one be given back."""


class NoSuchDocumentError(DocumentError):
    """There is no such document, or the actor may not know of it."""


class TooOftenError(DocumentError):
    """A number was tried too often within the hour."""
