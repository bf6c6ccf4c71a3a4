"""A draft on the table: its offering, frame, form and pages; and one page of it kept, whichever door it came by."""

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q

from jumuishi.cases import engine, form, held_draft, life, uploads
from jumuishi.cases.actions import drafts
from jumuishi.cases.helping import queries as helping
from jumuishi.cases.lookups.asking import Whose, look_up
from jumuishi.cases.lookups.rules import Way
from jumuishi.cases.lookups.standing import hidden, looks_of_draft, ways
from jumuishi.cases.models import Draft
from jumuishi.cases.types import QuotaError
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import Error, Field, Form, Page
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.kernel.files import TooLargeError
from jumuishi.kernel.scanning import InfectedFileError
from jumuishi.kernel.text import t
from jumuishi.services import public as services
from jumuishi.services.types import OfferingRef


class Sheet:
    """A draft with what it is filled in under."""

    def __init__(self, draft: Draft, offering: OfferingRef, actor: Actor, *, reads_out: bool = False) -> None:
        # Whether the door reads out what was fetched, one thing after the other: then it is no question of a page.
        self.reads_out = reads_out
        self.draft = draft
        # Whoever fills in for somebody else does so openly: the journal has both.
        self.actor = actor if draft.person_id == actor.person_id else actor.helping(draft.person_id)
        self.offering = offering
        self.figures = services.settings_of(offering, draft.edition_hash)
        self.frame = engine.Frame(services.definition(draft.edition_hash), self.figures, offering.institution_id)
        self.context = engine.context(self.frame, now=clock.now(), actor=None)
        self.looks = looks_of_draft(self.frame.edition.package, draft.person_id, draft.id)
        self.form = self.form_with(draft.answers)
        self.pages = self.form.pages()
        self.work = self.context.working_time

    def form_with(self, answers: Mapping[str, Any]) -> Form:
        """The form with other answers (canonical data), at the same moment; what registers say is not asked."""
        found = forms.form_of(self.frame.edition.package, answers, self.context)
        if not self.looks.lookups:
            return found
        return found.hiding(hidden(ways(self.looks, found, answers), fetched=self.reads_out))

    @property
    def ways(self) -> Mapping[str, Way]:
        """How each field of a register stands."""
        return ways(self.looks, self.form, self.draft.answers)

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
    if draft is None or offering is None:
        return None
    return Sheet(draft, offering, actor, reads_out=locks)


def whose_of(sheet: Sheet, address: str = "") -> Whose:
    """A draft as registers are asked for it."""
    return Whose(sheet.actor, sheet.draft.person_id, sheet.draft.id, sheet.offering.institution_id, address)


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
    address: str = "",
) -> tuple[Error, ...]:
    """Keep what can be read of a page, also where something else on it is wrong; what is wrong is the answer.

    `goes_on` is false where the person stays on the page (one more item of a group), None where they are still typing.
    The same `key` again saves nothing. Whoever waits for a file that is `coming` goes on meanwhile. A register whose
    key is answered now is asked; `address`: from where, for the limits on that. Raises DraftError.
    """
    fields = form.asked(page)
    faults = take_files(actor=actor, draft_id=draft_id, fields=fields, files=files)
    sheet = sheet_of(actor, draft_id)
    assert sheet is not None  # noqa: S101  # it was on the table a moment ago
    # What a file is, we found out from the file itself: nobody tells us.
    typed = {one.name for one in fields if one.type != "file"}
    said = {name: value for name, value in raw.items() if name in typed}
    saved = forms.read_page(sheet.form, page, said, sheet.draft.door)
    known: dict[str, Any] = {}
    if sheet.looks.lookups:
        known, locked, own = _known(sheet, saved.keep, address)
        faults += own
        # What a register said is no answer of the page's: it is read with what was typed, as it would stand.
        stands = {name: value for name, value in {**sheet.draft.answers, **known}.items() if value is not None}
        rest = {name: value for name, value in said.items() if name not in locked}
        saved = forms.read_page(sheet.form_with(stands), page, rest, sheet.draft.door)
        stands |= {name: value for name, value in saved.keep.items() if value is not None}
        filled = sheet.form_with(stands)
        # Nobody is told to answer what is not asked yet: the register's own question comes first.
        saved = replace(saved, errors=tuple(one for one in saved.errors if one.field not in filled.hidden))
    faults += earlier_faults(sheet, page, saved.keep)
    named = {fault.field for fault in faults}
    # At submission it must be here.
    missing = [one for one in saved.errors if not (one.code == "required" and one.field in coming)]
    wrong = (*faults, *(one for one in missing if one.field not in named))
    kept = known | {name: value for name, value in saved.keep.items() if name in typed}
    is_done = None if goes_on is None and not wrong else not wrong and bool(goes_on)
    drafts.save_answers(
        actor=actor, draft_id=draft_id, answers=kept, page=page.page, is_done=is_done, idempotency_key=key
    )
    return wrong


def _known(sheet: Sheet, typed: Mapping[str, Any], address: str) -> tuple[dict[str, Any], set[str], list[Error]]:
    """Ask what is due with what was typed: the answers that follow, what registers say, what was typed against it."""
    answers = {name: value for name, value in {**sheet.draft.answers, **typed}.items() if value is not None}
    before = {name for name, way in sheet.ways.items() if way is Way.FETCHED}
    stands = {name: value for name, value in answers.items() if name not in before or name not in typed}
    stands |= {name: sheet.draft.answers[name] for name in before if name in sheet.draft.answers}
    found = look_up(whose_of(sheet, address), sheet.looks, sheet.form_with(stands), stands)
    sheet.looks = looks_of_draft(sheet.frame.edition.package, sheet.draft.person_id, sheet.draft.id)
    stands |= found.changes
    now = ways(sheet.looks, sheet.form_with({k: v for k, v in stands.items() if v is not None}), stands)
    fetched = {name for name, way in now.items() if way is Way.FETCHED}
    other = [name for name in sorted(fetched & set(typed)) if typed[name] not in (None, stands.get(name))]
    return found.changes, fetched, [Error((name,), "looked_up") for name in other]
