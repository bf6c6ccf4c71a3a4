"""What a file that comes in parts is for: a question of a draft, or of a case whose office asks for it now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q

from jumuishi.cases import engine, queries
from jumuishi.cases.actions.answering import hand_in
from jumuishi.cases.actions.things import case_thing, draft_thing, locked
from jumuishi.cases.form import wanted
from jumuishi.cases.helping import queries as helping
from jumuishi.cases.models import Attachment, Case, Draft, Upload
from jumuishi.cases.sheet import sheet_of, take_files
from jumuishi.cases.types import CaseError, DraftError
from jumuishi.definitions.types import Field
from jumuishi.identity.types import Actor, Thing

ABSENT = ("cases.no_draft", "cases.no_case", "cases.no_field", "cases.no_upload")


@dataclass(frozen=True)
class Target:
    """A question for a file: `id` is the draft's or case's. `actor` acts openly for the owner where that is another."""

    actor: Actor
    thing: Thing
    field: Field
    id: UUID
    person_id: UUID
    case_id: UUID | None

    def lock(self) -> None:
        """Nobody else changes the draft or case until the transaction ends; always before an upload's own row."""
        if self.case_id is not None:
            locked(self.case_id, None)
        else:
            Draft.objects.select_for_update().filter(id=self.id).first()

    def file_like(self, sha256: str) -> Attachment | None:
        """The file with this content, where the question has it now."""
        rows = Attachment.objects.filter(person_id=self.person_id, draft_id=self.id, field=self.field.name)
        return rows.filter(sha256=sha256).order_by("-created_at").first()

    def hand_in(self, file: "UploadedFile[bytes]") -> str:
        """Hand in what has come whole, by the same checks as one that came at once; why it is refused, or nothing."""
        if self.case_id is not None:
            taken = hand_in(actor=self.actor, case_id=self.id, field=self.field, file=file)
            return "" if isinstance(taken, Mapping) else taken.code
        wrong = take_files(actor=self.actor, draft_id=self.id, fields=[self.field], files={self.field.name: file})
        return wrong[0].code if wrong else ""


Find = Callable[[Actor, UUID, str], Target]


def of_draft(actor: Actor, draft_id: UUID, field: str) -> Target:
    """A question of a draft of the actor's, or of whom the actor helps. Raises CaseError (ABSENT: nothing is there)."""
    sheet = sheet_of(actor, draft_id)
    if sheet is None:
        raise DraftError("cases.no_draft")
    if sheet.draft.case_id is not None:
        raise DraftError("cases.submitted_already")
    found = sheet.frame.edition.package.all_fields().get(field)
    return _target(sheet.actor, draft_thing(sheet.draft), found, draft_id, sheet.draft.person_id, None)


def of_case(actor: Actor, case_id: UUID, field: str) -> Target:
    """A question that the office asks about a case now. Raises CaseError."""
    mine = Q(person_id=actor.who) | Q(mandate_id__in=helping.standing(actor).values("id"))
    case = Case.objects.filter(mine, id=case_id).first()
    if case is None:
        raise CaseError("cases.no_case")
    asked = wanted(engine.frame_of(case).edition.package, case.stage)
    if not asked:
        raise CaseError("cases.nothing_asked")
    acting = helping.acting_for(actor, case.mandate_id, case.person_id)
    return _target(acting, case_thing(case), asked.get(field), case.id, case.person_id, case.id)


def _target(
    actor: Actor, thing: Thing, field: Field | None, target_id: UUID, person_id: UUID, case_id: UUID | None
) -> Target:
    if field is None or field.type != "file":
        raise CaseError("cases.no_field")
    return Target(actor, thing, field, target_id, person_id, case_id)


def of_upload(actor: Actor, upload_id: UUID) -> tuple[Upload, Target]:
    """A file on its way and what it is for. Raises CaseError."""
    row = Upload.objects.filter(id=upload_id).first()
    if row is None:
        raise CaseError("cases.no_upload")
    if row.case_id is not None:
        return row, of_case(actor, row.case_id, row.field)
    return row, of_draft(actor, row.draft_id, row.field)


def taken(row: Upload) -> dict[str, Any] | None:
    """A file that was taken, as its field's answer; None while it is on its way, and once another took its place."""
    rows = Attachment.objects.filter(person_id=row.person_id, draft_id=row.draft_id, field=row.field)
    kept = rows.filter(sha256=row.sha256).order_by("-created_at").first() if row.done_at else None
    return queries.as_answer(kept) if kept is not None else None
