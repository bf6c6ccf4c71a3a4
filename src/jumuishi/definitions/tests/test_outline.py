"""The outline that helps an author while typing: on sound text the strict reading's, on any text an answer."""

import random
from pathlib import Path
from typing import Any

import pytest

from jumuishi.definitions.author.language.help import Help
from jumuishi.definitions.author.language.outline import cursor_at, lines_of, outline
from jumuishi.definitions.findings import Findings
from jumuishi.definitions.read import yamlfile

SERVICES = sorted((Path(__file__).parents[4] / "services").iterdir())
Where = tuple[tuple[str | int, ...], str, str, int, int]


def strict(node: Any, path: tuple[str | int, ...] = ()) -> list[Where]:
    """The keys and values as the check reads them."""
    if isinstance(node, yamlfile.Mapping):
        keys = [
            ((*path, one.key.text), "key", one.key.text, one.key.at.line - 1, one.key.at.column - 1) for one in node
        ]
        return [*keys, *(each for one in node for each in strict(one.value, (*path, one.key.text)))]
    if isinstance(node, yamlfile.Sequence):
        return [each for number, one in enumerate(node.items) for each in strict(one, (*path, number))]
    return [(path, "value", node.text, node.at.line - 1, node.at.column - 1 + (not node.plain))]


@pytest.mark.parametrize("folder", SERVICES, ids=lambda one: one.name)
def test_it_reads_what_ships_as_the_check_does(folder: Path) -> None:
    text = (folder / "service.yaml").read_text()
    read = strict(yamlfile.load(text, "service.yaml", Findings()))
    made_out = [(one.path, one.role, one.text, one.line, one.start) for one in outline(text).marks]
    assert sorted(made_out, key=str) == sorted(read, key=str)


@pytest.mark.parametrize("folder", SERVICES, ids=lambda one: one.name)
def test_every_name_that_is_used_is_given(folder: Path) -> None:
    one = Help((folder / "service.yaml").read_text(), "sw")
    missing = [each for each in one.names if one.given(each) is None]
    assert not missing
    assert {each.kind for each in one.names} >= {"field", "stage", "role", "basis", "page"}


def test_any_text_at_any_place_has_an_answer() -> None:
    chance = random.Random(20261127)
    texts = [(folder / "service.yaml").read_text() for folder in SERVICES]
    for _ in range(300):
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        text = text[start : start + 1500]
        for _ in range(chance.randrange(6)):
            at = chance.randrange(len(text) + 1)
            text = (
                text[:at]
                + chance.choice("{}[]:,'\"#|>-?&*\n\t ") * chance.randrange(1, 3)
                + text[at + chance.randrange(3) :]
            )
        one = Help(text, "en")
        lines = lines_of(text)
        for _ in range(5):
            line = chance.randrange(len(lines))
            column = chance.randrange(len(lines[line]) + 1)
            for offer in one.offers(line, column):
                assert 0 <= offer.replaces <= column
            one.meaning(line, column)
        for symbol in one.symbols():
            assert (symbol.named.line, symbol.named.end) <= symbol.last


def test_where_the_text_breaks_off() -> None:
    def awaited(text: str) -> tuple[object, ...] | None:
        lines = lines_of(text)
        found = cursor_at(text, len(lines) - 1, len(lines[-1]))
        return (found.path, found.awaits, found.word) if found is not None else None

    assert awaited("stages:\n  a:\n    ki") == (("stages", "a"), "key", "ki")
    assert awaited("stages:\n  a:\n    kind: ta") == (("stages", "a", "kind"), "value", "ta")
    assert awaited("stages:\n  a:\n    ") == (("stages", "a"), "key", "")
    assert awaited("stages:\n  a:\n    kind: task\n  ") == (("stages",), "key", "")
    assert awaited("pages:\n  - page: a\n    fields:\n      - {name: x, ty") == (("pages", 0, "fields", 0), "key", "ty")
    assert awaited("pages:\n  - page: a\n  - ") == (("pages", 1), "either", "")
    assert awaited("doors: [web, us") == (("doors", 1), "value", "us")
    assert awaited("doors: [web,\n  us") == (("doors", 1), "value", "us")
    assert awaited('fees: {a: {amount: "x + ') == (("fees", "a", "amount"), "value", "x + ")
    assert awaited("a: {b: [\nc:\n  d: ") == (("c", "d"), "value", "")
    assert awaited("a: 1  # wha") is None
    assert awaited("a: |\n  some text") is None
