"""Fields, their choices and groups, and settings, from the definition's tree."""

from jumuishi.definitions.answers import MEDIA_TYPES, parse_answer
from jumuishi.definitions.answers import Refused as Unread
from jumuishi.definitions.expressions.syntax import RESERVED
from jumuishi.definitions.model import Choice, Expression, Field, Lookup, Page, Path, Repeat, Setting, Table, Text
from jumuishi.definitions.read.reading import ID, NAME, Part, Reading
from jumuishi.definitions.read.yamlfile import Node, Scalar, Sequence

DOORS = ("web", "ussd", "counter", "api")
KINDS = ("ministry", "agency", "authority", "council", "company")
LEVELS = ("region", "district", "ward", "village")
SCALARS = ("text", "long_text", "phone", "email", "national_id", "tax_id", "time", "integer", "money", "decimal")
TYPES = (*SCALARS, "yes_no", "date", "select_one", "select_multiple", "file", "place", "note", "calculate", "group")
SETTING_TYPES = (*SCALARS, "yes_no", "date", "place", "institution")
_ALWAYS = ("name", "type", "label", "hint", "required", "relevant", "constraint", "constraint_message", "default")
OF_TYPE = {
    "text": ("max_length",),
    "long_text": ("max_length",),
    "select_one": ("choices",),
    "select_multiple": ("choices",),
    "place": ("level",),
    "file": ("accept", "max_kb"),
    "calculate": ("calculation",),
    "group": ("repeat", "fields"),
}
REQUIRED = {
    "select_one": ("choices",),
    "select_multiple": ("choices",),
    "place": ("level",),
    "calculate": ("calculation",),
    "group": ("fields",),
}
ALL_KEYS = (*_ALWAYS, "lookup", "doors", *sorted({key for keys in OF_TYPE.values() for key in keys}))
OWN_WORDS = RESERVED | {"today", "now", "setting"}


def keys_of(kind: str) -> tuple[str, ...]:
    """The keys that a field of this type may have."""
    return (*_ALWAYS, *OF_TYPE.get(kind, ()), "lookup", "doors")


def read_pages(reading: Reading, node: Node | None) -> tuple[Page, ...]:
    """The pages, in order."""
    pages = []
    for item, path in reading.items(node, ("pages",)):
        part = reading.keys(item, path, ("page", "title", "relevant", "fields"), ("page", "title", "fields"))
        fields = read_fields(reading, part.value("fields"), part.here("fields")) if "fields" in part else ()
        pages.append(Page(part.string("page", "", ID), part.text("title"), fields, part.expression("relevant")))
    return tuple(pages)


def read_fields(reading: Reading, node: Node | None, path: Path) -> tuple[Field, ...]:
    """A list of fields."""
    return tuple(read_field(reading, item, here) for item, here in reading.items(node, path))


def read_field(reading: Reading, node: Node, path: Path) -> Field:
    """One field with the keys that its type allows."""
    kind_node = None if isinstance(node, Scalar | Sequence) else node.get("type")
    kind = kind_node.text if isinstance(kind_node, Scalar) and kind_node.text in TYPES else ""
    allowed = keys_of(kind) if kind else ALL_KEYS
    part = reading.keys(node, path, allowed, ("name", "type", *REQUIRED.get(kind, ())))
    if not part.entries:
        return Field("", "note")
    if "label" not in part and kind != "calculate":
        reading.findings.add("J702", reading.at(path), "the field has no label")
    name = read_name(part, "name")
    field = Field(
        name=name,
        type=part.word("type", TYPES, "note"),
        label=part.optional_text("label"),
        hint=part.optional_text("hint"),
        required=part.boolean("required", False),
        relevant=part.expression("relevant"),
        constraint=part.expression("constraint"),
        constraint_message=part.optional_text("constraint_message"),
        default=_default(part),
        max_length=part.integer("max_length", 1),
        choices=reading.table(part.value("choices"), part.here("choices"), NAME, lambda n, p: _choice(reading, n, p))
        if "choices" in part
        else Table(),
        level=part.word("level", LEVELS),
        accept=part.words("accept", tuple(MEDIA_TYPES), empty=False),
        max_kb=part.integer("max_kb", 1),
        lookup=_lookup(part) if "lookup" in part else None,
        doors=_doors(part),
        calculation=part.expression("calculation"),
        repeat=_repeat(part) if "repeat" in part else None,
        fields=read_fields(reading, part.value("fields"), part.here("fields")) if "fields" in part else (),
    )
    if "choices" in part and not field.choices and part.here("choices") not in reading.doubtful:
        part.wrong("choices", "there is no choice")
    for number, member in enumerate(field.fields if field.repeat is not None else ()):
        if member.type == "group":
            reading.wrong((*path, "fields", number, "type"), "a group that repeats holds no other group")
    _check_default(part, field)
    return field


