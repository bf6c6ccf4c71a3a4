"""Many tasks at once: chosen, foreseen, started; then each in a transaction of its own, with a result that is kept.

What each will come to is found by doing it and undoing it at once: what is shown beforehand is what the acts say.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction

from jumuishi.cases import bulk
from jumuishi.cases.models import Batch, BatchItem, Case, Task
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.appointments import appointments_of
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

State = Batch.State


class _UndoneError(Exception):
    """Ends an attempt, of which nothing stays."""


def choose(actor: Actor, tasks: Iterable[Task], *, left_out: int = 0) -> Batch:
    """Lay open tasks on the table; nothing is done to them yet. Raises CaseError for none."""
    rows = list(tasks)[: bulk.MOST]
    if not rows or actor.appointment_id is None:
        raise CaseError("cases.bulk_none")
    batch = Batch.objects.create(
        id=new_id(), institution_id=actor.workplace, officer_id=actor.who, appointment_id=actor.appointment_id,
        left_out=left_out, created_at=clock.now(),
    )  # fmt: skip
    BatchItem.objects.bulk_create(
        BatchItem(
            id=new_id(), institution_id=actor.workplace, batch=batch, position=n, case_id=task.case_id, task=task,
            version=task.case.version, assignee_id=task.assignee_id,
        )
        for n, task in enumerate(rows, 1)
    )  # fmt: skip
    return batch


def say(batch: Batch, verb: str, said: dict[str, Any]) -> None:
    """What is to be done; every task is looked at anew, as it stands now."""
    batch.verb, batch.said, batch.state = verb, said, State.FORESEEING
    batch.save(update_fields=["verb", "said", "state"])
    now = {one.id: one for one in Task.objects.filter(id__in=batch.items.values("task_id")).select_related("case")}
    items = list(batch.items.all())
    for item in items:
        task = now.get(item.task_id)
        if task is not None:
            item.version, item.assignee_id = task.case.version, task.assignee_id
    BatchItem.objects.bulk_update(items, ["version", "assignee_id"])
    batch.items.update(foreseen=None)


def own_batch(actor: Actor, batch_id: UUID) -> Batch:
    """The actor's own batch, locked; raises NotAllowedError for any other."""
    found = Batch.objects.select_for_update().filter(
        id=batch_id, institution_id=actor.workplace, officer_id=actor.who
    ).first()  # fmt: skip
    if found is None:
        raise NotAllowedError("cases.batch.start")
    return found


@identity.action("cases.batch.start")
def start_batch(*, actor: Actor, batch_id: UUID) -> bool:
    """The officer has seen what will happen, and wants it; whether this was the first time. Raises CaseError."""
    batch = own_batch(actor, batch_id)
    thing = Thing("batch", batch.id, batch.institution_id)
    identity.must(actor, "cases.batch.start", thing)
    if batch.state in (State.RUNNING, State.DONE):
        identity.record(actor, thing, after={"sent_again": "start"})
        return False
    if batch.state != State.READY:
        raise CaseError("cases.bulk_not_ready")
    batch.state, batch.started_at = State.RUNNING, clock.now()
    batch.save(update_fields=["state", "started_at"])
    identity.record(actor, thing, after={"verb": batch.verb, "said": batch.said, "tasks": batch.items.count()})
    return True


def work(batch_id: UUID) -> None:
    """Go on with a batch where it stands, whoever calls and however often: each task's part is once."""
    with _as_system():
        batch = Batch.objects.filter(id=batch_id).first()
        if batch is None or batch.state not in (State.FORESEEING, State.RUNNING):
            return
        actor, is_trial = _officer(batch), batch.state == State.FORESEEING
        undone = "foreseen__isnull" if is_trial else "result__isnull"
        waiting = list(batch.items.filter(**{undone: True}).order_by("position").values_list("id", flat=True))
    for item_id in waiting:
        with _as_system():
            _one(batch, item_id, actor, is_trial=is_trial)
    with _as_system():
        done = {"state": State.READY} if is_trial else {"state": State.DONE, "finished_at": clock.now()}
        Batch.objects.filter(id=batch.id, state=batch.state).update(**done)


@contextmanager
def _as_system() -> Iterator[None]:
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        yield


def _officer(batch: Batch) -> Actor | None:
    """The officer in the post and roles of now; None when the post has ended since."""
    post = next((one for one in appointments_of(batch.officer_id) if one.id == batch.appointment_id), None)
    if post is None:
        return None
    return Actor(ActorKind.OFFICER, batch.officer_id, post.institution_id, post.roles, post.id)


def _one(batch: Batch, item_id: UUID, actor: Actor | None, *, is_trial: bool) -> None:
    """One task: the act and its result in one transaction, so that a batch that was cut goes on with the next."""
    item = BatchItem.objects.select_for_update().get(id=item_id)
    if (item.foreseen if is_trial else item.result) is not None:
        return
    told = _attempt(batch, item, actor, is_trial=is_trial)
    if is_trial:
        item.foreseen = told
    else:
        item.result, item.done_at = told, clock.now()
    item.save(update_fields=["foreseen", "result", "done_at"])


def _attempt(batch: Batch, item: BatchItem, actor: Actor | None, *, is_trial: bool) -> dict[str, Any]:
    if actor is None:
        return {"ok": False, "code": "cases.bulk_no_post"}
    if not is_trial and not (item.foreseen or {}).get("ok"):
        return item.foreseen or {"ok": False, "code": "cases.stale"}
    told: dict[str, Any] = {}
    try:
        with transaction.atomic():
            with tenancy.acting_as(identity.principal_of(actor)):
                bulk.do(actor, item, batch.verb, batch.said)
            after = Case.objects.get(id=item.case_id)
            told = {"ok": True, "code": "", "stage": after.stage_name, "outcome": after.outcome}
            if is_trial:
                raise _UndoneError
    except _UndoneError:
        pass
    except CaseError as error:
        told = {"ok": False, "code": error.code}
    except NotAllowedError:
        told = {"ok": False, "code": "cases.refused"}
    return told
