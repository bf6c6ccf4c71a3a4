"""Why a bundle is not taken; each is a text of the room, `exchange.bundle_FLAW`."""

from enum import StrEnum


class Flaw(StrEnum):
    """By its kind: what to do about it differs."""

    # A file of something else.
    NO_BUNDLE = "no_bundle"
    # Copied by half: copy it again.
    CUT = "cut"
    # Not as it was written.
    ALTERED = "altered"
    NOT_FOR_US = "not_for_us"
    # Written by a later edition of this software.
    TOO_NEW = "too_new"
    TOO_LARGE = "too_large"
    # Nobody in our directory.
    UNKNOWN_SENDER = "unknown_sender"
    # Not by a key of that node which counted when it was packed, or by one that was revoked since.
    NOT_SIGNED = "not_signed"
    # The clock of the one or of the other is wrong.
    FROM_THE_FUTURE = "from_the_future"


class BadBundle(ValueError):
    """Nothing of the bundle was taken."""

    def __init__(self, flaw: Flaw, detail: str = "") -> None:
        super().__init__(f"{flaw}: {detail}" if detail else str(flaw))
        self.flaw = flaw
