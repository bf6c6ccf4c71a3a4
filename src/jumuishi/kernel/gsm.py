"""How long a message is to the network: GSM 7-bit where it can be, else UCS-2 (3GPP TS 23.038, 23.040). Pure."""

import re
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # two septets each
_GSM7 = re.compile(f"[{re.escape(''.join(BASIC | EXTENDED))}]*")
_TWICE = re.compile(f"[{re.escape(''.join(EXTENDED))}]")
# Typographer's marks that cost a message its 7 bits, and say the same as these.
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "·": "-"}
)


@dataclass(frozen=True)
class Length:
    """Units of the encoding (septets of gsm7, 16-bit units of ucs2) and the number of SMS they need."""

    encoding: str
    units: int
    parts: int


def plain(text: str) -> str:
    """The text with marks replaced that would double its cost; letters stay as they are."""
    return text.translate(_PLAIN)


def measure(text: str) -> Length:
    """How a text travels: 160 septets in one part, 153 each in several; 70 and 67 units of UCS-2."""
    if _GSM7.fullmatch(text):
        units = len(text) + len(_TWICE.findall(text))
        if units <= 160:
            return Length("gsm7", units, 1)
        costs = [2 if c in EXTENDED else 1 for c in text]
        return Length("gsm7", sum(costs), _parts(costs, 160, 153))
    costs = [2 if ord(c) > 0xFFFF else 1 for c in text]
    return Length("ucs2", sum(costs), _parts(costs, 70, 67))


def _parts(costs: list[int], single: int, each: int) -> int:
    """A character of two units is never cut in half, so a part may stay one unit short."""
    if sum(costs) <= single:
        return 1
    parts, room = 1, each
    for cost in costs:
        if cost > room:
            parts, room = parts + 1, each
        room -= cost
    return parts
