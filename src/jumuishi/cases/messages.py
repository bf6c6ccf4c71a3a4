"""What the applicant is told by SMS: the service, the stage, the number; no more personal data than that."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from jumuishi.cases.engine import Frame, frame_of, stage_name, state_of
from jumuishi.cases.models import Case, Task
from jumuishi.identity.types import PersonView
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_date, say_money
from jumuishi.kernel.text import t
from jumuishi.messaging import public as messaging
from jumuishi.payments.types import Bill, Payment, Refund


def _send(case: Case, text: str, key: str, *, topic: str = "") -> None:
    if case.phone:
        messaging.send_sms(
            institution_id=case.institution_id,
            person_id=case.person_id,
            to=case.phone,
            text=text,
            purpose="case",
            case_id=case.id,
            idempotency_key=f"{case.id}:{key}",
            topic=topic,
        )


def send(case: Case, text: str, key: str) -> None:
    """Something to the applicant, where there is a phone; the same key is the same message."""
    _send(case, text, key)


def tell_stage(case: Case, frame: Frame, stage: str, *, submitted: bool = False) -> None:
    """ "{service name}: {stage name}. {number}", in the language that the person applied in, or asked for since."""
    found = frame.edition.package.stages.get(stage)
    own: dict[str, str] | None = getattr(found, "sms", None)
    name = own or stage_name(frame, stage)
    said = t("cases.sms_received", case.spoken) if submitted else name[case.spoken]
    text = f"{case.service_name[case.spoken]}: {said}. {case.reference}"
    _send(case, text, f"stage:{case.version}:{submitted}", topic="stage")


def tell_bill(case: Case, bill: Bill) -> None:
    """The stage, the number, the amount, the control number and, where one SMS has room for it, the last day."""
    state, frame = state_of(case), frame_of(case)
    owed = state.bill or state.late_bill
    stage = owed.stage if owed else case.stage
    own: dict[str, str] | None = getattr(frame.edition.package.stages.get(stage), "sms", None)
    said = {
        "service": case.service_name[case.spoken],
        "stage": (own or stage_name(frame, stage))[case.spoken],
        "number": case.reference,
        "amount": str(bill.asked),
        "control_number": bill.control_number,
    }
    text = t("cases.sms_bill", case.spoken, **said, day=_day(case, bill.expires_at))
    if messaging.sms_parts(text) > 1:
        text = t("cases.sms_bill_short", case.spoken, **said)
    _send(case, text, f"bill:{bill.control_number}")


def tell_part_paid(case: Case, bill: Bill, paid: int, missing: int) -> None:
    """What is held, and what is still to be paid to which control number."""
    text = t(
        "cases.sms_part_paid",
        case.spoken,
        paid=say_money(paid, bill.amount.currency),
        missing=say_money(missing, bill.amount.currency),
        control_number=bill.control_number,
        number=case.reference,
    )
    _send(case, text, f"part:{bill.id}:{paid}")


def tell_paid(case: Case, bill: Bill, payments: Iterable[Payment]) -> None:
    """The receipt: how much arrived, under which receipt numbers of the gateway."""
    receipts = ", ".join(one.receipt for one in payments)
    text = t("cases.sms_paid", case.spoken, amount=str(bill.amount), receipt=receipts, number=case.reference)
    _send(case, text, f"paid:{bill.id}")


def tell_refund(case: Case, refund: Refund) -> None:
    """Money goes back: how much, and by when."""
    day = _day(case, refund.due_at)
    text = t("cases.sms_refund", case.spoken, amount=str(refund.amount), number=case.reference, day=day)
    _send(case, text, f"refund:{refund.id}:{refund.amount.amount}")


def tell_refunded(case: Case, refund: Refund) -> None:
    """The money went back, under the reference of that transfer."""
    text = t(
        "cases.sms_refunded",
        case.spoken,
        amount=str(refund.amount),
        number=case.reference,
        reference=refund.reference,
    )
    _send(case, text, f"refunded:{refund.id}")


def _day(case: Case, at: datetime) -> str:
    """The day, short and without the weekday; an SMS has no room for more."""
    zone = ZoneInfo(institutions.working_time(case.institution_id).zone)
    return say_date(at.astimezone(zone).date(), case.spoken, weekday=False)


def tell_moved(case: Case) -> None:
    """The promise moved, because a holiday was announced."""
    text = t("cases.sms_moved", case.spoken, number=case.reference)
    _send(case, text, f"moved:{case.promise_due_at}:{case.next_clock_at}")


def tell_appeal(case: Case) -> None:
    """The appeal is there: who decides it, by when."""
    state, frame = state_of(case), frame_of(case)
    if state.task is None or state.task.due is None:
        return
    text = t(
        "cases.sms_appeal",
        case.spoken,
        who=frame.edition.package.roles[state.task.role].name[case.spoken],
        day=_day(case, state.task.due.at),
        number=case.reference,
    )
    _send(case, text, f"appeal:{state.visit}")


def tell_deferred(case: Case, key: str) -> None:
    """A committee put the case off to its next sitting; why stands on the page of the case."""
    service = case.service_name[case.spoken]
    _send(case, t("cases.sms_deferred", case.spoken, service=service, number=case.reference), f"deferred:{key}")


def tell_late(task: Task, person: PersonView) -> None:
    """To whom a task escalates: the service, the step, the number. They may reassign it; nothing acts by itself."""
    if person.phone:
        case = task.case
        lang = person.language
        messaging.send_sms(
            institution_id=task.institution_id,
            person_id=person.id,
            to=person.phone,
            text=t(
                "cases.sms_escalated",
                lang,
                service=case.service_name[lang],
                stage=task.name[lang],
                number=case.reference,
            ),
            purpose="case",
            idempotency_key=f"late:{task.id}",
        )


def tell_revoked(case: Case, number: str, institution: str) -> None:
    """The document must no longer be used, and where the reason is."""
    text = t("cases.sms_revoked", case.spoken, number=number, institution=institution, reference=case.reference)
    _send(case, text, f"revoked:{number}")


def tell_replaced(case: Case, number: str, institution: str) -> None:
    """The document is out of use, since another was issued in its place."""
    text = t("cases.sms_replaced", case.spoken, number=number, institution=institution)
    _send(case, text, f"replaced:{number}")


def tell_suspended(case: Case, number: str, institution: str, until: str, at: datetime) -> None:
    """The document must not be used for now, to which day, and where the reason is."""
    lang = case.spoken
    day = say_date(date.fromisoformat(until), lang, weekday=False) if until else ""
    end = t("cases.until_day", lang, day=day) if until else t("cases.sms_until_lifted", lang)
    text = t("cases.sms_suspended", lang, number=number, institution=institution, end=end, reference=case.reference)
    _send(case, text, f"suspended:{number}:{at.isoformat()}")


def tell_restored(case: Case, number: str, institution: str, at: datetime) -> None:
    """The document may be used again."""
    text = t("cases.sms_restored", case.spoken, number=number, institution=institution)
    _send(case, text, f"restored:{number}:{at.isoformat()}")


def tell_document(case: Case, number: str) -> None:
    """The document is there, with the number that anybody may check."""
    text = t("cases.sms_document", case.spoken, service=case.service_name[case.spoken], number=number)
    _send(case, text, f"document:{number}")


def tell_written(case: Case, note_id: UUID) -> None:
    """The office wrote: where to read it; the words themselves stay on the page."""
    text = t("cases.sms_written", case.spoken, service=case.service_name[case.spoken], number=case.reference)
    _send(case, text, f"written:{note_id}")
