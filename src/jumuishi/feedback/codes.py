"""What makes a nameless sender's item theirs: a secret code, of which only a hash is kept.

The code follows from the form that was sent (a random mark of ours) and from what it said, so that the same form sent
twice is one item with one receipt, and nothing about the sender has to be remembered for that.
"""

import secrets

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from jumuishi.kernel.canonical import digest
from jumuishi.kernel.numbers import check_digit, normalise

_SALT = "feedback.once"
LENGTH = 12


def new_once() -> str:
    """A mark for a form that is about to be shown; nobody else can make one."""
    return signing.dumps(secrets.token_urlsafe(18), salt=_SALT, compress=False)


def is_once(text: str) -> bool:
    """Whether a mark is one of ours."""
    try:
        signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return False
    return True


def once_hash(once: str, said: object) -> str:
    """What a form and its words are known by."""
    return _mac("feedback.once", f"{once}|{digest(said)}")


def code_of(once: str, said: object) -> str:
    """Eleven digits (36 bits) and a check digit."""
    body = str(int(_mac("feedback.code", f"{once}|{digest(said)}"), 16) % 10 ** (LENGTH - 1)).zfill(LENGTH - 1)
    return body + check_digit(body)


def code_hash(reference: str, code: str) -> str:
    """What is kept of a code."""
    return _mac("feedback.code-kept", f"{reference}|{normalise(code)}")


def opens(reference: str, kept: str, code: str) -> bool:
    """Whether it is the code of that number."""
    return bool(kept) and constant_time_compare(kept, code_hash(reference, code))


def _mac(purpose: str, text: str) -> str:
    return str(salted_hmac(purpose, text, algorithm="sha256").hexdigest())
