"""The face: say something to somebody by SMS, and bring a word that a phone may write to us."""

from uuid import UUID

from jumuishi.kernel import gsm
from jumuishi.messaging import actions, queries
from jumuishi.messaging.actions import forget_case
from jumuishi.messaging.inbound import register_word
from jumuishi.messaging.queries import became, standing
from jumuishi.messaging.types import Cost, Message
from jumuishi.messaging.words import on_language

__all__ = [
    "became",
    "cost_of_case",
    "forget_case",
    "messages_of_case",
    "on_language",
    "register_word",
    "send_sms",
    "sms_parts",
    "standing",
]


def send_sms(
    *,
    institution_id: UUID | None,
    person_id: UUID | None,
    to: str,
    text: str,
    purpose: str,
    case_id: UUID | None = None,
    idempotency_key: str | None = None,
    topic: str = "",
) -> UUID:
    """Keep a message in the caller's transaction, to be sent after it; its id.

    The same key for the same institution, number and purpose is the same message. Of one `topic` of a case, the newest
    alone goes where several had to wait. Beyond the limits of the number or the institution, and to a phone whose owner
    wants none, the message is kept as failed, and nothing is raised. An address to tap on is left out of the text.
    Raises BadPhoneError, EmptyMessageError.
    """
    return actions.keep(
        institution_id=institution_id,
        person_id=person_id,
        to=to,
        text=text,
        purpose=purpose,
        case_id=case_id,
        idempotency_key=idempotency_key,
        topic=topic,
    )


def sms_parts(text: str) -> int:
    """How many SMS a text takes."""
    return gsm.measure(gsm.plain(text)).parts


def messages_of_case(case_id: UUID) -> list[Message]:
    """What was said about a case, oldest first, as far as the transaction's principal may see it."""
    return queries.messages_of_case(case_id)


def cost_of_case(case_id: UUID) -> Cost:
    """What the messages about a case cost, as far as the transaction's principal may see them."""
    return queries.cost_of(case_id=case_id)
