"""Open cases of every shipped service at every step of its author's stories, with answers changed here and there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from jumuishi.definitions.machine.acts import Context
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.model import Choice, Expression, Field, Package, Page, TaskStage
from jumuishi.definitions.stories.read import Story, StoryFault, read_story
from jumuishi.definitions.stories.run import MONDAY, _earlier, _settings, begin, play
from jumuishi.definitions.table import Table, Text
from jumuishi.definitions.tests.driving import SERVICES, shipped
from jumuishi.definitions.tests.editing import variants
from jumuishi.kernel.numbers import normalise

ALL = tuple(sorted(path.name for path in SERVICES.iterdir() if path.is_dir()))
NEW = Field("brand_new", "yes_no", Text({"sw": "Swali jipya?", "en": "A new question?"}), required=True)
# What a member of a repeat group is answered with.
TYPED = {"place": "23101", "yes_no": "true", "date": "1990-01-01", "phone": "+255700000001", "text": "Asha Juma"}


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
    repeated = [one for page in package.pages for one in page.fields if one.type == "group" and one.repeat is not None]
    for at, number in picks:
        name = names[at % len(names)]
        given[name] = other_answer(known[name], given[name], number)
        for one in repeated if number % 2 else ():
            given.setdefault(one.name, [{inside.name: TYPED.get(inside.type, "2") for inside in one.fields}])
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
    """Edits that a leaf alone cannot make: words and places change hands, questions come, sums differ; kind by kind."""
    for at, page in enumerate(package.pages):
        fields = page.fields
        for n, one in enumerate(fields):

            def put(*new: Field, back: int = 0, at: int = at, n: int = n) -> Package:
                kept = package.pages[at].fields
                return _page(package, at, (*kept[: n - back], *new, *kept[n + 1 :]))

            if n and fields[n - 1].type == one.type and one.label and fields[n - 1].label:
                yield (
                    "labels",
                    put(replace(fields[n - 1], label=one.label), replace(one, label=fields[n - 1].label), back=1),
                )
            if len(one.choices) > 1:
                for key, other in pairwise(one.choices):
                    left, right = one.choices[key], one.choices[other]
                    turned = {**one.choices, key: _labelled(left, right), other: _labelled(right, left)}
                    yield "choices", put(replace(one, choices=Table(turned)))
            if one.calculation is not None:
                yield "calculated", put(replace(one, calculation=Expression(f"({one.calculation.source}) + 1")))
            for m, inside in enumerate(one.fields):
                renamed = replace(inside, label=Text({"sw": "Jina lingine", "en": "Another name"}))
                yield "members", put(replace(one, fields=(*one.fields[:m], renamed, *one.fields[m + 1 :])))
            if len(package.pages) > 1:
                away, to = put(), (at + 1) % len(package.pages)
                yield "pages", _page(away, to, (*away.pages[to].fields, one))
            yield "titles", replace(package, pages=tuple(replace(each, title=page.title) for each in package.pages))
    last = len(package.pages) - 1
    for new in (NEW, replace(NEW, default="true"), replace(NEW, required=False)):
        yield "questions", _page(package, last, (*package.pages[last].fields, new))
    for name, fee in package.fees.items():
        for factor in ("* 2", "+ 500", "- 500"):
            other_fee = replace(fee, amount=Expression(f"({fee.amount.source}) {factor}"))
            yield "fees", replace(package, fees=Table({**package.fees, name: other_fee}))
    for name, stage in package.stages.items():
        for m, own in enumerate(getattr(stage, "fields", ())):
            if isinstance(own, Field) and isinstance(stage, TaskStage):
                renamed = replace(own, label=Text({"sw": "Jina lingine", "en": "Another name"}))
                told = replace(stage, fields=(*stage.fields[:m], renamed, *stage.fields[m + 1 :]))
                yield "findings", replace(package, stages=Table({**package.stages, name: told}))


def _page(package: Package, at: int, fields: tuple[Field, ...]) -> Package:
    page: Page = replace(package.pages[at], fields=fields)
    return replace(package, pages=(*package.pages[:at], page, *package.pages[at + 1 :]))


def _labelled(one: Choice, other: Choice) -> Choice:
    return replace(one, label=other.label)


@cache
def edits(name: str) -> tuple[tuple[Package, ...], ...]:
    """Every single edit of a service, by its kind."""
    package = shipped(name)
    by_kind: dict[str, list[Package]] = {"leaf": [one for _, one in variants(package)]}
    for kind, one in swaps(package):
        by_kind.setdefault(kind, []).append(one)
    return tuple(tuple(one) for one in by_kind.values())


@st.composite
def edited(draw: st.DrawFn, package: Package) -> list[Package]:
    """One edit of each kind, and a few upon one another."""
    found = [draw(st.sampled_from(kind)) for kind in edits(package.service)]
    several = draw(st.sampled_from(found))
    for _ in range(draw(st.sampled_from([1, 2]))):
        several = draw(st.sampled_from([one for _, one in (*variants(several), *swaps(several))]))
    return [*found, several]
