"""In which state a message is, at either end. No Django."""

from enum import StrEnum


class OutState(StrEnum):
    """At its sender."""

    WAITING = "waiting"
    # It lies safely at the other end.
    ARRIVED = "arrived"
    # It was not there in time: its tombstone lies at the other end.
    EXPIRED = "expired"


class InState(StrEnum):
    """At its receiver."""

    WAITING = "waiting"
    DONE = "done"
    EXPIRED = "expired"
    # A tombstone, or a message that is here under another number.
    PASSED = "passed"
    # Not for anybody here, or nobody asked for it: its sender is told.
    REFUSED = "refused"
    # Its handler would not have it.
    DEAD = "dead"
    # A person said that it be tried again.
    AGAIN = "again"
    CLOSED = "closed"


class Direction(StrEnum):
    """At which end a dead letter is."""

    OUT = "out"
    IN = "in"


class FollowState(StrEnum):
    """Of a wish to be told of a topic."""

    ASKED = "asked"
    STANDING = "standing"
    REFUSED = "refused"
    ENDED = "ended"
