"""Reference numbers: digits only, so that a keypad can type them and a voice can read them.

Two digits of the node, 13 random ones (43 bits), one check digit by Damm's quasigroup
(M. Damm, 2004), which catches each single wrong digit and each swap of neighbours.
"""

import re
import secrets

_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
LENGTH = 16


def check_digit(digits: str) -> str:
    """Damm's check digit of a string of digits."""
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def new_number(node: str) -> str:
    """A fresh 16-digit number for a node of two digits."""
    if not re.fullmatch(r"\d\d", node):
        raise ValueError("a node prefix is two digits")
    body = node + "".join(secrets.choice("0123456789") for _ in range(LENGTH - 3))
    return body + check_digit(body)


def normalise(text: str) -> str:
    """What a person typed, without spaces, dots and dashes."""
    return re.sub(r"[\s.\-·]", "", text)


def is_number(text: str) -> bool:
    """Whether a text is a well-formed number, check digit included."""
    digits = normalise(text)
    return len(digits) == LENGTH and digits.isascii() and digits.isdigit() and check_digit(digits) == "0"


def group(number: str) -> str:
    """The number in groups of four, as it is printed and read aloud."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))
