"""What officers do: act on a task, give a review, take and give tasks, stand aside, say why one is late."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from jumuishi.cases import effects, engine
from jumuishi.cases.actions.things import SYSTEM, case_thing, locked, refusal, run, task_thing
from jumuishi.cases.models import Attachment, Case, Task
from jumuishi.cases.policies import HEADS
from jumuishi.cases.types import CaseError, StaleCaseError
from jumuishi.definitions.machine import types as d
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, files, tenancy
from jumuishi.kernel.ids import new_id


def held(actor: Actor, task_id: UUID, verb: str = "cases.task.act") -> tuple[Task, Case]:
    """The task and its case for changing, the case first as everywhere; raises NotAllowedError."""
    seen = Task.objects.filter(id=task_id, institution_id=actor.workplace).first()
    if seen is None:
        raise NotAllowedError(verb)
    case = locked(seen.case_id, None)
    task = Task.objects.select_for_update().get(id=task_id)
    identity.must(actor, verb, task_thing(task))
    return task, case


def in_role(actor: Actor, institution_id: UUID, role: str) -> Actor:
    """The actor as it acts in a role: on behalf of the colleague who lent it, where it was lent."""
    lender = institutions.lender_of(institution_id, actor.who, role)
    return actor if lender is None else replace(actor, on_behalf_of=lender)


def _did_so_already(actor: Actor, case: Case, task: Task, what: str) -> bool:
    """Whether this very act came in before: a button pressed twice, an answer that got lost on a weak link."""
    me = engine.known_as(case, engine.state_of(case), actor.who)
    deeds = engine.state_of(case).deeds
    return any((one.person, one.stage, one.visit, one.what) == (me, task.stage, task.visit, what) for one in deeds)


def _check_whose(actor: Actor, task: Task) -> None:
    """A task that a colleague has taken is the colleague's, until it is passed on."""
    if task.assignee_id is not None and task.assignee_id not in (actor.person_id, actor.on_behalf_of):
        raise CaseError("cases.with_other")


def explain_if_late(actor: Actor, task: Task, case: Case, reason: str) -> None:
    """Acting late asks for the reason, unless it was given before."""
    if task.due_at is None or task.due_at >= clock.now():
        return
    if reason.strip():
        keep_reason(actor, task, case, reason.strip())
    elif not task.late_reason:
        raise CaseError("cases.late_reason_needed")


def keep_reason(actor: Actor, task: Task, case: Case, reason: str) -> None:
    if task.late_reason == reason[:500]:
        return
    task.late_reason = reason[:500]
    task.save(update_fields=["late_reason"])
    with tenancy.acting_as(SYSTEM):
        effects.write_note(case, actor, "late", task.late_reason, role=task.role, stage=task.stage)


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
    late_reason: str = "",
) -> None:
    """Do one of a task's actions; `version` is that of the case as the officer saw it. Sent twice it happens once.

    Raises CaseError (a reason is missing, two-person rule, applicant's side, a colleague has the task), StaleCaseError
    when somebody else was faster.
    """
    task, case = held(actor, task_id)
    if task.state != Task.State.OPEN or case.version != version:
        if task.state == Task.State.DONE and _did_so_already(actor, case, task, act):
            identity.record(actor, case_thing(case), after={"sent_again": act})
            return
        raise StaleCaseError
    actor = in_role(actor, task.institution_id, task.role)
    _check_whose(actor, task)
    explain_if_late(actor, task, case, late_reason)
    stage = case.stage
    said = {"do": act, "fields": dict(fields or {}), "message": message, "reason": reason, "visit": task.visit}
    outcome = run(case, d.Do(act, fields or {}, message, reason, task.visit), actor=actor, said=said)
    text = message.strip() or reason.strip()
    if text:
        is_asked = any(isinstance(one, d.AskApplicant) for one in outcome.effects)
        kind = "request" if is_asked else "reason" if reason.strip() else "message"
        with tenancy.acting_as(SYSTEM):
            effects.write_note(case, actor, kind, text, role=task.role, stage=stage)


@identity.action("cases.task.review")
def give_review(
    *, actor: Actor, task_id: UUID, version: int, is_passed: bool, reason: str = "", late_reason: str = ""
) -> None:
    """Give one review, side by side with others; the same again is once. A no says why. Raises CaseError."""
    # Reviews run side by side, so the case may have moved on for another review since this page was opened: the
    # visit and the open seat decide, not the version.
    del version
    task, case = held(actor, task_id)
    if task.review == "":
        raise StaleCaseError
    if task.state != Task.State.OPEN:
        seat = next((one for one in engine.state_of(case).seats if one.review == task.review), None)
        is_same = seat is None or seat.passed == is_passed
        if task.state == Task.State.DONE and is_same and _did_so_already(actor, case, task, task.review):
            identity.record(actor, case_thing(case), after={"sent_again": task.review})
            return
        raise StaleCaseError
    if not is_passed and not reason.strip():
        raise CaseError("cases.reason_missing")
    actor = in_role(actor, task.institution_id, task.role)
    _check_whose(actor, task)
    explain_if_late(actor, task, case, late_reason)
    stage = case.stage
    said = {"review": task.review, "passed": is_passed, "reason": reason, "visit": task.visit}
    run(case, d.GiveReview(task.review, is_passed, reason, task.visit), actor=actor, said=said)
    if reason.strip():
        with tenancy.acting_as(SYSTEM):
            effects.write_note(case, actor, "review", reason.strip(), role=task.role, stage=stage)


