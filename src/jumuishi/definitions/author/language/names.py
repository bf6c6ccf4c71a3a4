"""Which words of a definition are names, of what, and where each is given and used."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jumuishi.definitions.author.language.outline import Mark, Outline, words_in
from jumuishi.definitions.table import Path

TABLES = {
    "basis": "basis",
    "settings": "setting",
    "roles": "role",
    "fees": "fee",
    "stages": "stage",
    "documents": "document",
}
"""Top key to the kind of what its keys name."""
_EXPRESSIONS = ("relevant", "constraint", "calculation", "when", "amount", "until", "valid_for")
_TO_STAGES = ("to", "answered", "passed", "failed", "paid")
_BLANK = re.compile(r"\{\{[#/^&]?\s*([a-z]\w*)")


@dataclass(frozen=True, slots=True)
class Named:
    """A name where it is given (`declared`) or used; `path` is that of the key or value which it stands in."""

    kind: str
    name: str
    line: int
    start: int
    path: Path
    declared: bool = False

    @property
    def end(self) -> int:
        """The column after its last letter."""
        return self.start + len(self.name)


def is_expression(path: Path) -> bool:
    """Whether the value there is an expression."""
    if len(path) > 2 and path[-2] == "claims" and path[0] == "documents":
        return True
    return len(path) > 2 and path[-1] in _EXPRESSIONS


def given_at(path: Path, role: str) -> str:
    """The kind of what a key or value gives a name to; '' for none."""
    if role == "key":
        return TABLES.get(str(path[0]), "") if len(path) == 2 else ""
    if len(path) == 3 and path[0] == "pages" and path[2] == "page":
        return "page"
    return "field" if len(path) > 3 and path[-1] == "name" and path[-3] == "fields" else ""


def used_at(path: Path) -> str:
    """The kind of what a value must name; '' where it is no name, 'institution' for setting.NAME."""
    if not path or is_expression(path):
        return ""
    last, before = path[-1], path[-2] if len(path) > 1 else ""
    in_list = isinstance(last, int)
    if last == "basis" and len(path) > 1:
        return "basis"
    if last == "setting" and path[0] != "settings":
        return "setting"
    if last == "key" and before == "lookup":
        return "field"
    if path[:2] == ("promise", "pauses") and in_list:
        return "stage"
    if path[0] == "documents":
        return "field" if before == "life" and last in ("purpose", "earlier") else ""
    if path[0] != "stages" or len(path) < 3:
        return ""
    if last in _TO_STAGES or (before == "not_by" and in_list):
        return "stage"
    if last in ("role", "escalate"):
        return "role"
    if last == "institution":
        return "institution"
    if len(path) == 3 and last == "document":
        return "document"
    if len(path) == 4 and in_list:
        return {"fees": "fee", "fields": "field"}.get(str(before), "")
    return ""


def names_in(outline: Outline) -> list[Named]:
    """Every name of a definition, in the order of the text."""
    found = list(_given(outline))
    fields = {one.name for one in found if one.kind == "field"}
    for mark in outline.marks:
        if mark.role == "value":
            found += _used(mark, fields)
    return sorted(found, key=lambda one: (one.line, one.start))


def _given(outline: Outline) -> Iterator[Named]:
    for mark in outline.marks:
        kind = given_at(mark.path, mark.role)
        if kind:
            yield Named(kind, mark.text, mark.line, mark.start, mark.path, declared=True)


def _used(mark: Mark, fields: set[str]) -> Iterator[Named]:
    if is_expression(mark.path):
        for word, column in words_in(mark.text):
            bare = word.removeprefix("setting.")
            if bare != word:
                yield Named("setting", bare, mark.line, mark.start + column + len("setting."), mark.path)
            elif word in fields:
                yield Named("field", word, mark.line, mark.start + column, mark.path)
        return
    kind = used_at(mark.path)
    if kind == "institution" and mark.text.startswith("setting."):
        yield Named("setting", mark.text[8:], mark.line, mark.start + 8, mark.path)
    elif kind and kind != "institution":
        yield Named(kind, mark.text, mark.line, mark.start, mark.path)


def names_in_template(lines: list[str], fields: set[str]) -> Iterator[Named]:
    """The fields that a document's template speaks of."""
    for number, line in enumerate(lines):
        for found in _BLANK.finditer(line):
            if found[1] in fields:
                yield Named("field", found[1], number, found.start(1), ())


def label_of(outline: Outline, one: Named) -> dict[str, str]:
    """What people read of the thing that a name is given to, by language; nothing where nothing is written."""
    under: dict[str, tuple[str, ...]] = {
        "field": ("label",), "setting": ("label",), "fee": ("label",), "stage": ("name",), "document": ("title",),
        "page": ("title",), "basis": ("cite",),
    }  # fmt: skip
    around = one.path[:-1] if one.kind in ("field", "page") else one.path
    path = (*around, *under.get(one.kind, ()))
    languages = [key for key in outline.children.get(path, ()) if re.fullmatch("[a-z]{1,3}", key)]
    return {key: outline.values[*path, key] for key in languages if outline.values.get((*path, key))}
