"""The water authority's own system in the demonstration: an ordinary server that knows nothing of any exchange.

It keeps a diary of what it was asked, outside of what it serves, so that the page can show what reached it.
"""

import json
import os
import re
import time
from base64 import b64encode
from collections import deque
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DESCRIPTION = Path(__file__).with_name("customers.yaml")
# Nobody's numbers, names or streets.
CUSTOMERS = {
    "100001": {"jina": "Asha wa Mfano", "mtaa": "Mtaa wa Mfano", "hali": "inatumika", "deni": 12_500},
    "100002": {"jina": "Mashaka wa Mfano", "mtaa": "Mtaa wa Pili", "hali": "imesitishwa", "deni": 48_000},
}
ASKED = re.compile(r"/api/wateja/(\d{6})(/deni)?")
DIARY = "/diary/"
_seen: deque[dict[str, Any]] = deque(maxlen=200)


class Customers(BaseHTTPRequestHandler):
    """GET /api/wateja/NUMBER and /api/wateja/NUMBER/deni; GET /diary/ID tells what was asked under an X-Road-Id."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer in JSON."""
        if self.path.startswith(DIARY):
            number = self.path.removeprefix(DIARY)
            found = next((one for one in reversed(_seen) if one["id"] == number), None)
            self._say(200 if found else 404, json.dumps(found).encode())
            return
        began, at = time.perf_counter(), datetime.now(UTC)
        status, body = answered(urlsplit(self.path).path)
        text = json.dumps(body, ensure_ascii=False).encode()
        names = ("X-Road-Client", "X-Road-Service", "X-Road-Id")
        _seen.append({
            "id": self.headers.get("X-Road-Id", ""), "line": f"GET {self.path}", "at": at.isoformat(),
            "headers": {name: self.headers[name] for name in names if self.headers[name]},
            "status": status, "body": b64encode(text).decode(), "ms": (time.perf_counter() - began) * 1000,
        })  # fmt: skip
        self._say(status, text)

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a path names a customer."""


def answered(path: str) -> tuple[int, dict[str, Any]]:
    """Status and body for a path."""
    match = ASKED.fullmatch(path)
    found = CUSTOMERS.get(match[1]) if match else None
    if match is None or found is None:
        return 404, {"kosa": "hakuna"}
    wanted = ("deni",) if match[2] else ("jina", "mtaa", "hali")
    return 200, {"namba": match[1], **{name: found[name] for name in wanted}}


def main() -> None:
    """Serve at the address that the supervisor gives."""
    here = urlsplit(os.environ["JUMUISHI_DEMO_SYSTEM"])
    ThreadingHTTPServer((here.hostname or "127.0.0.1", here.port or 0), Customers).serve_forever()


if __name__ == "__main__":
    main()
