"""A government SMS gateway of tests and demonstrations: speaks mGov's wire on loopback and keeps what it was given.

    python -m jumuishi.messaging.gateways.mgov_simulator --port 8200 --key KEY [--system-id ID] [--report URL]

With --report it tells of each message's delivery there, until that is acknowledged. GET /simulate/sent lists;
POST /simulate/knobs {away: bool, refuse: bool, undelivered: bool} makes it misbehave.
"""

import argparse
import json
import os
import signal
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jumuishi.messaging.gateways import mgov_wire as wire

_LIMIT = 64 * 1024


class Simulator:
    """What the gateway knows: its client's key, what it was given, where it reports to, how it misbehaves."""

    def __init__(self, *, key: str, system_id: str, report: str = "") -> None:
        self.key, self.system_id, self.report = key, system_id, report
        self.away = self.refuse = self.undelivered = False
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
            is_new = said["messageId"] not in self._sent
            self._sent.setdefault(said["messageId"], said)
        if is_new and self.report:
            threading.Thread(target=self._tell, args=[said["messageId"]], daemon=True).start()
        return 200, {"success": True, "statusMessage": "Accepted"}

    def _tell(self, message_id: str) -> None:
        """Report a delivery: a report that comes before its message was noted as sent is refused, and told again."""
        status = "FAILED" if self.undelivered else "DELIVERED"
        body = json.dumps({"messageId": message_id, "status": status}).encode()
        headers = {"Content-Type": "application/json", "hash": wire.sign(self.key, body), "sysId": self.system_id}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for attempt in range(10):
            time.sleep(min(5.0, 0.05 * 2**attempt))
            try:
                with opener.open(urllib.request.Request(self.report, body, headers), timeout=5):  # noqa: S310  # the operator's own address
                    return
            except OSError:  # URLError and HTTPError are of its kind
                continue


class _Door(BaseHTTPRequestHandler):
    simulator: Simulator

    def do_POST(self) -> None:  # the standard library's name
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LIMIT))
        if self.path == wire.SEND:
            status, answer = self.simulator.take(body, self.headers.get("hash", ""), self.headers.get("sysId", ""))
            self._send(status, answer)
        elif self.path == "/simulate/knobs":
            said = json.loads(body or b"{}")
            for knob in ("away", "refuse", "undelivered"):
                setattr(self.simulator, knob, bool(said.get(knob)))
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
    parser.add_argument("--report", default="", help="where deliveries are reported to, such as URL/sms/mgov/")
    said = parser.parse_args()
    if not said.key:
        parser.error("--key or JUMUISHI_MGOV_KEY is needed")
    server = serve(Simulator(key=said.key, system_id=said.system_id, report=said.report), said.port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Simulated mGov at http://127.0.0.1:{server.server_address[1]}/", flush=True)  # noqa: T201  # its own line
    server.serve_forever(poll_interval=0.2)
    server.server_close()


if __name__ == "__main__":
    main()
