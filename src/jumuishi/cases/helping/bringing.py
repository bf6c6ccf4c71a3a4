"""What another door promised to the counter is brought there: found, handed in, off the list of what is awaited."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jumuishi.cases import attaching, quota
from jumuishi.cases.actions.things import case_thing, locked, run
from jumuishi.cases.engine import frame_of
from jumuishi.cases.models import Case, Find
from jumuishi.cases.types import CaseError
from jumuishi.cases.uploads import Upload
from jumuishi.definitions.machine import types as d
from jumuishi.definitions.types import Field
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, BadPhoneError
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import normalise

SYSTEM = tenancy.Principal.system()


def awaiting(actor: Actor, typed: str) -> QuerySet[Case]:
    """Open cases of the actor's institution with this number or phone that wait for something, oldest first."""
    try:
        word = identity.normalise_phone(typed)[-9:]
    except BadPhoneError:
        word = normalise(typed)[:60]
    known = Find.objects.filter(institution_id=actor.workplace, token=word).values("case_id")
    # What stands at its default is not in the state: the key is there while something is awaited.
    rows = Case.objects.filter(institution_id=actor.workplace, id__in=known, outcome="", state__has_key="awaited")
    return rows.order_by("submitted_at", "id")


def awaited(case: Case) -> list[Field]:
    """The questions that are still to be answered at the counter, in the order of the form."""
    fields, names = frame_of(case).edition.package.all_fields(), case.state.get("awaited", ())
    return [field for name, field in fields.items() if name in names]


@identity.action("cases.case.bring")
def keep_brought(*, actor: Actor, case_id: UUID, field: str, upload: Upload) -> dict[str, Any]:
    """Take a file that was brought; as canonical data. Raises CaseError, and as quota.take."""
    case = locked(case_id, None)
    identity.must(actor, "cases.case.supply", case_thing(case))
    stored, scan = quota.take(case.person_id, upload.chunks(), upload.limit)
    kept = attaching.keep(case, field=field, name=upload.name, media_type=upload.media_type, stored=stored, scan=scan)
    identity.record(actor.helping(case.person_id), case_thing(case), after={"field": field, "sha256": stored.sha256})
    return kept


@identity.action("cases.case.supply")
def supply(*, actor: Actor, case_id: UUID, fields: Mapping[str, Any]) -> None:
    """Answer what was left to the counter (canonical data by field); the clocks run on as they did. Raises CaseError.

    What was supplied already is not asked again: sent twice, the second time changes nothing.
    """
    case = locked(case_id, None)
    identity.must(actor, "cases.case.supply", case_thing(case))
    left = {name: value for name, value in fields.items() if name in case.state.get("awaited", ())}
    if not left:
        if all(case.state["answers"].get(name) == value for name, value in fields.items()):
            identity.record(actor, case_thing(case), after={"sent_again": True})
            return
        raise CaseError("cases.bring_not_awaited")
    run(case, d.Supply(left), actor=actor.helping(case.person_id), said={"supply": left})
