"""What an editor is told about one place of a definition: what may follow, what it means, where its name is given."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from jumuishi.definitions.author.language.names import Named, is_expression, label_of, names_in, used_at
from jumuishi.definitions.author.language.outline import Cursor, Mark, Outline, cursor_at, outline
from jumuishi.definitions.author.language.shapes import Shapes
from jumuishi.definitions.table import Path
from jumuishi.kernel.text import t

_WORD = re.compile(r"[\w.-]*\Z")
_COMPARED = re.compile(r"(\w+)\s*[!=]=\s*'([^']*)\Z")
_FUNCTIONS = ("size", "int", "string", "double", "round_to", "years_between", "add_months")
_MACROS = ("all", "exists", "filter", "map")


@dataclass(frozen=True, slots=True)
class Offer:
    """A word that may follow: how it is called, what is written, how many signs of it stand there already."""

    label: str
    written: str
    replaces: int
    sort: Literal["key", "word", "name", "function"]
    about: str = ""
    blanks: str = ""
    """What is written where the editor jumps from blank to blank; '' for the same."""
    order: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """Something said of the words from column `start` to `end` of a line."""

    words: str
    line: int
    start: int
    end: int


@dataclass(slots=True)
class Symbol:
    """A page, field, stage, role, fee, document or setting, with where it stands and what is inside."""

    named: Named
    label: str
    last: tuple[int, int]
    """Line and column at which it ends."""
    inside: "list[Symbol]" = field(default_factory=list)


class Help:
    """All that can be told about one text."""

    def __init__(self, text: str, lang: str) -> None:
        self.text = text
        self.lang = lang

    @cached_property
    def outline(self) -> Outline:
        """Its keys and values."""
        return outline(self.text)

    @cached_property
    def names(self) -> list[Named]:
        """Its names."""
        return names_in(self.outline)

    @cached_property
    def shapes(self) -> Shapes:
        """What may stand where."""
        return Shapes(self.outline, self.lang)

    # Names.

    def name_at(self, line: int, column: int) -> Named | None:
        """The name at a place."""
        return next((one for one in self.names if one.line == line and one.start <= column <= one.end), None)

    def given(self, one: Named) -> Named | None:
        """Where the same name is given."""
        return next((other for other in self.names if other.declared and _same(one, other)), None)

    def uses(self, one: Named, *, declaration: bool) -> list[Named]:
        """Where it is used, and where it is given if wanted."""
        return [other for other in self.names if _same(one, other) and (declaration or not other.declared)]

    def fields(self) -> set[str]:
        """The names of all fields."""
        return {one.name for one in self.names if one.declared and one.kind == "field"}

    # What it means.

    def meaning(self, line: int, column: int) -> Said | None:
        """What a key means, or what people read of the thing that is named there; in Markdown."""
        named = self.name_at(line, column)
        if named is not None and (given := self.given(named)) is not None:
            return Said(self.described(given), line, named.start, named.end)
        mark = self.outline.at(line, column)
        if mark is None or mark.role != "key":
            return None
        key = self.shapes.key(mark.path)
        if key is None or not key.about:
            return None
        words = self.shapes.words(mark.path)
        choice = "\n\n" + t("definitions.language_words", self.lang, words=", ".join(f"`{one}`" for one in words))
        return Said(f"**{key.name}**: {key.about}{choice if words else ''}", line, mark.start, mark.end)

    def described(self, given: Named) -> str:
        """A thing of the author's: its kind and name, its words in each language, the type and choices of a field."""
        around = given.path[:-1]
        kind = self.outline.values.get((*(around if given.kind == "field" else given.path), "type"), "")
        kind = kind or (self.outline.values.get((*given.path, "kind"), "") if given.kind == "stage" else "")
        said = [
            f"**{t(f'definitions.language_{given.kind}', self.lang)} `{given.name}`**" + (f" ({kind})" if kind else "")
        ]
        said += [f"{lang}: {_escaped(words)}" for lang, words in label_of(self.outline, given).items()]
        for choice in self.outline.children.get((*around, "choices"), ()) if given.kind == "field" else ():
            words = self.outline.values.get((*around, "choices", choice, self.lang), "")
            said.append(f"- `{choice}` {_escaped(words)}")
        return "\n\n".join(said[:1]) + "\n\n" + "  \n".join(said[1:])

    # What may follow.

    def offers(self, line: int, column: int) -> list[Offer]:
        """What may be written at a place."""
        cursor = cursor_at(self.text, line, column)
        if cursor is None:
            return []
        found: list[Offer] = []
        if cursor.awaits in ("key", "either") and not cursor.quoted:
            found += self.keys(cursor)
        if cursor.awaits in ("value", "either"):
            found += self.values(cursor)
        return found

    def keys(self, cursor: Cursor) -> Iterator[Offer]:
        there = set(self.outline.children.get(cursor.path, ())) - {cursor.word}
        for number, key in enumerate(self.shapes.keys(cursor.path).values()):
            if key.name not in there:
                blanks = f"{key.name}: {{sw: $1, en: $2}}$0" if key.is_text else ""
                order = number + (0 if key.required else 100)
                yield Offer(key.name, f"{key.name}: ", len(cursor.word), "key", key.about, blanks, order)

    def values(self, cursor: Cursor) -> Iterator[Offer]:
        if is_expression(cursor.path):
            yield from self.in_expression(cursor)
            return
        word = cursor.word
        kind = used_at(cursor.path)
        if kind == "institution":
            for one in self.declared("setting"):
                if self.outline.values.get((*one.path, "type")) == "institution":
                    yield self.offer(one, word, before="setting.")
        elif kind:
            yield from (self.offer(one, word) for one in self.declared(kind))
        else:
            for number, said in enumerate(self.shapes.words(cursor.path)):
                yield Offer(said, said, len(word), "word", order=number)

    def in_expression(self, cursor: Cursor) -> Iterator[Offer]:
        """The choices of a select that is compared, else the fields, settings and functions."""
        if cursor.word.count("'") % 2:
            compared = _COMPARED.search(cursor.word)
            given = next((one for one in self.declared("field") if compared and one.name == compared[1]), None)
            if compared is not None and given is not None:
                path: Path = (*given.path[:-1], "choices")
                for number, key in enumerate(self.outline.children.get(path, ())):
                    label = self.outline.values.get((*path, key, self.lang), "")
                    yield Offer(key, key, len(compared[2]), "word", label, order=number)
            return
        found = _WORD.search(cursor.word)
        word = found[0] if found else ""
        if word.startswith("setting.") or not word.count("."):
            yield from (self.offer(one, word, before="setting.", order=200) for one in self.declared("setting"))
        if "." in word:
            yield from (Offer(one, one, len(word.rpartition(".")[2]), "function", order=300) for one in _MACROS)
            return
        yield from (self.offer(one, word, order=number) for number, one in enumerate(self.declared("field")))
        for one in ("today", "now"):
            yield Offer(one, one, len(word), "word", order=250)
        for one in _FUNCTIONS:
            yield Offer(one, f"{one}(", len(word), "function", order=300)

    def declared(self, kind: str) -> list[Named]:
        """What there is of a kind, in the author's order."""
        return [one for one in self.names if one.declared and one.kind == kind]

    def offer(self, one: Named, word: str, *, before: str = "", order: int = 0) -> Offer:
        label = label_of(self.outline, one)
        about = label.get(self.lang) or next(iter(label.values()), "")
        return Offer(before + one.name, before + one.name, len(word), "name", about, order=order)

    # What there is.

    def symbols(self) -> list[Symbol]:
        """What the author gave names to, the fields within their pages and stages."""
        last: dict[Path, Mark] = {}
        for mark in self.outline.marks:
            for length in range(1, len(mark.path) + 1):
                last[mark.path[:length]] = mark
        top: list[Symbol] = []
        homes: dict[Path, Symbol] = {}
        for one in self.names:
            if not one.declared or one.kind == "basis":
                continue
            home = one.path[:-1] if one.kind in ("field", "page") else one.path
            end = last[home]
            label = label_of(self.outline, one)
            symbol = Symbol(one, label.get(self.lang) or next(iter(label.values()), ""), (end.line, end.end))
            homes[home] = symbol
            around = next((homes[home[:n]] for n in range(len(home) - 1, 0, -1) if home[:n] in homes), None)
            (top if around is None else around.inside).append(symbol)
        return top


def _same(one: Named, other: Named) -> bool:
    return one.kind == other.kind and one.name == other.name


def _escaped(words: str) -> str:
    """The author's words as plain text in Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", words)
