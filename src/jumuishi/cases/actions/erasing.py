"""Erasing what an ended case holds about people, once the law lets it; what is left is a number and dates."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from jumuishi.cases import engine, events
from jumuishi.cases.actions.things import SYSTEM, case_thing, locked
from jumuishi.cases.models import (
    Attachment,
    Case,
    Correction,
    Dispute,
    Draft,
    Find,
    Hold,
    Item,
    Look,
    MoveItem,
    Note,
    Task,
    Upload,
    Visit,
)
from jumuishi.cases.models_desk import BatchItem, Remark
from jumuishi.cases.resumable.dropping import drop_rows
from jumuishi.cases.retention import kept_until
from jumuishi.cases.types import KeptError
from jumuishi.definitions.machine.types import Parties
from jumuishi.documents import public as documents
from jumuishi.documents.types import DocumentState
from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, files, tenancy
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.events import tell
from jumuishi.messaging import public as messaging
from jumuishi.payments import public as payments
from jumuishi.payments.types import MoneyState

NOBODY = UUID(int=0)
UNSETTLED = (MoneyState.REFUND_DUE, MoneyState.OVERPAID)


@identity.action("cases.case.erase")
def erase_case(*, actor: Actor, case_id: UUID, reason: str) -> None:
    """Drop answers, names, phones, files, messages, search words, and the journal's bytes with their salt.

    Raises KeptError with the reason and the last day where the law or an open matter keeps it. Done already is fine.
    """
    case = locked(case_id, None)
    thing = case_thing(case)
    identity.must(actor, "cases.case.erase", thing)
    if case.erased_at is not None:
        identity.record(actor, thing, after={"sent_again": True})
        return
    _check_free(case)
    with tenancy.acting_as(SYSTEM):
        things = _things_of(case)
        _drop_rows(case)
        papers = documents.forget_case(case.id)
        payments.forget_case(case.id)
        messaging.forget_case(case.id)
        evidence.erase_about(actor_ref=actor.reference(), thing_ids=[*things, *papers], reason=reason)
    # Its own row names nobody: it is what remains.
    identity.record(actor, replace(thing, person_id=None), after={"erased": True, "reason": reason})
    tell(events.CaseErased(case.id, case.institution_id))


def _check_free(case: Case) -> None:
    if not case.outcome:
        raise KeptError("cases.kept_running", None)
    if Hold.objects.filter(institution_id=case.institution_id, case=case, lifted_at=None).exists():
        raise KeptError("cases.kept_hold", None)
    until = kept_until(case)
    if until is not None and until >= timezone.localtime(clock.now()).date():
        raise KeptError("cases.kept_by_law", until)
    with tenancy.acting_as(SYSTEM):
        money, papers = payments.money_states([case.id])[case.id], documents.documents_of_cases([case.id])
    if money in UNSETTLED:
        raise KeptError("cases.kept_money", None)
    # A document without an end stays by itself: whoever holds it in the hand must be able to have it checked.
    if ends := [one.valid_until for one in papers if one.valid_until and one.state is DocumentState.ISSUED]:
        raise KeptError("cases.kept_document", max(ends))


def _things_of(case: Case) -> list[UUID]:
    """Whatever the journal may have rows of."""
    drafts = Draft.objects.filter(case_id=case.id).values_list("id", flat=True)
    tasks = Task.objects.filter(case=case).values_list("id", flat=True)
    money = payments.money_of_cases([case.id])[case.id]
    return [case.id, *drafts, *tasks, *(one.id for one in money.bills), *(one.id for one in money.refunds)]


def _drop_rows(case: Case) -> None:
    for one in Attachment.objects.filter(institution_id=case.institution_id, case_id=case.id):
        # The bytes go once the rows are surely gone: a transaction undone must find its file.
        transaction.on_commit(partial(files.drop, one.file_id))
        one.delete()
    Find.objects.filter(institution_id=case.institution_id, case=case).delete()
    Hold.objects.filter(institution_id=case.institution_id, case=case).delete()
    Note.objects.filter(institution_id=case.institution_id, case=case).delete()
    MoveItem.objects.filter(institution_id=case.institution_id, case=case).update(person_id=NOBODY, consent=None)
    Correction.objects.filter(institution_id=case.institution_id, case=case).delete()
    Look.objects.filter(institution_id=case.institution_id, case_id=case.id).delete()
    Dispute.objects.filter(institution_id=case.institution_id, case_id=case.id).delete()
    mine = Draft.objects.filter(case_id=case.id)
    drop_rows(Upload.objects.filter(draft_id__in=[case.id, *mine.values_list("id", flat=True)]))
    mine.delete()
    minutes = Item.objects.filter(institution_id=case.institution_id, case_id=case.id)
    minutes.update(person_id=NOBODY, title="", text="", why="", late_reason="", fields={}, out=[])
    Visit.objects.filter(institution_id=case.institution_id, case_id=case.id).update(person_id=NOBODY, what="", why="")
    Task.objects.filter(case=case).update(person_id=NOBODY, late_reason="")
    Remark.objects.filter(institution_id=case.institution_id, case=case).delete()
    BatchItem.objects.filter(case=case).update(foreseen=None, result=None)
    state = replace(engine.state_of(case), answers={}, calculated={}, awaited=(), parties=Parties(), deeds=())
    case.state, case.answers_hash = state.to_data(), digest({})
    case.person_id, case.helper_id, case.mandate_id, case.title, case.phone = NOBODY, None, None, "", ""
    case.erased_at, case.version, case.next_clock_at = clock.now(), case.version + 1, None
    case.keep_until = None
    case.save()
