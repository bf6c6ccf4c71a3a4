"""An author's stories, played through the very machine that runs the cases.

A story's clock stands at 09:00 of its day (else of Monday 2 March 2026), office hours are 08:00 to 16:00 from Monday to
Friday, there are no holidays. Each role is held by as many made-up people as its `at_least` says, the applicant is
another: an act `as` a role is that of the first of them who may. A setting of type institution that the story leaves
out is a made-up institution of the setting's name.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jumuishi.definitions.answers import Refused as Unread
from jumuishi.definitions.answers import parse_answer
from jumuishi.definitions.check.stories import check_stories
from jumuishi.definitions.findings import Findings
from jumuishi.definitions.forms.data import lift
from jumuishi.definitions.forms.strict import faults_met
from jumuishi.definitions.machine.acts import (
    Act,
    Acting,
    Answer,
    Appeal,
    Do,
    GiveReview,
    Pay,
    Refused,
    Submit,
    Withdraw,
)
from jumuishi.definitions.machine.clock import next_elapses
from jumuishi.definitions.machine.effects import Effect
from jumuishi.definitions.machine.life import Earlier
from jumuishi.definitions.machine.run import Run
from jumuishi.definitions.machine.state import Parties
from jumuishi.definitions.model import Field, Package, ReviewStage
from jumuishi.definitions.read import yamlfile
from jumuishi.definitions.stories.expect import expect
from jumuishi.definitions.stories.playing import HOME, Playing
from jumuishi.definitions.stories.read import Story, StoryFault, story_of
from jumuishi.definitions.values import FileAnswer
from jumuishi.kernel.numbers import normalise
from jumuishi.kernel.worktime import Span, WorkingTime

MONDAY = date(2026, 3, 2)
APPLICANT = "applicant"
_MOST_ELAPSES = 1000


@dataclass(frozen=True)
class Played:
    """What one step came to: the stage after it and what it asked for; none where it was refused or only looked."""

    line: int
    stage: str
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class StoryResult:
    """How one story went; `faults` are plain sentences, each with file and step, none when the story holds."""

    file: str
    story: Mapping[str, str]
    faults: tuple[str, ...] = ()
    trace: tuple[Played, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything went as the author expects."""
        return not self.faults


def run_stories(package: Package, folder: Path) -> list[StoryResult]:
    """Every story in the package's `tests` folder, by file name."""
    found = []
    for path in sorted((folder / "tests").glob("*.yaml")):
        try:
            found.append(_played(package, path.name, path.read_bytes()))
        except OSError as error:
            found.append(StoryResult(path.name, {}, (str(error),)))
    return found


def play_files(package: Package, files: Mapping[str, bytes], *, seconds: float) -> list[StoryResult]:
    """Every story among a package's files, by file name; whatever is not played after so long does not hold."""
    until = time.monotonic() + seconds
    return [
        _played(package, name.removeprefix("tests/"), files[name], until)
        for name in sorted(files)
        if name.startswith("tests/") and name.endswith(".yaml")
    ]


def _played(package: Package, name: str, content: bytes, until: float | None = None) -> StoryResult:
    try:
        story = story_of(yamlfile.decode(content, name), name)
        _check_keys(package, name, content)
    except yamlfile.UnreadableError as error:
        return StoryResult(name, {}, (str(error),))
    except StoryFault as fault:
        return StoryResult(name, {}, (str(fault),))
    return run_story(package, story, name, until=until)


def _check_keys(package: Package, name: str, content: bytes) -> None:
    """Raises StoryFault for the first key that says nothing: a misspelled expectation must not pass unseen."""
    findings = Findings()
    check_stories({f"tests/{name}": content}, package, findings, lenient=False)
    for one in sorted(findings.found):
        raise StoryFault(f"{name}:{one.line}: {one.message}")


