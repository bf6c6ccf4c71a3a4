"""What a phone may ask about a case by SMS: where it stands, what it owes, the answer to the office.

By a number alone the same is told as on the page of tracking. What belongs to the applicant is told to the phone of the
application and to no other, where wrong, absent and somebody else's look alike.
"""

from uuid import UUID

from django.conf import settings

from jumuishi.cases import tracking
from jumuishi.cases.actions import answering
from jumuishi.cases.actions.things import case_thing, locked
from jumuishi.cases.models import Case
from jumuishi.cases.types import CaseError
from jumuishi.cases.ussd import asking
from jumuishi.cases.ussd.mine import asks, owed_of
from jumuishi.cases.ussd.replying import MOST_WORDS, fields_of, filled_with
from jumuishi.cases.ussd.review import by_day
from jumuishi.cases.web import words
from jumuishi.definitions.forms import public as forms
from jumuishi.definitions.types import ApplicantStage, Error, Field, Form
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import is_number, normalise
from jumuishi.kernel.spoken import say_date, say_money
from jumuishi.kernel.text import t, texts
from jumuishi.messaging import public as messaging
from jumuishi.messaging.types import Answer, Wrote

_NOT_SHORT = ("place", "select_multiple", "note", "calculate", "group")
_MOST_OF_ONE_PHONE = 20


def _about(case: Case, text: str) -> Answer:
    return Answer(text, case.institution_id, case.person_id, case.id)


def _fitting(*texts_: str) -> str:
    """The first that is one SMS, or else the last."""
    return next((one for one in texts_ if messaging.sms_parts(one) == 1), texts_[-1])


def _joined(*parts: str) -> str:
    return " ".join(part if part.endswith((".", "?")) else f"{part}." for part in parts if part)


def _number_first(text: str) -> tuple[str, str]:
    """The number that a text begins with, in groups or not, and what follows; no number, and all of it."""
    tokens = text.split()
    for count in range(1, min(len(tokens), 16) + 1):
        found = normalise("".join(tokens[:count]))
        if is_number(found):
            return found, " ".join(tokens[count:])
        if not found.isdigit():
            break
    return "", text


@messaging.register_word(sw=("HALI",), en=("STATUS",), usage="cases.use_status", order=10, is_bare=True)
def status(wrote: Wrote) -> Answer:
    """Where an application stands, to anybody with its number; to its own phone also what to do now."""
    if not wrote.text:
        return Answer(t("cases.in_status_how", wrote.lang))
    number, _ = _number_first(wrote.text)
    try:
        case = tracking.by_number(number or wrote.text, "", f"sms {wrote.phone}")
    except CaseError as error:
        return Answer(t(error.code, wrote.lang))
    lang = wrote.lang
    where, due = words.headline(case, lang), "" if case.outcome else by_day(case, lang)
    name, hint = f"{case.service_name[lang]} {case.reference}", _next_step(case, lang) if _is_own(case, wrote) else ""
    text = _fitting(_joined(f"{name}: {where}", due, hint), _joined(f"{case.reference}: {where}", hint))
    return _about(case, text) if _is_own(case, wrote) else Answer(text)


def _is_own(case: Case, wrote: Wrote) -> bool:
    return bool(case.phone) and case.phone == wrote.phone


def _next_step(case: Case, lang: str) -> str:
    with tenancy.acting_as(identity.principal_of(Actor.person(case.person_id))):
        if owed_of(case) is not None:
            return t("cases.in_pay_how", lang)
        return t("cases.in_answer_how", lang) if asks(case) is not None else ""


def _own(wrote: Wrote, waits: str) -> tuple[Case | None, str, str]:
    """The phone's own case that a text names, or the only one of the phone that waits so; what follows; else why not.

    Raises nothing: (None, "", the words to answer with).
    """
    number, rest = _number_first(wrote.text)
    if number:
        try:
            return tracking.by_number(number, wrote.phone, f"sms {wrote.phone}"), rest, ""
        except CaseError as error:
            code = "cases.in_not_yours" if error.code == "cases.not_found" else error.code
            return None, "", t(code, wrote.lang)
    open_ones = Case.objects.filter(phone=wrote.phone, outcome="").order_by("-submitted_at")[:_MOST_OF_ONE_PHONE]
    found = [one for one in open_ones if one.waits == waits]
    if len(found) == 1:
        return found[0], rest, ""
    return None, "", t("cases.in_which" if found else f"cases.in_none_{waits}", wrote.lang)


