"""The stage machine as this room drives it: what it is told, and the columns that follow from its state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from jumuishi.cases import life
from jumuishi.cases.models import Case, Task
from jumuishi.definitions.machine import public as machine
from jumuishi.definitions.machine.types import MERGED, Act, Acting, CaseState, Context, Outcome
from jumuishi.definitions.types import Edition, Place, ReviewStage, TaskStage
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.services import public as services


@dataclass(frozen=True)
class Frame:
    """What is fixed for a case or a draft: its edition, the settings it runs under, the institution that offers it."""

    edition: Edition
    settings: Mapping[str, Any]
    institution_id: UUID


def frame_of(case: Case) -> Frame:
    """The frame that a case was submitted in, whatever has been published since."""
    return Frame(services.definition(case.edition_hash), case.settings, case.institution_id)


def place(code: str) -> Place | None:
    """A place as expressions see it."""
    found = institutions.place(code)
    if found is None:
        return None
    return Place(
        code=found.code,
        name=found.name,
        level=found.level,
        region=found.region,
        district=found.district,
        ward=found.ward,
    )


def natural(person_id: UUID) -> UUID:
    """The natural person behind a person's row: an officer who proved a phone is also the citizen of that phone."""
    return identity.natural_people([person_id]).get(person_id, person_id)


def known_as(case: Case, state: CaseState, person_id: UUID) -> str:
    """The id under which a case knows a natural person; see known_all."""
    return known_all(case, state, [person_id])[person_id]


def known_all(case: Case, state: CaseState, people: Iterable[UUID]) -> dict[UUID, str]:
    """The ids under which a case knows natural persons, whoever they have turned out to be since; one query.

    A case keeps the ids of the day: the guest who applied has proved a phone since, an officer has shown to be the
    citizen who applied. Rules about two people compare ids, so the actor is given the one that the case has.
    """
    now, wanted = people_kept(case, state), list(people)
    return known_by(now, identity.natural_people([*now.values(), *wanted]), wanted)


def people_kept(case: Case, state: CaseState) -> dict[str, UUID]:
    """The ids of natural persons that a case has kept, with the person each of them is now."""
    sides = {state.parties.applicant: case.person_id}
    if case.helper_id is not None and state.parties.helpers:
        sides[state.parties.helpers[0]] = case.helper_id
    kept = {*state.parties.helpers, *state.parties.relatives, *(one for deed in state.deeds for one in deed.people)}
    return {one: UUID(one) for one in kept} | {one: person for one, person in sides.items() if one is not None}


def known_by(kept: dict[str, UUID], natural_of: Mapping[UUID, UUID], wanted: Iterable[UUID]) -> dict[UUID, str]:
    """The ids of known_all, with the natural persons found already: for many cases by one query."""
    kept_as = {natural_of[person]: one for one, person in reversed(kept.items())}
    return {person: kept_as.get(natural_of[person], str(natural_of[person])) for person in wanted}


def acting(actor: Actor | None, case: Case | None = None) -> Acting | None:
    """Who acts, as the machine sees it: natural persons, by the ids that the case has for them."""
    if actor is None or actor.person_id is None:
        return None

    def known(person_id: UUID) -> str:
        return str(natural(person_id)) if case is None else known_as(case, state_of(case), person_id)

    return Acting(
        person=known(actor.person_id),
        institution=str(actor.institution_id or ""),
        roles=actor.roles,
        on_behalf_of=known(actor.on_behalf_of) if actor.on_behalf_of else None,
    )


def barred_from(frame: Frame, state: CaseState, task: Task) -> frozenset[str]:
    """Who may not act on a task, by the ids that the case has: two-person rules and the applicant's side."""
    stage = frame.edition.package.stages[task.stage]
    if not isinstance(stage, TaskStage | ReviewStage):
        return frozenset()
    if isinstance(stage, TaskStage):
        return frozenset(machine.barred(state, stage.not_by))
    gave = frozenset(person for deed in state.deeds if deed.visit == task.visit for person in deed.people)
    return gave.union(machine.barred(state, (*stage.not_by, *stage.reviews[task.review].not_by)))


def context(
    frame: Frame, *, now: datetime, actor: Actor | None, case: Case | None = None, doer: Acting | None = None
) -> Context:
    """What the machine must be told about the world at this moment; `doer` is the actor where that is known already."""
    away = {
        str(frame.settings[name])
        for name, setting in frame.edition.package.settings.items()
        if setting.type == "institution" and frame.settings.get(name)
    }
    return Context(
        now=now,
        institution=str(frame.institution_id),
        settings=frame.settings,
        working_time=institutions.working_time(frame.institution_id),
        working_times={one: institutions.working_time(UUID(one)) for one in away},
        places=place,
        actor=doer or acting(actor, case),
    )


def advance(
    frame: Frame,
    state: CaseState | None,
    act: Act,
    *,
    now: datetime,
    actor: Actor | None,
    case: Case | None = None,
    doer: Acting | None = None,
    owner: UUID | None = None,
) -> Outcome:
    """One act through the machine; raises definitions' Refused, and then nothing has changed.

    `owner` is the applicant of a case that is not there yet.
    """
    told = context(frame, now=now, actor=actor, case=case, doer=doer)
    said = {**(state.answers if state else {}), **getattr(act, "answers", {}), **getattr(act, "changes", {})}
    whose = case.person_id if case is not None else owner
    named = life.known(frame.edition.package, said, owner=whose, institution_id=frame.institution_id)
    return machine.step(frame.edition, state, act, replace(told, earlier=named) if named else told)


def state_of(case: Case) -> CaseState:
    """The machine's state as the case keeps it."""
    return CaseState.from_data(case.state)


def stage_name(frame: Frame, stage: str) -> dict[str, str]:
    """The name of a stage in each language; a withdrawn case has one of the platform's."""
    found = frame.edition.package.stages.get(stage)
    if stage == MERGED:
        return {
            "sw": "Imeunganishwa na ombi lingine la mwombaji",
            "en": "Joined with the applicant's other application",
        }
    return dict(found.name) if found else {"sw": "Imeondolewa na mwombaji", "en": "Withdrawn by the applicant"}


def take_state(case: Case, frame: Frame, state: CaseState) -> None:
    """Put a new state and the columns that follow from it into the case (not saved yet)."""
    before = state_of(case) if case.state else None
    if before is None or _seen(before) != _seen(state):
        case.version += 1
    case.state = state.to_data()
    case.stage = state.stage
    case.stage_name = stage_name(frame, state.stage)
    case.outcome = state.outcome or ""
    case.ended_at = state.ended_at
    if case.ended_at is None:
        case.archived_at = case.keep_until = None
    case.promise_due_at = _answered_by(state)
    case.next_clock_at = next((at for at, _ in machine.next_elapses(state)), None)
    case.waits = _waits(state)


def _answered_by(state: CaseState) -> datetime | None:
    """When the applicant is to have the answer: by the promise, or on an appeal (it has stopped) by that task's due."""
    if state.promise.stopped_at is None or state.is_ended:
        return state.promise.due_at
    return state.task.due.at if state.task is not None and state.task.due is not None else None


def _seen(state: CaseState) -> tuple[Any, ...]:
    """What an officer must have seen before acting: no clock that was told or moved, nor one review of several."""
    return state.visit, state.answers, state.awaited, state.parties


def _waits(state: CaseState) -> Case.Waits:
    if state.task is not None or state.seats:
        return Case.Waits.OFFICE
    if state.wait is not None:
        return Case.Waits.APPLICANT
    return Case.Waits.PAYMENT if state.bill is not None else Case.Waits.NOBODY
