"""A node's gateway as a process of its own, and an institution's system behind it, both on loopback."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.conf import settings


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class System:
    """What an institution's own system was asked, and what it answers: (status, headers, body)."""

    came: list[tuple[str, str, list[tuple[str, str]], bytes]] = field(default_factory=list)
    answer: tuple[int, list[tuple[str, str]], bytes] = (200, [("Content-Type", "application/json")], b'{"jina":"Asha"}')
    wait: float = 0.0
    port: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/api"


@contextmanager
def system() -> Iterator[System]:
    """An ordinary server that knows nothing of any exchange; it counts a body that is too large to keep."""
    found = System()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self._body()
            found.came.append((self.command, self.path, list(self.headers.items()), body))
            time.sleep(found.wait)
            status, headers, answer = found.answer
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer)

        def _body(self) -> bytes:
            length, kept, count = int(self.headers.get("Content-Length") or 0), b"", 0
            while count < length:
                piece = self.rfile.read(min(65536, length - count))
                count += len(piece)
                kept = kept + piece if count <= 2_000_000 else b"%d bytes" % count
            return kept

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Gateway:
    """A running process: where our own systems ask, where other nodes do."""

    edge: str
    door: str
    process: "subprocess.Popen[bytes]"
    again: list[str]
    environment: dict[str, str]

    def kill(self) -> None:
        """-9."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def start(self) -> None:
        """Once more, at the same addresses."""
        self.process = subprocess.Popen(self.again, env=self.environment)
        # The door is opened last.
        _await(int(self.door.rpartition(":")[2]), self.process)


@contextmanager
def gateway(
    dsn: str, *, line: int | None = None, door: int | None = None, ahead: str = "", **more: str
) -> Iterator[Gateway]:
    """The process over a database, until the block ends; other nodes reach its door by the port of a line if given.

    Its clock is ahead by the seconds that the file `ahead` says, if given.
    """
    edge, door = free_port(), door or free_port()
    environment = {
        **os.environ, "DATABASE_URL": dsn, "JUMUISHI_CONFIG": str(settings.JUMUISHI_CONFIG),
        "JUMUISHI_DATA": str(settings.JUMUISHI_DATA), **more,
    }  # fmt: skip
    module = ["jumuishi.exchange.tests.moved_gateway", ahead] if ahead else ["jumuishi.project.gateway"]
    command = [sys.executable, "-m", *module, "--edge", str(edge), "--door", str(door)]
    if line is not None:
        command += ["--endpoint", f"https://127.0.0.1:{line}"]
    found = Gateway(
        f"http://127.0.0.1:{edge}", f"https://127.0.0.1:{door}", subprocess.Popen(command, env=environment), command,
        environment,
    )  # fmt: skip
    try:
        _await(door, found.process)
        yield found
    finally:
        found.process.send_signal(signal.SIGTERM)
        found.process.wait(timeout=10)


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the gateway does not start")