def foresee(*, actor: Actor, task_id: UUID, act: d.Do | d.GiveReview) -> d.Outcome:
    """What an act would come to, nothing being changed; raises CaseError as doing it would."""
    task = Task.objects.select_related("case").filter(id=task_id, institution_id=actor.workplace).first()
    if task is None:
        raise NotAllowedError("cases.task.act")
    case = task.case
    frame, deputy = engine.frame_of(case), in_role(actor, task.institution_id, task.role)
    try:
        return engine.advance(frame, engine.state_of(case), act, now=clock.now(), actor=deputy, case=case)
    except d.Refused as refused:
        raise refusal(refused) from refused


@identity.action("cases.task.attach")
def attach_file(
    *, actor: Actor, task_id: UUID, field: str, name: str, media_type: str, chunks: Iterable[bytes], limit: int
) -> dict[str, Any]:
    """Take a file that an officer hands in with an act; returns it as canonical data. Raises TooLargeError."""
    task, case = held(actor, task_id)
    stored = files.put(chunks, limit)
    with tenancy.acting_as(SYSTEM):
        Attachment.objects.create(
            id=new_id(), person_id=case.person_id, draft_id=case.id, case_id=case.id,
            institution_id=case.institution_id, field=field, name=name[:120], media_type=media_type, size=stored.size,
            sha256=stored.sha256, file_id=stored.id, created_at=clock.now(),
        )  # fmt: skip
    identity.record(actor, case_thing(case), after={"task": task.id, "field": field, "sha256": stored.sha256})
    return {"name": name[:120], "size": stored.size, "sha256": stored.sha256, "type": media_type}


def may_reassign(actor: Actor, task: Task) -> bool:
    """Whether the actor may give the task to somebody: its own or a free one, a head any, and whom it escalated to."""
    if task.kind == "sitting":
        return False
    if task.assignee_id in (None, actor.person_id) and actor.has(task.role):
        return True
    return actor.has(*HEADS) or (task.escalated_at is not None and actor.has(task.escalate_role))


def candidates(task: Task, case: Case) -> list[UUID]:
    """Who may be given the task: holders of its role, without the applicant's side and who acted where it may not."""
    state, frame = engine.state_of(case), engine.frame_of(case)
    holders = institutions.role_holders(task.institution_id, task.role)
    barred, known = engine.barred_from(frame, state, task), engine.known_all(case, state, holders)
    return [one for one in holders if known[one] not in barred]


@identity.action("cases.task.assign")
def assign(*, actor: Actor, task_id: UUID, to_person: UUID) -> None:
    """Take a task, or give it to somebody of the same institution who holds its role and may decide. Raises CaseError.

    One's own and free tasks anybody of the role may pass on; somebody else's only a head, or whom it escalated to.
    """
    task, case = held(actor, task_id, "cases.task.assign")
    if task.state != Task.State.OPEN:
        raise StaleCaseError
    if task.kind == "sitting":
        raise CaseError("definitions.refused_committee")
    if task.assignee_id == to_person:
        identity.record(actor, case_thing(case), after={"sent_again": "assign"})
        return
    if not may_reassign(actor, task):
        raise CaseError("cases.not_yours")
    if to_person not in institutions.role_holders(task.institution_id, task.role):
        raise CaseError("cases.not_of_role")
    if to_person not in candidates(task, case):
        raise CaseError("cases.may_not_decide")
    before, task.assignee_id = task.assignee_id, to_person
    task.save(update_fields=["assignee_id"])
    identity.record(
        actor,
        case_thing(case),
        before={"task": task.id, "assignee": before},
        after={"task": task.id, "assignee": to_person},
    )


@identity.action("cases.task.stand_aside")
def stand_aside(*, actor: Actor, task_id: UUID) -> None:
    """The actor says to be a relative of the applicant: it decides nothing on this case, now or later."""
    _, case = held(actor, task_id)
    me = engine.known_as(case, engine.state_of(case), actor.who)
    run(case, d.Disclose(me), actor=actor, said={"disclose": me})
    with tenancy.acting_as(SYSTEM):
        Task.objects.filter(case=case, state=Task.State.OPEN, assignee_id=actor.who).update(assignee_id=None)


@identity.action("cases.task.explain")
def explain_delay(*, actor: Actor, task_id: UUID, reason: str) -> None:
    """Say why a task is late; the applicant reads it. Raises CaseError when it is not late or nothing is said."""
    task, case = held(actor, task_id)
    if not reason.strip():
        raise CaseError("cases.reason_missing")
    if not actor.has(task.role, task.escalate_role, *HEADS):
        raise CaseError("cases.not_of_role")
    if task.state != Task.State.OPEN:
        raise StaleCaseError
    if task.due_at is None or task.due_at >= clock.now():
        raise CaseError("cases.not_late")
    before = task.late_reason
    keep_reason(actor, task, case, reason.strip())
    identity.record(
        actor,
        case_thing(case),
        before={"task": task.id, "reason": before},
        after={"task": task.id, "reason": task.late_reason},
    )
