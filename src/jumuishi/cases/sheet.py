"""A draft on the table: its offering, frame, form and pages; and one page of it kept, whichever door it came by."""

from collections.abc import Container, Mapping
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q

from jumuishi.cases import engine, form, held_draft, life, uploads
from jumuishi.cases.actions import drafts
from jumuishi.cases.helping import queries as helping
from jumuishi.cases.models import Draft
from jumuishi.cases.types import InfectedFileError, QuotaError
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import Error, Field, Form, Page
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.kernel.files import TooLargeError
from jumuishi.kernel.text import t
from jumuishi.services import public as services
from jumuishi.services.types import OfferingRef


class Sheet:
    """A draft with what it is filled in under."""

    def __init__(self, draft: Draft, offering: OfferingRef, actor: Actor) -> None:
        self.draft = draft
        # Whoever fills in for somebody else does so openly: the journal has both.
        self.actor = actor if draft.person_id == actor.person_id else actor.helping(draft.person_id)
        self.offering = offering
        self.figures = services.settings_of(offering, draft.edition_hash)
        self.frame = engine.Frame(services.definition(draft.edition_hash), self.figures, offering.institution_id)
        self.context = engine.context(self.frame, now=clock.now(), actor=None)
        self.form = self.form_with(draft.answers)
        self.pages = self.form.pages()
        self.work = self.context.working_time

    def form_with(self, answers: Mapping[str, Any]) -> Form:
        """The form with other answers (canonical data), at the same moment."""
        return forms.form_of(self.frame.edition.package, answers, self.context)

    def page(self, page_id: str) -> Page | None:
        """A page that is asked now."""
        return next((one for one in self.pages if one.page == page_id), None)

    def next_open(self) -> Page | None:
        """The first page that is not done yet; None when the summary is next."""
        return next((one for one in self.pages if one.page not in self.draft.done_pages), None)

    def after(self, page_id: str) -> Page | None:
        """The page after this one; None when the summary is next."""
        ids = [one.page for one in self.pages]
        rest = self.pages[ids.index(page_id) + 1 :] if page_id in ids else []
        return rest[0] if rest else None

    def promise(self, lang: str) -> str:
        """The promise before submission."""
        span = services.promise_words(self.frame.edition.package, self.figures, lang)
        return t("cases.promise_after", lang, span=span)


def sheet_of(actor: Actor, draft_id: UUID, *, locks: bool = False) -> Sheet | None:
    """The actor's own draft, or one of an owner whose consent to be helped stands; None for any other.

    `locks`: only one's own, which nobody else changes until the transaction ends.
    """
    if locks:
        draft = held_draft.held(draft_id, actor.who) if actor.who else None
    else:
        mine = Q(person_id=actor.who) | Q(mandate_id__in=helping.standing(actor).values("id"))
        draft = Draft.objects.filter(mine, id=draft_id).first()
    offering = services.offering(draft.offering_id) if draft is not None else None
    return Sheet(draft, offering, actor) if draft is not None and offering is not None else None


def take_files(
    *, actor: Actor, draft_id: UUID, fields: list[Field], files: Mapping[str, "UploadedFile[bytes]"]
) -> list[Error]:
    """Take what was handed in for these fields; says what is wrong with what is not taken. Raises DraftError."""
    faults = []
    for field in fields:
        sent = files.get(field.name) if field.type == "file" else None
        if sent is None:
            continue
        upload = uploads.read(field, sent)
        if isinstance(upload, uploads.RefusedUpload):
            faults.append(Error((field.name,), upload.code))
            continue
        try:
            drafts.attach(
                actor=actor, draft_id=draft_id, field=field.name, name=upload.name,
                media_type=upload.media_type, chunks=upload.chunks(), limit=upload.limit,
            )  # fmt: skip
        except TooLargeError:
            faults.append(Error((field.name,), "file_size"))
        except QuotaError:
            faults.append(Error((field.name,), "file_quota"))
        except InfectedFileError:
            faults.append(Error((field.name,), "file_infected"))
    return faults


def earlier_faults(sheet: Sheet, page: Page, kept: Mapping[str, Any]) -> list[Error]:
    """What is wrong with the number of an earlier document that this page asks for."""
    said = {**sheet.draft.answers, **kept}
    owner, home = sheet.draft.person_id, sheet.offering.institution_id
    found = life.faults(sheet.frame.edition.package, said, owner=owner, institution_id=home)
    return [one for one in found if one.field in {field.name for field in form.asked(page)}]


def keep_page(
    *,
    actor: Actor,
    draft_id: UUID,
    page: Page,
    raw: Mapping[str, Any],
    files: Mapping[str, "UploadedFile[bytes]"],
    goes_on: bool | None = True,
    key: str | None = None,
    coming: Container[str] = (),
) -> tuple[Error, ...]:
    """Keep what can be read of a page, also where something else on it is wrong; what is wrong is the answer.

    `goes_on` is false where the person stays on the page (one more item of a group), None where they are still typing.
    The same `key` again saves nothing. Whoever waits for a file that is `coming` goes on meanwhile. Raises DraftError.
    """
    fields = form.asked(page)
    faults = take_files(actor=actor, draft_id=draft_id, fields=fields, files=files)
    sheet = sheet_of(actor, draft_id)
    assert sheet is not None  # noqa: S101  # it was on the table a moment ago
    # What a file is, we found out from the file itself: nobody tells us.
    typed = {one.name for one in fields if one.type != "file"}
    saved = forms.read_page(sheet.form, page, {k: v for k, v in raw.items() if k in typed}, sheet.draft.door)
    faults += earlier_faults(sheet, page, saved.keep)
    named = {fault.field for fault in faults}
    # At submission it must be here.
    missing = [one for one in saved.errors if not (one.code == "required" and one.field in coming)]
    wrong = (*faults, *(one for one in missing if one.field not in named))
    kept = {name: value for name, value in saved.keep.items() if name in typed}
    is_done = None if goes_on is None and not wrong else not wrong and bool(goes_on)
    drafts.save_answers(
        actor=actor, draft_id=draft_id, answers=kept, page=page.page, is_done=is_done, idempotency_key=key
    )
    return wrong
