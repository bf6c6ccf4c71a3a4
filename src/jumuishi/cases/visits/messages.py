"""What is said of a visit by SMS: where, when, the number; what to bring stands on the page of the case."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from jumuishi.cases.messages import send
from jumuishi.cases.models import Case
from jumuishi.cases.visits.models import Desk, Visit
from jumuishi.identity import public as identity
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_clock, say_date
from jumuishi.kernel.text import t
from jumuishi.messaging import public as messaging


def _at(case: Case, at: datetime | None, lang: str) -> str:
    if at is None:
        return ""
    zone = institutions.working_time(case.institution_id).zone
    day = say_date(at.astimezone(ZoneInfo(zone)).date(), lang, weekday=False)
    return f"{day}, {say_clock(at, lang, zone)}"


def _say(case: Case, visit: Visit, key: str, once: str, desk: Desk | None = None) -> None:
    lang = case.spoken
    text = t(
        key, lang, service=case.service_name[lang], number=case.reference, at=_at(case, visit.starts_at, lang),
        until=_at(case, visit.choose_by, lang), place=desk.place if desk is not None else "",
    )  # fmt: skip
    send(case, text, f"visit:{visit.id}:{once}")


def tell_asked(case: Case, visit: Visit, desk: Desk) -> None:
    """Choose a day, until when."""
    _say(case, visit, f"cases.sms_visit_asked_{desk.kind}", f"asked:{visit.choose_by}", desk)


def tell_booked(case: Case, visit: Visit, desk: Desk) -> None:
    """The hour that was chosen."""
    _say(case, visit, f"cases.sms_visit_booked_{desk.kind}", f"booked:{visit.starts_at}", desk)


def tell_reminder(case: Case, visit: Visit, desk: Desk) -> None:
    """Tomorrow."""
    _say(case, visit, f"cases.sms_visit_remind_{desk.kind}", f"remind:{visit.starts_at}", desk)


def tell_cancelled(case: Case, visit: Visit) -> None:
    """Nobody need come."""
    _say(case, visit, "cases.sms_visit_cancelled", "cancelled")


def tell_missed(case: Case, visit: Visit) -> None:
    """They did not come, and whom to turn to."""
    _say(case, visit, "cases.sms_visit_missed", f"missed:{visit.starts_at}")


def tell_moved(case: Case, visit: Visit) -> None:
    """The day turned out to be a day off."""
    _say(case, visit, "cases.sms_visit_moved", f"moved:{visit.choose_by}")


def tell_owner(case: Case, visit: Visit, person_id: UUID) -> None:
    """The officer who waits: nobody chose an hour in time."""
    person = identity.person(person_id)
    if person is not None and person.phone:
        messaging.send_sms(
            institution_id=visit.institution_id, person_id=person_id, to=person.phone,
            text=t("cases.sms_visit_lapsed", person.language, number=case.reference), purpose="case",
            idempotency_key=f"visit:{visit.id}:lapsed",
        )  # fmt: skip
