"""Cases that wait for a body as a committee come onto its agenda; where they are kept, and decided, is another room's.

That room answers through one that `project` registers. An item knows a case by its number and its service, and by no
more; whoever may see the case is led to it, and to where the committee's decision is written.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from jumuishi.identity.types import Actor
from jumuishi.kernel.text import LANGUAGES, t
from jumuishi.meetings.calling.coming import Coming
from jumuishi.meetings.calling.coming import register as comes
from jumuishi.meetings.models import Item, Meeting

CASE = "case"


@dataclass(frozen=True)
class Matter:
    """A case that waits: its number, and the name of what was applied for."""

    case_id: UUID
    reference: str
    service: Mapping[str, str]


@dataclass(frozen=True)
class Paths:
    """Addresses without a language: of the case, and of where the committee decides it; empty where one may not."""

    case: str
    decision: str


class Matters(Protocol):
    """Whoever keeps the cases."""

    def committees(self, institution_id: UUID) -> Mapping[str, Mapping[str, str]]:
        """An institution's committees: role to name."""
        ...

    def waiting(self, institution_id: UUID, role: str) -> Iterable[Matter]:
        """What waits for one, in its order; under the principal of whoever makes the agenda."""
        ...

    def paths(self, actor: Actor, role: str, case_ids: Collection[UUID]) -> Mapping[UUID, Paths]:
        """For each of these that the actor may see."""
        ...


_kept: list[Matters] = []


def register(matters: Matters) -> None:
    """Let a room answer; the last counts."""
    _kept[:] = [matters]


def committees(institution_id: UUID) -> Mapping[str, Mapping[str, str]]:
    """An institution's committees by their role."""
    return _kept[0].committees(institution_id) if _kept else {}


def paths(actor: Actor, meeting: Meeting, items: Iterable[Item]) -> Mapping[UUID, Paths]:
    """Where the actor reads the cases among these items, by case."""
    wanted = [one.thing_id for one in items if one.thing == CASE and one.thing_id is not None]
    return _kept[0].paths(actor, meeting.body.cases_role, wanted) if _kept and wanted else {}


@comes("cases")
def cases(meeting: Meeting) -> Iterable[Coming]:
    """What waits for the body as a committee; closed, until the secretary opens it: behind each is somebody."""
    role = meeting.body.cases_role
    found = _kept[0].waiting(meeting.institution_id, role) if _kept and role else ()
    for one in found:
        title = {
            lang: t("meetings.case_coming", lang, number=one.reference, service=one.service[lang]) for lang in LANGUAGES
        }
        yield Coming(CASE, one.case_id, title, is_closed=True)
