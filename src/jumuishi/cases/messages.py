"""What the applicant is told by SMS: the service, the stage, the number; no more personal data than that."""

from jumuishi.cases.engine import Frame, stage_name
from jumuishi.cases.models import Case
from jumuishi.kernel.text import t
from jumuishi.messaging import public as messaging


def _send(case: Case, text: str, key: str) -> None:
    if case.phone:
        messaging.send_sms(
            institution_id=case.institution_id,
            person_id=case.person_id,
            to=case.phone,
            text=text,
            purpose="case",
            case_id=case.id,
            idempotency_key=f"{case.id}:{key}",
        )


def tell_stage(case: Case, frame: Frame, stage: str, *, submitted: bool = False) -> None:
    """ "{service name}: {stage name}. {number}", in the language that the person applied in."""
    found = frame.edition.package.stages.get(stage)
    own: dict[str, str] | None = getattr(found, "sms", None)
    name = own or stage_name(frame, stage)
    said = t("cases.sms_received", case.language) if submitted else name[case.language]
    _send(case, f"{case.service_name[case.language]}: {said}. {case.reference}", f"stage:{case.version}:{submitted}")


def tell_bill(case: Case, control_number: str, amount: int, currency: str) -> None:
    """The stage, the amount and the control number."""
    said = case.stage_name[case.language]
    text = f"{case.service_name[case.language]}: {said}. {case.reference}. {currency} {amount:,}. "
    text += f"Control number {control_number}"
    _send(case, text, f"bill:{control_number}")


def tell_moved(case: Case) -> None:
    """The promise moved, because a holiday was announced."""
    _send(case, t("cases.sms_moved", case.language, number=case.reference), f"moved:{case.version}")


def tell_document(case: Case, number: str) -> None:
    """The document is there, with the number that anybody may check."""
    text = t("cases.sms_document", case.language, service=case.service_name[case.language], number=number)
    _send(case, text, f"document:{number}")
