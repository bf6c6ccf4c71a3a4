"""A draft: each paragraph as it was written from events, and beside it what the secretary made of it. Pure.

A paragraph is `{key, kind, sw, en, closed, at, data}`, and where somebody edited it `edited: {text, was, by, at}`, with
`was` for what had been written then. Writing anew loses no edit: one whose record has changed since is marked `moved`,
one whose record is gone stays as `gone`. The secretary's own paragraphs (kind `own`) stand after the one they name.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jumuishi.kernel.canonical import digest as digest_of
from jumuishi.meetings.minutes.types import MinutesError, Paragraph

Kept = dict[str, Any]


def as_kept(one: Paragraph) -> Kept:
    """A paragraph as the table keeps it."""
    return {
        "key": one.key, "kind": one.kind, "sw": one.text["sw"], "en": one.text["en"], "closed": one.is_closed,
        "at": one.at.isoformat() if one.at else None, "data": dict(one.data),
    }  # fmt: skip


def as_paragraph(one: Mapping[str, Any]) -> Paragraph:
    """A kept paragraph as it reads now: an edit stands for both languages, for the record is kept in one."""
    text = (
        dict.fromkeys(("sw", "en"), one["edited"]["text"]) if one.get("edited") else {"sw": one["sw"], "en": one["en"]}
    )
    at = datetime.fromisoformat(one["at"]) if one.get("at") else None
    return Paragraph(one["key"], one["kind"], text, at, bool(one["closed"]), one.get("data", {}))


def reading(kept: Iterable[Mapping[str, Any]], *, is_public: bool = False) -> list[Paragraph]:
    """What the draft says; a paragraph that was emptied says nothing. The public edition leaves out what was closed."""
    found = [as_paragraph(one) for one in kept]
    return [one for one in found if one.text["sw"].strip() and not (is_public and one.is_closed)]


def merged(before: Sequence[Kept], written: Sequence[Paragraph]) -> list[Kept]:
    """The draft written anew over one that was edited."""
    edits = {one["key"]: one for one in before if one.get("edited")}
    fresh = [as_kept(one) for one in written]
    keys = {one["key"] for one in fresh}
    for one in fresh:
        if one["key"] in edits:
            edit = edits[one["key"]]["edited"]
            one["edited"] = edit
            if edit["was"] != one["sw"]:
                one["moved"] = True
    own = [one for one in before if one["kind"] == "own"]
    lost = [
        {**one, "gone": True} for one in before if one.get("edited") and one["key"] not in keys and one["kind"] != "own"
    ]
    for one in own:
        _put_after(fresh, one)
    return fresh + lost


def _put_after(kept: list[Kept], one: Kept) -> None:
    places = [n for n, each in enumerate(kept) if each["key"] == one["data"].get("after")]
    place = places[0] + 1 if places else len(kept)
    # Several after the same paragraph keep their order.
    while places and place < len(kept) and kept[place]["kind"] == "own":
        place += 1
    kept.insert(place, one)


def edited(kept: Sequence[Kept], key: str, text: str, *, by: str, at: datetime) -> list[Kept]:
    """One paragraph with other words; the words that were written take the edit back. Raises MinutesError."""
    if key not in {one["key"] for one in kept}:
        raise MinutesError("no_paragraph")
    found = []
    for one in kept:
        if one["key"] == key:
            plain = {name: value for name, value in one.items() if name not in ("edited", "moved")}
            is_back = text.strip() == one["sw"].strip() and one["kind"] != "own"
            edit = {"text": text.strip(), "was": one["sw"], "by": by, "at": at.isoformat()}
            found.append(plain if is_back else {**plain, "edited": edit})
        else:
            found.append(one)
    return found


def with_own(kept: Sequence[Kept], key: str, after: str, text: str, *, by: str, at: datetime) -> list[Kept]:
    """The secretary's own paragraph after another, closed where that one is; the same key again changes nothing."""
    if any(one["key"] == key for one in kept):
        return list(kept)
    stands = next((one for one in kept if one["key"] == after), None)
    if stands is None:
        raise MinutesError("no_paragraph")
    made = Paragraph(key, "own", {"sw": "", "en": ""}, is_closed=bool(stands["closed"]), data={"after": after})
    edit = {"text": text.strip(), "was": "", "by": by, "at": at.isoformat()}
    found = list(kept)
    _put_after(found, {**as_kept(made), "edited": edit})
    return found


def digest(paragraphs: Iterable[Paragraph]) -> str:
    """SHA-256 of what an edition says, in hexadecimal: of its paragraphs' keys and words in both languages."""
    said = [[one.key, one.text["sw"], one.text["en"], one.is_closed] for one in paragraphs]
    return digest_of(said)
