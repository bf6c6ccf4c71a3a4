"""The aggregator's wire (Africa's Talking): a form with `apiKey` in the headers, JSON back; forms come from it.

Field names, codes and words as its public documentation and clients have them; a code is of one recipient.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

SEND = "/version1/messaging"
TAKEN = frozenset({100, 101, 102})  # processed, sent, queued
# Held for a look, no money left, their own fault: ours or theirs to mend, and the message may go later.
AWAY = frozenset({401, 405, 500, 501})
DELIVERED = frozenset({"Success"})
LOST = frozenset({"Failed", "Rejected", "Expired", "AbsentSubscriber"})


def send_body(*, username: str, to: str, text: str, sender: str) -> bytes:
    """The form of a send to one number +255XXXXXXXXX."""
    said = {"username": username, "to": to, "message": text}
    if sender:
        said["from"] = sender
    return urlencode(said).encode()


def cost(said: object, currency: str) -> Decimal | None:
    """What "TZS 22.0000" is, in the installation's currency; None for another one and for what is no amount."""
    unit, _, amount = str(said).partition(" ")
    try:
        return Decimal(amount) if unit == currency and amount else None
    except InvalidOperation:
        return None


def recipient(answer: object) -> Mapping[str, object]:
    """The only recipient of an answer. Raises ValueError, KeyError, TypeError, IndexError for no such answer."""
    if not isinstance(answer, dict):
        raise TypeError
    found = answer["SMSMessageData"]["Recipients"][0]
    if not isinstance(found, dict):
        raise TypeError
    return found


def inbound(*, message_id: str, phone: str, text: str, at: datetime) -> dict[str, str]:
    """The form of a message that came in."""
    when = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return {"from": phone, "to": "15200", "text": text, "date": when, "id": message_id, "linkId": ""}
