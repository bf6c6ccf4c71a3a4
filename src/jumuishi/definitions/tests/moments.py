"""Open cases of every shipped service at every step of its author's stories, with answers changed here and there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from jumuishi.definitions.machine.acts import Context
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.model import Choice, Expression, Field, Package, Page
from jumuishi.definitions.stories.read import Story, StoryFault, read_story
from jumuishi.definitions.stories.run import MONDAY, _earlier, _settings, begin, play
from jumuishi.definitions.table import Table, Text
from jumuishi.definitions.tests.driving import SERVICES, shipped
from jumuishi.definitions.tests.editing import variants
from jumuishi.kernel.numbers import normalise

ALL = tuple(sorted(path.name for path in SERVICES.iterdir() if path.is_dir()))
NEW = Field("brand_new", "yes_no", Text({"sw": "Swali jipya?", "en": "A new question?"}), required=True)


@dataclass(frozen=True)
class Moment:
    """A case that is open, and what the machine is told of the world there."""

    package: Package
    state: CaseState
    context: Context


@cache
def stories(name: str) -> tuple[Story, ...]:
    """The author's stories of a service."""
    return tuple(read_story(path) for path in sorted((SERVICES / name / "tests").glob("*.yaml")))


def other_answer(field: Field, raw: Any, number: int) -> Any:
    """Another answer that the question might well take."""
    if field.type == "select_one" and field.choices:
        return sorted(field.choices)[number % len(field.choices)]
    if field.type == "select_multiple" and field.choices:
        return sorted(field.choices)[: 1 + number % len(field.choices)]
    if field.type == "yes_no":
        return "false" if str(raw) == "true" else "true"
    if field.type == "integer":
        return str(1 + number % 4)
    return f"{raw} {'abc'[number % 3]}" if field.type == "text" else raw


def changed(package: Package, says: Mapping[str, Any], picks: list[tuple[int, int]]) -> dict[str, Any]:
    """A step of a story with some of its answers changed."""
    given, known = dict(says["apply"]), package.all_fields()
    names = [name for name in sorted(given) if name in known and known[name].type != "group"]
    for at, number in picks:
        name = names[at % len(names)]
        given[name] = other_answer(known[name], given[name], number)
    return {**says, "apply": given}


@st.composite
def moments(draw: st.DrawFn) -> Moment:
    """Any of them; changed answers that the service refuses are left as the story has them."""
    name = draw(st.sampled_from(ALL))
    package, story = shipped(name), draw(st.sampled_from(stories(name)))
    picks = draw(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 11)), max_size=3))
    steps = draw(st.integers(1, len(story.steps)))
    for given in (picks, []):
        *_, found = (None, *_played(package, story, steps, given))
        if found is not None:
            return found
    return reject()


def _played(package: Package, story: Story, steps: int, picks: list[tuple[int, int]]) -> Iterator[Moment]:
    stage = begin(package, _settings(package, story.settings), date.fromisoformat(story.today or str(MONDAY)))
    stage.earlier = {normalise(number): _earlier(number, str(said)) for number, said in story.earlier.items()}
    for one in story.steps[:steps]:
        says = changed(package, one.says, picks) if picks and "apply" in one.says else one.says
        try:
            play(stage, says)
        except StoryFault:
            return
        if stage.state is not None and not stage.state.is_ended:
            yield Moment(package, stage.state, stage.context())


def swaps(package: Package) -> Iterator[tuple[str, Package]]:
    """Edits that a leaf alone cannot make: words and places change hands, questions come, sums differ."""
    for at, page in enumerate(package.pages):
        fields = page.fields
        for n, one in enumerate(fields):
            if n and fields[n - 1].type == one.type and one.label and fields[n - 1].label:
                two = replace(fields[n - 1], label=one.label), replace(one, label=fields[n - 1].label)
                yield f"{one.name} and the one before say each other's", _page(package, at, (*fields[: n - 1], *two, *fields[n + 1 :]))  # fmt: skip  # noqa: E501
            if len(one.choices) > 1:
                (a, left), (b, right), *_ = one.choices.items()
                turned = {**one.choices, a: _labelled(left, right), b: _labelled(right, left)}
                yield f"{one.name}: {a} and {b} change labels", _page(package, at, (*fields[:n], replace(one, choices=Table(turned)), *fields[n + 1 :]))  # fmt: skip  # noqa: E501
            if one.calculation is not None:
                more = replace(one, calculation=Expression(f"({one.calculation.source}) + 1"))
                yield f"{one.name} + 1", _page(package, at, (*fields[:n], more, *fields[n + 1 :]))
            if len(package.pages) > 1:
                away = _page(package, at, (*fields[:n], *fields[n + 1 :]))
                to = (at + 1) % len(package.pages)
                yield f"{one.name} on another page", _page(away, to, (*away.pages[to].fields, one))
    last = len(package.pages) - 1
    for new in (NEW, replace(NEW, default="true"), replace(NEW, required=False)):
        yield "a new question", _page(package, last, (*package.pages[last].fields, new))
    for name, fee in package.fees.items():
        dearer = replace(fee, amount=Expression(f"({fee.amount.source}) * 2"))
        yield f"{name} twice as dear", replace(package, fees=Table({**package.fees, name: dearer}))


def _page(package: Package, at: int, fields: tuple[Field, ...]) -> Package:
    page: Page = replace(package.pages[at], fields=fields)
    return replace(package, pages=(*package.pages[:at], page, *package.pages[at + 1 :]))


def _labelled(one: Choice, other: Choice) -> Choice:
    return replace(one, label=other.label)


@cache
def edits(name: str) -> tuple[Package, ...]:
    """Every single edit of a service."""
    package = shipped(name)
    return tuple(one for _, one in (*variants(package), *swaps(package)))


@st.composite
def edited(draw: st.DrawFn, package: Package) -> Package:
    """One to three edits, one upon the other; every other begins with words or places that change hands."""
    known = edits(package.service)
    found = draw(st.sampled_from(known[-len(list(swaps(package))) :] if draw(st.booleans()) else known))
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        found = draw(st.sampled_from([one for _, one in (*variants(found), *swaps(found))]))
    return found
