"""The face: say something to somebody by SMS."""

from uuid import UUID

from jumuishi.kernel import gsm
from jumuishi.messaging import actions, queries
from jumuishi.messaging.actions import forget_case
from jumuishi.messaging.types import Message

__all__ = ["forget_case", "messages_of_case", "send_sms", "sms_parts"]


def send_sms(
    *,
    institution_id: UUID | None,
    person_id: UUID | None,
    to: str,
    text: str,
    purpose: str,
    case_id: UUID | None = None,
    idempotency_key: str | None = None,
) -> UUID:
    """Keep a message in the caller's transaction, to be sent after it; its id.

    The same key for the same institution, number and purpose is the same message. Beyond the limits of the number or
    the institution the message is kept as failed, and nothing is raised. Raises BadPhoneError, EmptyMessageError.
    """
    return actions.keep(
        institution_id=institution_id,
        person_id=person_id,
        to=to,
        text=text,
        purpose=purpose,
        case_id=case_id,
        idempotency_key=idempotency_key,
    )


def sms_parts(text: str) -> int:
    """How many SMS a text takes."""
    return gsm.measure(gsm.plain(text)).parts


def messages_of_case(case_id: UUID) -> list[Message]:
    """What was said about a case, oldest first, as far as the transaction's principal may see it."""
    return queries.messages_of_case(case_id)
