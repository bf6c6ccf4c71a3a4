"""What happened to a case, told to programs that asked for it: numbers, stages and states, nothing of a person."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from jumuishi.cases.events import CaseEnded, CaseMoved, CaseSubmitted
from jumuishi.cases.models import Case
from jumuishi.documents.events import DocumentIssued, DocumentRestored, DocumentRevoked, DocumentSuspended
from jumuishi.hooks import public as hooks
from jumuishi.kernel import clock
from jumuishi.kernel.events import subscribe
from jumuishi.kernel.numbers import group
from jumuishi.payments.events import BillPaid, ControlNumberReceived


def _tell(topic: str, case_id: UUID, key: str, said: dict[str, Any], at: datetime | None = None) -> None:
    """One fact about a case that is still there, to those of its institution and its person; told twice it is one."""
    rows = Case.objects.filter(id=case_id, merged_into=None)
    case = rows.only("id", "institution_id", "person_id", "reference", "service").first()
    if case is not None:
        hooks.tell(
            topic=topic, key=f"{topic}:{key}", institution_id=case.institution_id, person_id=case.person_id,
            at=at or clock.now(),
            data={"case": case.id, "reference": case.reference, "service": case.service, **said},
        )  # fmt: skip


def _is_wanted(topic: str) -> Callable[[Any], bool]:
    """Whether a program wants this of a case, as things stand when it happens; of most cases none does."""
    return lambda event: hooks.is_wanted(topic, institution_id=event.institution_id, person_id=event.person_id)


@subscribe(CaseSubmitted, wanted=_is_wanted("case.submitted"))
def submitted(event: CaseSubmitted) -> None:
    """An application became a case."""
    _tell("case.submitted", event.case_id, str(event.case_id), {})


@subscribe(CaseMoved, wanted=_is_wanted("case.moved"))
def moved(event: CaseMoved) -> None:
    """It is in a stage; `version` orders what is told of one case."""
    key = f"{event.case_id}:{event.version}"
    _tell("case.moved", event.case_id, key, {"stage": event.stage, "version": event.version})


@subscribe(CaseEnded, wanted=_is_wanted("case.ended"))
def ended(event: CaseEnded) -> None:
    """It was granted, refused, withdrawn, or its time ran out."""
    key = f"{event.case_id}:{event.version}"
    _tell("case.ended", event.case_id, key, {"outcome": event.outcome, "version": event.version})


@subscribe(ControlNumberReceived)
def numbered(event: ControlNumberReceived) -> None:
    """There is something to pay, and where."""
    key = f"{event.bill_id}:{event.control_number}"
    said = {"bill": event.bill_id, "control_number": event.control_number, "amount": event.amount}
    _tell("bill.issued", event.case_id, key, said)


@subscribe(BillPaid)
def paid(event: BillPaid) -> None:
    """All of it was paid."""
    _tell("bill.paid", event.case_id, str(event.bill_id), {"bill": event.bill_id})


@subscribe(DocumentIssued)
def issued(event: DocumentIssued) -> None:
    """A document can be fetched."""
    said = {"document": event.document_id, "number": group(event.number)}
    _tell("document.issued", event.case_id, str(event.document_id), said)


@subscribe(DocumentRevoked)
def revoked(event: DocumentRevoked) -> None:
    """It must no longer be accepted."""
    said = {"document": event.document_id, "number": group(event.number), "state": event.state}
    _tell("document.changed", event.case_id, f"{event.document_id}:{event.state}", said)


@subscribe(DocumentSuspended)
def suspended(event: DocumentSuspended) -> None:
    """It must not be accepted for now."""
    said = {"document": event.document_id, "number": group(event.number), "state": "suspended"}
    _tell("document.changed", event.case_id, f"{event.document_id}:off:{event.at.isoformat()}", said, event.at)


@subscribe(DocumentRestored)
def restored(event: DocumentRestored) -> None:
    """It is good again."""
    said = {"document": event.document_id, "number": group(event.number), "state": "issued"}
    _tell("document.changed", event.case_id, f"{event.document_id}:on:{event.at.isoformat()}", said, event.at)
