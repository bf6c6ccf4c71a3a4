"""A dispute as rooms above read it, to tell whoever answers for the register."""

from dataclasses import dataclass
from uuid import UUID

from jumuishi.cases.engine import frame_of
from jumuishi.cases.models import Case, Dispute
from jumuishi.cases.wording import words


@dataclass(frozen=True)
class DisputeRef:
    """What a register said of a person, in words, and why they say that it is wrong; `language` is theirs.

    `message` is the exchange's number of the call, by which the register's owner finds it.
    """

    register: str
    field: str
    said: str
    reason: str
    message: str
    reference: str
    language: str


def dispute(dispute_id: UUID) -> DisputeRef | None:
    """One that was handed in with a case; None for one that is no more."""
    row = Dispute.objects.filter(id=dispute_id).first()
    if row is None or row.case_id is None:
        return None
    case = Case.objects.filter(id=row.case_id).first()
    if case is None:
        return None
    field, lang = frame_of(case).edition.package.all_fields()[row.field], case.spoken
    label = field.label[lang] if field.label else row.field
    return DisputeRef(
        row.register, label, words(field, row.said, lang), row.reason, row.message_id, case.reference, lang
    )
