"""An author's story from what really happened to a case, with nothing of anybody in it.

What a condition, a fee or a constraint looks at keeps its shape: a number, a choice, the distance between two days. All
else is made up. The story is played before it is given away: it goes as the case went, or it is not given.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from jumuishi.definitions.answers import Refused as Unread
from jumuishi.definitions.answers import answers_data, parse_answer
from jumuishi.definitions.expressions.parser import LimitError, ParseError, parse
from jumuishi.definitions.expressions.syntax import Literal, Node, children, names
from jumuishi.definitions.forms.data import lift
from jumuishi.definitions.model import (
    ApplicantStage,
    Expression,
    Field,
    Package,
    PaymentStage,
    ReviewStage,
    TaskStage,
    Within,
)
from jumuishi.definitions.stories.read import story_of
from jumuishi.definitions.stories.run import run_story

_MADE_UP = {
    "phone": "0700000099", "email": "mfano@example.org", "national_id": "19000101-00000-00000-99",
    "tax_id": "900-900-900", "time": "08:00", "place": "99999", "integer": 1, "money": 1000, "decimal": 1.5,
    "yes_no": True,
}  # fmt: skip
_WORDS = "Maandishi ya mfano "


class NotRetoldError(Exception):
    """The case cannot be told as a story; `code` says why: begins, act, otherwise."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code


@dataclass(frozen=True)
class Happened:
    """One act of a case as the journal keeps it, the stage before it ("" for the submission) and after it."""

    act: Mapping[str, Any]
    before: str
    after: str


def retold(
    package: Package,
    happened: Sequence[Happened],
    *,
    settings: Mapping[str, Any],
    today: date,
    shift: timedelta,
    issued: str = "",
) -> str:
    """The story as YAML. `today` is the day of submission; all days are moved by `shift`, whole weeks.

    `settings` are the figures that the case ran under, `issued` the document that it came to. Raises NotRetoldError.
    """
    teller = _Teller(package, settings, shift)
    steps = list(teller.steps(happened))
    if issued:
        steps.append({"expect": {"document": issued}})
    figures = {
        name: _plain(value)
        for name, value in settings.items()
        if name in package.settings and package.settings[name].type != "institution"
    }
    story = {
        "story": dict.fromkeys(package.languages, f"{package.service}: {steps[-1]['expect'].get('stage') or issued}"),
        "today": (today + shift).isoformat(),
        **({"settings": figures} if figures else {}),
        "steps": steps,
    }
    out = io.StringIO()
    yaml.safe_dump(story, out, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
    result = run_story(package, story_of(out.getvalue(), "story.yaml"), "story.yaml")
    if not result.holds:
        raise NotRetoldError("otherwise", "; ".join(result.faults))
    return out.getvalue()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


class _Teller:
    def __init__(self, package: Package, settings: Mapping[str, Any], shift: timedelta) -> None:
        self.package = package
        self.settings = settings
        self.shift = shift
        self.fields = package.all_fields()
        self.used, self.literals = _looked_at(package)

    def steps(self, happened: Sequence[Happened]) -> Iterator[dict[str, Any]]:
        if not happened or "submit" not in happened[0].act:
            raise NotRetoldError("begins")
        for one in happened:
            step = self.step(one)
            if step is None:
                continue
            yield step
            yield {"expect": {"stage": one.after}}

    def step(self, one: Happened) -> dict[str, Any] | None:
        """What was done, or None for what changes nothing in a story: somebody was told that a thing is late."""
        act, stage = one.act, self.package.stages.get(one.before)
        if "submit" in act:
            return {"apply": self.answers(act["submit"])}
        if "do" in act and isinstance(stage, TaskStage):
            said = self.answers(act.get("fields") or {})
            words = {key: "Maelezo ya mfano" for key in ("message", "reason") if act.get(key)}
            return {"as": stage.role, "do": act["do"], **({"set": said} if said else {}), **words}
        if "review" in act and isinstance(stage, ReviewStage):
            words = {"reason": "Sababu ya mfano"} if act.get("reason") else {}
            role = stage.reviews[act["review"]].role
            return {"as": role, "review": act["review"], "pass": bool(act["passed"]), **words}
        if "answer" in act:
            return {"answer": self.answers(act["answer"])}
        if "pay" in act:
            return {"pay": sorted(act["pay"])}
        if "withdraw" in act:
            return {"withdraw": True}
        if "appeal" in act:
            return {"appeal": {"reason": "Sababu ya mfano"}}
        if "elapse" in act:
            return self.waited(one)
        raise NotRetoldError("act", " ".join(sorted(act)))

    def waited(self, one: Happened) -> dict[str, Any] | None:
        stage = self.package.stages.get(one.before)
        if one.before == one.after:
            return None
        if not isinstance(stage, ApplicantStage | PaymentStage) or stage.expires is None:
            raise NotRetoldError("act", "elapse")
        return {"wait": self.span(stage.expires.after)}

    def span(self, within: Within) -> str:
        n = within.n if within.setting is None else self.settings.get(within.setting)
        return f"{n} {within.unit}"

    def answers(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What was answered, made up; what is shown or calculated is not said."""
        found = {}
        for name, raw in given.items():
            one = self.fields.get(name)
            if one is None or raw is None or one.type in ("note", "calculate"):
                continue
            value = parse_answer(one, lift(one, raw))
            if isinstance(value, Unread):
                raise NotRetoldError("otherwise", name)
            if value is not None and value != ():
                found[name] = self.made_up(one, answers_data(self.package, {name: value})[name])
        return found

    def made_up(self, one: Field, value: Any) -> Any:
        """`value` is an answer as JSON."""
        is_used = one.name in self.used
        if one.type == "group":
            members = {member.name: member for member in one.fields}
            return [{name: self.made_up(members[name], said) for name, said in item.items()} for item in value]
        if one.type == "file":
            return f"faili.{one.accept[0] if one.accept else 'pdf'}"
        if one.type in ("text", "long_text"):
            return value if value in self.literals else _words(len(value))
        if one.type == "date":
            return (date.fromisoformat(value) + self.shift).isoformat()
        if one.type in ("select_one", "select_multiple"):
            return value  # the author's own words, none of the applicant's
        return value if is_used and one.type not in _NOBODYS else _MADE_UP[one.type]


def _words(length: int) -> str:
    """A text of that length: constraints count characters."""
    return (_WORDS * (length // len(_WORDS) + 1))[: length - 1].rstrip().ljust(length, "a")


_NOBODYS = ("phone", "email", "national_id", "tax_id")
"""Never kept, whatever looks at them."""


def _looked_at(package: Package) -> tuple[frozenset[str], frozenset[str]]:
    """The fields that some expression looks at, and the texts that expressions compare with."""
    used: set[str] = set()
    literals: set[str] = set()
    for expression in _expressions(package):
        try:
            tree = parse(expression.source)
        except (ParseError, LimitError):
            continue
        used.update(names(tree))
        literals.update(_texts(tree))
    return frozenset(used), frozenset(literals)


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Literal) and isinstance(node.value, str):
        yield node.value
    for child in children(node):
        yield from _texts(child)


def _expressions(value: Any) -> Iterator[Expression]:
    """Every expression of the definition, claims apart: what is printed decides nothing."""
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _expressions(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _expressions(inner)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            if name not in ("claims", "positions"):
                yield from _expressions(getattr(value, name))
