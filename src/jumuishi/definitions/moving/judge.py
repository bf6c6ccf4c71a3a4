"""The judgement: every answer of a case held against the question that the newer edition has for it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from jumuishi.definitions.answers import Refused as Unread
from jumuishi.definitions.answers import answer_data, parse_answer
from jumuishi.definitions.forms.data import answers_from_data, calculated_from_data, lift
from jumuishi.definitions.forms.scope import EvaluationError, Scope
from jumuishi.definitions.forms.settle import Error, asked_fields, check_fields, read_changes, settle
from jumuishi.definitions.machine.acts import Context, Refused
from jumuishi.definitions.machine.run import scope_of, split_answers
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.model import Field, Package, Text
from jumuishi.definitions.moving.place import money, place_reasons, review_reasons
from jumuishi.definitions.moving.types import TO_ANSWER, Ask, Reason, Verdict
from jumuishi.definitions.moving.wording import asked_of, chosen_of, is_reworded, members_of, words_of

_SILENT = ("note", "calculate")


def judge(
    old: Package,
    new: Package,
    state: CaseState,
    *,
    before: Context,
    after: Context,
    given: Mapping[str, Any] | None = None,
    agreed: Collection[str] = (),
    same_meaning: Collection[str] = (),
) -> Verdict:
    """Whether a case of `old` may go on under `new`. `before` and `after` hold the settings under each.

    `given`: what the applicant answered to the asks (as typed, or canonical data); `agreed`: the marks of those agreed
    to; `same_meaning`: fields of which those who publish said that only the words changed. What ended never moves.
    """
    if state.is_ended:
        return Verdict(reasons=(Reason("ended"),))
    reasons = tuple(place_reasons(old, new, state))
    if reasons:
        return Verdict(reasons=reasons)
    try:
        # To leave a question empty is no answer to it: a default would take its place.
        said = {name: one for name, one in (given or {}).items() if one is not None}
        return _Judgement(old, new, state, before, after, said, agreed, same_meaning).verdict()
    except (EvaluationError, Refused, KeyError, ValueError, TypeError):
        # What can't be worked out under the newer edition is not tried on somebody's case.
        return Verdict(reasons=(Reason("fault"),))


class _Judgement:
    """One case on the table; made for one question and thrown away."""

    def __init__(
        self, old: Package, new: Package, state: CaseState, before: Context, after: Context, given: dict[str, Any],
        agreed: Collection[str], same_meaning: Collection[str],
    ) -> None:  # fmt: skip
        self.old, self.new, self.state, self.before, self.after = old, new, state, before, after
        self.given, self.agreed, self.same_meaning = given, set(agreed), set(same_meaning)
        self.was, self.now = asked_of(old), asked_of(new)
        self.reasons: dict[tuple[str, str], Reason] = {}
        self.asks: dict[tuple[str, str], Ask] = {}

    def verdict(self) -> Verdict:
        """What has to be answered first; only with every answer there, what the newer edition makes of them all."""
        kept = {name: value for name, value in self.state.answers.items() if self._keeps(name, value)}
        read, errors = read_changes({name: one.field for name, one in self.now.items()}, self.given)
        scope, shown = self._settled(kept, read)
        faults = self._faults_of(scope, shown, read)
        self._missing(scope, faults)
        if errors or any(one.why in TO_ANSWER and one.field not in self.given for one in self.asks.values()):
            if self.state.bill is not None or any(self.state.paid.values()):
                self._money(scope)
            return self._said([*errors, *self._uninvited()])
        self._lost(kept, scope)
        errors += self._wrong(faults)
        errors += self._uninvited()
        self._calculated(scope)
        for one in review_reasons(self.new, self.state, scope):
            self._refuse(one)
        self._money(scope)
        said = self._said(errors)
        return said if said.reasons or said.asks or said.errors else Verdict(state=self._moved(scope, shown))

    def _said(self, errors: list[Error]) -> Verdict:
        if self.reasons:
            return Verdict(reasons=tuple(self.reasons.values()))
        order = {name: n for n, name in enumerate(self.now)}
        asks = [one for one in self.asks.values() if not self._is_settled(one)]
        return Verdict(asks=tuple(sorted(asks, key=lambda one: order.get(one.field, len(order)))), errors=tuple(errors))

    def _money(self, scope: Scope) -> None:
        for one in money(self.old, self.new, self.state, self._before(), scope):
            self._refuse(one) if isinstance(one, Reason) else self._ask(one)

    def _keeps(self, name: str, value: Any) -> bool:
        """Whether an answer goes along as it stands; asks or refuses otherwise."""
        was, now = self.was.get(name), self.now.get(name)
        if was is None:
            raise KeyError(name)
        fits = now is not None and still_fits(was.field, now.field, value)
        chosen = chosen_of(was.field, value)
        reads_alike = now is not None and (name in self.same_meaning or not is_reworded(was, now, chosen))
        if was.by == "officer":
            # A finding of an officer is nothing that the applicant could answer for.
            if now is None or now.by != "officer" or not fits or not reads_alike:
                self._refuse(Reason("finding", _label(was.field)))
            return now is not None and fits
        if now is not None and now.by == "officer":
            self._refuse(Reason("asker", _label(was.field)))
            return fits
        if now is None or now.field.type in _SILENT:
            self._ask(Ask("drop", name, value))
            return False
        if not fits:
            self._ask(Ask("again", name, value))
            return False
        if not reads_alike:
            self._ask(Ask("reworded", name, value, words=(*words_of(was, chosen), "→", *words_of(now, chosen))))
        return True

    def _settled(self, kept: Mapping[str, Any], read: Mapping[str, Any]) -> tuple[Scope, frozenset[str]]:
        """The answers that go along with those given now, brought into the newer edition's order."""
        fields = {name: one.field for name, one in self.was.items()}
        made = {
            name: calculated_from_data(one)
            for name, one in self.state.calculated.items()
            if name in self.now and self.now[name].field.type == "calculate"
            and self.now[name].field.calculation == fields[name].calculation
        }  # fmt: skip
        answers = {**answers_from_data(self.new, kept), **made, **read}
        # What is asked again or dropped moved too: what was worked out from it is worked out anew.
        moved = set(read) | (set(self.state.answers) - set(kept))
        return settle(self.new, scope_of(self.new, answers, self.after), moved)

    def _faults_of(self, scope: Scope, shown: frozenset[str], read: Mapping[str, Any]) -> list[Error]:
        """What would be refused if it were handed in today."""
        of_pages = {one.name for page in self.new.pages for one, _ in asked_fields(page.fields)}
        among = of_pages | {name for name in self.state.answers if name in self.now} | set(read)
        return check_fields(self.new, scope, shown, among)[0]

    def _missing(self, scope: Scope, faults: list[Error]) -> None:
        """Questions that have no answer yet; a default is nobody's answer, it is only proposed."""
        said = {*self.state.answers, *self.given}
        data = split_answers(self.new, scope.answers)[0]
        for name, value in data.items():
            if name not in said and self.now[name].by == "applicant":
                self._ask(Ask("new", name, None, value))
        for fault in faults:
            if fault.field not in said and fault.field not in self.state.awaited:
                self._ask(Ask("new", fault.field))

    def _lost(self, kept: Mapping[str, Any], scope: Scope) -> None:
        """Answers that the newer edition's conditions would drop."""
        data = split_answers(self.new, scope.answers)[0]
        for name, value in kept.items():
            if name in self.given or data.get(name) == value:
                continue
            if self.was[name].by == "officer":
                self._refuse(Reason("finding", _label(self.was[name].field)))
                continue
            self.asks.pop(("reworded", name), None)
            self._ask(Ask("again" if name in data else "drop", name, value))

    def _wrong(self, faults: list[Error]) -> Iterator[Error]:
        """Answers that the newer edition would refuse: asked again; those given just now come back as errors."""
        for fault in faults:
            name = fault.field
            if name in self.given:
                yield fault
            elif self.now[name].by == "officer":
                self._refuse(Reason("finding", _label(self.now[name].field)))
            elif name in self.state.answers:
                self.asks.pop(("reworded", name), None)
                self._ask(Ask("again", name, self.state.answers[name]))

    def _uninvited(self) -> Iterator[Error]:
        """Answers given to what was not asked: this is no way to change the rest of an application."""
        for name in self.given:
            invited = any((why, name) in self.asks for why in ("new", "again", "reworded"))
            one = self.now.get(name)
            is_open = one is not None and one.by == "applicant" and name not in self.state.answers
            if not invited and not is_open:
                yield Error((name,), "not_asked")

    def _calculated(self, scope: Scope) -> None:
        made = split_answers(self.new, scope.answers)[1]
        for name, value in self.state.calculated.items():
            if made.get(name) != value:
                self._ask(Ask("calculated", name, value, made.get(name)))

    def _before(self) -> Scope:
        made = {name: calculated_from_data(one) for name, one in self.state.calculated.items()}
        return scope_of(self.old, {**answers_from_data(self.old, self.state.answers), **made}, self.before)

    def _is_settled(self, one: Ask) -> bool:
        if one.why in TO_ANSWER:
            return one.field in self.given
        return one.mark in self.agreed or (one.why == "reworded" and one.field in self.given)

    def _moved(self, scope: Scope, shown: frozenset[str]) -> CaseState:
        answers, calculated = split_answers(self.new, scope.answers)
        awaited = tuple(name for name in self.state.awaited if name in shown and name not in answers)
        return replace(self.state, answers=answers, calculated=calculated, awaited=awaited)

    def _refuse(self, reason: Reason) -> None:
        self.reasons[reason.code, str(reason.about)] = reason

    def _ask(self, ask: Ask) -> None:
        self.asks[ask.why, ask.field] = ask


def still_fits(was: Field, now: Field, value: Any) -> bool:
    """Whether an answer reads as the same answer to the newer field; constraints and conditions come later."""
    if was.type != now.type or was.level != now.level or (was.repeat is None) != (now.repeat is None):
        return False
    if was.type == "group":
        return _items_fit(was, now, value)
    read = parse_answer(now, lift(now, value))
    if isinstance(read, Unread) or read is None:
        return False
    return bool(answer_data(read) == value)


def _items_fit(was: Field, now: Field, value: Any) -> bool:
    old, new = members_of(was), members_of(now)
    return all(
        name in new and name in old and still_fits(old[name], new[name], answer)
        for item in value
        for name, answer in item.items()
        if answer is not None and old[name].type != "calculate"
    )


def _label(field: Field) -> Text:
    return field.label or Text({"sw": field.name, "en": field.name})
