"""One question on an old phone: how it is read out, how what was typed becomes an answer, which question is next.

Reading and checking are the forms' own, as on the web: the same answers give one canonical form.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from jumuishi.cases import form
from jumuishi.cases.actions import drafts
from jumuishi.cases.lookups.asking import Looked, look_up
from jumuishi.cases.lookups.standing import looks_of_draft
from jumuishi.cases.sheet import Sheet, earlier_faults, sheet_of, whose_of
from jumuishi.cases.ussd.looking import next_place
from jumuishi.cases.web import errors
from jumuishi.channels.ussd import screens
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import NOT_BY_USSD, Error, Field, Form, Page
from jumuishi.identity import public as identity
from jumuishi.kernel import tenancy
from jumuishi.kernel.text import fold, t

DOOR = "ussd"
ASK, WHERE, SUMMARY = "cases.ask", "cases.where", "cases.summary"
NUMBERS = ("integer", "decimal", "money")
PICKED = ("select_one", "select_multiple", "yes_no")
GO_ON = ""


def mark(draft_id: object) -> str:
    """What is in a session that began this draft, so that it goes on without a PIN."""
    return f"draft:{draft_id}"


def needs(visit: screens.Visit, draft_id: object) -> str:
    """Whoever did not begin it in this session shows who it is before an answer is shown."""
    return "" if mark(draft_id) in visit.marks else "pin"


def is_carried(one: Field) -> bool:
    """Whether a question can be put on this door at all."""
    return one.type not in NOT_BY_USSD and one.repeat is None and one.doors.get(DOOR) != "at_counter"


def sheet(visit: screens.Visit, draft_id: str) -> Sheet | None:
    """The person's own draft, read once for an answer; None for one that is not there or was submitted."""
    if draft_id not in visit.memo:
        actor = identity.on_phone(visit)
        with tenancy.acting_as(identity.principal_of(actor)):
            visit.memo[draft_id] = sheet_of(actor, UUID(draft_id), locks=True)
    found: Sheet | None = visit.memo[draft_id]
    return found if found is not None and found.draft.case_id is None else None


def questions(filled: Form) -> list[tuple[Page, Field]]:
    """What is asked now on this door, in order; notes too."""
    pages = {page.page for page in filled.pages()}
    return [(page, one) for page, one in filled.shown if page.page in pages and is_carried(one)]


def counter(filled: Form, one: Field) -> str:
    """Which question of how many it is now: "4/10"; a note is none."""
    numbered = [each.name for _, each in questions(filled) if each.type != "note"]
    return f"{numbered.index(one.name) + 1}/{len(numbered)}" if one.name in numbered else ""


def after(filled: Form, name: str) -> Field | None:
    """The question after one; None when the summary is next."""
    found = [one for _, one in questions(filled)]
    names = [one.name for one in found]
    rest = found[names.index(name) + 1 :] if name in names else []
    return rest[0] if rest else None


def first_open(on: Sheet) -> Field | None:
    """Where one goes on: the first question of a page that is not done, and not answered; None for the summary."""
    for page, one in questions(on.form):
        if page.page not in on.draft.done_pages and on.draft.answers.get(one.name) is None and one.type != "note":
            return one
    return None


def ask(draft_id: object, one: Field | None) -> screens.Go:
    """To a question, or to the summary."""
    return screens.Go(ASK, {"d": str(draft_id), "f": one.name}) if one else screens.Go(SUMMARY, {"d": str(draft_id)})


def may_be_zero(filled: Form, one: Field) -> bool:
    """Whether 0 can be an answer: a number, and the author's constraint lets it pass as things stand."""
    if one.type not in NUMBERS:
        return False
    return one.constraint is None or filled.scope.with_answer(one.name, 0).holds(one.constraint)


def screen(
    visit: screens.Visit, filled: Form, one: Field, *, at: str = "", chosen: tuple[str, ...] = ()
) -> screens.Screen:
    """A question as it is read out; `chosen` are those of several that are taken already."""
    lang = visit.lang
    head = one.label.in_language(lang) if one.label else one.name
    hint = one.hint.in_language(lang) if one.hint else _hint(one, lang)
    if one.type == "note":
        return screens.Screen(head, (screens.Choice(GO_ON, t("cases.ussd_next", lang)),), hint=hint)
    if one.type in PICKED:
        rows = tuple(
            screens.Choice(key, f"+{label}" if key in chosen else label) for key, label in options(filled, one, lang)
        )
        if one.type == "select_multiple" and (chosen or not one.required):
            rows = (*rows, screens.Choice(GO_ON, t("cases.ussd_next", lang)))
        elif not one.required:
            rows = (*rows, screens.Choice(GO_ON, t("cases.ussd_skip", lang)))
        return screens.Screen(head, rows, asks=len(rows) > 5, hint=hint, at=at)
    return screens.Screen(head, asks=True, hint=hint, at=at, zero=may_be_zero(filled, one), skips=not one.required)