def run_story(package: Package, story: Story, file: str = "story", *, until: float | None = None) -> StoryResult:
    """One story to its end, or to the first step that does not go as it says or comes after `until` (monotonic)."""
    try:
        day = date.fromisoformat(story.today) if story.today else MONDAY
        settings = _settings(package, story.settings)
        earlier = {normalise(number): _earlier(number, str(said)) for number, said in story.earlier.items()}
    except ValueError:
        return StoryResult(file, story.title, (f"{file}: today is not a date",))
    except StoryFault as fault:
        return StoryResult(file, story.title, (f"{file}: {fault}",))
    stage = begin(package, settings, day)
    stage.earlier = earlier
    trace: list[Played] = []
    for number, one in enumerate(story.steps, 1):
        before = stage.state
        try:
            if until is not None and time.monotonic() > until:
                raise StoryFault("playing the stories takes too long")
            play(stage, one.says)
        except StoryFault as fault:
            where = f"{file}:{one.line}: step {number} {_words(one.says)}"
            return StoryResult(file, story.title, (f"{where}: {fault}",), tuple(trace))
        if stage.state is not before:
            trace.append(Played(one.line, stage.case.stage, stage.last))
    return StoryResult(file, story.title, (), tuple(trace))


def begin(package: Package, settings: Mapping[str, Any], day: date) -> Playing:
    """A story at its beginning, with these settings, on the morning of that day."""
    working_time = WorkingTime()
    start = datetime.combine(day, time_of_day(9), ZoneInfo(working_time.zone)).astimezone(UTC)
    return Playing(package, settings, start, working_time)


def _settings(package: Package, given: Mapping[str, Any]) -> dict[str, Any]:
    """The story's settings read by their types; raises StoryFault."""
    found: dict[str, Any] = {name: name for name, one in package.settings.items() if one.type == "institution"}
    for name, raw in given.items():
        one = package.settings.get(name)
        if one is None:
            raise StoryFault(f"there is no setting {name}")
        if one.type == "institution":
            found[name] = str(raw)
            continue
        value = parse_answer(Field(name, one.type, one.label), raw)
        if value is None or isinstance(value, Unread):
            raise StoryFault(f"setting {name} is not of type {one.type}")
        found[name] = value
    return found


def _earlier(number: str, said: str) -> Earlier:
    """A document that the applicant holds: its last day, "" without one, or the word suspended or ended."""
    if said in ("suspended", "ended"):
        return Earlier(normalise(number), None, "suspended" if said == "suspended" else "ended")
    return Earlier(normalise(number), date.fromisoformat(said) if said else None)


def _words(one: Mapping[str, Any]) -> str:
    known = ("apply", "do", "review", "answer", "pay", "wait", "withdraw", "appeal", "expect")
    key = next((name for name in known if name in one), "")
    who = f"{one['as']}: " if "as" in one else ""
    what = one.get(key)
    return f"({who}{key}{'' if isinstance(what, Mapping | bool) else f' {what}'})"


def play(stage: Playing, one: Mapping[str, Any]) -> None:
    """One step; raises StoryFault where it does not go as it says."""
    if "expect" in one:
        expect(stage, one["expect"])
        return
    if "wait" in one:
        _wait(stage, str(one["wait"]))
        return
    refused = one.get("refused") is True
    before = stage.state.stage if stage.state is not None else ""
    try:
        _act(stage, one)
    except Refused as no:
        if not refused:
            raise StoryFault(_why(no)) from no
    else:
        if refused:
            raise StoryFault("the system should have said no, and did not")
        _strictly(stage, one, before)


def _strictly(stage: Playing, one: Mapping[str, Any], acted_at: str) -> None:
    """What a form passes over in silence is a fault of the definition in a story."""
    if "apply" in one or "answer" in one or "do" in one:
        for fault in faults_met(stage.package, Run(stage.package, stage.case, stage.context()).scope, acted_at):
            raise StoryFault(f"line {fault.line} of service.yaml has no value for these answers: {fault.source}")


def _why(no: Refused) -> str:
    errors = no.values.get("errors", ())
    detail = ", ".join(f"{'.'.join(map(str, one.path))} {one.code}" for one in errors)
    why = detail or ", ".join(f"{k} {v}" for k, v in no.values.items() if v)
    return f"refused: {no.code}{f' ({why})' if why else ''}"


