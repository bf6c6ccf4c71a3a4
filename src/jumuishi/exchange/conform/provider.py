"""The provider's end: an ordinary server that remembers what came, and answers as the path tells it.

`/echo...` gives the body back; `/status/404` that status, `/moved` a redirect, `/cookies` two cookies, `/forged` what
only the exchange may say.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ID = "x-road-id"
FORGED = "Server.ServerProxy.AccessDenied"


@dataclass(frozen=True)
class Came:
    """A request as the provider's system got it; `target` is as on the line."""

    verb: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """The values of a header."""
        return [value for known, value in self.headers if known.lower() == name.lower()]


@dataclass
class Provider:
    """What came so far."""

    came: list[Came] = field(default_factory=list)

    def of(self, number: str) -> list[Came]:
        """The requests with this message number."""
        return [one for one in self.came if number in one.all(ID)]


@contextmanager
def provider(host: str, port: int) -> Iterator[tuple[Provider, int]]:
    """Listen until the block ends; what came, and the port (0 takes a free one). Raises OSError."""
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One packet an answer: a short one would wait for an acknowledgement else.
        wbufsize = -1

        def answer(self) -> None:
            body = self._body()
            headers = tuple((name, _text(value)) for name, value in self.headers.items())
            found.came.append(Came(self.command, self.path, headers, body))
            status, more, body = _answer(self.path.partition("?")[0], body)
            self.send_response_only(status)
            for name, value in more:
                self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD" and status not in (204, 304):
                self.wfile.write(body)

        def _body(self) -> bytes:
            if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
                whole = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    whole += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return whole
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = do_TRACE = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found, server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _text(value: str) -> str:
    """The library reads a header as Latin-1; it was UTF-8."""
    return value.encode("latin-1").decode("utf-8", "replace")


def _answer(path: str, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body for a path, whatever stands before its last part."""
    kind = [("Content-Type", "application/octet-stream")]
    before, _, last = path.rpartition("/")
    if before.endswith("/status") and last.isdigit():
        return int(last), [("Content-Type", "text/plain")], f"status {last}".encode()
    if last == "moved":
        return 302, [("Location", "http://elsewhere.example/habari?a=1")], b""
    if last == "cookies":
        return 200, [*kind, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], b"cookies"
    if last == "forged":
        return 200, [*kind, ("X-Road-Error", FORGED), ("X-Road-Service", "A/B/C/D/E")], b"forged"
    return 200, kind, body or b"habari"
