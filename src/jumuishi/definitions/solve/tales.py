"""Concrete answers and acts as a story of the author's, and in plain sentences."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from jumuishi.definitions.findings import Tale
from jumuishi.definitions.machine.life import followed
from jumuishi.definitions.model import Field, Package, TaskStage
from jumuishi.definitions.solve.example import Example
from jumuishi.definitions.values import Answer, FileAnswer
from jumuishi.kernel.text import t

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
    return Tale(settings, today, tuple(steps), words, titles, earlier_of(package, example))


def earlier_of(package: Package, example: Example) -> dict[str, str]:
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
