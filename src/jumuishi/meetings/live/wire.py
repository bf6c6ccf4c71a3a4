"""A screen as one answer, the same from the process that tells and from the web."""

import hashlib
import json
from typing import Any


def written(seq: int, screen: dict[str, Any]) -> bytes:
    """{seq, s} in JSON."""
    return json.dumps({"seq": seq, "s": screen}, ensure_ascii=False, separators=(",", ":")).encode()


def etag(body: bytes) -> str:
    """A strong validator of an answer (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'
