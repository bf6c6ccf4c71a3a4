"""Rules over verbs and paths: `*` stands for anything within one segment, `**` for any number of segments.

Matching takes one pass over the path, whatever the rule.
"""

import re
from dataclasses import dataclass

from jumuishi.exchange.paths import UnsafePath, read_path, read_segment
from jumuishi.exchange.xroad.request import VERBS

ANY_VERB = "*"
_PARAMETERS = re.compile(r"(?:\{[^{}/]*\})+")


class BadPattern(ValueError):
    """A rule that can't be kept, or that says something else than it seems to."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule over paths. Each segment is its literal pieces around the stars; `rest` is where `**` stands, or -1."""

    text: str
    head: tuple[tuple[str, ...], ...]
    tail: tuple[tuple[str, ...], ...]
    open: bool

    def covers(self, segments: tuple[str, ...]) -> bool:
        """Whether a path is within the rule."""
        count = len(segments)
        if count < len(self.head) + len(self.tail) or (not self.open and count != len(self.head)):
            return False
        ends = segments[count - len(self.tail) :]
        return all(map(_fits, self.head, segments)) and all(map(_fits, self.tail, ends))


def _fits(pieces: tuple[str, ...], segment: str) -> bool:
    """Whether a segment is the pieces with anything between them; a first match from the left is enough for `*`."""
    first, *middle = pieces
    if not middle:
        return segment == first
    *between, last = middle
    if not segment.startswith(first) or not segment.endswith(last):
        return False
    at, end = len(first), len(segment) - len(last)
    for piece in between:
        found = segment.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end


def read_pattern(text: str) -> Pattern:
    """A rule as its owner wrote it, `/v1/names/*` or `/v1/**`; raises BadPattern."""
    if not text.startswith("/"):
        raise BadPattern("a path begins with a slash")
    inside = text.strip("/")
    segments = inside.split("/") if inside else []
    if segments.count("**") > 1:
        raise BadPattern("** stands once")
    try:
        read_path(re.sub(r"\*+", "x", text))
        pieces = [() if one == "**" else tuple(_literal(piece) for piece in _pieces(one)) for one in segments]
    except UnsafePath as error:
        raise BadPattern(str(error)) from error
    if "**" not in segments:
        return Pattern(text, tuple(pieces), (), False)
    at = segments.index("**")
    return Pattern(text, tuple(pieces[:at]), tuple(pieces[at + 1 :]), True)


def _pieces(segment: str) -> list[str]:
    if "**" in segment or "%2a" in segment.lower():
        raise BadPattern("a segment has single stars, or is ** alone")
    return segment.split("*")


def _literal(piece: str) -> str:
    """A dot at the end of a piece is not at the segment's end yet, so a letter is put there while it is read."""
    return read_segment(f"x{piece}x")[1:-1]


def pattern_of_template(template: str) -> Pattern:
    """The rule for one address of a description, `/names/{id}`; raises BadPattern."""
    if "*" in template:
        raise BadPattern("a description has no stars")
    return read_pattern(_PARAMETERS.sub("*", template))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A verb (`*` for any) on the paths of a rule."""

    verb: str
    pattern: Pattern

    def takes(self, verb: str) -> bool:
        """Whether the verb is in it."""
        return self.verb in (ANY_VERB, verb)


def read_endpoint(verb: str, pattern: str) -> Endpoint:
    """`GET`, `/v1/names/*`; raises BadPattern."""
    if verb != ANY_VERB and verb not in VERBS:
        raise BadPattern(f"{verb!r} is no verb")
    return Endpoint(verb, read_pattern(pattern))
