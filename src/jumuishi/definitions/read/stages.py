"""Stages, their reviews and actions, from the definition's tree."""

from typing import Literal

from jumuishi.definitions.model import (
    Action,
    Appeal,
    ApplicantStage,
    Branch,
    ChoiceStage,
    Due,
    EndStage,
    Expires,
    Field,
    IssueStage,
    Path,
    PaymentStage,
    Review,
    ReviewStage,
    Stage,
    TaskStage,
    Text,
)
from jumuishi.definitions.read.fields import read_field, read_fields
from jumuishi.definitions.read.reading import ID, Part, Reading, closest
from jumuishi.definitions.read.yamlfile import Mapping, Node, Scalar

OUTCOMES = ("granted", "refused", "lapsed", "withdrawn")
REQUIRES = ("message", "reason")
KEYS: dict[str, tuple[str, ...]] = {
    "task": ("role", "not_by", "due", "fields", "actions"),
    "applicant": ("fields", "answered", "expires"),
    "review": ("reviews", "pass", "passed", "failed", "not_by"),
    "payment": ("fees", "paid", "expires"),
    "issue": ("document", "to"),
    "choice": ("branches",),
    "end": ("outcome", "appeal"),
}
REQUIRED = {
    "task": ("role", "actions"),
    "applicant": ("answered",),
    "review": ("reviews", "pass", "passed", "failed"),
    "payment": ("fees", "paid"),
    "issue": ("document", "to"),
    "choice": ("branches",),
    "end": ("outcome",),
}


def read_stage(reading: Reading, node: Node, path: Path) -> Stage:
    """One stage; one of no known kind is stood in for by an end and marked doubtful."""
    kind_node = node.get("kind") if isinstance(node, Mapping) else None
    if isinstance(node, Mapping) and kind_node is None:
        meant = next((one for one in node if closest(one.key.text, ("kind",))), None)
        kind_node = meant.value if meant is not None else None
    kind = kind_node.text if isinstance(kind_node, Scalar) else ""
    if kind not in KEYS:
        if isinstance(node, Mapping) and kind_node is not None:
            entry = next(one for one in node if one.value is kind_node)
            reading.positions[*path, "kind"] = entry.key.at
            reading.wrong((*path, "kind"), f"kind must be one of: {' '.join(KEYS)}")
        else:
            reading.wrong(path, "the key 'kind' is missing" if isinstance(node, Mapping) else "a stage has keys")
        reading.doubtful.add(path)
        return EndStage(Text(), "granted")
    part = reading.keys(node, path, ("kind", "name", "sms", *KEYS[kind]), ("name", *REQUIRED[kind]))
    if any((*path, key) in reading.doubtful for key in REQUIRED[kind]):
        reading.doubtful.add(path)
    name, sms = part.text("name"), part.optional_text("sms")
    match kind:
        case "task":
            return _task(part, name, sms)
        case "applicant":
            entries = _changeable(part)
            return ApplicantStage(name, part.string("answered"), entries, read_expires(part), sms)
        case "review":
            return _review_stage(part, name, sms)
        case "payment":
            return PaymentStage(name, part.words("fees", empty=False), part.string("paid"), read_expires(part), sms)
        case "issue":
            return IssueStage(name, part.string("document"), part.string("to"), sms)
        case "choice":
            return ChoiceStage(name, _branches(part), sms)
        case _:
            return EndStage(name, part.word("outcome", OUTCOMES, "granted"), _appeal(part), sms)


def _task(part: Part, name: Text, sms: Text | None) -> TaskStage:
    reading = part.reading
    actions = reading.table(part.value("actions"), part.here("actions"), ID, lambda n, p: _action(reading, n, p))
    if not actions and part.here("actions") not in reading.doubtful:
        part.wrong("actions", "there is no action")
    fields = read_fields(reading, part.value("fields"), part.here("fields")) if "fields" in part else ()
    return TaskStage(name, part.string("role"), actions, read_due(part), part.words("not_by"), fields, sms)


def _action(reading: Reading, node: Node, path: Path) -> Action:
    part = reading.keys(node, path, ("label", "to", "requires"), ("to",))
    if "label" not in part and part.entries:
        reading.findings.add("J702", reading.at(path), "the action has no label")
    return Action(part.text("label"), part.string("to"), part.words("requires", REQUIRES))


def _changeable(part: Part) -> tuple[str | Field, ...]:
    if "fields" not in part:
        return ()
    found: list[str | Field] = []
    for node, path in part.reading.items(part.value("fields"), part.here("fields")):
        found.append(node.text if isinstance(node, Scalar) else read_field(part.reading, node, path))
    return tuple(found)


def _review_stage(part: Part, name: Text, sms: Text | None) -> ReviewStage:
    reading = part.reading
    reviews = reading.table(part.value("reviews"), part.here("reviews"), ID, lambda n, p: _review(reading, n, p))
    if not reviews and part.here("reviews") not in reading.doubtful:
        part.wrong("reviews", "there is no review")
    node = part.value("pass")
    needed: Literal["all", "any"] | int = "all"
    if isinstance(node, Scalar) and node.text == "any":
        needed = "any"
    elif isinstance(node, Scalar) and node.integer is not None and node.integer > 0:
        needed = node.integer
    elif node is not None and not (isinstance(node, Scalar) and node.text == "all"):
        part.wrong("pass", "pass must be all, any or a number from 1")
    passed, failed = part.string("passed"), part.string("failed")
    return ReviewStage(name, reviews, needed, passed, failed, part.words("not_by"), sms)


def _review(reading: Reading, node: Node, path: Path) -> Review:
    part = reading.keys(node, path, ("role", "institution", "when", "due", "not_by", "name"), ("role",))
    institution: str | None = part.string("institution").removeprefix("setting.") or None
    is_text = "institution" in part and part.here("institution") not in reading.doubtful
    if is_text and not part.string("institution").startswith("setting."):
        part.wrong("institution", "institution must name a setting: setting.NAME")
        institution = None
    return Review(
        part.string("role"),
        institution,
        part.expression("when"),
        read_due(part),
        part.words("not_by"),
        part.optional_text("name"),
    )


def _branches(part: Part) -> tuple[Branch, ...]:
    found = []
    for node, path in part.reading.items(part.value("branches"), part.here("branches")):
        inner = part.reading.keys(node, path, ("when", "to"), ("to",))
        found.append(Branch(inner.string("to"), inner.expression("when")))
    if not found and part.here("branches") not in part.reading.doubtful:
        part.wrong("branches", "there is no branch")
    return tuple(found)


def read_due(part: Part) -> Due | None:
    """A due time; without `within` it is stood in for, and the checks say what is missing."""
    if "due" not in part:
        return None
    inner = part.reading.keys(part.value("due"), part.here("due"), ("within", "escalate"))
    if "within" not in inner and part.here("due") not in part.reading.doubtful:
        part.reading.doubtful.add(inner.here("within"))
    return Due(inner.within("within"), inner.string("escalate") or None)


def read_expires(part: Part) -> Expires | None:
    """The end of a wait."""
    if "expires" not in part:
        return None
    inner = part.reading.keys(part.value("expires"), part.here("expires"), ("after", "to"), ("after", "to"))
    return Expires(inner.within("after"), inner.string("to"))


def _appeal(part: Part) -> Appeal | None:
    if "appeal" not in part:
        return None
    inner = part.reading.keys(part.value("appeal"), part.here("appeal"), ("within", "to"), ("within", "to"))
    return Appeal(inner.within("within"), inner.string("to"))
