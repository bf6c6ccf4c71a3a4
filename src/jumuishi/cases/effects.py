"""What the machine asks for, done: tasks, bills, documents, messages, clocks. All in the act's own transaction."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import F

from jumuishi.cases import engine, events, messages
from jumuishi.cases.engine import Frame
from jumuishi.cases.models import Case, Note, Task
from jumuishi.cases.types import CaseError
from jumuishi.definitions.machine import types as d
from jumuishi.definitions.types import ReviewStage
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, jobs
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.payments import public as payments
from jumuishi.payments.types import OWED, BillLine, CannotCollectError

SYSTEM = Actor.system()


def perform(case: Case, frame: Frame, outcome: d.Outcome, *, actor: Actor) -> None:
    """Do every effect in order; runs as the system principal, for effects reach several institutions."""
    for effect in outcome.effects:
        _DOERS[type(effect)](case, frame, effect, actor)
    tell(events.CaseMoved(case.id, case.institution_id, case.stage, case.version, case.person_id))


def _open_task(case: Case, frame: Frame, effect: Any, actor: Actor) -> None:  # noqa: ARG001
    stage = frame.edition.package.stages[effect.stage]
    review = getattr(effect, "review", "")
    name = stage.name
    if review and isinstance(stage, ReviewStage):
        seat = stage.reviews[review]
        name = seat.name or frame.edition.package.roles[seat.role].name
    institution = UUID(effect.institution) if review and effect.institution else case.institution_id
    task = Task(
        id=new_id(),
        institution_id=institution,
        home_id=case.institution_id,
        case=case,
        person_id=case.person_id,
        kind="review" if review else "sitting" if frame.edition.package.is_committee(effect.role) else "task",
        stage=effect.stage,
        review=review,
        visit=effect.visit,
        name=dict(name),
        role=effect.role,
        opened_at=clock.now(),
        due_at=effect.due_at,
        escalate_role=effect.escalate or "",
    )
    # One statement: the task of a visit that is there already stays as it is.
    Task.objects.bulk_create([task], ignore_conflicts=True)


def _close(state: str) -> Callable[[Case, Frame, Any, Actor], None]:
    def close(case: Case, frame: Frame, effect: Any, actor: Actor) -> None:  # noqa: ARG001  # one shape for all
        rows = Task.objects.filter(case=case, stage=effect.stage, visit=effect.visit, state=Task.State.OPEN)
        if hasattr(effect, "review"):
            rows = rows.filter(review=effect.review)
        rows.update(state=state, done_at=clock.now(), done_by=actor.person_id)

    return close


def _issue_bill(case: Case, frame: Frame, effect: d.IssueBill, actor: Actor) -> None:  # noqa: ARG001
    fees = frame.edition.package.fees
    try:
        payments.issue_bill(
            actor=SYSTEM,
            institution_id=case.institution_id,
            person_id=case.person_id,
            case_id=case.id,
            lines=[BillLine(line.fee, fees[line.fee].label["sw"], line.amount) for line in effect.lines],
            expires_at=effect.expires_at or clock.now() + clock.seconds(365 * 86400),
            payer_name=case.title,
            phone=case.phone,
            idempotency_key=f"{case.id}:{effect.visit}",
            description=f"{case.service_name['sw']} {case.reference}",
        )
    except CannotCollectError as error:
        raise CaseError("cases.cannot_collect") from error


def _cancel_bill(case: Case, frame: Frame, effect: d.CancelBill, actor: Actor) -> None:  # noqa: ARG001
    # A bill whose time ran out still counts when it is paid late; one that nobody may pay any more does not.
    is_expired = engine.state_of(case).late_bill is not None
    for bill in payments.bills_of_cases([case.id]).get(case.id, []):
        if bill.state not in OWED:
            continue
        if is_expired:
            payments.expire_bill(actor=SYSTEM, bill_id=bill.id)
        else:
            payments.cancel_bill(actor=SYSTEM, bill_id=bill.id, reason="withdrawn")


def _refund(case: Case, frame: Frame, effect: d.Refund, actor: Actor) -> None:  # noqa: ARG001
    # Which bill was paid twice, the one who tells of the payment knows (subscriptions); a case that ended returns all.
    if effect.reason != "paid_twice":
        payments.open_refund(actor=SYSTEM, case_id=case.id, reason=effect.reason)


def _issue_document(case: Case, frame: Frame, effect: d.IssueDocument, actor: Actor) -> None:  # noqa: ARG001
    # Left out where there is none: a worker of the release before does not know it.
    follows: dict[str, Any] = {"earlier": effect.earlier, "is_in_place": effect.is_in_place} if effect.earlier else {}
    jobs.later_by_name(
        "cases.document.make",
        case_id=str(case.id),
        visit=effect.visit,
        document=effect.document,
        claims=dict(effect.claims),
        valid_until=effect.valid_until,
        **follows,
    )


def _message(case: Case, frame: Frame, effect: d.Message, actor: Actor) -> None:  # noqa: ARG001
    # A bill's message waits for its control number: payments tells when it is there.
    if effect.kind != "payment":
        messages.tell_stage(case, frame, effect.stage, submitted=effect.kind == "submitted")


def _clock(case: Case, frame: Frame, effect: d.ClockChanged, actor: Actor) -> None:  # noqa: ARG001
    if effect.change == "moved" and (effect.what == "due" or effect.what.startswith("review:")):
        review = effect.what.partition(":")[2]
        rows = Task.objects.filter(case=case, visit=effect.visit, review=review, state=Task.State.OPEN)
        rows.update(moved_from=F("due_at"), due_at=effect.due_at)


def _escalate(case: Case, frame: Frame, effect: d.Escalate, actor: Actor) -> None:  # noqa: ARG001
    review = effect.what.partition(":")[2] if effect.what.startswith("review:") else ""
    rows = Task.objects.filter(
        case=case, stage=effect.stage, visit=effect.visit, review=review, state=Task.State.OPEN, escalated_at=None
    )
    for task in rows:
        task.escalated_at = clock.now()
        task.save(update_fields=["escalated_at"])
        tell(events.TaskEscalated(task.id, case.id, task.institution_id))


def _ended(case: Case, frame: Frame, effect: d.Ended, actor: Actor) -> None:  # noqa: ARG001
    tell(events.CaseEnded(case.id, case.institution_id, effect.outcome, case.version, case.person_id))


def _nothing(case: Case, frame: Frame, effect: Any, actor: Actor) -> None:
    """The state itself says it; nothing else is to be done."""


def write_note(case: Case, actor: Actor, kind: str, text: str, *, role: str = "", stage: str = "") -> UUID:
    """Keep a message between office and applicant; `role` is the one that an officer acted in. Returns its id."""
    return Note.objects.create(
        institution_id=case.institution_id,
        person_id=case.person_id,
        case=case,
        stage=stage or case.stage,
        kind=kind,
        text=text[:2000],
        by_person_id=actor.person_id,
        by_role="applicant" if actor.person_id == case.person_id else role,
        created_at=clock.now(),
    ).id


_DOERS: dict[type, Callable[[Case, Frame, Any, Actor], None]] = {
    d.OpenTask: _open_task,
    d.OpenReview: _open_task,
    d.CloseTask: _close(Task.State.DONE),
    d.CloseReview: _close(Task.State.DONE),
    d.WithdrawReview: _close(Task.State.WITHDRAWN),
    d.AskApplicant: _nothing,
    d.StopAsking: _nothing,
    d.AwaitAtCounter: _nothing,
    d.IssueBill: _issue_bill,
    d.CancelBill: _cancel_bill,
    d.Refund: _refund,
    d.IssueDocument: _issue_document,
    d.Message: _message,
    d.ClockChanged: _clock,
    d.Escalate: _escalate,
    d.Ended: _ended,
}
