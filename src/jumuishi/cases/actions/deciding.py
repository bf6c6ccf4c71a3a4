"""What officers do: act on a task, give a review, take and give tasks, say why one is late."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from jumuishi.cases import effects
from jumuishi.cases.actions.things import SYSTEM, locked, run, task_thing
from jumuishi.cases.models import Task
from jumuishi.cases.policies import HEADS
from jumuishi.cases.types import CaseError, StaleCaseError
from jumuishi.definitions.machine import types as d
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy


def _open_task(actor: Actor, task_id: UUID) -> Task:
    task = Task.objects.select_for_update().filter(id=task_id, institution_id=actor.workplace).first()
    if task is None:
        raise NotAllowedError("cases.task.act")
    identity.must(actor, "cases.task.act", task_thing(task))
    return task


@identity.action("cases.task.decide")
def decide(
    *,
    actor: Actor,
    task_id: UUID,
    version: int,
    act: str,
    fields: Mapping[str, Any] | None = None,
    message: str = "",
    reason: str = "",
) -> None:
    """Do one of a task's actions; `version` is that of the case as the officer saw it.

    Raises CaseError (reason missing, two-person rule, applicant's side), StaleCaseError when somebody else was faster.
    """
    task = _open_task(actor, task_id)
    case = locked(task.case_id, version)
    if task.state != Task.State.OPEN:
        raise StaleCaseError
    text = message or reason
    if text:
        with tenancy.acting_as(SYSTEM):
            effects.write_note(case, actor, "reason" if reason else "message", text)
    said = {"do": act, "fields": dict(fields or {}), "message": message, "reason": reason, "visit": task.visit}
    run(case, d.Do(act, fields or {}, message, reason, task.visit), actor=actor, said=said)


@identity.action("cases.task.review")
def give_review(*, actor: Actor, task_id: UUID, version: int, is_passed: bool, reason: str = "") -> None:
    """Give one review, side by side with others. Raises CaseError, StaleCaseError."""
    task = _open_task(actor, task_id)
    # Reviews run side by side, so the case may have moved on for another review since this page was opened: the
    # visit and the open seat decide, not the version.
    del version
    case = locked(task.case_id, None)
    if task.state != Task.State.OPEN or task.review == "":
        raise StaleCaseError
    if reason:
        with tenancy.acting_as(SYSTEM):
            effects.write_note(case, actor, "review", reason)
    said = {"review": task.review, "passed": is_passed, "reason": reason, "visit": task.visit}
    run(case, d.GiveReview(task.review, is_passed, reason, task.visit), actor=actor, said=said)


@identity.action("cases.task.assign")
def assign(*, actor: Actor, task_id: UUID, to_person: UUID) -> None:
    """Take a task, or give it to somebody of the same institution who holds its role.

    One's own and free tasks anybody of the role may pass on; somebody else's only a head may. Raises CaseError.
    """
    task = _open_task(actor, task_id)
    identity.must(actor, "cases.task.assign", task_thing(task))
    if task.state != Task.State.OPEN:
        raise StaleCaseError
    is_free_to_pass = task.assignee_id in (None, actor.person_id) and actor.has(task.role)
    if not (is_free_to_pass or actor.has(*HEADS, task.escalate_role)):
        raise CaseError("cases.not_yours")
    if to_person not in institutions.role_holders(task.institution_id, task.role):
        raise CaseError("cases.not_of_role")
    before, task.assignee_id = task.assignee_id, to_person
    task.save(update_fields=["assignee_id"])
    identity.record(actor, task_thing(task), before={"assignee": before}, after={"assignee": to_person})


@identity.action("cases.task.explain")
def explain_delay(*, actor: Actor, task_id: UUID, reason: str) -> None:
    """Say why a task is late; the applicant reads it. Raises CaseError when it is not late or nothing is said."""
    task = _open_task(actor, task_id)
    if not reason.strip():
        raise CaseError("cases.reason_missing")
    if task.due_at is None or task.due_at >= clock.now():
        raise CaseError("cases.not_late")
    before, task.late_reason = task.late_reason, reason.strip()[:500]
    task.save(update_fields=["late_reason"])
    identity.record(actor, task_thing(task), before={"reason": before}, after={"reason": task.late_reason})
