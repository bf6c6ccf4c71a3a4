"""What crosses this room's wall, and what its own doors hand to its actions. No Django."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """The five kinds of the government's own feedback system (e-Mrejesho)."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    QUESTION = "question"
    OPINION = "opinion"
    PRAISE = "praise"


class State(StrEnum):
    """`open` waits for the institution, `asked` for the sender; `answered`, `closed` (by the sender), `abuse` ended."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"
    ABUSE = "abuse"


class Answer(StrEnum):
    """How the sender hears: as the known person, by SMS to a number, or by number and code alone."""

    ME = "me"
    SMS = "sms"
    CODE = "code"


# Who handles an item: the desk, then the institution's head, then the e-government authority.
DESK_LEVEL, HEAD_LEVEL, AUTHORITY_LEVEL = 1, 2, 3


@dataclass(frozen=True)
class Said:
    """What somebody says: of which institution, perhaps of a service, a case (by its number), an officer."""

    institution_id: UUID
    kind: Kind
    text: str
    answer: Answer
    language: str = "sw"
    service: str = ""
    case_reference: str = ""
    role: str = ""
    named: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Receipt:
    """What the sender keeps: the number; the secret code too, unless the sender is known."""

    item_id: UUID
    reference: str
    code: str
    entry: UUID


class FeedbackError(Exception):
    """Refused; `code` names the text that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
