"""Stop a document for a while, and give it back: what lies between a warning and taking it back for good."""

from datetime import date
from uuid import UUID

from jumuishi.documents import queries
from jumuishi.documents.events import DocumentRestored, DocumentSuspended
from jumuishi.documents.models import Document
from jumuishi.documents.types import DocumentState, Issued, NotInForceError
from jumuishi.identity.public import action, must, record
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.events import tell

SYSTEM = tenancy.Principal.system()


@action("documents.document.suspend")
def suspend(*, actor: Actor, number: str, reason: str, until: date | None = None) -> Issued:
    """Nobody is to accept it from now to the end of `until`, or until it is lifted; the holder may read the reason.

    One that is suspended already gets the new reason and day. Raises NoSuchDocumentError, NotAllowedError,
    NotInForceError, ValueError where the reason is missing or the day is not after today.
    """
    seen, thing = _seen(actor, number)
    if not reason.strip():
        raise ValueError("a reason is needed")
    if until is not None and until <= queries.today():
        raise ValueError("the day has to come after today")
    with tenancy.acting_as(SYSTEM):
        row = _locked(seen)
        if queries.state_of(row) not in (DocumentState.ISSUED, DocumentState.SUSPENDED):
            raise NotInForceError(number)
        before = _said(row)
        row.suspended_at = row.suspended_at if queries.is_suspended(row) else clock.now()
        row.suspended_until, row.suspend_reason = until, reason.strip()[:200]
        row.save(update_fields=["suspended_at", "suspended_until", "suspend_reason"])
        record(actor, thing, before=before, after=_said(row))
        day = until.isoformat() if until else ""
        whose = (row.id, row.institution_id, row.person_id, row.case_id, row.number)
        tell(DocumentSuspended(*whose, until=day, at=clock.now()))
        return queries.as_issued(row)


@action("documents.document.lift")
def lift(*, actor: Actor, number: str, reason: str) -> Issued:
    """A suspended document is good again from this moment; twice is once.

    Raises NoSuchDocumentError, NotAllowedError, NotInForceError for one that ended meanwhile, ValueError.
    """
    seen, thing = _seen(actor, number)
    if not reason.strip():
        raise ValueError("a reason is needed")
    with tenancy.acting_as(SYSTEM):
        row = _locked(seen)
        if row.state != DocumentState.ISSUED:
            raise NotInForceError(number)
        before, was_stopped = _said(row), queries.is_suspended(row)
        row.suspended_at, row.suspended_until, row.suspend_reason = None, None, ""
        row.save(update_fields=["suspended_at", "suspended_until", "suspend_reason"])
        record(
            actor, thing, before=before, after={"state": queries.state_of(row).value, "reason": reason.strip()[:200]}
        )
        if was_stopped:
            whose = (row.id, row.institution_id, row.person_id, row.case_id, row.number)
            tell(DocumentRestored(*whose, at=clock.now()))
        return queries.as_issued(row)


def _seen(actor: Actor, number: str) -> tuple[UUID, Thing]:
    row = queries.visible(number)
    thing = Thing("document", row.id, row.institution_id, row.person_id)
    must(actor, "documents.document.suspend", thing)
    return row.id, thing


def _locked(document_id: UUID) -> Document:
    return Document.objects.select_for_update().get(id=document_id)


def _said(row: Document) -> dict[str, str | None]:
    until = row.suspended_until
    return {
        "state": queries.state_of(row).value,
        "until": until.isoformat() if until else None,
        "reason": row.suspend_reason,
    }
