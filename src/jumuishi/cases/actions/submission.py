"""Submitting: a draft becomes a case, once, however often it is sent."""

from uuid import UUID

from django.conf import settings

from jumuishi.cases import effects, engine, sameness, search
from jumuishi.cases.actions.things import SYSTEM, case_thing, draft_thing
from jumuishi.cases.events import CaseSubmitted
from jumuishi.cases.form import form_of
from jumuishi.cases.helping import queries as helping
from jumuishi.cases.lookups.submitting import hand_over
from jumuishi.cases.models import Attachment, Case, Draft
from jumuishi.cases.resumable.dropping import drop_rows, on_their_way
from jumuishi.cases.types import CaseError, DraftError, Submitted
from jumuishi.definitions.machine import types as d
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, numbers, tenancy
from jumuishi.kernel.canonical import digest
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.services import public as services


def _submitted(*, actor: Actor, thing_id: UUID, draft_id: UUID, phone: str = "") -> Submitted:  # noqa: ARG001
    draft = Draft.objects.filter(id=draft_id, person_id=actor.on_behalf_of or actor.who).first()
    if draft is None or draft.case_id != thing_id:
        raise DraftError("cases.key_reused")
    case = Case.objects.get(id=thing_id)
    return Submitted(case.id, case.reference, case.submit_entry)


@identity.action("cases.case.submit", replay=_submitted)
def submit(
    *,
    actor: Actor,
    draft_id: UUID,
    phone: str = "",
    idempotency_key: str | None = None,  # noqa: ARG001  # the action's own business
) -> Submitted:
    """Hand in a draft; the same draft, or the same key, again is the same case.

    Raises DraftError with what is missing, and for a key that came with another draft before.
    """
    draft = Draft.objects.select_for_update().filter(id=draft_id).first()
    if draft is None:
        raise DraftError("cases.no_draft")
    actor = helping.acting_for(actor, draft.mandate_id, draft.person_id)
    identity.must(actor, "cases.draft.write", draft_thing(draft))
    if draft.case_id is not None:
        case = Case.objects.get(id=draft.case_id)
        identity.record(actor, case_thing(case), after={"sent_again": True})
        return Submitted(case.id, case.reference, case.submit_entry)
    offering = services.offering(draft.offering_id)
    if offering is None or offering.state != "published":
        raise DraftError("cases.not_offered")
    edition = services.edition_by_hash(draft.edition_hash)
    if edition is None or edition.withdrawn is not None:
        raise DraftError("cases.edition_withdrawn")
    now = clock.now()
    # An edition keeps its own figures: what a newer one calls by the same name may be another thing.
    figures = services.settings_of(offering, draft.edition_hash)
    frame = engine.Frame(services.definition(draft.edition_hash), figures, offering.institution_id)
    doer = engine.acting(actor)
    helpers = (str(engine.natural(draft.helper_id)),) if draft.helper_id else ()
    is_self = doer is not None and draft.person_id == actor.person_id
    parties = d.Parties(doer.person if doer and is_self else str(engine.natural(draft.person_id)), helpers)
    if draft.look_again:
        form = form_of(frame, draft.answers)
        if {one.page for one in form.pages()} & set(draft.look_again):
            raise DraftError("cases.look_again")
    act = d.Submit(draft.answers, draft.door, parties)
    try:
        outcome = engine.advance(frame, None, act, now=now, actor=actor, doer=doer, owner=draft.person_id)
    except d.Refused as refused:
        raise DraftError(refused.key, errors=refused.values.get("errors", ())) from refused
    case = Case(
        id=new_id(),
        institution_id=offering.institution_id,
        person_id=draft.person_id,
        offering_id=offering.id,
        service=offering.service,
        service_name=edition.name,
        edition_hash=draft.edition_hash,
        settings=dict(figures),
        reference=numbers.new_number(settings.NODE),
        title=search.title_of(frame.edition.package, outcome.state.answers),
        door=draft.door,
        language=draft.language,
        # What is said goes to the owner's phone: a helper names no other one.
        phone=(phone if draft.mandate_id is None else "") or draft.phone or _proved_phone(draft),
        helper_id=draft.helper_id,
        mandate_id=draft.mandate_id,
        answers_hash=digest(dict(outcome.state.answers)),
        submitted_at=now,
    )
    engine.take_state(case, frame, outcome.state)
    case.submit_entry = identity.record(
        actor,
        case_thing(case),
        after={
            "act": {"submit": dict(outcome.state.answers), "door": case.door},
            "at": now,
            "reference": case.reference,
            "edition": case.edition_hash,
            "settings": dict(case.settings),
            "answers": case.answers_hash,
            "digest": sameness.digest_of(case),
            "stage": case.stage,
            "state": digest(case.state),
        },
    )
    with tenancy.acting_as(SYSTEM):
        case.save(force_insert=True)
        if any(one.type == "file" for one in frame.edition.package.all_fields().values()):
            # What was set aside with an earlier edition is no part of the application.
            own = Attachment.objects.filter(draft_id=draft.id, field__in=list(draft.answers))
            own.update(case_id=case.id, institution_id=case.institution_id)
            drop_rows(on_their_way(draft.person_id, draft.id))
        hand_over(draft, case, frame.edition.package)
        search.index(case)
        effects.perform(case, frame, outcome, actor=actor)
    draft.case_id = case.id
    draft.save(update_fields=["case_id"])
    tell(CaseSubmitted(case.id, case.institution_id, case.person_id))
    return Submitted(case.id, case.reference, case.submit_entry)


def _proved_phone(draft: Draft) -> str:
    """Whoever signed in by a phone is told there."""
    person = identity.person(draft.person_id)
    return person.phone if person else ""


def refusal_errors(error: CaseError) -> tuple[object, ...]:
    """The fields that a refused submission names, as definitions' forms.Error."""
    found = error.values.get("errors", ())
    return found if isinstance(found, tuple) else ()
