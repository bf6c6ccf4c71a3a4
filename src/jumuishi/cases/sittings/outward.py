"""What doors that stand above know of the matters of a committee: a case's number and service, and where it is read."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.models import Case, Item, Task
from jumuishi.cases.sittings.policies import body_thing
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind


@dataclass(frozen=True)
class MatterRef:
    """A case that waits for a committee; no more of it than its number and what was applied for."""

    case_id: UUID
    reference: str
    service: dict[str, str]


@dataclass(frozen=True)
class MatterPaths:
    """Where one reads a case, and where the committee decides it; empty where one may not. Without a language."""

    case: str = ""
    decision: str = ""


def waiting_matters(institution_id: UUID, role: str, limit: int = 100) -> list[MatterRef]:
    """What waits for a committee, by what falls due first, whether a sitting's agenda has it already or not."""
    rows = Task.objects.filter(institution_id=institution_id, state=Task.State.OPEN, kind="sitting", role=role)
    found = rows.select_related("case").order_by("due_at", "id")[:limit]
    return [MatterRef(one.case_id, one.case.reference, dict(one.case.service_name)) for one in found]


def matter_paths(actor: Actor, role: str, case_ids: Collection[UUID]) -> dict[UUID, MatterPaths]:
    """For each case that the actor may see; two queries, however many they are."""
    if actor.kind is not ActorKind.OFFICER or not case_ids:
        return {}
    keeps = identity.may(actor, "cases.body.read", body_thing(actor.workplace, role))
    lies: dict[UUID, UUID] = {}
    if keeps:
        rows = Item.objects.filter(institution_id=actor.workplace, case_id__in=case_ids, sitting__role=role)
        rows = rows.exclude(state=Item.State.LEFT_OUT).order_by("sitting__starts_at")
        lies = dict(rows.values_list("case_id", "sitting_id"))
    found = {}
    for one in Case.objects.filter(id__in=case_ids):
        if identity.may(actor, "cases.case.read", case_thing(one)):
            place = f"/ofisi/vikao/{lies[one.id]}/" if one.id in lies else f"/ofisi/vikao/kamati/{role}/"
            found[one.id] = MatterPaths(f"/ofisi/ombi/{one.id}/", place if keeps else "")
    return found
