"""What is said to people by SMS about their requests: the number and where to read the answer, never the answer."""

from jumuishi.kernel.numbers import group
from jumuishi.kernel.text import t
from jumuishi.messaging import public as messaging
from jumuishi.privacy.models import Request


def tell_asked(row: Request) -> None:
    """The request's number; nothing for one without a phone, who reads it on the page."""
    _say(row, "privacy.sms_asked", "asked")


def tell_answered(row: Request) -> None:
    """That there is an answer, or news."""
    _say(row, "privacy.sms_answered", f"{row.state}:{row.again_on or ''}")


def _say(row: Request, key: str, once: str) -> None:
    if row.phone:
        messaging.send_sms(
            institution_id=row.institution_id,
            person_id=row.person_id,
            to=row.phone,
            text=t(key, row.language, number=group(row.number)),
            purpose="privacy.request",
            idempotency_key=f"{row.id}:{once}:{row.closed_at or ''}",
        )
