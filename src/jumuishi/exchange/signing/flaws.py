"""Why a signed message is not believed."""

from enum import StrEnum


class Flaw(StrEnum):
    """One reason; the exchange's record names it."""

    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"
    SEVERAL_SIGNATURES = "several_signatures"
    COMPONENTS = "components"
    PARAMETERS = "parameters"
    FIELD = "field"
    NOT_YET = "not_yet"
    TOO_OLD = "too_old"
    LIVES_TOO_LONG = "lives_too_long"
    UNKNOWN_KEY = "unknown_key"
    ANOTHERS_KEY = "anothers_key"
    ALGORITHM = "algorithm"
    SIGNATURE = "signature"
    REPLAYED = "replayed"
    WINDOW_FULL = "window_full"
    HEADERS = "headers"
    BODY = "body"


class NotBelieved(Exception):
    """The message is to be refused whole."""

    def __init__(self, flaw: Flaw, about: str = "") -> None:
        super().__init__(f"{flaw}: {about}" if about else str(flaw))
        self.flaw, self.about = flaw, about
