"""HTTP: one register behind it, JSON in and out, nothing that a caller sends is believed to be small, quick or sane."""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from registers.answers import Answer, refused
from registers.limits import Limit
from registers.rules import rule

log = logging.getLogger("registers")
MOST_BYTES = 16_384
AT_ONCE = 32
SLOWEST = 10.0


@dataclass(frozen=True)
class Asked:
    """One request: its path's variable parts, its query, its JSON."""

    parts: tuple[str, ...]
    query: dict[str, str]
    body: dict[str, Any]


@dataclass(frozen=True)
class Route:
    """A verb and a path whose variable parts are written `*`."""

    verb: str
    path: str
    answer: Callable[[Asked], Answer]

    def parts(self, path: str) -> tuple[str, ...] | None:
        """What stands for the variable parts; None where it is another path."""
        mine, theirs = self.path.split("/"), path.split("/")
        if len(mine) != len(theirs) or any(one not in ("*", two) for one, two in zip(mine, theirs, strict=True)):
            return None
        return tuple(unquote(two) for one, two in zip(mine, theirs, strict=True) if one == "*")


@dataclass(frozen=True)
class Register:
    """A register's name, what it answers, and its description."""

    name: str
    routes: tuple[Route, ...]

    @property
    def openapi(self) -> bytes:
        """Its OpenAPI 3 description, YAML."""
        return (Path(__file__).with_name("openapi") / f"{self.name}.yaml").read_bytes()

    def answer(self, verb: str, path: str, query: str, body: dict[str, Any]) -> Answer:
        """What it says to one request."""
        asked = {name: values[-1] for name, values in parse_qs(query, max_num_fields=20).items()}
        known = [(one, parts) for one in self.routes if (parts := one.parts(path)) is not None]
        for one, parts in known:
            if one.verb == verb:
                return one.answer(Asked(parts, asked, body))
        return refused(405, "wrong_method") if known else refused(404, "not_there")


def serve(register: Register, host: str, port: int) -> ThreadingHTTPServer:
    """A server for it, yet to be run."""
    limit = Limit(rule("requests_a_minute"), time.monotonic)
    room = threading.BoundedSemaphore(AT_ONCE)

    class Handler(BaseHTTPRequestHandler):
        protocol_version, server_version, sys_version = "HTTP/1.1", register.name, ""
        timeout = SLOWEST

        def _any(self) -> None:
            if not room.acquire(blocking=False):
                self._say(refused(503, "busy", seconds=1))
                return
            try:
                if self.command == "GET" and self.path == "/openapi.yaml":
                    self._send(200, "application/yaml", register.openapi, {})
                else:
                    self._say(self._answer())
            finally:
                room.release()

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815  # the library's own names

        def _answer(self) -> Answer:
            body, address = self._body(), urlsplit(self.path)
            if isinstance(body, Answer):
                return body
            if address.path == "/health":
                return Answer(200, {"status": "ok", "register": register.name})
            asker = self.headers.get("X-Road-Client") or str(self.client_address[0])
            if seconds := limit.wait(asker[:400]):
                return refused(429, "too_many", seconds=seconds)
            return register.answer(self.command, address.path.rstrip("/"), address.query, body)

        def _body(self) -> dict[str, Any] | Answer:
            """The JSON object that came; {} for none."""
            length = self.headers.get("Content-Length") or "0"
            if self.headers.get("Transfer-Encoding") or not length.isdecimal() or int(length) > MOST_BYTES:
                self.close_connection = True
                return refused(413, "too_large")
            if not int(length):
                return {}
            try:
                found = json.loads(self.rfile.read(int(length)))
            except (ValueError, RecursionError):
                return refused(400, "not_json")
            return found if isinstance(found, dict) else refused(400, "not_json")

        def _say(self, answer: Answer) -> None:
            body = json.dumps(answer.body, ensure_ascii=False).encode()
            self._send(answer.status, "application/json", body, answer.headers)

        def _send(self, status: int, kind: str, body: bytes, more: dict[str, str]) -> None:
            self.send_response(status)
            headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
            for name, value in {**headers, **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: an address may hold somebody's number."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    return server
