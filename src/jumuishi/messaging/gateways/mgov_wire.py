"""mGov's wire: a JSON body, and over its bytes `hash` = base64(HMAC-SHA256(key, body)), with `sysId`, in the headers.

Field names come from a public client of the gateway, not from an official document.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

SEND = "/gateway/sms/v2/send-sms"


def sign(key: str, body: bytes) -> str:
    """The `hash` header of a body."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def is_signed(key: str, body: bytes, given: str) -> bool:
    """Whether a `hash` header belongs to a body."""
    return bool(key) and hmac.compare_digest(sign(key, body).encode(), given.encode())


def send_body(
    *, message_id: UUID, to: str, text: str, at: datetime, zone: str, service_id: str, sender_id: str
) -> bytes:
    """The body of a send: one recipient as 2557..., local time to the second."""
    said: Mapping[str, str] = {
        "recipients": to.lstrip("+"),
        "message": text,
        "datetime": at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S"),
        "mobileServiceId": service_id,
        "senderId": sender_id,
        "messageId": str(message_id),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def inbound(*, message_id: str, phone: str, text: str, at: datetime) -> dict[str, str]:
    """A message that came in, with the names that a send has: no document of its form was at hand."""
    when = at.astimezone(ZoneInfo("Africa/Dar_es_Salaam")).strftime("%Y-%m-%d %H:%M:%S")
    return {"sender": phone.lstrip("+"), "message": text, "datetime": when, "messageId": message_id}
