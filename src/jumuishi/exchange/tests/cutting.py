"""A line between two nodes that is slow or cut, and a system behind them that says what it was asked."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Line:
    """Bytes go through as they are; `wait` seconds for each piece, and after `most` bytes both ends are cut."""

    port: int
    target: tuple[str, int]
    wait: float = 0.0
    most: int | None = None
    is_down: bool = False

    def good(self) -> None:
        """As a line should be."""
        self.wait, self.most, self.is_down = 0.0, None, False

    def carry(self, near: socket.socket) -> None:
        """One connection, in both directions, until an end or a cut."""
        if self.is_down:
            near.close()
            return
        try:
            far = socket.create_connection(self.target, 5)
        except OSError:
            near.close()
            return
        both = (near, far)
        for one, other in (both, both[::-1]):
            threading.Thread(target=self._pipe, args=(one, other), daemon=True).start()

    def _pipe(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(16_384):
                time.sleep(self.wait)
                if self.is_down or (self.most is not None and self.most < len(piece)):
                    sink.sendall(piece[: self.most or 0])
                    break
                if self.most is not None:
                    self.most -= len(piece)
                sink.sendall(piece)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def line(to: int) -> Iterator[Line]:
    """A line on loopback to a port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    found = Line(listener.getsockname()[1], ("127.0.0.1", to))

    def serve() -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                found.carry(near)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield found
    finally:
        listener.close()


@dataclass
class Echo:
    """A system that answers with what it was asked; `asked` has the number of each message that reached it."""

    port: int
    asked: list[str] = field(default_factory=list)
    wait: float = 0.0
    fails: bool = False

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/api"


@contextmanager
def echo() -> Iterator[Echo]:
    """The system, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            found.asked.append(self.headers["x-road-id"])
            time.sleep(found.wait)
            answer = json.dumps({"path": self.path, "length": len(body)}).encode()
            self.send_response(503 if found.fails else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Echo(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
