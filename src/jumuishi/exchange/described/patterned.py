"""A text for a regular expression, without running it: the first way that the expression allows, at its shortest.

Twenty digits, the form of a national number, begin with a birth on 1 January 1900, as all made-up people do.
"""

import re
import re._constants as sre  # type: ignore[import-not-found]  # the expression's own tree; there is no public one
import re._parser as parser  # type: ignore[import-not-found]
from typing import Any

_LONG, _PERSON = 500, 20
_TRIED = "a0bcA- ./"
_CLASSES = {sre.CATEGORY_DIGIT: "0", sre.CATEGORY_WORD: "a", sre.CATEGORY_SPACE: " "}


def matching(pattern: str) -> str | None:
    """A text that the expression matches; None for one that can't be read or says more than this follows."""
    try:
        made = _of(parser.parse(pattern))
    except (re.error, RecursionError, OverflowError, ValueError):
        return None
    if len(made) > _LONG:
        return None
    if len(made) == _PERSON and set(made) == {"0"}:
        return "19000101".ljust(_PERSON - 1, "0") + "1"
    return made


def _of(parts: Any) -> str:
    made = ""
    for kind, value in parts:
        made += _one(kind, value)
        if len(made) > _LONG:
            raise ValueError("too long")
    return made


def _one(kind: Any, value: Any) -> str:
    if kind is sre.LITERAL:
        return str(chr(value))
    if kind is sre.ANY:
        return "a"
    if kind is sre.IN:
        return _in(value)
    if kind is sre.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        least, most, inside = value
        # Once where it may be there: "[A-Z]*" is better shown by a letter than by nothing.
        count = max(least, min(1, most))
        once = _of(inside)
        if len(once) * count > _LONG:
            raise ValueError("too long")
        return str(once * count)
    if kind is sre.SUBPATTERN:
        return _of(value[-1])
    if kind is sre.ATOMIC_GROUP:
        return _of(value)
    if kind is sre.BRANCH:
        return _of(value[1][0])
    if kind is sre.AT and value not in (sre.AT_BOUNDARY, sre.AT_NON_BOUNDARY):
        return ""
    return _beyond()


def _beyond() -> str:
    raise ValueError("more than is followed here")


def _in(choices: Any) -> str:
    kind, value = choices[0]
    if kind is sre.NEGATE:
        free = (one for one in _TRIED if not any(_holds(kind, value, one) for kind, value in choices[1:]))
        return next(free, "") or _beyond()
    if kind is sre.CATEGORY:
        return _category(value)
    return chr(value if kind is sre.LITERAL else value[0])


def _category(value: Any) -> str:
    return str(_CLASSES.get(value) or _beyond())


def _holds(kind: Any, value: Any, one: str) -> bool:
    if kind is sre.CATEGORY:
        return (value is sre.CATEGORY_DIGIT and one.isdigit()) or value is sre.CATEGORY_WORD
    return bool(ord(one) == value if kind is sre.LITERAL else value[0] <= ord(one) <= value[1])
