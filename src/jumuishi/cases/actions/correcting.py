"""An answer corrected when its person asked: in a running case in its place, in an ended one as a mark beside it."""

from uuid import UUID

from jumuishi.cases import effects, engine, search
from jumuishi.cases.actions.things import SYSTEM, case_thing, locked, refusal
from jumuishi.cases.models import Case, Correction
from jumuishi.cases.types import CaseError
from jumuishi.definitions.machine import types as d
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.ids import new_id

# What is typed in one box; files and lists of things are handed in anew with a request of the office.
KINDS = ("text", "integer", "decimal", "money", "date", "time", "phone", "email", "national_id", "tax_id",
         "select_one", "yes_no")  # fmt: skip


@identity.action("cases.case.correct")
def correct_answer(*, actor: Actor, case_id: UUID, field: str, value: str, reason: str) -> None:
    """Correct one answer, checked as the form checks it. Raises CaseError.

    A running case goes on with the new value, and whoever has it open must look again. An ended case keeps the answers
    it was decided on; the correction stands beside them for everybody who reads it. A document is not changed by it.
    """
    case = locked(case_id, None)
    identity.must(actor, "cases.case.correct", case_thing(case))
    if case.erased_at is not None:
        raise CaseError("cases.erased")
    frame, ended = engine.frame_of(case), bool(case.outcome)
    one = frame.edition.package.all_fields().get(field)
    if one is None or one.type not in KINDS:
        raise CaseError("cases.cannot_correct")
    before = {"state": digest(case.state)}
    old = _standing(case, field)
    act = d.Correct({field: value})
    try:
        outcome = engine.advance(frame, engine.state_of(case), act, now=clock.now(), actor=actor, case=case)
    except d.Refused as refused:
        raise refusal(refused) from refused
    new = outcome.state.answers.get(field)
    with tenancy.acting_as(SYSTEM):
        if not ended:
            engine.take_state(case, frame, outcome.state)
            case.answers_hash = digest(case.state["answers"])
            case.title = search.title_of(frame.edition.package, case.state["answers"])
            case.save()
            search.index(case)
        Correction.objects.create(
            id=new_id(), institution_id=case.institution_id, person_id=case.person_id, case=case, field=field,
            old=old, new=new, stands=ended, reason=reason[:500], by_person_id=actor.who, created_at=clock.now(),
        )  # fmt: skip
        label = one.label[case.language] if one.label else field
        effects.write_note(case, actor, "corrected", label)
    identity.record(
        actor,
        case_thing(case),
        before={**before, "answer": {field: old}},
        after={"act": {"correct": {field: new}}, "ended": ended, "reason": reason, "state": digest(case.state)},
    )


def _standing(case: Case, field: str) -> object:
    """What is right so far: the last correction's value, else the answer."""
    last = Correction.objects.filter(case=case, field=field, stands=True).order_by("-created_at").first()
    return last.new if last is not None else case.state["answers"].get(field)