def _hint(one: Field, lang: str) -> str:
    keys = {"date", "time", "national_id", "tax_id", "phone", "select_multiple"}
    return t(f"cases.ussd_hint_{one.type}", lang) if one.type in keys else ""


def options(filled: Form, one: Field, lang: str) -> list[tuple[str, str]]:
    """The choices of a question: key and words."""
    if one.type == "yes_no":
        return [("true", t("cases.yes", lang)), ("false", t("cases.no", lang))]
    return [(key, one.choices[key].label.in_language(lang)) for key in filled.choices(one)]


def meant(filled: Form, one: Field, typed: str, lang: str) -> str | None:
    """The one choice whose words begin with or hold what was typed, in either language; None for none or several."""
    words = fold(typed)
    rows = [(key, fold(label)) for key, label in options(filled, one, lang)]
    for fits in (str.startswith, str.__contains__):
        found = [key for key, label in rows if words and fits(label, words)]
        if len(found) == 1:
            return found[0]
    return None


def typed_as(one: Field, typed: str) -> str:
    """What was typed on keys alone as the forms read it: 25111990 is a day, 0830 an hour."""
    if one.type == "date" and re.fullmatch(r"[0-9]{8}", typed):
        return f"{typed[:2]}-{typed[2:4]}-{typed[4:]}"
    if one.type == "time" and re.fullmatch(r"[0-9]{4}", typed):
        return f"{typed[:2]}:{typed[2:]}"
    return typed


def answer(visit: screens.Visit, draft_id: str, name: str, raw: Any, *, changing: bool = False) -> screens.Move:
    """Keep one answer in the draft, and on to the next question; what is wrong is said on the same screen.

    `changing`: one answer is mended, and what it does not concern is not asked again.
    """
    on = sheet(visit, draft_id)
    if on is None:
        return gone(visit)
    found = next(((page, one) for page, one in questions(on.form) if one.name == name), None)
    if found is None:
        return ask(draft_id, first_open(on))
    page, one = found
    saved = forms.read_page(on.form, page, {name: raw}, DOOR)
    wrong = [fault for fault in (*earlier_faults(on, page, saved.keep), *saved.errors) if fault.field == name]
    if wrong:
        return screens.Stay(wrong_words(wrong[0], one, visit.lang))
    kept = {key: value for key, value in {**on.draft.answers, **saved.keep}.items() if value is not None}
    known = _asked_of_registers(visit, on, kept)
    kept = {key: value for key, value in {**kept, **known.changes}.items() if value is not None}
    filled = on.form_with(kept)
    then = after(filled, name)
    errors_left = [fault for fault in saved.errors if fault.field not in filled.hidden]
    done = not errors_left and (then is None or then.name not in {each.name for each in filled.fields(page)})
    with identity.in_one_piece():
        drafts.save_answers(
            actor=identity.on_phone(visit), draft_id=on.draft.id, answers={**saved.keep, **known.changes},
            page=page.page, locked=on.draft,
            is_done=done or (page.page in on.draft.done_pages and not errors_left), phone=visit.phone,
        )  # fmt: skip
    on.form = filled
    if known.news:
        # What was read for this answer is older than what a register said since.
        visit.memo.clear()
        place = next_place(on.draft.id, known.news, name, mends=changing)
        if place is not None:
            return place
    if changing:
        return screens.BackTo(SUMMARY)
    return ask(draft_id, then)


def _asked_of_registers(visit: screens.Visit, on: Sheet, kept: Mapping[str, Any]) -> Looked:
    """Ask what these answers make due; the draft on the table then knows it."""
    if not on.looks.lookups:
        return Looked()
    actor = identity.on_phone(visit)
    with tenancy.acting_as(identity.principal_of(actor)):
        found = look_up(whose_of(on), on.looks, on.form_with(kept), kept)
        on.looks = looks_of_draft(on.frame.edition.package, on.draft.person_id, on.draft.id)
    return found


def wrong_words(fault: Error, one: Field, lang: str) -> str:
    """What is wrong, by keys alone where the web's words ask for signs that a keypad lacks."""
    if fault.message is None and fault.code in ("date", "time"):
        return t(f"cases.ussd_err_{fault.code}", lang)
    return errors.words(fault, one, lang)


def zone() -> ZoneInfo:
    """The country's own."""
    return ZoneInfo(settings.TIME_ZONE)


def gone(visit: screens.Visit) -> screens.Move:
    """The draft is no more, or was submitted elsewhere."""
    return screens.BackTo(said=t("cases.ussd_gone", visit.lang))


def awaited_words(on: Sheet, names: tuple[str, ...], lang: str) -> list[str]:
    """What will be brought to the counter, in words."""
    fields: Mapping[str, Field] = on.frame.edition.package.all_fields()
    return [label.in_language(lang) for name in names if (label := fields[name].label) is not None]


def all_asked(on: Sheet) -> Iterator[Field]:
    """Questions of this door that one answers, notes left out."""
    return (one for _, one in questions(on.form) if one.type not in form.SILENT)
