"""Background entries: clocks that run out, documents to be made. One call each into an action."""

from typing import Any
from uuid import UUID

from django.db import transaction

from jumuishi.cases.actions import clocks, documents
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, jobs


@jobs.every(5, "cases.clock.sweep")
def sweep_clocks() -> None:
    """Every case of which a clock has run out; one that fails stops no other."""
    with transaction.atomic():
        for case_id in clocks.due_cases(clock.now()):
            jobs.later(turn_case, lock=f"case:{case_id}", case_id=str(case_id))


@jobs.job("cases.clock.turn")
def turn_case(*, case_id: str) -> None:
    """Let elapse what is due."""
    clocks.turn_clock(actor=Actor.system(), case_id=UUID(case_id))


@jobs.job("cases.document.make")
def make_document(*, case_id: str, visit: int, document: str, claims: dict[str, Any], valid_until: str | None) -> None:
    """Make, sign and hand over one document."""
    documents.make_document(
        actor=Actor.system(),
        case_id=UUID(case_id),
        visit=visit,
        document=document,
        claims=claims,
        valid_until=valid_until,
    )


@jobs.job("cases.clock.reckon")
def reckon_case(*, case_id: str) -> None:
    """Count a case's due times again."""
    clocks.reckon_anew(actor=Actor.system(), case_id=UUID(case_id))
