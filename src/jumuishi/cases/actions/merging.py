"""Two cases that are one, by a person's decision: one goes on, the other ends with a link to it."""

from uuid import UUID

from jumuishi.cases import duplicates, effects
from jumuishi.cases.actions.things import SYSTEM, case_thing, locked, run
from jumuishi.cases.models import Case, Task
from jumuishi.cases.policies import HEADS
from jumuishi.cases.types import CaseError, StaleCaseError
from jumuishi.definitions.machine import types as d
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.text import t


def may_merge(actor: Actor, case: Case) -> bool:
    """Whoever may act on an open task of the case, and who answers for everybody's work."""
    roles = Task.objects.filter(case=case, institution_id=actor.workplace, state=Task.State.OPEN)
    return actor.has(*HEADS) or actor.has(*roles.values_list("role", flat=True))


@identity.action("cases.case.merge")
def merge_cases(*, actor: Actor, case_id: UUID, into_id: UUID, version: int, reason: str) -> None:
    """End a case because another of the same applicant goes on: bill cancelled, money refunded, the applicant told.

    `version` is that of the case that ends, as the officer saw it. Sent twice it happens once. Raises CaseError,
    StaleCaseError.
    """
    home = Case.objects.filter(institution_id=actor.workplace, id__in=[case_id, into_id])
    if home.count() != 2:
        raise NotAllowedError("cases.case.merge")
    # In the order of their ids, whichever ends: two officers never wait for each other in a ring.
    rows = {one: locked(one, None) for one in sorted((case_id, into_id))}
    case, into = rows[case_id], rows[into_id]
    identity.must(actor, "cases.case.merge", case_thing(case))
    if case.merged_into == into.id:
        identity.record(actor, case_thing(case), after={"sent_again": "merge"})
        return
    if case.outcome or into.outcome or case.version != version:
        raise StaleCaseError
    if not may_merge(actor, case):
        raise CaseError("cases.not_of_role")
    if into.id not in {one.id for one in duplicates.duplicates_of(case)}:
        raise CaseError("cases.not_duplicates")
    run(case, d.Merge(str(into.id), reason), actor=actor, said={"merge": into.id, "reason": reason.strip()})
    with tenancy.acting_as(SYSTEM):
        Case.objects.filter(id=case.id).update(merged_into=into.id)
        told = t("cases.merged_told", case.language, number=group(into.reference), why=reason.strip())
        effects.write_note(case, actor, "reason", told)
    identity.record(actor, case_thing(into), after={"merged_from": case.id, "reason": reason.strip()})
