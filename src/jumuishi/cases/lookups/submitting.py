"""With a draft its looks become the case's; the office may ask again, once, where a register was away."""

from uuid import UUID

from jumuishi.cases import engine
from jumuishi.cases.actions.things import SYSTEM, case_thing, locked
from jumuishi.cases.events import LookupDisputed
from jumuishi.cases.form import form_of
from jumuishi.cases.lookups import asking
from jumuishi.cases.lookups.models import Dispute, Look
from jumuishi.cases.lookups.rules import lookups_of, mark_of
from jumuishi.cases.models import Case, Draft
from jumuishi.cases.types import CaseError
from jumuishi.definitions.types import Package
from jumuishi.exchange import public as exchange
from jumuishi.exchange.types import AsksFirst
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import tell

MAY_ASK = (Look.State.AWAY, Look.State.REFUSED, Look.State.ABSENT, Look.State.SKIPPED, Look.State.QUESTION)


def hand_over(draft: Draft, case: Case, package: Package) -> None:
    """The looks that stand go with the case, all others go; of each dispute the owner of the register is told."""
    if not lookups_of(package):
        return
    answers = case.state["answers"]
    for row in Look.objects.filter(person_id=draft.person_id, draft_id=draft.id):
        if row.key_mark != mark_of(draft.id, answers.get(row.key_field)):
            row.delete()
            continue
        row.case_id, row.institution_id, row.question = case.id, case.institution_id, None
        row.save(update_fields=["case_id", "institution_id", "question"])
    for one in Dispute.objects.filter(person_id=draft.person_id, draft_id=draft.id):
        if answers.get(one.field) is None:
            one.delete()
            continue
        one.case_id, one.institution_id = case.id, case.institution_id
        one.save(update_fields=["case_id", "institution_id"])
        tell(LookupDisputed(one.id, case.id, case.institution_id, case.person_id))


@identity.policy("cases.look.later")
def may_ask_later(actor: Actor, thing: Thing) -> bool:
    """An officer of the institution whose case it is, while it is open."""
    return identity.is_of_institution(actor, thing)


@identity.action("cases.look.later")
def ask_later(*, actor: Actor, case_id: UUID, look_id: UUID) -> None:
    """The office asks a register that gave nothing; what comes stands beside the answers. Raises CaseError.

    What was fetched is not asked again.
    """
    case = locked(case_id, None)
    identity.must(actor, "cases.look.later", case_thing(case))
    with tenancy.acting_as(SYSTEM):
        row = Look.objects.select_for_update().filter(id=look_id, case_id=case.id).first()
    if row is None or case.outcome or case.erased_at is not None:
        raise CaseError("cases.look_none")
    if row.state not in MAY_ASK:
        identity.record(actor, case_thing(case), after={"sent_again": True})
        return
    frame = engine.frame_of(case)
    form = form_of(frame, case.state["answers"])
    fields = [
        form.scope.fields[name] for name, one in lookups_of(frame.edition.package).items()
        if (one.register, one.key) == (row.register, row.key_field) and name in form.relevant
    ]  # fmt: skip
    said = exchange.ask_register(
        institution_id=case.institution_id, register=row.register, key=str(case.state["answers"][row.key_field]),
        issue=case.id,
    )  # fmt: skip
    row.tried_at, row.later_by, row.fields = clock.now(), actor.who, sorted(one.name for one in fields)
    asking.take(row, said, fields, form)
    if isinstance(said, AsksFirst):
        # Only the person can answer, and the person is not here.
        row.question = None
    with tenancy.acting_as(SYSTEM):
        row.save()
    identity.record(actor, case_thing(case), after=asking.told(row, said))
    asking.noted(case_thing(case), case.institution_id, row.register, said, actor)
