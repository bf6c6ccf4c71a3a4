"""UNOFFICIAL: a bus on loopback that speaks the same wire form: tokens, pull and push requests, calls of its own."""

import json
import secrets
import threading
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from jumuishi.exchange.bus import wire


@dataclass
class Simulated:
    """What came (path, data), which tokens count, and how it answers: by code, `esbBody` for `esbBody`."""

    keys: wire.Keys
    client_id: str
    client_secret: str
    form: str = "json"
    encrypts: bool = False
    url: str = ""
    tokens: set[str] = field(default_factory=set)
    came: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    # Instead of a good answer: these very bytes.
    instead: bytes = b""

    def call(self, address: str, data: dict[str, Any]) -> tuple[int, bytes]:
        """As the bus asks an institution's system; status and body."""
        sent = wire.written(wire.REQUEST, data, self.keys, self.form)
        return post(address, sent, {"Content-Type": f"application/{self.form}"})

    def token(self, form: dict[str, list[str]], authorization: str) -> bytes | None:
        """A new token for whoever says who it is; None for anybody else."""
        basic = f"Basic {b64encode(f'{self.client_id}:{self.client_secret}'.encode()).decode()}"
        if authorization != basic or form.get("grant_type") != ["client_credentials"]:
            return None
        made = secrets.token_urlsafe(24)
        self.tokens.add(made)
        return json.dumps({"access_token": made, "token_type": "Bearer", "expires_in": 3600}).encode()

    def answer(self, path: str, raw: bytes) -> bytes:
        """A signed answer to a signed request; raises wire.NotBelieved."""
        data = wire.read(raw, self.keys, self.form)
        body = data.get("esbBody")
        if wire.is_closed(body) and isinstance(body, dict):
            data["esbBody"] = json.loads(wire.opened(body, self.keys.own))
        self.came.append((path, data))
        code = data.get("pushCode") if path.endswith("/push-request") else data.get("apiCode")
        if self.instead:
            return self.instead
        if code not in self.answers:
            return wire.written(wire.ANSWER, {"success": False, "message": "unknown code"}, self.keys, self.form)
        given = self.answers[code]
        given = wire.closed(json.dumps(given).encode(), self.keys.bus) if self.encrypts else given
        said = {"success": True, "requestId": f"r-{len(self.came)}", "esbBody": given}
        return wire.written(wire.ANSWER, said, self.keys, self.form)


def post(address: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body of a POST to loopback."""
    if not address.startswith("http://127.0.0.1:"):
        raise ValueError("a simulator stays on this machine")
    request = urllib.request.Request(address, body, headers)  # noqa: S310  # loopback, as looked at
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as found:
            return found.status, found.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@contextmanager
def running(bus: Simulated) -> Iterator[Simulated]:
    """Listen on loopback until the block ends; `url` says where."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = self.headers.get("Authorization") or ""
            if self.path == "/token":
                made = bus.token(parse_qs(raw.decode()), said)
                return self._send(200 if made else 401, made or b"{}")
            if said.removeprefix("Bearer ") not in bus.tokens:
                return self._send(401, b"{}")
            try:
                return self._send(200, bus.answer(self.path, raw))
            except wire.NotBelieved:
                return self._send(400, b"{}")

        def _send(self, status: int, body: bytes) -> None:
            self.send_response_only(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bus.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield bus
    finally:
        server.shutdown()
        server.server_close()
