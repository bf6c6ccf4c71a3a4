"""What the API takes and gives where somebody helps somebody else."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from jumuishi.channels.api import Row, Schema


class AskIn(Schema):
    """Whom to help, with what. `kind` is said by a person at home only; of an officer it follows from the post.

    `fee`: an agent's, in the currency's smallest unit. `language` is the owner's.
    """

    phone: str = Field(max_length=40)
    offering: UUID | None = None
    kind: Literal["", "relative", "guardian"] = ""
    scope: Literal["case", "service", "all"] = "case"
    fee: int = Field(default=0, ge=0, le=100_000_000)
    language: Literal["sw", "en"] = "sw"


class CodeIn(Schema):
    """The six digits that came to the owner's phone."""

    code: str = Field(max_length=20)


class ForIn(Schema):
    """The service wanted, under a consent that reaches to all; else that of the consent."""

    offering: UUID | None = None


class ForOut(Schema):
    """An application begun for its owner, and the page to fill in first."""

    id: UUID
    next_page: str | None = None


class MandateOut(Row):
    """A consent as its helper has it. `state`: asked, seen, stands, or why it ended; the owner's phone is half hidden.

    `draft` and `case`: what was begun last under it.
    """

    id: UUID
    owner: str
    kind: str
    scope: str
    offering: UUID | None = None
    fee: int
    state: str
    asked_at: datetime
    given_at: datetime | None = None
    until_at: datetime
    draft: UUID | None = None
    case: UUID | None = None


class MandateList(Row):
    """A page of consents."""

    items: list[MandateOut]
    page: int
    pages: int
    total: int


class HelperOut(Row):
    """Somebody who helps me: who, in whose service, with what, until when."""

    id: UUID
    who: str
    kind: str
    scope: str
    what: str
    fee: int
    state: str
    given_at: datetime | None = None
    until_at: datetime
    ended_at: datetime | None = None
    may_repudiate: bool


class HelperList(Row):
    """A page of helpers."""

    items: list[HelperOut]
    page: int
    pages: int
    total: int


class EndIn(Schema):
    """`repudiate`: I never consented, which can be said of a mark for some days."""

    repudiate: bool = False
