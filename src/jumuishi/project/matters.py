"""A body's meeting has on its agenda the cases that wait for it as a committee: two rooms meet here."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from jumuishi.cases import public as cases
from jumuishi.identity.types import Actor
from jumuishi.meetings import matters


class Cases(matters.Matters):
    """What committees decide, from the room where they do."""

    def committees(self, institution_id: UUID) -> Mapping[str, Mapping[str, str]]:
        """By their role."""
        return cases.committees_at(institution_id)

    def waiting(self, institution_id: UUID, role: str) -> Iterable[matters.Matter]:
        """By what falls due first."""
        rows = cases.waiting_matters(institution_id, role)
        return [matters.Matter(one.case_id, one.reference, one.service) for one in rows]

    def paths(self, actor: Actor, role: str, case_ids: Collection[UUID]) -> Mapping[UUID, matters.Paths]:
        """Of those that the actor may see."""
        found = cases.matter_paths(actor, role, case_ids)
        return {key: matters.Paths(one.case, one.decision) for key, one in found.items()}


matters.register(Cases())
