"""Concrete answers as a story of the author's, and the way through the stages on which it meets the fault."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from jumuishi.definitions.findings import Tale
from jumuishi.definitions.machine.life import Earlier, followed
from jumuishi.definitions.machine.state import CaseState
from jumuishi.definitions.model import (
    ApplicantStage,
    EndStage,
    Field,
    Package,
    PaymentStage,
    ReviewStage,
    TaskStage,
)
from jumuishi.definitions.solve.example import Example
from jumuishi.definitions.stories.read import StoryFault
from jumuishi.definitions.stories.run import Playing, begin, play
from jumuishi.definitions.values import Answer, FileAnswer
from jumuishi.kernel.text import t

MOST_STEPS = 400
"""So many acts are tried on the machine in search of the way to a fault."""
Step = Mapping[str, Any]


def typed(value: Answer | None) -> Any:
    """An answer as an author types it in a story."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, FileAnswer):
        return value.name
    if isinstance(value, float):
        return f"{value:.15f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else repr(value)
    if isinstance(value, tuple):
        return [
            {name: typed(part) for name, part in one.items() if part is not None} if isinstance(one, Mapping) else one
            for one in value
        ]
    return value if isinstance(value, int) else str(value)


def application(package: Package, example: Example) -> dict[str, Any]:
    """The story's first step: what is applied with."""
    step: dict[str, Any] = {"apply": {name: typed(one) for name, one in example.moments[0].answers.items()}}
    if package.doors and example.door != package.doors[0]:
        step["door"] = example.door
    return step


def told(
    package: Package, example: Example, steps: list[Step], titles: Mapping[str, str], ends: Mapping[str, str]
) -> Tale:  # fmt: skip
    """The steps as a story; `titles` what it is called and `ends` the sentence that says what then happens."""
    settings = {
        name: typed(value) for name, value in example.settings.items() if package.settings[name].type != "institution"
    }
    today = example.moments[0].now.date().isoformat()
    words = {
        language: "\n".join([*_sentences(package, settings, today, steps, language), ends[language]])
        for language in ends
    }
    titles = {language: titles.get(language, titles["en"]) for language in package.languages}
    return Tale(settings, today, tuple(steps), words, titles, _earlier(package, example))


def _earlier(package: Package, example: Example) -> dict[str, str]:
    """Whoever names an earlier document has it, and it is valid still."""
    today = example.moments[0].now.date()
    last = today.replace(year=today.year + 1, day=1).isoformat()
    return {number: last for _, _, _, number in followed(package, example.moments[0].answers)}


def _sentences(
    package: Package, settings: Mapping[str, Any], today: str, steps: list[Step], lang: str
) -> Iterator[str]:  # fmt: skip
    if settings:
        said = "; ".join(f"{package.settings[n].label.in_language(lang)}: {value}" for n, value in settings.items())
        yield t("definitions.tale_settings", lang, said=said)
    for step in steps:
        if "apply" in step:
            yield t("definitions.tale_apply", lang, day=today, said=_answers(package, step["apply"], lang))
        elif "answer" in step:
            yield t("definitions.tale_answer", lang, said=_answers(package, step["answer"], lang))
        elif "do" in step:
            actions = [
                stage.actions[step["do"]].label.in_language(lang)
                for stage in package.stages.values()
                if isinstance(stage, TaskStage) and stage.role == step["as"] and step["do"] in stage.actions
            ]
            said = _answers(package, step.get("set", {}), lang)
            role = package.roles[step["as"]].name.in_language(lang)
            key = "definitions.tale_do_with" if said else "definitions.tale_do"
            yield t(key, lang, role=role, action=actions[0] if actions else step["do"], said=said)
        elif "review" in step:
            role = package.roles[step["as"]].name.in_language(lang)
            yield t("definitions.tale_passes" if step["pass"] else "definitions.tale_fails", lang, role=role)
        elif "pay" in step:
            yield t("definitions.tale_pay", lang)
        elif "appeal" in step:
            yield t("definitions.tale_appeal", lang)
        elif "wait" in step:
            yield t("definitions.tale_wait", lang, span=step["wait"])


