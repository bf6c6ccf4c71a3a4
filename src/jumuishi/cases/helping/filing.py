"""An application begun and filled in for its owner, under a consent that stands; at a counter all on one page."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from jumuishi.cases import form
from jumuishi.cases.actions import drafts
from jumuishi.cases.helping import queries, rules
from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.models import Draft
from jumuishi.cases.sheet import Sheet, keep_page, sheet_of
from jumuishi.cases.types import CaseError
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import Error
from jumuishi.identity.types import Actor
from jumuishi.services import public as services


def begun(row: Mandate) -> Draft | None:
    """What was begun last under a consent, as far as the principal may see it."""
    return Draft.objects.filter(mandate_id=row.id).order_by("-created_at").first()


def begin_for(*, actor: Actor, mandate_id: UUID, offering_id: UUID | None = None, door: str = "") -> UUID:
    """The draft of a consent: for one application the one that is there, else a new one of the service wanted.

    `door`: by which it is filled in, where that is neither a counter's page nor a relative's.
    Raises CaseError where the consent stands no more or does not reach so far.
    """
    row = queries.standing(actor).filter(id=mandate_id).first()
    if row is None or row.owner_id is None:
        raise CaseError("cases.help_none")
    before = begun(row) if row.scope == rules.Scope.CASE else None
    if before is not None:
        return before.id
    wanted = offering_id if row.scope == rules.Scope.ALL else row.offering_id
    found = services.offering(wanted) if wanted is not None else None
    if found is None:
        raise CaseError("cases.not_offered")
    return drafts.begin_draft(
        actor=actor.helping(row.owner_id), offering_id=found.id,
        door=door or ("counter" if row.institution_id else "web"), language=row.language, mandate_id=row.id,
        phone=row.owner_phone if row.proof == Mandate.Proof.MARK else "",
    )  # fmt: skip


def keep_all(
    sheet: Sheet,
    sent: Mapping[str, Mapping[str, Any]],
    files: Mapping[str, "UploadedFile[bytes]"],
    seen: Iterable[str],
) -> tuple[Sheet, list[Error], bool]:
    """Keep every page that was shown; the sheet as it stands, what is wrong, and whether an answer asks more.

    `sent`: raw answers by page, `seen`: the questions that stood on the form. A page that only now is asked stays open.
    """
    wrong: list[Error] = []
    known, kept = set(seen), set[str]()
    while True:
        page = next((one for one in sheet.pages if one.page in sent and one.page not in kept), None)
        if page is None:
            break
        kept.add(page.page)
        read = forms.read_page(sheet.form, page, sent[page.page], sheet.draft.door).keep
        then = sheet.form_with({key: one for key, one in {**sheet.draft.answers, **read}.items() if one is not None})
        fresh = {one.name for one in then.fields(page)} - known
        faults = keep_page(
            actor=sheet.actor, draft_id=sheet.draft.id, page=page, raw=sent[page.page], files=files, goes_on=not fresh
        )
        again = sheet_of(sheet.actor, sheet.draft.id)
        assert again is not None  # noqa: S101  # it was on the table a moment ago
        sheet = again
        wrong += [one for one in faults if one.field in known or one.code != "required"]
    asked = {one.name for page in sheet.pages for one in form.asked(page)}
    shown = {one.name for page in sheet.pages for one in sheet.form.fields(page)} & asked
    wrong = [one for one in wrong if one.field in shown]
    return sheet, wrong, bool(shown - known)
