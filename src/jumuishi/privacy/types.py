"""What crosses this room's wall, and its words. No Django."""

from enum import StrEnum


class Kind(StrEnum):
    """What a person may ask of an institution that holds data about them."""

    ACCESS = "access"
    CORRECT = "correct"
    ERASE = "erase"
    OBJECT = "object"
    STOP = "stop"


class State(StrEnum):
    """A request waits, was answered yes or no, or waits again for the head after an appeal; the head's word is last."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    APPEALED = "appealed"
    CLOSED = "closed"


WAITING = (State.OPEN, State.APPEALED)


class BreachState(StrEnum):
    """Recorded by one person; released by another, and only then told to anybody."""

    RECORDED = "recorded"
    RELEASED = "released"


class PrivacyError(Exception):
    """Refused; `code` names a text in texts.csv that says what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
