"""Notices that a program is sent: believed only when signed with its own secret, and not long ago."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A notice that was caught on its way is worth nothing after five minutes; keep the ids seen for as long.
WINDOW = 300


class BadNoticeError(ValueError):
    """Not signed by us, altered on its way, or too old."""


@dataclass(frozen=True)
class Notice:
    """What happened: `id` is the same when it is sent again, `data` holds numbers and states."""

    id: str
    topic: str
    timestamp: str
    data: Mapping[str, Any]


def read_notice(secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> Notice:
    """The notice of a POST; `body` are its very bytes, `now` seconds since 1970. Raises BadNoticeError."""
    low = {name.lower(): value for name, value in headers.items()}
    name, stamp = low.get("webhook-id", ""), low.get("webhook-timestamp", "")
    at = time.time() if now is None else now
    if not name or not stamp.isdecimal() or abs(at - int(stamp)) > WINDOW:
        raise BadNoticeError("no time, or long ago")
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        raise BadNoticeError("not a secret") from None
    made = base64.b64encode(hmac.digest(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256))
    given = [one[3:] for one in low.get("webhook-signature", "").split() if one.startswith("v1,")]
    if not any(hmac.compare_digest(made, one.encode()) for one in given):
        raise BadNoticeError("the signature is another's")
    try:
        said = json.loads(body)
        return Notice(name, said["type"], said["timestamp"], said["data"])
    except (ValueError, KeyError, TypeError):
        raise BadNoticeError("not understood") from None
