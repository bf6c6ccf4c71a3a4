"""A government SMS gateway of tests and demonstrations: speaks mGov's wire on loopback and keeps what it was given.

    python -m jumuishi.messaging.gateways.mgov_simulator --port 8200 --key KEY [--system-id ID]

GET /simulate/sent lists; POST /simulate/knobs {away: bool, refuse: bool} makes it misbehave.
"""

import argparse
import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jumuishi.messaging.gateways import mgov_wire as wire

_LIMIT = 64 * 1024


class Simulator:
    """What the gateway knows: its client's key, what it was given, how it misbehaves."""

    def __init__(self, *, key: str, system_id: str) -> None:
        self.key, self.system_id = key, system_id
        self.away = self.refuse = False
        self._lock = threading.Lock()
        self._sent: dict[str, dict[str, str]] = {}

    def sent(self) -> list[dict[str, str]]:
        """Messages taken so far, each once."""
        with self._lock:
            return list(self._sent.values())

    def take(self, body: bytes, given_hash: str, system_id: str) -> tuple[int, dict[str, Any]]:
        """(HTTP status, answer) for a send."""
        if self.away:
            return 503, {}
        if system_id != self.system_id or not wire.is_signed(self.key, body, given_hash):
            return 401, {"success": False, "statusMessage": "Invalid hash"}
        try:
            said = {str(name): str(value) for name, value in json.loads(body).items()}
            wanted = {"recipients", "message", "datetime", "mobileServiceId", "senderId", "messageId"}
            whole = wanted == said.keys() and said["recipients"].isdecimal() and len(said["recipients"]) == 12
        except (ValueError, AttributeError):
            whole = False
        if not whole or self.refuse:
            return 200, {"success": False, "statusMessage": "Rejected"}
        with self._lock:
            self._sent.setdefault(said["messageId"], said)
        return 200, {"success": True, "statusMessage": "Accepted"}


class _Door(BaseHTTPRequestHandler):
    simulator: Simulator

    def do_POST(self) -> None:  # the standard library's name
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LIMIT))
        if self.path == wire.SEND:
            status, answer = self.simulator.take(body, self.headers.get("hash", ""), self.headers.get("sysId", ""))
            self._send(status, answer)
        elif self.path == "/simulate/knobs":
            said = json.loads(body or b"{}")
            self.simulator.away, self.simulator.refuse = bool(said.get("away")), bool(said.get("refuse"))
            self._send(200, {})
        else:
            self._send(404, {})

    def do_GET(self) -> None:  # the standard library's name
        if self.path == "/simulate/sent":
            self._send(200, {"messages": self.simulator.sent()})
        else:
            self._send(404, {})

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Numbers and texts go into no log."""


def serve(simulator: Simulator, port: int) -> ThreadingHTTPServer:
    """The simulator's door on loopback, not yet turning; port 0 picks a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), type("Door", (_Door,), {"simulator": simulator}))


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="mgov_simulator", description="A simulated mGov on loopback")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default=os.environ.get("JUMUISHI_MGOV_KEY", ""), help="the client's API key")
    parser.add_argument("--system-id", default=os.environ.get("JUMUISHI_MGOV_SYSTEM", "DEMO"))
    said = parser.parse_args()
    if not said.key:
        parser.error("--key or JUMUISHI_MGOV_KEY is needed")
    server = serve(Simulator(key=said.key, system_id=said.system_id), said.port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Simulated mGov at http://127.0.0.1:{server.server_address[1]}/", flush=True)  # noqa: T201  # its own line
    server.serve_forever(poll_interval=0.2)
    server.server_close()


if __name__ == "__main__":
    main()
