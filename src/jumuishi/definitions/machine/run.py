"""One step under way: the state so far, the effects so far, and what an expression sees."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from jumuishi.definitions.answers import answers_data
from jumuishi.definitions.forms.data import answers_from_data, calculated_from_data, calculated_to_data
from jumuishi.definitions.forms.scope import Scope
from jumuishi.definitions.forms.settle import Error, check_fields, names_in, read_changes, settle
from jumuishi.definitions.machine.acts import Acting, Context, Refused
from jumuishi.definitions.machine.clock import pause_promise, resume_promise
from jumuishi.definitions.machine.effects import ClockChanged, Effect, Outcome
from jumuishi.definitions.machine.life import earlier_errors
from jumuishi.definitions.machine.state import CaseState, Deed
from jumuishi.definitions.model import Field, Package
from jumuishi.definitions.values import Answers


def scope_of(package: Package, answers: Answers, context: Context) -> Scope:
    """What expressions see under this context."""
    return Scope(
        package, answers, context.settings, context.now, context.working_time.zone, context.places,
        fields=package.all_fields(),
    )  # fmt: skip


def split_answers(package: Package, answers: Answers) -> tuple[dict[str, Any], dict[str, Any]]:
    """Canonical data of what was answered, and of what was calculated."""
    fields = package.all_fields()
    given = {name: value for name, value in answers.items() if fields[name].type != "calculate"}
    made = {
        name: calculated_to_data(value)
        for name, value in answers.items()
        if fields[name].type == "calculate" and value is not None
    }
    return answers_data(package, given), made


def _reads(one: Field, names: set[str]) -> bool:
    return one.constraint is not None and bool(names_in(one.constraint) & names)


class Run:
    """The only mutable thing of the machine, made for one act and thrown away; a refusal leaves no trace."""

    def __init__(self, package: Package, state: CaseState, context: Context) -> None:
        self.package = package
        self.state = state
        self.context = context
        self.effects: list[Effect] = []
        self.message = ""

    def set(self, **changes: Any) -> None:
        """Change parts of the state."""
        self.state = replace(self.state, **changes)

    def add(self, *effects: Effect) -> None:
        """Ask the shell for more."""
        self.effects += effects

    @property
    def outcome(self) -> Outcome:
        """What the step comes to."""
        return Outcome(self.state, tuple(self.effects))

    @property
    def scope(self) -> Scope:
        """What expressions see now."""
        made = {name: calculated_from_data(one) for name, one in self.state.calculated.items()}
        return scope_of(self.package, {**answers_from_data(self.package, self.state.answers), **made}, self.context)

    def actor(self) -> Acting:
        """Who acts; raises Refused `nobody`."""
        if self.context.actor is None:
            raise Refused("nobody")
        return self.context.actor

    def change_answers(
        self,
        changes: Mapping[str, Any],
        allowed: Collection[str],
        *,
        opens: bool = False,
        demanded: Iterable[str] = (),
        door: str | None = None,
    ) -> None:
        """Take answers in, recompute what depends on them, and check what changed; raises Refused `answers`.

        `opens`: what becomes relevant by the change is asked too. `demanded`: names checked though they did not change.
        """
        before_scope, shown_before = settle(self.package, self.scope, ())
        fields = self.package.all_fields()
        read, errors = read_changes(fields, changes)
        scope, shown = settle(self.package, before_scope.with_answers(read), set(read))
        newly = set(shown) - set(shown_before) if opens else set()
        errors += [Error((name,), "not_asked") for name in read if name not in allowed and name not in newly]
        touched = {name for name in fields if scope.answers.get(name) != before_scope.answers.get(name)}
        among = touched | set(read) | newly | set(demanded)
        # What a change makes wrong elsewhere (a constraint between two fields) is a fault of the change too.
        among |= {name for name in shown if _reads(fields[name], touched)}
        faults, awaited = check_fields(self.package, scope, shown, among, door or self.state.door)
        errors += [fault for fault in faults if fault.field not in {one.field for one in errors}]
        if errors:
            raise Refused("answers", errors=tuple(errors))
        named = earlier_errors(self.package, scope.answers, self.context.earlier)
        if wrong := [one for one in named if one.field in among]:
            raise Refused("answers", errors=tuple(wrong))
        self._keep(scope.answers, shown, awaited)

    def _keep(self, answers: Answers, shown: Collection[str], awaited: Iterable[str]) -> None:
        given, made = split_answers(self.package, answers)
        still = [name for name in (*self.state.awaited, *awaited) if name in shown and name not in given]
        if (given, made) != (self.state.answers, self.state.calculated):
            self.set(priced_at=None)
        self.set(answers=given, calculated=made, awaited=tuple(dict.fromkeys(still)))

    def remember(self, stage: str, what: str) -> None:
        """Note who acted where, for two-person rules."""
        actor = self.actor()
        deed = Deed(stage, self.state.visit, actor.person, what, self.context.now, actor.on_behalf_of, actor.together)
        self.set(deeds=(*self.state.deeds, deed))

    def pause(self) -> None:
        """Stop the promise's clock, unless it stands."""
        promise = self.state.promise
        if promise.stopped_at is None and not promise.is_paused:
            self.set(promise=pause_promise(promise, self.context.now))
            self.add(ClockChanged("promise", "paused", None, self.state.visit))

    def resume(self) -> None:
        """Let the promise's clock run on, unless it runs."""
        promise = self.state.promise
        if promise.stopped_at is None and promise.is_paused:
            promise = resume_promise(promise, self.context.now, self.context.working_time)
            self.set(promise=promise)
            self.add(ClockChanged("promise", "resumed", promise.due_at, self.state.visit))