def _answers(package: Package, answers: Mapping[str, Any], lang: str) -> str:
    fields = package.all_fields()
    return "; ".join(f"{_label(fields[name], lang)}: {_said(fields[name], one, lang)}" for name, one in answers.items())


def _label(one: Field, lang: str) -> str:
    return one.label.in_language(lang) if one.label else one.name


def _said(one: Field, value: Any, lang: str) -> str:
    if isinstance(value, list) and one.type == "group":
        members = {member.name: member for member in one.fields}
        items = (", ".join(f"{_label(members[n], lang)} {_said(members[n], v, lang)}" for n, v in item.items())
                 for item in value)  # fmt: skip
        return "(" + "; ".join(items) + ")"
    keys = value if isinstance(value, list) else [value]
    if one.choices:
        return ", ".join(one.choices[key].label.in_language(lang) if key in one.choices else key for key in keys)
    if one.type == "yes_no":
        return t("definitions.tale_yes" if value == "true" else "definitions.tale_no", lang)
    return str(value)


def way(package: Package, example: Example, is_there: Callable[[CaseState | None, str], bool]) -> list[Step] | None:
    """The shortest line of acts with these answers after which `is_there`; None where none is found.

    It is asked after each act, with the case as it stands and what the machine refused it with ('' when it did not).
    """
    last = example.moments[-1].answers
    start = begin(package, example.settings, example.moments[0].now.date())
    start.earlier = {
        number: Earlier(number, date.fromisoformat(last)) for number, last in _earlier(package, example).items()
    }
    waiting: deque[tuple[Playing, list[Step]]] = deque()
    seen: set[object] = set()
    tried = 0

    def attempt(playing: Playing, steps: list[Step], step: Step) -> list[Step] | None:
        nonlocal tried
        tried += 1
        then = replace(playing)
        try:
            play(then, step)
        except StoryFault as fault:
            return [*steps, step] if is_there(playing.state, str(fault)) else None
        if is_there(then.state, ""):
            return [*steps, step]
        state = then.state
        mark = state and (state.stage, tuple((seat.review, seat.is_open) for seat in state.seats), str(state.answers))
        if mark not in seen:
            seen.add(mark)
            waiting.append((then, [*steps, step]))
        return None

    found = attempt(start, [], application(package, example))
    while found is None and waiting and tried < MOST_STEPS:
        playing, steps = waiting.popleft()
        for step in _next(package, playing, last):
            found = attempt(playing, steps, step)
            if found is not None:
                break
    return found


def _next(package: Package, playing: Playing, answers: Mapping[str, Answer | None]) -> Iterator[Step]:
    """What may be done where the case stands, in the author's order."""
    state = playing.state
    stage = package.stages.get(state.stage) if state is not None else None
    if isinstance(stage, TaskStage):
        given = {one.name: typed(answers[one.name]) for one in _own(stage.fields) if answers.get(one.name) is not None}
        for name, action in stage.actions.items():
            step: dict[str, Any] = {"as": stage.role, "do": name}
            if given:
                step["set"] = given
            yield {**step, **dict.fromkeys(action.requires, "Sababu")}
    elif isinstance(stage, ReviewStage) and state is not None:
        for seat in state.seats:
            if seat.is_open:
                one = {"as": seat.role, "review": seat.review}
                yield {**one, "pass": True}
                yield {**one, "pass": False, "reason": "Sababu"}
    elif isinstance(stage, ApplicantStage):
        names = [entry if isinstance(entry, str) else entry.name for entry in stage.fields]
        yield {"answer": {name: typed(answers[name]) for name in names if answers.get(name) is not None}}
    elif isinstance(stage, PaymentStage):
        yield {"pay": "all"}
    elif isinstance(stage, EndStage) and stage.appeal is not None:
        yield {"appeal": {"reason": "Sababu"}}


def _own(fields: tuple[Field, ...]) -> Iterator[Field]:
    for one in fields:
        if one.type == "group" and one.repeat is None:
            yield from _own(one.fields)
        else:
            yield one
