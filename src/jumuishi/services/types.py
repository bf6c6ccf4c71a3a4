"""What crosses this room's wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from jumuishi.definitions.types import Finding, StoryResult


@dataclass(frozen=True)
class SettingValue:
    """A figure of an installation: its value, where it comes from, and when somebody checked that."""

    value: Any
    source: str
    checked_on: date

    def to_data(self) -> dict[str, Any]:
        """As JSON types."""
        return {"value": self.value, "source": self.source, "checked_on": self.checked_on.isoformat()}


@dataclass(frozen=True)
class OfferingRef:
    """A service as somebody offers it; texts are {sw:, en:}."""

    id: UUID
    institution_id: UUID
    service: str
    edition_id: UUID
    edition_hash: str
    edition_number: int
    name: dict[str, str]
    about: dict[str, str]
    doors: tuple[str, ...]
    state: str
    settings: dict[str, Any]
    sources: dict[str, dict[str, str]]
    withdrawn: str | None = None
    """Why its edition was withdrawn; None while it stands."""

    @property
    def is_open(self) -> bool:
        """Whether a new application may begin."""
        return self.state == "published" and self.withdrawn is None


@dataclass(frozen=True)
class EditionRef:
    """An edition of the catalogue; `withdrawn` says why it was withdrawn, None while it stands."""

    id: UUID
    service: str
    number: int
    hash: str
    name: dict[str, str]
    published_at: datetime
    withdrawn: str | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Survey:
    """What a newer edition would mean for open cases, as far as they were looked at.

    `state`: looking or ready. `groups`: (safe, ask or cannot; words of why; how many; references of one's own).
    """

    state: str
    all: int
    seen: int
    safe: int
    ask: int
    cannot: int
    groups: tuple[tuple[str, str, int, tuple[str, ...]], ...]
    at: datetime
    url: str = ""


@dataclass(frozen=True)
class Lack:
    """Why an offering can't be published yet; `kind` is what is missing.

    "setting": a figure. "role": somebody here who holds the role. "abroad": somebody who holds it in the institution
    `where`, chosen by a setting. "second": a second person who may publish. "register": one that this installation does
    not know (J102).
    """

    kind: Literal["setting", "role", "abroad", "second", "register"]
    name: str
    label: dict[str, str]
    where: dict[str, str] | None = None


class CannotPublishError(Exception):
    """Something is missing; `lacks` says what."""

    def __init__(self, lacks: list[Lack]) -> None:
        super().__init__(", ".join(f"{lack.kind} {lack.name}" for lack in lacks))
        self.lacks = lacks


class EditionRefusedError(Exception):
    """An edition can't be proposed or published; `code` names the text, `values` stand in it.

    `findings` are those of its check, `stories` those of its author's that do not hold.
    """

    def __init__(
        self, code: str, findings: Sequence[Finding] = (), stories: Sequence[StoryResult] = (), **values: int
    ) -> None:
        super().__init__(code)
        self.code = code
        self.findings = findings
        self.stories = stories
        self.values = values


class SamePersonError(Exception):
    """Two natural persons are needed, and this is one."""


class SettingRefusedError(ValueError):
    """The value is not of the setting's type, or its constraint does not hold; `code` names the text."""

    def __init__(self, code: str, message: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Option:
    """One choice of a question, offered while `relevant` (an expression) holds."""

    key: str
    label: dict[str, str]
    relevant: str | None = None


@dataclass(frozen=True)
class Question:
    """A field of a definition as a client needs it to build a form; texts are {sw:, en:}, conditions expressions.

    `type` is the definition's. `doors` says where it may be left for a counter; `fields` are a group's members.
    """

    name: str
    type: str
    required: bool
    label: dict[str, str] | None = None
    hint: dict[str, str] | None = None
    relevant: str | None = None
    constraint: str | None = None
    constraint_message: dict[str, str] | None = None
    calculation: str | None = None
    default: str | list[str] | None = None
    max_length: int | None = None
    options: list[Option] | None = None
    level: str | None = None
    accept: list[str] | None = None
    max_kb: int | None = None
    doors: dict[str, str] | None = None
    repeat_min: int | None = None
    repeat_max: int | None = None
    fields: "list[Question] | None" = None