@messaging.register_word(sw=("LIPA",), en=("PAY",), usage="cases.use_pay", order=30)
def pay(wrote: Wrote) -> Answer:
    """The control number, what is still owed, and its last day."""
    case, _, why = _own(wrote, Case.Waits.PAYMENT)
    if case is None:
        return Answer(why)
    lang = wrote.lang
    with tenancy.acting_as(identity.principal_of(Actor.person(case.person_id))):
        bill = owed_of(case)
    if bill is None:
        return _about(case, t("cases.in_owes_nothing", lang, number=case.reference))
    if not bill.control_number:
        return _about(case, t("cases.ussd_number_coming", lang))
    said = {
        "number": case.reference,
        "control_number": bill.control_number,
        "amount": say_money(bill.asked.amount - bill.paid.amount, bill.amount.currency),
        "day": say_date(bill.expires_at.astimezone(asking.zone()).date(), lang, weekday=False),
    }
    return _about(case, _fitting(t("cases.in_pay", lang, **said), t("cases.in_pay_short", lang, **said)))


@messaging.register_word(sw=("JIBU",), en=("ANSWER", "REPLY"), usage="cases.use_answer", order=20)
def answer(wrote: Wrote) -> Answer:
    """Answer what the office asked, where that is one short thing; else how it is done."""
    case, said, why = _own(wrote, Case.Waits.APPLICANT)
    if case is None:
        return Answer(why)
    if not _is_theirs(case, wrote.phone):
        return Answer(t("cases.in_not_yours", wrote.lang))
    with tenancy.acting_as(identity.principal_of(Actor.person(case.person_id))):
        return _about(case, _answered(case, said, wrote.lang))


def _is_theirs(case: Case, phone: str) -> bool:
    """Whether the phone speaks for the applicant: proved as theirs, or given by somebody who proved no other."""
    person = identity.person(case.person_id)
    return person is not None and person.phone in ("", phone)


def _answered(case: Case, said: str, lang: str) -> str:
    stage = asks(case)
    if stage is None:
        return t("cases.nothing_asked", lang)
    filled = filled_with(case, {})
    one, is_short = _the_question(case, filled, stage)
    if not is_short:
        return _elsewhere(lang)
    if not said:
        label = one.label.in_language(lang) if one is not None and one.label else t("cases.ussd_words_ask", lang)
        return t("cases.in_question", lang, question=label)
    changes: dict[str, object] = {}
    if one is not None:
        raw = asking.meant(filled, one, said, lang) if one.type in asking.PICKED else asking.typed_as(one, said)
        if raw is None:
            choices = ", ".join(label for _, label in asking.options(filled, one, lang))
            return t("cases.in_choose", lang, choices=choices)
        read = forms.read_fields(filled, [one], {one.name: raw}, asking.DOOR)
        wrong = [fault for fault in read.errors if fault.field == one.name]
        if wrong:
            return asking.wrong_words(wrong[0], one, lang)
        changes = dict(read.keep)
    try:
        answering.answer_request(
            actor=Actor.person(case.person_id), case_id=case.id, version=case.version, changes=changes,
            message="" if one is not None else said[:MOST_WORDS],
        )  # fmt: skip
    except CaseError as error:
        named = error.values.get("errors", ())
        if isinstance(named, tuple | list) and any(isinstance(one, Error) for one in named):
            return _elsewhere(lang)
        code = error.code if error.code in texts() else "cases.refused"
        return t(code, lang, by=error.values.get("by") or t("cases.an_officer", lang))
    return t("cases.in_answered", lang, number=case.reference)


def _the_question(case: Case, filled: Form, stage: ApplicantStage) -> tuple[Field | None, bool]:
    """The one thing that the office waits for (None: words alone), and whether an SMS can carry it."""
    names = [one if isinstance(one, str) else one.name for one in stage.fields]
    shown = [one for one in filled.named(names) if one.type != "note"]
    carried = {one.name for one in fields_of(filled, stage)}
    open_ones = [one for one in shown if one.required and case.state["answers"].get(one.name) is None]
    wanted = open_ones or (shown if len(shown) == 1 else [])
    if not wanted:
        return None, True
    one = wanted[0]
    return one, len(wanted) == 1 and one.name in carried and one.type not in _NOT_SHORT


def _elsewhere(lang: str) -> str:
    """Where what an SMS can't carry is answered."""
    code = settings.USSD_CODE
    return t("cases.in_elsewhere_ussd", lang, code=code) if code else t("cases.in_elsewhere", lang)


@messaging.on_language
def speak(phone: str, person_id: UUID | None, lang: str) -> bool:  # noqa: ARG001  # the shape of every listener
    """Messages about the phone's open cases are in that language from now on; documents stay as they were asked for."""
    found = list(Case.objects.filter(phone=phone, outcome="")[:_MOST_OF_ONE_PHONE])
    for case in found:
        if case.spoken != lang:
            tell_in(actor=Actor.person(case.person_id), case_id=case.id, language=lang)
    return bool(found)


@identity.action("cases.case.tell_in")
def tell_in(*, actor: Actor, case_id: UUID, language: str) -> None:
    """Tell the applicant in a language from now on."""
    case = locked(case_id, None)
    identity.must(actor, "cases.case.answer", case_thing(case))
    with tenancy.acting_as(tenancy.Principal.system()):
        Case.objects.filter(id=case.id).update(told_in=language)
    identity.record(actor, case_thing(case), after={"told_in": language})
