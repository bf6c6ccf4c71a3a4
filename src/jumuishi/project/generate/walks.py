"""Real cases at every stage, played through the engine under a clock of their own; whoever calls undoes them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from jumuishi.cases.actions import answering, clocks, deciding, money
from jumuishi.cases.actions.submission import submit
from jumuishi.cases.models import Attachment, Case, Draft, Task
from jumuishi.cases.types import CaseError
from jumuishi.definitions.answers import Refused, parse_answer
from jumuishi.definitions.model import Field, Package, TaskStage
from jumuishi.definitions.stories.read import StoryFault, read_story
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.institutions.models import Place
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.payments import public as payments
from jumuishi.services import public as services
from jumuishi.services.types import OfferingRef

# Words that stand nowhere else: each copy has names and numbers of its own in their places.
FIRST, LAST = "Zqaa", "Zqbb"
PHONE, NIN = "+255700000001", "19000101999999999991"
REASON = "Eneo lilikuwa limefungwa"
# An open case is left alone for the last hours, so that copies may be moved by as much and still lie in the past.
QUIET = timedelta(hours=3)


@dataclass(frozen=True)
class Walk:
    """A case that was played: which, whose, and whether it came to an end."""

    case_id: UUID
    applicant: UUID
    is_ended: bool


@dataclass(frozen=True)
class Script:
    """What the authors' own stories answer in a service: applications, officers' fields, applicants' changes."""

    applications: tuple[dict[str, Any], ...]
    officers: dict[str, Any]


def script_of(package: Package, folder: Path) -> Script:
    """Read the answers of a service's stories, as canonical data with our own names, numbers and places."""
    fields = package.all_fields()
    found: list[dict[str, Any]] = []
    officers: dict[str, Any] = {}
    for path in sorted((folder / "tests").glob("*.yaml")):
        try:
            steps = [one.says for one in read_story(path).steps]
        except StoryFault:
            continue
        for says in steps:
            if "apply" in says:
                found.append({name: _data(fields[name], raw) for name, raw in says["apply"].items() if name in fields})
            officers |= {name: _data(fields[name], raw) for name, raw in (says.get("set") or {}).items()}
    return Script(tuple(found), officers)


def _data(field: Field, raw: Any) -> Any:
    """A story's answer as it is kept: names, numbers and places become ours."""
    if field.type == "group" and isinstance(raw, list):
        members = {one.name: one for one in field.fields}
        return [{name: _data(members[name], one) for name, one in item.items()} for item in raw]
    if field.type == "file":
        return {"name": "hati.pdf", "size": 1024, "sha256": "0" * 64, "type": "application/pdf"}
    if field.type == "place":
        return _place(field.level or "ward")
    if field.type == "national_id":
        return NIN
    if field.type == "phone":
        return PHONE
    if field.type == "text" and field.name.endswith("name"):
        return f"{FIRST} {LAST}" if "business" not in field.name else f"Duka la {FIRST}"
    value = parse_answer(field, raw)
    if isinstance(value, Refused):
        return raw
    return value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value


def _place(level: str) -> str:
    code: str = Place.objects.filter(level=level).order_by("code").values_list("code", flat=True)[0]
    return code


