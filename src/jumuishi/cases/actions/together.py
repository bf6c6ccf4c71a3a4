"""A committee's decision on one case, as one act of all its members who took part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from jumuishi.cases import effects, engine
from jumuishi.cases.actions.deciding import explain_if_late, held
from jumuishi.cases.actions.things import SYSTEM, case_thing, refusal, run
from jumuishi.cases.models import Case, Task
from jumuishi.cases.sittings.seats import seats_on
from jumuishi.cases.types import CaseError, StaleCaseError
from jumuishi.definitions.machine import types as d
from jumuishi.definitions.types import TaskStage
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import clock, tenancy


@dataclass(frozen=True)
class Resolution:
    """What a body resolved on a case: the action of the stage, who took part, when they sat, where that is written.

    `text` is the reason where the action asks for one, else the message (conditions) to the applicant. `version` is
    the case's as the body saw it, `sitting` names the record of the sitting.
    """

    act: str
    members: Sequence[UUID]
    sat_on: date
    sitting: str
    version: int
    text: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    late_reason: str = ""


def _doer(case: Case, task: Task, actor: Actor, resolution: Resolution) -> d.Acting:
    """The members by the ids that the case has; only who had a seat on the day of the sitting is one."""
    seats = seats_on(task.institution_id, task.role, resolution.sat_on)
    if not resolution.members or not set(resolution.members) <= set(seats):
        raise CaseError("cases.sit_no_member")
    ids = engine.known_all(case, engine.state_of(case), [*resolution.members, actor.who])
    together = tuple(dict.fromkeys(ids[one] for one in resolution.members))
    return d.Acting(ids[actor.who], str(task.institution_id), frozenset({task.role}), together=together)


def _act(case: Case, task: Task, resolution: Resolution) -> d.Do:
    stage = engine.frame_of(case).edition.package.stages.get(task.stage)
    action = stage.actions.get(resolution.act) if isinstance(stage, TaskStage) else None
    is_reason = action is not None and "reason" in action.requires
    message, reason = ("", resolution.text) if is_reason else (resolution.text, "")
    return d.Do(resolution.act, resolution.fields, message, reason, task.visit)


def foresee_together(*, actor: Actor, task_id: UUID, resolution: Resolution) -> d.Outcome:
    """What a resolution would come to, nothing being changed; raises CaseError as carrying it out would."""
    task = Task.objects.select_related("case").filter(id=task_id, institution_id=actor.workplace).first()
    if task is None:
        raise NotAllowedError("cases.task.act")
    case = task.case
    if task.state != Task.State.OPEN or case.version != resolution.version:
        raise StaleCaseError
    doer, act = _doer(case, task, actor, resolution), _act(case, task, resolution)
    try:
        return engine.advance(
            engine.frame_of(case), engine.state_of(case), act, now=clock.now(), actor=actor, case=case, doer=doer
        )
    except d.Refused as refused:
        raise refusal(refused) from refused


@identity.action("cases.task.decide_together")
def decide_together(*, actor: Actor, task_id: UUID, resolution: Resolution) -> None:
    """Carry a body's resolution into its case; the actor confirms it, the members decide. Sent twice it happens once.

    Who may confirm, the quorum and the vote are the sitting's to check. Raises CaseError (a member who may not decide,
    a field or reason missing), StaleCaseError when the case is another than the body saw.
    """
    task, case = held(actor, task_id)
    if task.state != Task.State.OPEN or case.version != resolution.version:
        deeds = engine.state_of(case).deeds
        mine = (task.stage, task.visit, resolution.act)
        if any(one.together and (one.stage, one.visit, one.what) == mine for one in deeds):
            identity.record(actor, case_thing(case), after={"sent_again": resolution.act})
            return
        raise StaleCaseError
    doer, act = _doer(case, task, actor, resolution), _act(case, task, resolution)
    explain_if_late(actor, task, case, resolution.late_reason)
    said = {
        "do": act.action, "fields": dict(act.fields), "message": act.message, "reason": act.reason,
        "visit": task.visit, "together": list(doer.together), "sitting": resolution.sitting,
    }  # fmt: skip
    stage = case.stage
    outcome = run(case, act, actor=actor, said=said, doer=doer)
    if resolution.text.strip():
        is_asked = any(isinstance(one, d.AskApplicant) for one in outcome.effects)
        kind = "request" if is_asked else "reason" if act.reason else "message"
        with tenancy.acting_as(SYSTEM):
            effects.write_note(case, actor, kind, resolution.text.strip(), role=task.role, stage=stage)
