"""What happened to a case becomes a story that goes as the case went, and nothing personal is in it."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from jumuishi.definitions.answers import answers_data, parse_answer
from jumuishi.definitions.machine.effects import IssueBill
from jumuishi.definitions.model import Package
from jumuishi.definitions.read.package import files_of, read_files
from jumuishi.definitions.stories.read import read_story, story_of
from jumuishi.definitions.stories.retell import Happened, NotRetoldError, retold
from jumuishi.definitions.stories.run import _settings, _typed, run_story
from jumuishi.definitions.tests.test_check import SERVICES

SHIFT = -timedelta(weeks=123)
ACTS = ("apply", "do", "review", "answer", "pay", "wait", "withdraw", "appeal")


def package_of(service: str) -> Package:
    found = read_files(files_of(SERVICES / service)).package
    assert found is not None
    return found


def happened_in(package: Package, path: Path) -> tuple[list[Happened], dict[str, Any], list[str]]:
    """A shipped story as the journal would keep it, the stages it went through, and the settings it ran under."""
    story = read_story(path)
    result = run_story(package, story, path.name)
    assert result.holds, result.faults
    stages = {one.line: one.stage for one in result.trace}
    effects = {one.line: one.effects for one in result.trace}
    found: list[Happened] = []
    before, owed = "", list[str]()
    for step in story.steps:
        if step.line not in stages or not any(key in step.says for key in ACTS):
            continue
        act = journal_act(package, step.says, owed)
        found.append(Happened(act, before, stages[step.line]))
        before = stages[step.line]
        billed = [line.fee for effect in effects[step.line] if isinstance(effect, IssueBill) for line in effect.lines]
        owed = billed or owed
    return found, _settings(package, story.settings), [one.after for one in found]


def journal_act(package: Package, says: Mapping[str, Any], owed: list[str]) -> dict[str, Any]:
    if "apply" in says:
        return {"submit": data(package, says["apply"])}
    if "do" in says:
        words = {key: says.get(key, "") for key in ("message", "reason")}
        return {"do": says["do"], "fields": data(package, says.get("set") or {}), **words}
    if "review" in says:
        return {"review": says["review"], "passed": says["pass"] is True, "reason": says.get("reason", "")}
    if "answer" in says:
        return {"answer": data(package, says["answer"])}
    if "pay" in says:
        return {"pay": dict.fromkeys(owed if says["pay"] == "all" else says["pay"], 1)}
    if "wait" in says:
        return {"elapse": "expires"}
    return {"withdraw": True} if "withdraw" in says else {"appeal": "Sikubaliani"}


def data(package: Package, answers: Mapping[str, Any]) -> dict[str, Any]:
    fields = package.all_fields()
    values = {name: parse_answer(fields[name], raw) for name, raw in _typed(package, answers).items()}
    return answers_data(package, values)  # type: ignore[arg-type]


def stories() -> list[tuple[str, str]]:
    return [(path.parts[-3], path.name) for path in sorted(SERVICES.glob("*/tests/*.yaml"))]


TOLD = [one for one in stories() if not read_story(SERVICES / one[0] / "tests" / one[1]).earlier]


@pytest.mark.parametrize(("service", "name"), TOLD)
def test_every_shipped_story_retold_goes_the_same_way_and_names_nobody(service: str, name: str) -> None:
    package = package_of(service)
    happened, settings, stages = happened_in(package, SERVICES / service / "tests" / name)
    text = retold(package, happened, settings=settings, today=date(2026, 3, 2), shift=SHIFT)
    result = run_story(package, story_of(text, "retold.yaml"))
    assert result.holds, result.faults
    assert [one.stage for one in result.trace] == stages
    for token in personal(package, happened):
        assert token not in text, token


def personal(package: Package, happened: list[Happened]) -> set[str]:
    """Every answer that is a text, number of a person, file or day, whole and word by word."""
    fields = package.all_fields()
    free = {"text", "long_text", "phone", "email", "national_id", "tax_id", "file", "date"}
    tokens: set[str] = set()
    for one in happened:
        for answers in (one.act.get("submit"), one.act.get("answer"), one.act.get("fields")):
            for name, value in (answers or {}).items():
                if fields[name].type in free:
                    said = value["name"] if isinstance(value, dict) else str(value)
                    tokens |= {said, *re.findall(r"[^\W_]{4,}", said)}
    return tokens - {"19000101", "00000", "Mfano", "mfano"}


def test_what_a_story_cannot_say_is_not_told() -> None:
    package = package_of("business-licence")
    with pytest.raises(NotRetoldError, match="begins"):
        retold(package, [], settings={}, today=date(2026, 3, 2), shift=SHIFT)
    path = SERVICES / "business-licence" / "tests"
    happened, settings, _ = happened_in(package, sorted(path.glob("*.yaml"))[0])
    merged = [*happened, Happened({"merge": "x", "reason": "y"}, happened[-1].after, happened[-1].after)]
    with pytest.raises(NotRetoldError, match="act"):
        retold(package, merged, settings=settings, today=date(2026, 3, 2), shift=SHIFT)
    elsewhere = [*happened[:-1], Happened(happened[-1].act, happened[-1].before, "refused")]
    with pytest.raises(NotRetoldError, match="otherwise"):
        retold(package, elsewhere, settings=settings, today=date(2026, 3, 2), shift=SHIFT)
