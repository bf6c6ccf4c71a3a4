"""The office writes to an applicant without deciding anything."""

from typing import Any
from uuid import UUID

from jumuishi.cases import effects, messages
from jumuishi.cases.actions.things import SYSTEM, case_thing, locked
from jumuishi.cases.models import Case
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import tenancy


def _written(**_: Any) -> None:
    """What was sent again was written the first time."""


@identity.action("cases.case.write", replay=_written)
def write_to_applicant(*, actor: Actor, case_id: UUID, text: str) -> None:
    """Put a message on the case's page, and tell by SMS that there is one. Raises CaseError when nothing is said.

    With an idempotency_key it is written once.
    """
    if not Case.objects.filter(id=case_id, institution_id=actor.workplace).exists():
        raise NotAllowedError("cases.case.write")
    case = locked(case_id, None)
    identity.must(actor, "cases.case.write", case_thing(case))
    if not text.strip():
        raise CaseError("cases.message_missing")
    with tenancy.acting_as(SYSTEM):
        note = effects.write_note(case, actor, "message", text.strip())
        messages.tell_written(case, note)
    identity.record(actor, case_thing(case), after={"message": text.strip()[:2000]})