def read_name(part: Part, key: str) -> str:
    """The name of a field, none of CEL's own words."""
    name = part.string(key, "", NAME)
    if name in OWN_WORDS:
        part.wrong(key, f"{name!r} is a word of the expressions' own")
        return ""
    return name


def _choice(reading: Reading, node: Node, path: Path) -> Choice:
    label = reading.text(node, path, extra=("relevant",))
    relevant: Expression | None = None
    if not isinstance(node, Scalar | Sequence):
        relevant = Part(reading, path, {one.key.text: one for one in node}).expression("relevant")
    return Choice(label, relevant)


def _default(part: Part) -> str | tuple[str, ...] | None:
    node = part.value("default")
    if isinstance(node, Sequence) and all(isinstance(one, Scalar) for one in node.items):
        return tuple(one.text for one in node.items if isinstance(one, Scalar))
    if isinstance(node, Scalar):
        return None if node.is_null else node.text
    if node is not None:
        part.wrong("default", "default must be an answer to the field")
    return None


def _check_default(part: Part, field: Field) -> None:
    if field.default is None or part.here("type") in part.reading.doubtful or not field.name:
        return
    if part.here("choices") in part.reading.doubtful:
        return
    read = parse_answer(field, field.default)
    if isinstance(read, Unread):
        code = "J103" if read.code == "choice" else "J003"
        part.wrong("default", f"{field.default!r} is no answer to a field of type {field.type}", code)


def _lookup(part: Part) -> Lookup | None:
    needed = ("register", "key", "take")
    inner = part.reading.keys(part.value("lookup"), part.here("lookup"), (*needed, "basis"), needed)
    if any(key not in inner for key in needed):
        return None
    basis = inner.string("basis") or None
    return Lookup(inner.string("register"), inner.string("key"), inner.string("take"), basis)


def _doors(part: Part) -> Table[str]:
    if "doors" not in part:
        return Table()
    inner = part.reading.keys(part.value("doors"), part.here("doors"), DOORS)
    found = {door: inner.word(door, ("at_counter",), "at_counter") for door in inner.entries}
    return Table(found)


def _repeat(part: Part) -> Repeat:
    inner = part.reading.keys(part.value("repeat"), part.here("repeat"), ("min", "max"))
    least, most = inner.integer("min", 0, 0) or 0, inner.integer("max", 1)
    if most is not None and most < least:
        inner.wrong("max", "max is less than min")
    return Repeat(least, most)


def read_setting(reading: Reading, node: Node, path: Path) -> Setting:
    """What an institution fills in."""
    part = reading.keys(node, path, ("type", "kind", "label", "constraint", "basis"), ("type", "label"))
    kind = part.word("type", SETTING_TYPES, "text")
    if str(path[-1]) in OWN_WORDS:
        reading.wrong(path, f"{path[-1]!r} is a word of the expressions' own")
    if kind == "institution" and "kind" not in part:
        reading.wrong(path, "the key 'kind' is missing: which kind of institution")
    if kind != "institution" and "kind" in part and part.here("type") not in reading.doubtful:
        reading.findings.add("J002", reading.at(part.here("kind")), "kind belongs to a setting of type institution")
    label = part.text("label") if "label" in part else Text()
    basis = part.string("basis") or None
    return Setting(kind, label, part.word("kind", KINDS), part.expression("constraint"), basis)