def _act(stage: Playing, one: Mapping[str, Any]) -> None:
    me = Acting(APPLICANT)
    if "apply" in one:
        door = str(one.get("door", stage.package.doors[0]))
        stage.act(Submit(_typed(stage.package, one["apply"]), door, Parties(APPLICANT)), me)
    elif "do" in one:
        fields = _typed(stage.package, one.get("set") or {})
        act = Do(str(one["do"]), fields, str(one.get("message", "")), str(one.get("reason", "")))
        _as_officer(stage, one, act, HOME)
    elif "review" in one:
        review = GiveReview(str(one["review"]), one.get("pass") is True, str(one.get("reason", "")))
        _as_officer(stage, one, review, _reviewer_home(stage, str(one["review"])))
    elif "answer" in one:
        stage.act(Answer(_typed(stage.package, one["answer"])), me)
    elif "pay" in one:
        _pay(stage, one["pay"])
    elif "withdraw" in one:
        stage.act(Withdraw(), me)
    elif "appeal" in one:
        said = one["appeal"]
        stage.act(Appeal(str(said.get("reason", "")) if isinstance(said, Mapping) else str(said)), me)
    else:
        raise StoryFault("this step says nothing that a story can say")


def _as_officer(stage: Playing, one: Mapping[str, Any], act: Act, institution: str) -> None:
    """The act of the first holder of the role whom two-person rules let act."""
    role = str(one.get("as", ""))
    known = stage.package.roles.get(role)
    holders = range(1, (known.at_least if known else 1) + 1)
    people = [f"{institution}:{role}" if number == 1 else f"{institution}:{role}:{number}" for number in holders]
    if stage.package.is_committee(role):
        stage.act(act, Acting(people[0], institution, frozenset({role}), together=tuple(people)))
        return
    for number, person in zip(holders, people, strict=True):
        try:
            stage.act(act, Acting(person, institution, frozenset({role})))
        except Refused as no:
            if no.code in ("two_persons", "one_review_each") and number < len(holders):
                continue
            raise
        return


def _reviewer_home(stage: Playing, review: str) -> str:
    current = stage.package.stages.get(stage.case.stage)
    asked = current.reviews.get(review) if isinstance(current, ReviewStage) else None
    return str(stage.settings.get(asked.institution, HOME)) if asked is not None and asked.institution else HOME


def _typed(package: Package, answers: Any) -> dict[str, Any]:
    """Answers as an author writes them: a file is its name, everything else goes through its field's type."""
    if not isinstance(answers, Mapping):
        raise StoryFault("answers are a mapping of field to value")
    fields = package.all_fields()
    return {name: _file(fields[name], raw) if name in fields else raw for name, raw in answers.items()}


def _file(one: Field, raw: Any) -> Any:
    if one.type == "file" and isinstance(raw, str):
        kind = {"pdf": "application/pdf", "png": "image/png"}.get(raw.rpartition(".")[2].lower(), "image/jpeg")
        return FileAnswer(raw, 1024, "0" * 64, kind)
    if one.type == "group" and isinstance(raw, list):
        members = {member.name: member for member in one.fields}
        return [
            {name: _file(members[name], value) if name in members else value for name, value in item.items()}
            if isinstance(item, Mapping)
            else item
            for item in raw
        ]
    return lift(one, raw)


def _pay(stage: Playing, what: Any) -> None:
    bill = stage.case.bill or stage.case.late_bill
    owed = {line.fee: line.amount - bill.paid.get(line.fee, 0) for line in bill.lines} if bill else {}
    if what != "all" and not isinstance(what, list):
        raise StoryFault("pay: all, or a list of fees")
    wanted = owed if what == "all" else {str(fee): owed.get(str(fee), 0) for fee in what}
    stage.paid += 1
    stage.act(Pay(wanted, f"receipt-{stage.paid}"))


def _wait(stage: Playing, span: str) -> None:
    try:
        until = stage.working_time.add(stage.now, Span.parse(span))
    except ValueError as error:
        raise StoryFault(f"not a span of time: {span}") from error
    said: list[Effect] = []
    for _ in range(_MOST_ELAPSES):
        due = [one for one in next_elapses(stage.case) if one[0] <= until] if stage.state is not None else []
        if not due:
            break
        stage.now = max(stage.now, due[0][0])
        stage.act(due[0][1])
        said += stage.last
    stage.now, stage.last = until, tuple(said)
