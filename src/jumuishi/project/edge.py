"""Other processes at the web's own address: the exchange, and what is told live from halls.

A server in front (deploy/nginx.conf) leads there itself and keeps the path's very bytes; here it comes decoded, and is
encoded anew.
"""

import http.client
import os
import re
import threading
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

CHUNK = 65_536
SAFE = "/-._~!$&'()*+,;=:@"
LIVE = re.compile(r"(/en)?(/mimi)?/vikao/[0-9a-f-]{36}/mkondo")
# A stream holds a thread of the web process, of which pages need some: so many at once, the others ask again and again.
STREAMS = threading.BoundedSemaphore(2)
_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-connection"}


def is_edge(path: str) -> bool:
    """Whether the exchange answers this address."""
    return path.startswith("/r1/") or path == "/listClients"


def is_live(path: str) -> bool:
    """Whether the process that tells what goes on in halls answers this address."""
    return LIVE.fullmatch(path) is not None


def relay_stream(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """A stream from a hall, where few are open; 503 where many are, or its process is away: the page asks instead."""
    if environ["REQUEST_METHOD"] != "GET" or not STREAMS.acquire(blocking=False):
        start_response("503 Service Unavailable", [("Retry-After", "10"), ("Content-Length", "0")])
        return []
    return _Held(relay(environ, start_response, setting="JUMUISHI_LIVE", seconds=60))


class _Held:
    """An answer that keeps one place among STREAMS until it is over, begun or not."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._is_over = pieces, False

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        finally:
            self.close()

    def close(self) -> None:
        """As the server calls it (PEP 3333)."""
        if not self._is_over:
            self._is_over = True
            STREAMS.release()


def relay(
    environ: dict[str, Any], start_response: Any, *, setting: str = "JUMUISHI_EXCHANGE_EDGE", seconds: float = 330
) -> Iterable[bytes]:
    """Pass a request on and its answer back, in pieces; 503 where the process is away."""
    parts = urlsplit(os.environ.get(setting, ""))
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 0, timeout=seconds)
    try:
        if not parts.port:
            raise OSError
        _send(connection, environ)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException):
        connection.close()
        headers, body = [("Retry-After", "5")], b""
        if setting == "JUMUISHI_EXCHANGE_EDGE":
            from jumuishi.exchange import public as exchange  # noqa: PLC0415  # once Django is set up

            said = exchange.not_running(environ.get("HTTP_ACCEPT", ""))
            headers, body = [*said.headers, *headers], said.body
        start_response("503 Service Unavailable", headers)
        return [body]
    headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP]
    start_response(f"{answer.status} {answer.reason or 'Answer'}", headers)
    return _pieces(connection, answer)


def _send(connection: http.client.HTTPConnection, environ: dict[str, Any]) -> None:
    path, query = quote(environ["PATH_INFO"].encode("latin-1"), safe=SAFE), environ.get("QUERY_STRING", "")
    target = f"{path}?{query}" if query else path
    connection.putrequest(environ["REQUEST_METHOD"], target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", "exchange")
    connection.putheader("X-Forwarded-For", environ.get("REMOTE_ADDR", ""))
    for key, value in environ.items():
        name = key[5:].replace("_", "-").title()
        if key.startswith("HTTP_") and name.lower() not in _HOP | {"host", "x-forwarded-for", "expect"}:
            connection.putheader(name, value)
    if environ.get("CONTENT_TYPE"):
        connection.putheader("Content-Type", environ["CONTENT_TYPE"])
    length = environ.get("CONTENT_LENGTH") or ""
    chunked = not length and "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    if chunked:
        connection.putheader("Transfer-Encoding", "chunked")
    elif length:
        connection.putheader("Content-Length", length)
    connection.endheaders()
    while (chunked or length) and (piece := environ["wsgi.input"].read(CHUNK)):
        connection.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
    if chunked:
        connection.send(b"0\r\n\r\n")


def _pieces(connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> Iterator[bytes]:
    try:
        while piece := answer.read(CHUNK):
            yield piece
    finally:
        connection.close()
