"""Pure rules: what a phone number is, what a resume code is, which way back is safe."""

import re
import secrets

from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel.numbers import check_digit, normalise

# Tanzanian mobile numbers: the rule of the government's own SMS gateway clients (MgovSmsService, e-maafa).
_MOBILE = re.compile(r"0?([67]\d{8})")
RESUME_LENGTH = 12
CODE_LENGTH = 6


def normalise_phone(text: str) -> str:
    """A mobile number as +255XXXXXXXXX from any form that people type; raises BadPhoneError."""
    digits = re.sub(r"[\s.\-()·]", "", text)
    digits = digits.removeprefix("+").removeprefix("00")
    if digits.startswith("255"):
        digits = digits[3:]
    found = _MOBILE.fullmatch(digits) if digits.isascii() else None
    if found is None:
        raise BadPhoneError
    return "+255" + found[1]


def mask_phone(phone: str) -> str:
    """A phone number with its middle hidden: +255 7•• ••• 001."""
    return f"{phone[:4]} {phone[4:5]}•• ••• {phone[-3:]}" if len(phone) >= 8 else ""


def new_code() -> str:
    """Six random digits."""
    return "".join(secrets.choice("0123456789") for _ in range(CODE_LENGTH))


def new_resume_code() -> str:
    """Eleven random digits (36 bits) and Damm's check digit: short enough to type, too many to guess at the limits."""
    body = "".join(secrets.choice("0123456789") for _ in range(RESUME_LENGTH - 1))
    return body + check_digit(body)


def is_resume_code(text: str) -> bool:
    """Whether a text is well-formed as a resume code: a slip of the finger is told from a wrong code."""
    digits = normalise(text)
    return len(digits) == RESUME_LENGTH and digits.isascii() and digits.isdigit() and check_digit(digits) == "0"
