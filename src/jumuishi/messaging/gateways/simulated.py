"""What simulated gateways of tests and demonstrations have in common: a door on loopback, knobs, deliveries, writers.

GET /simulate/sent lists; POST /simulate/knobs {away, refuse, undelivered: bool} makes it misbehave; POST
/simulate/inbound {from, text, id} lets a phone write in, through the gateway's own callback.
"""

import argparse
import json
import signal
import threading
import time
import urllib.request
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_LIMIT = 64 * 1024


class Simulated:
    """What a gateway knows: what it was given, where it reports to, how it misbehaves."""

    path = ""

    def __init__(self, *, report: str = "") -> None:
        self.report = report
        self.away = self.refuse = self.undelivered = False
        self._lock = threading.Lock()
        self._sent: dict[str, dict[str, str]] = {}

    def sent(self) -> list[dict[str, str]]:
        """Messages taken so far, each once."""
        with self._lock:
            return list(self._sent.values())

    def keep(self, name: str, said: dict[str, str]) -> None:
        """Take a message, and tell later that it arrived; one of the same name is the same."""
        with self._lock:
            is_new = name not in self._sent
            self._sent.setdefault(name, said)
        if is_new and self.report:
            request = self.delivery(name, said)
            threading.Thread(target=self._tell, args=[request], daemon=True).start()

    def receive(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """(HTTP status, answer) for a request of a client."""
        raise NotImplementedError

    def delivery(self, name: str, said: dict[str, str]) -> urllib.request.Request:
        """The report of a message."""
        raise NotImplementedError

    def inbound(self, *, phone: str, text: str, name: str) -> urllib.request.Request:
        """What a phone wrote, as it is handed on."""
        raise NotImplementedError

    def write_in(self, *, phone: str, text: str, name: str) -> int:
        """Let a phone write; the status that came back."""
        return self._deliver(self.inbound(phone=phone, text=text, name=name))

    def _tell(self, request: urllib.request.Request) -> None:
        """Report a delivery until that is acknowledged."""
        for attempt in range(10):
            time.sleep(min(5.0, 0.05 * 2**attempt))
            if self._deliver(request) == 200:
                return

    @staticmethod
    def _deliver(request: urllib.request.Request) -> int:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


class _Door(BaseHTTPRequestHandler):
    simulator: Simulated
    protocol_version = "HTTP/1.1"  # a client may keep its connection

    def do_POST(self) -> None:  # the standard library's name
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LIMIT))
        known = self.simulator
        if self.path == known.path:
            self._send(*known.receive(body, dict(self.headers)))
        elif self.path == "/simulate/knobs":
            said = json.loads(body or b"{}")
            for knob in ("away", "refuse", "undelivered"):
                setattr(known, knob, bool(said.get(knob)))
            self._send(200, {})
        elif self.path == "/simulate/inbound":
            said = json.loads(body or b"{}")
            status = known.write_in(phone=str(said["from"]), text=str(said["text"]), name=str(said["id"]))
            self._send(200, {"status": status})
        else:
            self._send(404, {})

    def do_GET(self) -> None:  # the standard library's name
        if self.path == "/simulate/sent":
            self._send(200, {"messages": self.simulator.sent()})
        else:
            self._send(404, {})

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        head = (
            f"HTTP/1.1 {status} {self.responses.get(status, ('',))[0]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self.wfile.write(head.encode() + body)  # in one piece, or the answer waits for an acknowledgement

    def log_message(self, *args: object) -> None:
        """Numbers and texts go into no log."""


def serve(simulator: Simulated, port: int) -> ThreadingHTTPServer:
    """The simulator's door on loopback, not yet turning; port 0 picks a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), type("Door", (_Door,), {"simulator": simulator}))


def run(simulator: Simulated, port: int, name: str) -> None:
    """Turn until SIGTERM or SIGINT; says its address first."""
    server = serve(simulator, port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Simulated {name} at http://127.0.0.1:{server.server_address[1]}/", flush=True)  # noqa: T201  # its own line
    server.serve_forever(poll_interval=0.2)
    server.server_close()


def arguments(prog: str, name: str) -> argparse.ArgumentParser:
    """What each simulator is told on its command line; it adds its own."""
    parser = argparse.ArgumentParser(prog=prog, description=f"A simulated {name} on loopback")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--report", default="", help="where deliveries and messages go, such as URL/sms/NAME/")
    return parser
