"""One way to write a path, or none: what a rule was matched against is what the provider's system gets.

A path that some common server would read otherwise than another is refused, not mended: an encoded slash, dots as a
segment in any encoding, an encoding within an encoding, a backslash, two slashes, a control character, bytes that are
not UTF-8 (so also its overlong forms), parameters after ";", and letters that have another form. What is left is
decoded once and written anew. Servers disagree on the last slash, so no rule depends on it.
"""

import re
import unicodedata
from dataclasses import dataclass

from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import decode_part, encode_part

MOST = 2000
# Each of these means something to some server once it is decoded; none is needed in a name.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f/\\%;?#]")
_ASCII_REST = re.compile("[^\x00-\x7f]")


class UnsafePath(ValueError):
    """Servers would not agree on what this path means."""


@dataclass(frozen=True, slots=True)
class SafePath:
    """A path that means one thing: its segments, decoded, and how it is written to the provider."""

    segments: tuple[str, ...]
    wire: str


def read_path(raw: str) -> SafePath:
    """What follows the service in a request, raw; '' and '/' are the service itself. Raises UnsafePath."""
    if len(raw) > MOST:
        raise UnsafePath("too long")
    if raw in ("", "/"):
        return SafePath((), raw)
    if not raw.startswith("/"):
        raise UnsafePath("not absolute")
    slash = "/" if raw.endswith("/") else ""
    segments = tuple(read_segment(part) for part in raw[1 : len(raw) - len(slash)].split("/"))
    return SafePath(segments, "".join(f"/{encode_part(part)}" for part in segments) + slash)


def read_segment(raw: str) -> str:
    """One segment, decoded once; raises UnsafePath."""
    try:
        text = decode_part(raw)
    except XRoadError as error:
        raise UnsafePath("bad encoding, empty segment or character") from error
    if _FORBIDDEN.search(text):
        raise UnsafePath("a character that servers read in different ways")
    # Some drop dots and spaces at the end; of "." and ".." nothing would be left.
    if text.endswith((".", " ")):
        raise UnsafePath("ends in a dot or a space")
    if unicodedata.normalize("NFKC", text) != text:
        raise UnsafePath("a letter that has another form")
    if any(unicodedata.category(one)[0] not in "LMN" for one in _ASCII_REST.findall(text)):
        raise UnsafePath("a sign that is neither letter nor digit")
    return text
