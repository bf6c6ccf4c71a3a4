"""One event in one line, as it is told while it happens; pure but for the texts."""

from typing import Any

from jumuishi.kernel.text import t, texts
from jumuishi.meetings.live.screens import MEMBER, TOLD_OUTSIDE, Happened, Names, counts_of, item_words, short

# Texts of these have a twin for a result, an outcome or an act.
_BY = {"vote.ended": "result", "item.ended": "outcome", "disorder.named": "act"}
_LONGEST = 120


def line(one: Happened, names: Names, audience: str, lang: str) -> str:
    """What is told of an event to readers of a kind; empty where they are told nothing of it."""
    # That the doors are closed, and open again, is told outside; why they are, and what happened, is not.
    is_door = one.kind in ("session.closed", "session.opened")
    if audience != MEMBER and not is_door and (one.is_closed or one.kind not in TOLD_OUTSIDE):
        return ""
    key = f"meetings.live_{one.kind.replace('.', '_')}"
    if one.kind in _BY:
        key += f"_{one.body.get(_BY[one.kind], '')}"
    if key not in texts():
        return ""
    return t(key, lang, **_values(one, names, audience, lang))


def _values(one: Happened, names: Names, audience: str, lang: str) -> dict[str, Any]:
    body = one.body
    item = str(body.get("item") or "")
    who = body.get("member") or body.get("presiding")
    return counts_of(body) | {
        "name": names.members.get(str(who), "") or body.get("name", ""),
        "item": item_words(names, item, audience, lang) if item in names.items else "",
        "text": short(str(body.get("text") or body.get("reason") or ""), _LONGEST),
        "present": body.get("present", ""),
        "needed": body.get("needed", ""),
        "count": body.get("count", ""),
    }
