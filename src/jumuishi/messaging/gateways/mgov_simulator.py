"""A government SMS gateway of tests and demonstrations: speaks mGov's wire on loopback and keeps what it was given.

    python -m jumuishi.messaging.gateways.mgov_simulator --port 8200 --key KEY [--system-id ID] [--report URL]

With --report it tells of each message's delivery there, until that is acknowledged. Knobs and the rest: simulated.py.
"""

import json
import os
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from jumuishi.messaging.gateways import mgov_wire as wire
from jumuishi.messaging.gateways import simulated
from jumuishi.messaging.gateways.simulated import serve

__all__ = ["Simulator", "serve"]
_FIELDS = {"recipients", "message", "datetime", "mobileServiceId", "senderId", "messageId"}


class Simulator(simulated.Simulated):
    """The gateway, and its client's key and id."""

    path = wire.SEND

    def __init__(self, *, key: str, system_id: str, report: str = "") -> None:
        super().__init__(report=report)
        self.key, self.system_id = key, system_id

    def receive(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """A send, whole."""
        lower = {name.lower(): value for name, value in headers.items()}
        return self.take(body, lower.get("hash", ""), lower.get("sysid", ""))

    def take(self, body: bytes, given_hash: str, system_id: str) -> tuple[int, dict[str, Any]]:
        """(HTTP status, answer) for a send."""
        if self.away:
            return 503, {}
        if system_id != self.system_id or not wire.is_signed(self.key, body, given_hash):
            return 401, {"success": False, "statusMessage": "Invalid hash"}
        try:
            said = {str(name): str(value) for name, value in json.loads(body).items()}
            UUID(said["messageId"])
            whole = said.keys() == _FIELDS and said["recipients"].isdecimal() and len(said["recipients"]) == 12
        except (ValueError, AttributeError, KeyError):
            whole = False
        if not whole or self.refuse:
            return 200, {"success": False, "statusMessage": "Rejected"}
        self.keep(said["messageId"], said)
        return 200, {"success": True, "statusMessage": "Accepted"}

    def delivery(self, name: str, said: dict[str, str]) -> urllib.request.Request:  # noqa: ARG002
        """The report, signed as a message is."""
        return self._signed({"messageId": name, "status": "FAILED" if self.undelivered else "DELIVERED"})

    def inbound(self, *, phone: str, text: str, name: str) -> urllib.request.Request:
        """What a phone wrote, signed as a message is."""
        at = datetime.now(UTC)
        return self._signed(wire.inbound(message_id=name, phone=phone, text=text, at=at))

    def _signed(self, said: Mapping[str, str]) -> urllib.request.Request:
        body = json.dumps(said).encode()
        headers = {"Content-Type": "application/json", "hash": wire.sign(self.key, body), "sysId": self.system_id}
        return urllib.request.Request(self.report, body, headers)  # noqa: S310  # the operator's own address


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = simulated.arguments("mgov_simulator", "mGov")
    parser.add_argument("--key", default=os.environ.get("JUMUISHI_MGOV_KEY", ""), help="the client's API key")
    parser.add_argument("--system-id", default=os.environ.get("JUMUISHI_MGOV_SYSTEM", "DEMO"))
    said = parser.parse_args()
    if not said.key:
        parser.error("--key or JUMUISHI_MGOV_KEY is needed")
    simulated.run(Simulator(key=said.key, system_id=said.system_id, report=said.report), said.port, "mGov")


if __name__ == "__main__":
    main()
