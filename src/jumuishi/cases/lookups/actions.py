"""What a person does with a look: answers the register's question, passes it by, disputes a value, takes that back."""

from typing import Any
from uuid import UUID

from jumuishi.cases.actions import drafts
from jumuishi.cases.actions.things import draft_thing
from jumuishi.cases.lookups import asking
from jumuishi.cases.lookups.models import Dispute, Look
from jumuishi.cases.lookups.rules import QUESTION, Way
from jumuishi.cases.sheet import Sheet, sheet_of, whose_of
from jumuishi.cases.types import DraftError
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import Error, Page
from jumuishi.exchange import public as exchange
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id

LONGEST_ANSWER, LONGEST_REASON = 200, 500


def open_sheet(actor: Actor, draft_id: UUID) -> Sheet:
    """The draft on the table; raises DraftError for one that is not there, or submitted."""
    sheet = sheet_of(actor, draft_id)
    if sheet is None:
        raise DraftError("cases.no_draft")
    if sheet.draft.case_id is not None:
        raise DraftError("cases.submitted_already")
    return sheet


def answer_question(*, actor: Actor, draft_id: UUID, look_id: UUID, said: str, address: str = "") -> Look | None:
    """What the person says to the register's question goes to the register and is kept nowhere; the look as it then is.

    None where no question is open: it was answered before. Raises DraftError, also after too many tries.
    """
    sheet = open_sheet(actor, draft_id)
    row = _asking(sheet, look_id)
    if row is None:
        return None
    text = " ".join(said.split())[:LONGEST_ANSWER]
    if not text:
        raise DraftError("cases.look_needs_answer")
    if not identity.allowed("lookup.answer", str(sheet.draft.person_id)):
        raise DraftError("cases.look_too_many")
    fields, form = sheet.frame.edition.package.all_fields(), sheet.form
    wanted = [
        fields[name] for name, one in sheet.looks.lookups.items()
        if (one.register, one.key) == (row.register, row.key_field) and name in form.relevant
    ]  # fmt: skip
    heard = exchange.ask_register(
        institution_id=row.institution_id, register=row.register, key=str(sheet.draft.answers[row.key_field]),
        issue=draft_id, question=str((row.question or {}).get("number", "")), answer=text,
    )  # fmt: skip
    found = asking.Looked()
    asking.keep(whose_of(sheet, address), sheet.looks, row, heard, wanted, form, found)
    save(sheet, found.changes)
    return row


def _asking(sheet: Sheet, look_id: UUID) -> Look | None:
    """The look whose question is open, under the key as it is now."""
    rows = [one for one in sheet.looks.rows.values() if one.id == look_id]
    if not rows:
        raise DraftError("cases.no_draft")
    return rows[0] if rows[0] in pending(sheet) else None


def pending(sheet: Sheet) -> list[Look]:
    """The looks whose register waits for an answer of the person."""
    answers = sheet.draft.answers
    found = [sheet.looks.row(name, answers) for name, way in sheet.ways.items() if way is Way.WAITING]
    return list({one.id: one for one in found if one is not None and one.state == QUESTION}.values())


@identity.action("cases.look.skip")
def skip_question(*, actor: Actor, draft_id: UUID, look_id: UUID) -> None:
    """Say it oneself rather than answer the register's question. Raises DraftError."""
    sheet = open_sheet(actor, draft_id)
    identity.must(sheet.actor, "cases.draft.write", draft_thing(sheet.draft))
    row = _asking(sheet, look_id)
    if row is not None:
        row.state, row.question = Look.State.SKIPPED, None
        row.save(update_fields=["state", "question"])
    identity.record(
        sheet.actor, draft_thing(sheet.draft), after={"register": row.register if row else "", "skip": True}
    )


def dispute(*, actor: Actor, draft_id: UUID, name: str, raw: Any, reason: str) -> tuple[Error, ...]:
    """A register's value is wrong, the person says, and gives their own, with a reason; what can't be read is said.

    Raises DraftError where no such value is there.
    """
    sheet = open_sheet(actor, draft_id)
    if sheet.ways.get(name) not in (Way.FETCHED, Way.DISPUTED):
        raise DraftError("cases.look_none")
    text = " ".join(reason.split())[:LONGEST_REASON]
    field = sheet.frame.edition.package.all_fields()[name]
    read = forms.read_fields(sheet.form, [field], {name: raw}, sheet.draft.door)
    wrong = [one for one in read.errors if one.field == name]
    if read.keep.get(name) is None and not wrong:
        wrong = [Error((name,), "required")]
    if not text:
        wrong.append(Error(("reason",), "required"))
    if wrong:
        return tuple(wrong)
    _dispute(actor=sheet.actor, sheet=sheet, name=name, value=read.keep[name], reason=text)
    return ()


@identity.action("cases.look.dispute")
def _dispute(*, actor: Actor, sheet: Sheet, name: str, value: Any, reason: str) -> None:
    draft, row = sheet.draft, sheet.looks.row(name, sheet.draft.answers)
    identity.must(actor, "cases.draft.write", draft_thing(draft))
    values = {
        "register": row.register, "said": row.values[name], "source": row.source, "message_id": row.message_id,
        "reason": reason, "institution_id": sheet.offering.institution_id,
    }  # fmt: skip
    Dispute.objects.update_or_create(
        person_id=draft.person_id, draft_id=draft.id, field=name, defaults=values,
        create_defaults={"id": new_id(), "made_at": clock.now(), **values},
    )  # fmt: skip
    save(sheet, {name: value})
    identity.record(actor, draft_thing(draft), after={"register": row.register, "field": name, "disputed": True})


@identity.action("cases.look.agree")
def take_back(*, actor: Actor, draft_id: UUID, name: str) -> None:
    """The register's value is right after all; none disputed is fine. Raises DraftError."""
    sheet = open_sheet(actor, draft_id)
    draft = sheet.draft
    identity.must(sheet.actor, "cases.draft.write", draft_thing(draft))
    if sheet.ways.get(name) is Way.DISPUTED:
        Dispute.objects.filter(person_id=draft.person_id, draft_id=draft.id, field=name).delete()
        save(sheet, {name: sheet.looks.row(name, draft.answers).values[name]})
    identity.record(sheet.actor, draft_thing(draft), after={"field": name, "disputed": False})


def renew(*, actor: Actor, draft_id: UUID, address: str = "") -> list[str]:
    """Before it is handed in, ask again what has grown old; the fields that read otherwise now."""
    sheet = sheet_of(actor, draft_id)
    if sheet is None or sheet.draft.case_id is not None or not sheet.looks.rows:
        return []
    answers = dict(sheet.draft.answers)
    if not asking.is_stale(sheet.looks, sheet.form, answers, clock.now()):
        return []
    found = asking.look_up(whose_of(sheet, address), sheet.looks, sheet.form, answers)
    other = {name: value for name, value in found.changes.items() if answers.get(name) != value}
    save(sheet, other)
    return sorted(other)


def save(sheet: Sheet, changes: dict[str, Any]) -> None:
    """Put changed answers into the draft; a page stays as done as it was."""
    page = next((one for one in sheet.frame.edition.package.pages if _has(one, changes)), None)
    if page is not None:
        drafts.save_answers(actor=sheet.actor, draft_id=sheet.draft.id, answers=changes, page=page.page, is_done=None)


def _has(page: Page, names: Any) -> bool:
    return any(one.name in names for one in page.fields) or any(
        member.name in names for one in page.fields for member in one.fields
    )
