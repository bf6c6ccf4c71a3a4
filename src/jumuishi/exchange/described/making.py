"""Made-up values that fit a JSON Schema: always the same for the same seed, and never a real person's.

What a schema gives as example, default or constant is taken; else the smallest thing that fits is made. Births are on
1 January 1900, numbers of people begin so too, hosts and addresses are those kept for examples (RFC 2606, RFC 5737).
"""

import base64
from collections.abc import Mapping
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from jumuishi.exchange.described.patterned import matching
from jumuishi.exchange.described.reading import Tree, resolve

BIRTH = "1900-01-01"
_FORMATS = {
    "date": BIRTH, "date-time": f"{BIRTH}T00:00:00Z", "time": "00:00:00Z", "email": "mfano@mfano.example",
    "hostname": "mfano.example", "uri": "https://mfano.example/", "url": "https://mfano.example/",
    "ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "byte": base64.b64encode(b"mfano").decode(), "duration": "P1D",
}  # fmt: skip
_DEEP, _STEPS, _LONG, _WIDE = 8, 2000, 1000, 20


class Making:
    """One answer in the making; it takes so many steps and no more, however deep a schema refers to itself."""

    def __init__(self, tree: Tree, seed: str) -> None:
        self.tree, self.steps = tree, 0
        self.random = Random(sha256(seed.encode()).digest())  # noqa: S311  # made up, and the same again

    def of_media(self, media: Tree) -> Any:
        """The body of a media type: its own example, else one made from its schema."""
        if "example" in media:
            return media["example"]
        examples = media.get("examples")
        if isinstance(examples, Mapping):
            for one in examples.values():
                found = resolve(self.tree, one)
                if "value" in found:
                    return found["value"]
        return self.value(media.get("schema"))

    def value(self, schema: Any, deep: int = 0) -> Any:
        """Something that fits; None where the schema goes on too long to be filled."""
        self.steps += 1
        found = self._whole(resolve(self.tree, schema), deep)
        for name in ("const", "example", "default"):
            if name in found:
                return found[name]
        for name in ("examples", "enum"):
            if isinstance(found.get(name), list) and found[name]:
                return found[name][0] if name == "examples" else self.random.choice(found[name])
        if deep > _DEEP or self.steps > _STEPS:
            return None
        kind = _kind(found)
        if kind == "object":
            return self._object(found, deep)
        if kind == "array":
            return self._array(found, deep)
        if kind in ("integer", "number"):
            return self._number(found, kind == "integer")
        if kind == "string":
            return self._string(found)
        return True if kind == "boolean" else None

    def _whole(self, found: Tree, deep: int) -> Tree:
        """With what `allOf` adds and the first of `oneOf` or `anyOf` put in."""
        parts = _list(found.get("allOf"))[:_WIDE]
        parts += [one for name in ("oneOf", "anyOf") for one in _list(found.get(name))[:1]]
        if not parts or deep > _DEEP:
            return found
        whole: dict[str, Any] = {key: one for key, one in found.items() if key not in ("allOf", "oneOf", "anyOf")}
        for part in parts:
            self.steps += 1
            if self.steps > _STEPS:
                break
            other = self._whole(resolve(self.tree, part), deep + 1)
            properties = {**_of(whole.get("properties")), **_of(other.get("properties"))}
            required = [*_list(whole.get("required")), *_list(other.get("required"))]
            whole = {**other, **whole, "properties": properties, "required": required}
        return whole

    def _object(self, found: Tree, deep: int) -> dict[str, Any]:
        properties, required = _of(found.get("properties")), [str(one) for one in _list(found.get("required"))]
        # Deep inside, what need not be there is left out: a person has a mother who has a mother.
        names = [str(one) for one in properties if deep < _DEEP // 2 or one in required][:200]
        return {name: self.value(properties[name], deep + 1) for name in names if self.steps <= _STEPS}

    def _array(self, found: Tree, deep: int) -> list[Any]:
        least, most = _whole_number(found, "minItems", 0), _whole_number(found, "maxItems", 2)
        count = min(max(least, min(most, 2 if deep < 3 else 1)), _WIDE)
        made: list[Any] = []
        for _ in range(count):
            one = self.value(found.get("items", {}), deep + 1)
            if not found.get("uniqueItems") or one not in made:
                made.append(one)
        return made

    def _number(self, found: Tree, is_whole: bool) -> float:
        least, most = _bounds(found, 1 if is_whole else 0.5)
        step = found.get("multipleOf")
        if isinstance(step, int | float) and step > 0:
            return type(step)(-(-least // step) * step)
        top = min(most, least + 999)
        if is_whole:
            low = -int(-least // 1)
            return self.random.randint(low, max(low, int(top // 1)))
        return round(self.random.uniform(least, top), 2) if top - least > 1 else (least + top) / 2

    def _string(self, found: Tree) -> str:
        form, pattern = found.get("format"), found.get("pattern")
        if form == "uuid":
            return str(UUID(int=self.random.getrandbits(128), version=4))
        if isinstance(form, str) and form in _FORMATS:
            return _FORMATS[form]
        least, most = _whole_number(found, "minLength", 0), _whole_number(found, "maxLength", _LONG)
        if isinstance(pattern, str):
            made = matching(pattern)
            if made is not None:
                return made
        text = f"mfano {self.random.randint(1, 999)}"
        return (text + "x" * (min(least, _LONG) - len(text)))[: max(most, 0)]


def _kind(found: Tree) -> str:
    """The type that a schema names or, where it names none, means."""
    said = found.get("type")
    if isinstance(said, list):
        said = next((one for one in said if one != "null"), "null")
    if isinstance(said, str):
        return said
    if found.get("properties"):
        return "object"
    return "array" if "items" in found else "string"


def _bounds(found: Tree, apart: float) -> tuple[float, float]:
    """Least and most of a number; both ways of saying that a bound itself is out (a flag in 3.0, a number in 3.1)."""
    least, most = _number(found, "minimum", None), _number(found, "maximum", None)
    for name, way in (("exclusiveMinimum", 1), ("exclusiveMaximum", -1)):
        said = found.get(name)
        bound = (least if way == 1 else most) if said is True else _number(found, name, None)
        if bound is None or said is False:
            continue
        inside = bound + way * apart
        if way == 1:
            least = inside if least is None or said is True else max(least, inside)
        else:
            most = inside if most is None or said is True else min(most, inside)
    if least is None:
        least = 1 if most is None or most >= 1 else most - 999
    return least, max(most, least) if most is not None else least + 999


def _number(found: Tree, name: str, otherwise: float | None) -> float | None:
    said = found.get(name)
    return said if isinstance(said, int | float) and not isinstance(said, bool) else otherwise


def _whole_number(found: Tree, name: str, otherwise: int) -> int:
    said = found.get(name)
    return said if isinstance(said, int) and not isinstance(said, bool) and said >= 0 else otherwise


def _of(said: Any) -> Tree:
    return said if isinstance(said, Mapping) else {}


def _list(said: Any) -> list[Any]:
    return said if isinstance(said, list) else []
