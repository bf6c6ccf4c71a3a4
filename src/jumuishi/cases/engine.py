"""The stage machine as this room drives it: what it is told, and the columns that follow from its state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jumuishi.cases.models import Case
from jumuishi.definitions.machine import public as machine
from jumuishi.definitions.machine.types import Act, Acting, CaseState, Context, Outcome
from jumuishi.definitions.types import Edition, Place
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


def context(frame: Frame, *, now: datetime, actor: Actor | None) -> Context:
    """What the machine must be told about the world at this moment."""
    away = {
        str(frame.settings[name])
        for name, setting in frame.edition.package.settings.items()
        if setting.type == "institution" and frame.settings.get(name)
    }
    acting = None
    if actor is not None and actor.person_id is not None:
        acting = Acting(
            person=str(natural(actor.person_id)),
            institution=str(actor.institution_id or ""),
            roles=actor.roles,
            on_behalf_of=str(actor.on_behalf_of) if actor.on_behalf_of else None,
        )
    return Context(
        now=now,
        institution=str(frame.institution_id),
        settings=frame.settings,
        working_time=institutions.working_time(frame.institution_id),
        working_times={one: institutions.working_time(UUID(one)) for one in away},
        places=place,
        actor=acting,
    )


def advance(frame: Frame, state: CaseState | None, act: Act, *, now: datetime, actor: Actor | None) -> Outcome:
    """One act through the machine; raises definitions' Refused, and then nothing has changed."""
    return machine.step(frame.edition, state, act, context(frame, now=now, actor=actor))


def state_of(case: Case) -> CaseState:
    """The machine's state as the case keeps it."""
    return CaseState.from_data(case.state)


def stage_name(frame: Frame, stage: str) -> dict[str, str]:
    """The name of a stage in each language; a withdrawn case has one of the platform's."""
    found = frame.edition.package.stages.get(stage)
    return dict(found.name) if found else {"sw": "Imeondolewa na mwombaji", "en": "Withdrawn by the applicant"}


def take_state(case: Case, frame: Frame, state: CaseState) -> None:
    """Put a new state and the columns that follow from it into the case (not saved yet)."""
    case.state = state.to_data()
    case.stage = state.stage
    case.stage_name = stage_name(frame, state.stage)
    case.outcome = state.outcome or ""
    case.ended_at = state.ended_at
    case.promise_due_at = state.promise.due_at
    case.next_clock_at = next((at for at, _ in machine.next_elapses(state)), None)
    case.version += 1
