"""What is left of a document once its case is erased: number, kind, dates and state."""

from functools import partial
from uuid import UUID

from django.db import transaction

from jumuishi.documents import queries
from jumuishi.documents.models import Document
from jumuishi.documents.types import DocumentState
from jumuishi.kernel import files

NOBODY = UUID(int=0)


def forget_case(case_id: UUID) -> list[UUID]:
    """Drop what ended documents of a case say about people, with their PDFs; those in force stay. The dropped ones.

    A step of the action that erases the case: called as the system, recorded there.
    """
    dropped = []
    for row in Document.objects.select_for_update().filter(case_id=case_id).exclude(person_id=NOBODY):
        if queries.state_of(row) is DocumentState.ISSUED:
            continue
        transaction.on_commit(partial(files.drop, row.file_id))
        row.person_id, row.holder, row.details, row.claims = NOBODY, "", [], {}
        row.payload, row.size, row.end_reason = "", 0, ""
        row.save(update_fields=["person_id", "holder", "details", "claims", "payload", "size", "end_reason"])
        dropped.append(row.id)
    return dropped
