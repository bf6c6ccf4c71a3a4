"""What a person does before submitting: begin, save a page, hand in a file or take it back, throw away."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from jumuishi.cases import held_draft, quota
from jumuishi.cases.actions.things import draft_thing
from jumuishi.cases.models import Attachment, Dispute, Draft, Look
from jumuishi.cases.resumable.dropping import drop_rows, on_their_way
from jumuishi.cases.types import DraftError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, files
from jumuishi.kernel.ids import new_id
from jumuishi.services import public as services


def _mine(draft_id: UUID) -> Draft:
    row = Draft.objects.select_for_update().filter(id=draft_id).first()
    if row is None:
        raise DraftError("cases.no_draft")
    if row.case_id is not None:
        raise DraftError("cases.submitted_already")
    return row


def _begun(*, actor: Actor, thing_id: UUID, offering_id: UUID, **_: object) -> UUID:
    if not Draft.objects.filter(id=thing_id, person_id=actor.who, offering_id=offering_id).exists():
        raise DraftError("cases.key_reused")
    return thing_id


@identity.action("cases.draft.begin", replay=_begun)
def begin_draft(
    *,
    actor: Actor,
    offering_id: UUID,
    door: str = "web",
    language: str = "sw",
    mandate_id: UUID | None = None,
    phone: str = "",
    idempotency_key: str | None = None,  # noqa: ARG001  # the action's own business
) -> UUID:
    """Begin an application under the edition that is offered now, once for a key.

    Raises DraftError when it is offered no more, and for a key that came with another service before.
    A helper (`actor.helping`) begins it for the owner, under the consent `mandate_id`. Whoever began the same service
    and answered nothing yet goes on with that draft: a button pressed twice.
    """
    offering = services.offering(offering_id)
    if offering is None or not offering.is_open or door not in offering.doors:
        raise DraftError("cases.not_offered")
    owner = actor.on_behalf_of or actor.person_id
    if owner is None:
        raise DraftError("cases.unknown_person")
    now = clock.now()
    empty = Draft.objects.filter(
        person_id=owner,
        offering_id=offering.id,
        edition_hash=offering.edition_hash,
        case_id=None,
        door=door,
        mandate_id=mandate_id,
        answers={},
    ).first()
    if empty is not None:
        identity.must(actor, "cases.draft.write", draft_thing(empty))
        identity.record(actor, draft_thing(empty), after={"sent_again": True})
        return empty.id
    row = Draft(
        id=new_id(),
        person_id=owner,
        offering_id=offering.id,
        edition_hash=offering.edition_hash,
        door=door,
        language=language,
        helper_id=actor.person_id if actor.on_behalf_of else None,
        mandate_id=mandate_id,
        phone=phone,
        saved_at=now,
        created_at=now,
    )
    identity.must(actor, "cases.draft.write", draft_thing(row))
    row.save(force_insert=True)
    identity.record(actor, draft_thing(row), after={"offering": offering.id, "door": door})
    return row.id


def _saved(**_: object) -> None:
    """The same send once more: it happened, and what was saved since stands."""


@identity.action("cases.draft.save", replay=_saved)
def save_answers(
    *,
    actor: Actor,
    draft_id: UUID,
    answers: Mapping[str, Any],
    page: str,
    is_done: bool | None,
    phone: str = "",
    locked: Draft | None = None,
    idempotency_key: str | None = None,  # noqa: ARG001  # the action's own business
) -> None:
    """Keep a page's answers (canonical JSON data, None clears one); said to be saved only after this has returned.

    `is_done` None leaves the page as done as it was. `locked` is the draft where the caller has locked it in this
    transaction and found it open. Raises DraftError.
    """
    row = _mine(draft_id) if locked is None else locked
    identity.must(actor, "cases.draft.write", draft_thing(row))
    row.answers = {name: value for name, value in {**row.answers, **answers}.items() if value is not None}
    if is_done and page not in row.done_pages:
        row.done_pages = [*row.done_pages, page]
    if is_done and row.look_again:
        row.look_again = [one for one in row.look_again if one != page] or None
    if is_done is False and page in row.done_pages:
        row.done_pages = [one for one in row.done_pages if one != page]
    if phone:
        row.phone = phone
    row.saved_at = clock.now()
    held_draft.keep(row)
    # The journal names what was saved, not what it says: a draft is nobody's business but the person's.
    identity.record(actor, draft_thing(row), after={"page": page, "fields": sorted(answers)})


@identity.action("cases.draft.attach")
def attach(
    *, actor: Actor, draft_id: UUID, field: str, name: str, media_type: str, chunks: Iterable[bytes], limit: int
) -> Attachment:
    """Take a file for a field, streamed; it takes the place of an earlier one.

    Raises DraftError, TooLargeError, QuotaError, InfectedFileError; then the earlier one stays.
    """
    row = _mine(draft_id)
    identity.must(actor, "cases.draft.write", draft_thing(row))
    stored, scan = quota.take(row.person_id, chunks, limit, instead=(row.id, field))
    _drop_files(row, field)
    kept = Attachment.objects.create(
        id=new_id(),
        person_id=row.person_id,
        draft_id=row.id,
        field=field,
        name=name[:120],
        media_type=media_type,
        size=stored.size,
        sha256=stored.sha256,
        file_id=stored.id,
        scan=scan,
        created_at=clock.now(),
    )
    row.answers[field] = {"name": kept.name, "size": kept.size, "sha256": kept.sha256, "type": kept.media_type}
    row.saved_at = clock.now()
    row.save(update_fields=["answers", "saved_at"])
    identity.record(actor, draft_thing(row), after={"field": field, "sha256": kept.sha256, "size": kept.size})
    return kept


@identity.action("cases.draft.detach")
def detach(*, actor: Actor, draft_id: UUID, field: str) -> None:
    """Take a file back; a field without one is fine. Raises DraftError."""
    row = _mine(draft_id)
    identity.must(actor, "cases.draft.write", draft_thing(row))
    _drop_files(row, field)
    row.answers.pop(field, None)
    row.saved_at = clock.now()
    row.save(update_fields=["answers", "saved_at"])
    identity.record(actor, draft_thing(row), after={"field": field, "removed": True})


def _drop_files(row: Draft, field: str | None = None) -> None:
    kept = Attachment.objects.filter(person_id=row.person_id, draft_id=row.id)
    for one in kept.filter(field=field) if field else kept:
        # The bytes go once the rows are surely gone: a transaction undone must find its file.
        transaction.on_commit(partial(files.drop, one.file_id))
        one.delete()
    coming = on_their_way(row.person_id, row.id)
    drop_rows(coming.filter(field=field) if field else coming)


def drop_draft(row: Draft) -> None:
    """Away with a draft and its files, within an action that writes down why."""
    _drop_files(row)
    for table in (Look, Dispute):
        table.objects.filter(person_id=row.person_id, draft_id=row.id).delete()
    row.delete()


@identity.action("cases.draft.discard")
def discard_draft(*, actor: Actor, draft_id: UUID) -> None:
    """Throw a draft away with its files; raises DraftError."""
    row = _mine(draft_id)
    identity.must(actor, "cases.draft.write", draft_thing(row))
    identity.record(actor, draft_thing(row), after={"discarded": True})
    drop_draft(row)


@identity.action("cases.draft.leave")
def leave_to_counter(*, actor: Actor, draft_id: UUID) -> None:
    """Go on by phone with what was begun on the web: its files will be brought to the counter. Raises DraftError."""
    row = _mine(draft_id)
    identity.must(actor, "cases.draft.write", draft_thing(row))
    row.door, row.saved_at = "ussd", clock.now()
    row.save(update_fields=["door", "saved_at"])
    identity.record(actor, draft_thing(row), after={"door": row.door})
