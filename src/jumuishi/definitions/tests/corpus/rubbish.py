"""Files that nobody means well: damaged definitions, bombs, expressions and templates without sense.

A case is made from its number alone, so that whatever it breaks can be made again.
"""

# ruff: noqa: E501  # what is put together is read as one

import struct
from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import Any

import yaml

from jumuishi.definitions.tests.corpus.draft import MAIN, Draft, Path
from jumuishi.definitions.tests.corpus.mutants import shipped
from jumuishi.definitions.tests.corpus.nonsense import MUSTACHE, SIGNS, TAGS, expression, value
from jumuishi.definitions.tests.corpus.sound.package import package

Files = dict[str, bytes]


@lru_cache(maxsize=1)
def _drafts() -> list[Draft]:
    return shipped()


@lru_cache(maxsize=4096)
def _paths(index: int) -> list[Path]:
    """Every place in a shipped definition."""
    found: list[Path] = []

    def walk(node: Any, path: Path) -> None:
        if path:
            found.append(path)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                walk(value, (*path, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for number, one in enumerate(node.value):
                walk(one, (*path, number))

    walk(_drafts()[index].root, ())
    return found


def _bytes(draft: Draft, text: bytes) -> Files:
    return {**draft.as_bytes(), MAIN: text}


def damaged(random: Random) -> Files:
    """A shipped definition with bytes cut, doubled, swapped, turned, or signs put in."""
    draft = random.choice(_drafts())
    text = bytearray(draft.text.encode())
    for _ in range(random.choice((1, 1, 2, 5, 30))):
        at = random.randrange(len(text) + 1)
        length = random.choice((1, 1, 4, 40, 900))
        match random.randrange(6):
            case 0:
                del text[at : at + length]
            case 1:
                text[at:at] = text[at : at + length]
            case 2 if at < len(text):
                text[at] ^= 1 << random.randrange(8)
            case 3:
                text[at:at] = random.choice(SIGNS).encode("utf-8", "surrogatepass")
            case 4:
                text[at:at] = random.randbytes(length)
            case _:
                from_ = random.randrange(len(text) + 1)
                text[at : at + length] = text[from_ : from_ + length]
    return _bytes(draft, bytes(text))


def cut(random: Random) -> Files:
    """A shipped definition that stops somewhere, or begins there."""
    draft = random.choice(_drafts())
    text = draft.text.encode()
    at = random.randrange(len(text))
    return _bytes(draft, text[:at] if random.randrange(3) else text[at:])


def misplaced(random: Random) -> Files:
    """A shipped definition with values of other kinds in some places, parts left out, or keys renamed: it is still YAML."""
    index = random.randrange(len(_drafts()))
    draft, places = _drafts()[index], _paths(index)
    for _ in range(random.choice((1, 1, 2, 4))):
        path = random.choice(places)
        try:
            match random.randrange(5):
                case 0:
                    draft = draft.delete(path)
                case 1 if isinstance(path[-1], str):
                    draft = draft.rename(
                        path, random.choice(("x", "1", "null", "name", "kind", "to", "'Ж'", path[-1] * 2))
                    )
                case 2:
                    other = random.choice(places)
                    start, end = _drafts()[index].span(other)
                    taken = _drafts()[index].text[start:end]
                    draft = draft.set(path, taken if "\n" not in taken else value(random))
                case _:
                    draft = draft.set(path, value(random))
        except (yaml.YAMLError, StopIteration, IndexError, TypeError, AttributeError, KeyError, ValueError):
            break  # what was there is gone, or is no YAML any more
    return draft.as_bytes()


def bomb(random: Random) -> Files:
    """What is small and grows, deep, wide or large."""
    n = random.choice((10, 100, 3000, 60_000))
    few = min(n, 3000)
    draft = random.choice(_drafts())
    made = random.choice((
        lambda: "".join(f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]\n" if k else "a0: &a0 [x]\n" for k in range(few)),
        lambda: "[" * n + "]" * n, lambda: "{a: " * n, lambda: "- " * n + "x", lambda: "? " * n,
        lambda: "".join(" " * k + "a:\n" for k in range(few)), lambda: "a: &a [*a]\n" * few,
        lambda: "".join(f"k{k}: {k}\n" for k in range(n)), lambda: "a: 1\n" * n, lambda: "---\n" * n,
        lambda: "a: |\n" + " x\n" * n, lambda: "a: '" + "x" * n * 30 + "'", lambda: "# x\n" * n, lambda: "!" * n,
        lambda: "a: " + "1" * n, lambda: "%TAG ! x\n" * few, lambda: "&a " * n, lambda: "'" * n, lambda: "\\" * n,
        lambda: draft.text.replace("fields:\n", "fields:\n" + "      - {name: q, type: text, label: {sw: A, en: B}}\n" * few, 1),
        lambda: draft.text.replace("stages:\n", "stages:\n" + "".join(
            f"  s{k}: {{kind: choice, name: {{sw: A, en: B}}, branches: [{{to: s{k + 1}}}]}}\n" for k in range(few)), 1),
        lambda: draft.text.replace("stages:\n", "stages:\n" + "".join(
            f"  s{k}: {{kind: task, name: {{sw: A, en: B}}, role: director, due: {{within: 1 hours, escalate: x}}, actions: {{"
            + ", ".join(f"a{j}: {{label: {{sw: A, en: B}}, to: s{(k + j) % 30}}}" for j in range(12)) + "}}\n"
            for k in range(30)), 1),
        lambda: draft.text.replace("fields:\n", "fields:\n" + "".join(
            f"      - {{name: z{k}, type: calculate, calculation: \"{f'z{k - 1} + z{k - 1}' if k else '1'}\"}}\n"
            for k in range(min(n, 400))), 1),
        lambda: draft.text.replace("choices:\n", "choices:\n" + "".join(f"          c{k}: {{sw: A, en: B}}\n" for k in range(few)), 1),
    ))()  # fmt: skip
    return _bytes(draft, made.encode("utf-8", "surrogatepass"))


def megabytes(random: Random) -> Files:
    """Ten megabytes, or a little under and over what may be."""
    size = random.choice((10_000_000, 2 * 1024 * 1024 - 3, 2 * 1024 * 1024 + 1))
    piece = random.choice(
        (b"x", b"a: 1\n", b"[", b"- x\n", b"\xf0\x9f\x8f\x9b", b"\0", b"{a: ", b"&a *a ", b"'", b"#\n")
    )
    return _bytes(random.choice(_drafts()), (piece * (size // len(piece) + 1))[:size])


def encoded(random: Random) -> Files:
    """A shipped definition in another encoding, with marks of order, or with letters that look like others."""
    draft = random.choice(_drafts())
    text = draft.text
    match random.randrange(4):
        case 0:
            name = random.choice(
                ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "latin-1", "cp1252", "cp037", "utf-8-sig")
            )
            return _bytes(draft, text.encode(name, "replace"))
        case 1:
            look_alikes = dict(zip("aeopcxyiKMTH", "аеорсхуіΚΜΤΗ", strict=True))
            some = {one: look_alikes[one] for one in look_alikes if random.randrange(3) == 0}
            at = random.randrange(len(text))
            return _bytes(draft, (text[:at] + text[at:].translate(str.maketrans(some))).encode())
        case 2:
            marks = (
                "\ufeff",
                "\u200b",
                "\u202e",
                "\u2066",
                "\u00a0",
                "\u2028",
                "\u0085",
                "\u0301",
                "\U000e0041",
                "ﬁ",
                "ſ",
                "İ",
            )
            letters = list(text)
            for _ in range(random.randrange(1, 40)):
                letters.insert(random.randrange(len(letters)), random.choice(marks))
            return _bytes(draft, "".join(letters).encode())
        case _:
            return _bytes(draft, struct.pack("<H", 0xD800 + random.randrange(2048)) * 50 + text.encode())


def expressions(random: Random) -> Files:
    """A shipped definition with expressions put in where expressions stand, made up or damaged."""
    index = random.randrange(len(_drafts()))
    draft = _drafts()[index]
    sites = [one for one in _paths(index) if one[-1] in ("relevant", "constraint", "calculation", "amount", "when", "valid_for")
             or (len(one) > 1 and one[-2] == "claims")]  # fmt: skip
    for path in random.sample(sites, min(len(sites), random.randrange(1, 4))):
        source = expression(random)
        match random.randrange(6):
            case 0:
                source = "".join(
                    random.choice("ab1.()[]{}!&|<>=+-*/%?:,'\" intrue\\_") for _ in range(random.randrange(80))
                )
            case 1:
                source = random.choice(
                    ("(", "!", "-", "[", "1+", "a.", "a?", "a&&", "f(", "{", "'", "\\")
                ) * random.choice((5, 200, 2047))
            case 2:
                known = str(draft.get(*path) or "")
                at = random.randrange(len(known) + 1)
                source = (
                    known[:at]
                    + random.choice(("", "'", "(", " 1", "!", "&&", "\\", "é", "null"))
                    + known[at + random.randrange(3) :]
                )
        put = "'" + source.replace("'", "''").replace("\n", " ") + "'"
        try:
            draft = draft.set(path, put)
            draft.line(path)
        except (yaml.YAMLError, StopIteration, IndexError, TypeError, AttributeError, ValueError):
            break
    return draft.as_bytes()


def template(random: Random) -> Files:
    """A shipped definition with a template of made-up or damaged signs."""
    draft = random.choice(_drafts())
    name = next(one for one in sorted(draft.files) if one.endswith(".html"))
    text = draft.files[name]
    parts: list[str] = []
    for _ in range(random.choice((1, 10, 100, 1500))):
        match random.randrange(5):
            case 0:
                parts.append(random.choice(MUSTACHE))
            case 1:
                parts.append(f"<{random.choice(('', '/'))}{random.choice(TAGS)}>")
            case 2:
                parts.append(
                    f"{{{{{random.choice(('', '#', '/', '&', '^', '>', '!'))}{random.choice(('number', 'q', 'branches', 'place.name', 'x.y.z', ''))}}}}}"
                )
            case 3:
                parts.append(random.choice(SIGNS))
            case _:
                parts.append("x " * random.randrange(9))
    at = random.randrange(len(text))
    made = text[:at] + "".join(parts) + (text[at:] if random.randrange(2) else "")
    if random.randrange(20) == 0:
        made = random.choice(MUSTACHE + tuple(f"<{one}>" for one in TAGS)) * random.choice((1000, 200_000))
    return {**draft.as_bytes(), name: made.encode("utf-8", "surrogatepass")}


def story(random: Random) -> Files:
    """A shipped definition with a damaged story, or one that says other things."""
    draft = random.choice(_drafts())
    name = next(one for one in sorted(draft.files) if one.startswith("tests/"))
    text = bytearray(draft.files[name].encode())
    for _ in range(random.choice((1, 3, 9))):
        at = random.randrange(len(text) + 1)
        text[at : at + random.randrange(6)] = (random.choice(SIGNS) if random.randrange(2) else value(random)).encode(
            "utf-8", "surrogatepass"
        )
    return {**draft.as_bytes(), name: bytes(text)}


def grown(random: Random) -> Files:
    """A sound definition made by chance, two of whose lines are doubled, swapped or left out."""
    files = package(random)
    lines = files[MAIN].decode().split("\n")
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.randrange(len(lines))
        match random.randrange(3):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[at])
            case _:
                other = random.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
        lines = lines or [""]
    return {**files, MAIN: "\n".join(lines).encode()}


def noise(random: Random) -> Files:
    """Bytes, or signs of YAML, without any sense."""
    if random.randrange(2):
        return {MAIN: random.randbytes(random.choice((0, 1, 50, 5000, 300_000)))}
    made = "".join(random.choice((*SIGNS, "a: ", "b", " ", "\n")) for _ in range(random.randrange(200)))
    return {
        MAIN: made.encode("utf-8", "surrogatepass"),
        "licence.html": b"x",
        "tests/a.yaml": made.encode("utf-8", "replace"),
    }


KINDS: tuple[Callable[[Random], Files], ...] = (
    damaged, damaged, damaged, misplaced, misplaced, misplaced, expressions, expressions, expressions, template, template,
    story, cut, encoded, grown, grown, bomb, noise,
)  # fmt: skip


def case(number: int) -> tuple[str, Files]:
    """The kind and the files of that case; one in 200 is of megabytes."""
    random = Random(number)
    kind = megabytes if number % 200 == 0 else KINDS[number % len(KINDS)]
    return kind.__name__, kind(random)
