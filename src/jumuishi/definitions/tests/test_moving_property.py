"""Random edits of every shipped service, cases at every step: no answer is dropped or comes to mean something else
without its applicant's consent to just that; a draft that is carried over loses nothing and hides nothing."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from jumuishi.definitions.forms.data import answers_from_data, calculated_from_data
from jumuishi.definitions.forms.scope import EvaluationError, Scope
from jumuishi.definitions.machine.money import fee_amounts
from jumuishi.definitions.machine.run import scope_of
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.model import Field, Package, TaskStage
from jumuishi.definitions.moving.public import carry, judge, reworded_fields
from jumuishi.definitions.moving.types import Ask, Verdict
from jumuishi.definitions.table import Text
from jumuishi.definitions.tests.moments import Moment, edited, moments

pytestmark = pytest.mark.slow
MANY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def plain(text: Text | None) -> Any:
    return {lang: " ".join(words.casefold().split()).rstrip(".:?! ") for lang, words in text.items()} if text else None


def found_in(fields: tuple[Field, ...], around: tuple[Any, ...]) -> Iterator[tuple[Field, tuple[Any, ...]]]:
    for one in fields:
        if one.type == "group" and one.repeat is None:
            yield from found_in(one.fields, (*around, plain(one.label)) if one.label else around)
        else:
            yield one, around


def questions(package: Package) -> dict[str, tuple[Field, tuple[Any, ...], bool]]:
    """Every question with its headings, and whether an officer answers it."""
    found = {}
    for page in package.pages:
        found |= {one.name: (one, at, False) for one, at in found_in(page.fields, (plain(page.title),))}
    for stage in package.stages.values():
        own = tuple(one for one in getattr(stage, "fields", ()) if isinstance(one, Field))
        found |= {one.name: (one, at, isinstance(stage, TaskStage)) for one, at in found_in(own, ())}
    return found


def says(field: Field, value: Any) -> Any:
    """An answer to a question as a person reads both: its words, and the words of what was chosen."""
    chosen = [value] if field.type == "select_one" else value if field.type == "select_multiple" else []
    labels = [plain(field.choices[key].label) if key in field.choices else "?" for key in chosen]
    inside: Any = None
    if field.type == "group":
        members = {one.name: (one, at) for one, at in found_in(field.fields, ())}
        inside = [
            {
                name: (members[name][1], says(members[name][0], one)) if name in members else "?"
                for name, one in item.items()
            }
            for item in value
        ]  # fmt: skip
    return field.type, field.level, plain(field.label), plain(field.hint), value if inside is None else inside, labels


def meaning(package: Package, name: str, value: Any) -> Any:
    found = questions(package).get(name)
    return None if found is None else (found[1], says(found[0], value))


def scope(package: Package, state: CaseState, moment: Moment) -> Scope:
    made = {name: calculated_from_data(one) for name, one in state.calculated.items()}
    return scope_of(package, {**answers_from_data(package, state.answers), **made}, moment.context)


def owed(package: Package, state: CaseState, moment: Moment) -> dict[str, int]:
    """What each fee comes to, as far as that can be worked out."""
    found: dict[str, int] = {}
    for fee in package.fees:
        with suppress(EvaluationError):
            found |= fee_amounts(package, scope(package, state, moment), [fee])
    return found


class Applicant:
    """Settles what is asked, as far as the draw wills; remembers what was said to what."""

    def __init__(self, data: st.DataObject, new: Package) -> None:
        self.data, self.new = data, new
        self.given: dict[str, Any] = {}
        self.agreed: dict[str, Ask] = {}

    def settle(self, asks: tuple[Ask, ...]) -> bool:
        """Whether all of it was settled."""
        keeps_back = self.data.draw(st.sets(st.integers(0, 9), max_size=2)) if self.data.draw(st.booleans()) else set()
        for n, one in enumerate(asks):
            if n in keeps_back:
                continue
            if one.why in ("new", "again"):
                answer = self.answer(one)
                # Now and then nothing at all, as a program may send it.
                if answer is not None or self.data.draw(st.integers(0, 4)) == 0:
                    self.given[one.field] = answer
            else:
                self.agreed[one.mark] = one
        answered = all(self.given.get(one.field) is not None for one in asks if one.why in ("new", "again"))
        return answered and not any(n in keeps_back for n in range(len(asks)))

    def answer(self, ask: Ask) -> Any:
        field = self.new.all_fields()[ask.field]
        if self.data.draw(st.integers(0, 9)) == 0:
            return None
        if field.type == "select_one":
            return self.data.draw(st.sampled_from(sorted(field.choices))) if field.choices else None
        if field.type == "yes_no":
            return self.data.draw(st.booleans())
        return ask.before if ask.before is not None else ask.after if ask.after is not None else "2"

    def consented(self, field: str, *whys: str) -> bool:
        return any(one.field == field and one.why in whys for one in self.agreed.values())


def judged(moment: Moment, new: Package, **more: Any) -> Verdict:
    return judge(moment.package, new, moment.state, before=moment.context, after=moment.context, **more)


@MANY
@given(data=st.data(), moment=moments())
def test_no_answer_is_dropped_or_changes_its_meaning_without_a_recorded_consent(
    data: st.DataObject, moment: Moment
) -> None:
    for new in data.draw(edited(moment.package)):
        settled(data, moment, new)


def settled(data: st.DataObject, moment: Moment, new: Package) -> None:
    """What is asked is settled by the applicant, or some of it; then the promise is held against what came."""
    reworded = sorted(reworded_fields(moment.package, new))
    said = set(data.draw(st.lists(st.sampled_from(reworded), max_size=2))) if reworded else set()
    said = said if data.draw(st.integers(0, 3)) == 0 else set()
    asha, found = Applicant(data, new), judged(moment, new, same_meaning=said)
    officers = {name for name, (_, _, is_officers) in questions(moment.package).items() if is_officers}
    for _ in range(5):
        event(f"{found.kind}")
        assert not {one.field for one in found.asks} & (officers & set(moment.state.answers)), (
            "nobody answers for others"
        )
        if found.kind != "ask":
            break
        assert found.state is None, "asked is not moved"
        is_all = asha.settle(found.asks)
        found = judged(moment, new, given=asha.given, agreed=asha.agreed, same_meaning=said)
        assert is_all or found.state is None, "what is kept back keeps the case"
    if found.state is None:
        return
    event("moved after being asked" if asha.given or asha.agreed else "moved as it is")
    holds(moment, new, found.state, asha, said)


def holds(moment: Moment, new: Package, after: CaseState, asha: Applicant, said: set[str]) -> None:
    """The promise, by a reading of its own."""
    before, spoken = moment.state, {name for name, one in asha.given.items() if one is not None}
    for name, value in before.answers.items():
        if name in spoken:
            continue
        if name not in after.answers:
            assert asha.consented(name, "drop"), f"{name} was dropped"
            continue
        assert after.answers[name] == value, f"{name} is another answer"
        was, now = meaning(moment.package, name, value), meaning(new, name, value)
        if was != now and name not in said:
            assert asha.consented(name, "reworded"), f"{name} means something else: {was} {now}"
    assert set(after.answers) <= set(before.answers) | spoken, "nothing is put into a mouth"
    for name, one in before.calculated.items():
        if after.calculated.get(name) != one:
            assert asha.consented(name, "calculated"), f"{name} comes to something else"
    left, right = owed(moment.package, before, moment), owed(new, after, moment)
    for fee, amount in right.items():
        if amount > left.get(fee, 0):
            assert asha.consented(fee, "fee"), f"{fee} rises"
    if any(before.paid.values()) or before.bill is not None:
        assert left == right, "what was asked for or paid stands"
    still = replace(after, answers=before.answers, calculated=before.calculated, awaited=before.awaited)
    assert still == before, "all else stands as it stood"
    assert CaseState.from_data(after.to_data()) == after


@MANY
@given(data=st.data(), moment=moments())
def test_agreeing_to_one_edition_agrees_to_no_other(data: st.DataObject, moment: Moment) -> None:
    one, *others = data.draw(edited(moment.package))
    marks = [ask.mark for ask in judged(moment, one).asks]
    dropped = {ask.field for ask in judged(moment, one).asks if ask.why == "drop"}
    for other in others:
        found = judged(moment, other, agreed=marks)
        event(f"{found.kind}, {min(len(marks), 3)} agreed to")
        if found.state is None:
            continue
        for name, value in moment.state.answers.items():
            readings = [meaning(package, name, value) for package in (moment.package, one)]
            assert name in found.state.answers or name in dropped, f"{name} was dropped"
            if name in found.state.answers:
                assert meaning(other, name, value) in readings, f"{name} was agreed to as something else"


@MANY
@given(data=st.data(), moment=moments())
def test_a_draft_that_is_carried_over_loses_nothing_and_hides_nothing(data: st.DataObject, moment: Moment) -> None:
    mine = {name for name, (_, _, officers) in questions(moment.package).items() if not officers}
    whole = {name: one for name, one in moment.state.answers.items() if name in mine}
    names = data.draw(st.sets(st.sampled_from(sorted(whole)))) if data.draw(st.booleans()) else set(whole)
    answers = {name: whole[name] for name in sorted(names)}
    for new in data.draw(edited(moment.package)):
        carried(moment, new, answers)


def carried(moment: Moment, new: Package, answers: dict[str, Any]) -> None:
    """Every answer is kept or aside, and each that reads otherwise stands on a page that is looked at again."""
    found = carry(moment.package, new, answers)
    event(f"{len(found.aside)} aside")
    assert {**found.kept, **found.aside} == answers
    assert not set(found.kept) & set(found.aside)
    where = {one.name: page.page for page in new.pages for one, _ in found_in(page.fields, ())}
    for name, value in found.kept.items():
        assert name in where, f"{name} has no page to be looked at"
        if meaning(moment.package, name, value) != meaning(new, name, value):
            assert where[name] not in found.same, f"{name} reads otherwise and is not looked at"
    was = {one.name: page.page for page in moment.package.pages for one, _ in found_in(page.fields, ())}
    for name in found.aside:
        assert was.get(name) not in found.same, f"{name} went from a page that is said to be the same"
