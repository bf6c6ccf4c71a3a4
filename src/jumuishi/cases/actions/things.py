"""Drafts, cases and tasks as policies and the journal see them; and one act through the machine, stored and done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from jumuishi.cases import effects, engine, search
from jumuishi.cases.models import Case, Draft, Task
from jumuishi.cases.types import CaseError, StaleCaseError
from jumuishi.definitions.machine import types as d
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import digest

SYSTEM = tenancy.Principal.system()


def draft_thing(row: Draft) -> Thing:
    """A draft: the person's alone."""
    return Thing("draft", row.id, None, row.person_id)


def case_thing(case: Case) -> Thing:
    """A case: its institution's and its applicant's."""
    return Thing("case", case.id, case.institution_id, case.person_id)


def task_thing(task: Task) -> Thing:
    """A task: the institution's that it lies with."""
    return Thing("task", task.id, task.institution_id, task.person_id)


def locked(case_id: UUID, version: int | None) -> Case:
    """The case for changing; raises StaleCaseError when somebody acted since the version that the actor saw.

    Whoever changes a case or its tasks takes this lock first: clocks and officers never wait for each other in a ring.
    """
    with tenancy.acting_as(SYSTEM):
        case = Case.objects.select_for_update().get(id=case_id)
    if version is not None and case.version != version:
        raise StaleCaseError
    return case


def refusal(refused: d.Refused) -> CaseError:
    """The machine's no in this room's words."""
    if refused.code in ("stale", "review_given"):
        return StaleCaseError()
    return CaseError(refused.key, errors=refused.values.get("errors", ()))


def run(
    case: Case,
    act: d.Act,
    *,
    actor: Actor,
    said: Mapping[str, Any],
    now: datetime | None = None,
    doer: d.Acting | None = None,
) -> d.Outcome:
    """One act: through the machine, stored, its effects done, recorded. Raises CaseError, nothing being changed.

    `said` is the act as the journal keeps it: with the edition, the settings and the moment it can be played again.
    `doer`: who acts as the machine sees it, where that is not the actor alone.
    """
    at = now or clock.now()
    frame = engine.frame_of(case)
    before = {"stage": case.stage, "state": digest(case.state)}
    try:
        outcome = engine.advance(frame, engine.state_of(case), act, now=at, actor=actor, case=case, doer=doer)
    except d.Refused as refused:
        raise refusal(refused) from refused
    with tenancy.acting_as(SYSTEM):
        was_archived = case.archived_at is not None
        engine.take_state(case, frame, outcome.state)
        case.save()
        if was_archived and case.archived_at is None:
            search.index(case)
        effects.perform(case, frame, outcome, actor=actor)
    identity.record(
        actor,
        case_thing(case),
        before=before,
        after={"act": dict(said), "at": at, "stage": case.stage, "state": digest(case.state)},
    )
    return outcome