def walks(
    offering: OfferingRef, script: Script, rng: random.Random, *, tries: int, now: datetime, file_id: UUID
) -> Iterator[Walk]:
    """Cases of one offering at whatever stage their walk came to; a walk that the engine refuses is left out."""
    for n in range(tries * 2):
        is_old = n % 2 == 0
        player = _Player(offering, script, rng, now, file_id)
        days = rng.uniform(60, 100) if is_old else min(30.0, 0.3 + rng.expovariate(1 / 5))
        try:
            with transaction.atomic():
                yield player.play(now - timedelta(days=days), acts=40 if is_old else n // 2 % 7)
        except (CaseError, NotAllowedError):
            continue


class _Player:
    """One case, its applicant and its officers."""

    def __init__(self, offering: OfferingRef, script: Script, rng: random.Random, now: datetime, file_id: UUID) -> None:
        self.offering, self.script, self.rng, self.now, self.file_id = offering, script, rng, now, file_id
        self.package = services.definition(offering.edition_hash).package
        self.work = institutions.working_time(offering.institution_id)

    def play(self, start: datetime, *, acts: int) -> Walk:
        at = self._in_hours(start)
        while at > self.now - QUIET:  # begun in the evening, it would wait for a morning that is still to come
            start -= timedelta(days=1)
            at = self._in_hours(start)
        with clock.frozen(at):
            guest = identity.new_guest().actor
            case_id = self._submit(guest)
        for _ in range(acts):
            at = self._in_hours(at + timedelta(hours=self.rng.lognormvariate(0.7, 1.1)))
            if at > self.now - QUIET:
                break
            with clock.frozen(at):
                clocks.turn_clock(actor=Actor.system(), case_id=case_id)
                if not self._act(guest, Case.objects.get(id=case_id)):
                    break
        with clock.frozen(self.now):
            clocks.turn_clock(actor=Actor.system(), case_id=case_id)
        return Walk(case_id, guest.who, bool(Case.objects.get(id=case_id).outcome))

    def _in_hours(self, at: datetime) -> datetime:
        """The same moment in office hours, else the next morning that is worked."""
        local = at.astimezone(ZoneInfo(self.work.zone))
        while local.weekday() > 4 or not 8 <= local.hour < 15:
            day = local.date() + timedelta(days=0 if local.hour < 8 and local.weekday() < 5 else 1)
            local = datetime.combine(day, time(8, self.rng.randrange(60)), local.tzinfo)
        return local.astimezone(self.now.tzinfo)

    def _submit(self, guest: Actor) -> UUID:
        answers = dict(self.rng.choice(self.script.applications))
        now = clock.now()
        draft = Draft.objects.create(
            id=new_id(), person_id=guest.who, offering_id=self.offering.id, edition_hash=self.offering.edition_hash,
            answers=answers, done_pages=[one.page for one in self.package.pages], door=self._door(), language="sw",
            phone=PHONE, saved_at=now, created_at=now,
        )  # fmt: skip
        for name, value in answers.items():
            if isinstance(value, dict) and "sha256" in value:
                Attachment.objects.create(
                    id=new_id(), person_id=guest.who, draft_id=draft.id, field=name, name=value["name"],
                    media_type=value["type"], size=value["size"], sha256=value["sha256"], file_id=self.file_id,
                    created_at=now,
                )  # fmt: skip
        return submit(actor=guest, draft_id=draft.id, phone=PHONE).case_id

    def _door(self) -> str:
        return self.rng.choice([one for one in ("web", "web", "web", "ussd", "counter") if one in self.offering.doors])

    def _act(self, guest: Actor, case: Case) -> bool:
        """What somebody does next; False when nobody has anything to do, or does it."""
        if case.outcome:
            may_appeal = case.outcome == "refused" and self.rng.random() < 0.1 and not case.state.get("receipts")
            if not may_appeal or not case.state.get("appeal"):
                return False
            answering.appeal(actor=guest, case_id=case.id, reason=REASON)
            return True
        if case.waits == Case.Waits.PAYMENT:
            bill = payments.bills_of_cases([case.id])[case.id][-1]
            money.money_arrived(actor=Actor.system(), case_id=case.id, bill=bill)
            return True
        if case.waits == Case.Waits.APPLICANT:
            if self.rng.random() < 0.03:
                answering.withdraw_case(actor=guest, case_id=case.id)
            else:
                answering.answer_request(
                    actor=guest, case_id=case.id, version=case.version, changes={}, message="Nimejibu."
                )
            return True
        tasks = list(Task.objects.filter(case=case, state=Task.State.OPEN))
        return bool(tasks) and self._decide(case, self.rng.choice(tasks))

    def _decide(self, case: Case, task: Task) -> bool:
        stage = self.package.stages[task.stage]
        for actor in self._holders(task):
            try:
                with transaction.atomic():
                    if task.review:
                        deciding.give_review(
                            actor=actor, task_id=task.id, version=case.version, is_passed=self.rng.random() < 0.93,
                            reason=REASON, late_reason=REASON,
                        )  # fmt: skip
                    elif isinstance(stage, TaskStage):
                        # Authors put the way forward first.
                        ways = list(stage.actions)
                        chosen = ways[0] if self.rng.random() < 0.8 else self.rng.choice(ways)
                        needs = stage.actions[chosen].requires
                        deciding.decide(
                            actor=actor, task_id=task.id, version=case.version, act=chosen,
                            fields={one.name: self.script.officers.get(one.name) for one in stage.fields
                                    if self.script.officers.get(one.name) is not None},
                            message=REASON if "message" in needs else "", reason=REASON if "reason" in needs else "",
                            late_reason=REASON,
                        )  # fmt: skip
            except (CaseError, NotAllowedError):
                continue
            return True
        return False

    def _holders(self, task: Task) -> list[Actor]:
        found = [
            Actor(ActorKind.OFFICER, one.person_id, task.institution_id, one.roles, one.appointment_id, name=one.name)
            for one in institutions.people_in(task.institution_id)
            if task.role in one.roles
        ]
        self.rng.shuffle(found)
        return found
