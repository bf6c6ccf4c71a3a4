"""What becomes of the document before, when one is issued that follows it; within that issue's transaction."""

from jumuishi.documents import queries
from jumuishi.documents.events import DocumentRevoked
from jumuishi.documents.models import Document
from jumuishi.documents.types import DocumentState, Order
from jumuishi.identity.public import record
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock
from jumuishi.kernel.events import tell
from jumuishi.kernel.numbers import group
from jumuishi.kernel.text import t


def settle(actor: Actor, row: Document, order: Order) -> None:
    """The earlier one is replaced where the new one takes its place; a renewal leaves it valid to its end.

    What stood against the earlier one stands against its successor: a suspension goes over with its day, and one that
    was ended while the application was decided leaves the new one suspended until somebody who may looks at it.
    """
    earlier = Document.objects.select_for_update().filter(
        number=order.earlier, institution_id=row.institution_id
    ).first()  # fmt: skip
    if earlier is None:
        return
    if earlier.state != DocumentState.ISSUED:
        reason = t("documents.earlier_ended", order.language, number=group(earlier.number))
        row.suspended_at, row.suspend_reason = clock.now(), reason[:200]
    elif queries.is_suspended(earlier):
        row.suspended_at, row.suspended_until = earlier.suspended_at, earlier.suspended_until
        row.suspend_reason = earlier.suspend_reason
    row.save(update_fields=["suspended_at", "suspended_until", "suspend_reason"])
    if order.is_in_place and earlier.state == DocumentState.ISSUED:
        _replace(actor, earlier, row, order)


def _replace(actor: Actor, earlier: Document, row: Document, order: Order) -> None:
    earlier.state, earlier.ended_at = DocumentState.REPLACED, clock.now()
    earlier.end_reason = t("documents.replaced_by", order.language, number=group(row.number))[:200]
    earlier.save(update_fields=["state", "ended_at", "end_reason"])
    record(
        actor,
        Thing("document", earlier.id, earlier.institution_id, earlier.person_id),
        before={"state": "issued"},
        after={"state": "replaced", "replaced_by": row.number},
        verb="documents.document.replace",
    )
    whose = (earlier.id, earlier.institution_id, earlier.person_id, earlier.case_id, earlier.number)
    tell(DocumentRevoked(*whose, state="replaced"))
