"""A story for an author from what happened to a case, nothing of anybody in it."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from jumuishi.cases import engine
from jumuishi.cases.actions.things import SYSTEM, case_thing
from jumuishi.cases.models import Case
from jumuishi.cases.types import CaseError
from jumuishi.definitions import public as definitions
from jumuishi.definitions.types import Happened, NotRetoldError
from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import tenancy

_TRIES = 6
_NEAREST, _FURTHEST = 60, 500
"""Days are moved back by so many weeks, by chance: who knows the story does not know the day."""


@identity.action("cases.story.make")
def make_story(*, actor: Actor, case_id: UUID) -> str:
    """The case as a story that runs as the case ran, in YAML.

    Raises NotAllowedError for a case of no concern of the actor's, CaseError where it cannot be told.
    """
    case = Case.objects.filter(id=case_id, institution_id=actor.workplace, erased_at=None).first()
    if case is None:
        raise NotAllowedError("cases.story.make")
    identity.must(actor, "cases.story.make", case_thing(case))
    with tenancy.acting_as(SYSTEM):
        entries = evidence.history(thing_kind="case", thing_id=case.id)
    happened = [
        Happened(after["act"], (body.get("before") or {}).get("stage", ""), after["stage"])
        for body in (one.body or {} for one in entries)
        if (after := body.get("after") or {}).get("act") and "stage" in after
    ]
    story = _told(case, happened)
    identity.record(actor, case_thing(case), after={"story": len(happened)})
    return story


def _told(case: Case, happened: list[Happened]) -> str:
    issued = engine.state_of(case).issued
    for left in reversed(range(_TRIES)):
        # Moved by whole weeks a limit of months or years may fall otherwise: then by other weeks.
        weeks = _NEAREST + secrets.randbelow(_FURTHEST - _NEAREST)
        try:
            return definitions.retold(
                engine.frame_of(case).edition.package, happened, settings=case.settings,
                today=timezone.localdate(case.submitted_at), shift=-timedelta(weeks=weeks),
                issued=issued[-1].document if issued else "",
            )  # fmt: skip
        except NotRetoldError as error:
            if error.code != "otherwise" or not left:
                raise CaseError(f"cases.story_{error.code}") from error
    raise AssertionError("the last try returns or raises")
