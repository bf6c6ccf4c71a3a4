"""What may stand at a place of a definition, from its JSON Schema: the keys with what they mean, and the words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jumuishi.definitions.author.language.outline import Outline
from jumuishi.definitions.author.schema import Schema, definition_schema
from jumuishi.definitions.table import Path


@dataclass(frozen=True, slots=True)
class Key:
    """A key that may stand in a mapping: what it means, whether it is needed, whether a text in languages follows."""

    name: str
    about: str
    required: bool
    is_text: bool


@cache
def schema_in(lang: str) -> Schema:
    """The definition's schema, its descriptions in one language."""
    return definition_schema(lang)


class Shapes:
    """The schema held against one text: which of its conditions hold there decides what may stand where."""

    def __init__(self, outline: Outline, lang: str) -> None:
        self.outline = outline
        self.schema = schema_in(lang)

    def keys(self, path: Path) -> dict[str, Key]:
        """The keys that the mapping there may have, in the format's own order."""
        about: dict[str, list[Schema]] = {}
        refused, required = set[str](), set[str]()
        for shape in self.at(path):
            required.update(shape.get("required", ()))
            for name, inner in shape.get("properties", {}).items():
                if inner is False:
                    refused.add(name)
                elif isinstance(inner, dict):
                    about.setdefault(name, []).append(inner)
        return {
            name: Key(
                name,
                next((one["description"] for one in inner if one.get("description")), ""),
                name in required,
                any(one.get("$ref") == "#/$defs/text" for one in inner),
            )
            for name, inner in about.items()
            if name not in refused
        }

    def key(self, path: Path) -> Key | None:
        """What the last key of a path means; None for one that the author named."""
        return self.keys(path[:-1]).get(str(path[-1])) if path and isinstance(path[-1], str) else None

    def words(self, path: Path) -> list[str]:
        """The words of which the value there must be one."""
        found: list[str] = []
        for shape in self.at(path):
            if shape.get("type") == "boolean":
                found += ["true", "false"]
            found += [str(one) for one in shape.get("enum", ())]
            found += [str(shape["const"])] if "const" in shape else []
            found += shape.get("examples", ())
        return list(dict.fromkeys(found))

    def at(self, path: Path) -> list[Schema]:
        """All that is said of the place, references followed."""
        found = list(self.whole(self.schema, ()))
        for number, part in enumerate(path):
            here = path[: number + 1]
            found = [each for one in found for inner in _into(one, part) for each in self.whole(inner, here)]
        return found

    def whole(self, shape: Schema, path: Path) -> Iterator[Schema]:
        """A schema with what it refers to and what follows from its conditions."""
        yield shape
        if "$ref" in shape:
            yield from self.whole(self.schema["$defs"][shape["$ref"].rpartition("/")[2]], path)
        for one in (*shape.get("allOf", ()), *shape.get("anyOf", ())):
            yield from self.whole(one, path)
        if "if" in shape:
            then = shape.get("then" if self.holds(shape["if"], path) else "else")
            if isinstance(then, dict):
                yield from self.whole(then, path)

    def holds(self, condition: Schema, path: Path) -> bool:
        """Whether a condition of the schema holds of what is written there."""
        there = self.outline.children.get(path, [])
        if condition.get("type") == "object" and not there:
            return False
        return all(key in there for key in condition.get("required", ())) and all(
            self.outline.values.get((*path, key)) == _said(wanted["const"])
            for key, wanted in condition.get("properties", {}).items()
        )


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _into(shape: Schema, part: str | int) -> Iterator[Schema]:
    if isinstance(part, int):
        inner = shape.get("items")
    else:
        inner = shape.get("properties", {}).get(part)
        if inner is None:
            inner = shape.get("additionalProperties")
    if isinstance(inner, dict):
        yield inner
