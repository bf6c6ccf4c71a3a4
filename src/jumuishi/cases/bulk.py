"""What can be done to many tasks at once: one act on one task, done as an officer would do it alone."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from jumuishi.cases import engine
from jumuishi.cases.actions import deciding, writing
from jumuishi.cases.form import asked_of
from jumuishi.cases.models import BatchItem, Case, Task
from jumuishi.cases.types import CaseError, StaleCaseError
from jumuishi.definitions.types import TaskStage
from jumuishi.identity.types import Actor

# A list is done up to so many at a time; up to so few while the officer waits.
MOST, AT_ONCE = 500, 25
Said = Mapping[str, Any]


def do(actor: Actor, item: BatchItem, verb: str, said: Said) -> None:
    """The act on one task. Raises CaseError, also when the case or its owner is not what it was."""
    case, task = Case.objects.filter(id=item.case_id).first(), Task.objects.get(id=item.task_id)
    if case is None or task.state != Task.State.OPEN:
        raise StaleCaseError
    if case.version != item.version or task.assignee_id != item.assignee_id:
        raise StaleCaseError
    VERBS[verb](actor, case, task, said)


def _take(actor: Actor, case: Case, task: Task, said: Said) -> None:  # noqa: ARG001  # one shape for all
    deciding.assign(actor=actor, task_id=task.id, to_person=actor.who)


def _assign(actor: Actor, case: Case, task: Task, said: Said) -> None:  # noqa: ARG001
    deciding.assign(actor=actor, task_id=task.id, to_person=UUID(said["who"]))


def _act(actor: Actor, case: Case, task: Task, said: Said) -> None:
    stage = engine.frame_of(case).edition.package.stages.get(task.stage)
    same = case.service == said["service"] and task.stage == said["stage"] and task.kind == "task"
    if not same or not isinstance(stage, TaskStage) or said["act"] not in stage.actions or asked_of(stage.fields):
        raise CaseError("cases.bulk_other_stage")
    is_reason = "reason" in stage.actions[said["act"]].requires
    deciding.decide(
        actor=actor, task_id=task.id, version=case.version, act=said["act"],
        message="" if is_reason else said["text"], reason=said["text"] if is_reason else "",
        late_reason=said["late"],
    )  # fmt: skip


def _review(actor: Actor, case: Case, task: Task, said: Said) -> None:
    if case.service != said["service"] or task.stage != said["stage"] or task.review != said["review"]:
        raise CaseError("cases.bulk_other_stage")
    deciding.give_review(
        actor=actor, task_id=task.id, version=case.version, is_passed=said["act"] == "pass", reason=said["text"],
        late_reason=said["late"],
    )  # fmt: skip


def _explain(actor: Actor, case: Case, task: Task, said: Said) -> None:  # noqa: ARG001
    deciding.explain_delay(actor=actor, task_id=task.id, reason=said["text"])


def _write(actor: Actor, case: Case, task: Task, said: Said) -> None:  # noqa: ARG001
    writing.write_to_applicant(actor=actor, case_id=case.id, text=said["text"])


VERBS: dict[str, Callable[[Actor, Case, Task, Said], None]] = {
    "take": _take,
    "assign": _assign,
    "act": _act,
    "review": _review,
    "explain": _explain,
    "message": _write,
}
