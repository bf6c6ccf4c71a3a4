"""What stands for a person in a look: a mark that only our key makes, and a commitment for its proof."""

import hashlib

from jumuishi.exchange.looks.subjects import Subject, plain
from jumuishi.kernel.seal import mark

PURPOSE = "exchange.look"


def mark_of(kind: str, number: str) -> str:
    """64 letters that stand for a number here; whoever has no key can neither read nor make them."""
    found = plain(kind, number)
    return mark(f"{found.kind} {found.number}".encode(), PURPOSE)


def asker_mark(user: str) -> str:
    """What stands for the officer whom the asking system named; "" where it named nobody."""
    return mark(user.encode(), "exchange.asker") if user else ""


def commitment(subject: Subject, salt: bytes) -> str:
    """What the record in the log says of its subject: SHA-256 over the salt, the kind and the number, in hex.

    The salt is told to that person alone: with it anybody who knows the number can see that the record is about it.
    """
    return hashlib.sha256(salt + f"{subject.kind} {subject.number}".encode()).hexdigest()
