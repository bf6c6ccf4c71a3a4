"""An aggregator of tests and demonstrations: speaks Africa's Talking's wire on loopback and keeps what it was given.

    python -m jumuishi.messaging.gateways.africastalking_simulator --port 8201 --key KEY --username NAME [--report URL]

With --report (the callback's address, its secret in it) it tells of each message's delivery there. It names a cost only
where it is told one (--cost "TZS 1.0000"). Knobs and the rest: simulated.py.
"""

import os
import re
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from jumuishi.kernel import gsm
from jumuishi.messaging.gateways import africastalking_wire as wire
from jumuishi.messaging.gateways import simulated
from jumuishi.messaging.gateways.simulated import serve

__all__ = ["Simulator", "serve"]


class Simulator(simulated.Simulated):
    """The aggregator, its client's account and key; `status`: what it says of each recipient."""

    path = wire.SEND

    def __init__(self, *, key: str, username: str, report: str = "", cost: str = "0") -> None:
        super().__init__(report=report)
        self.key, self.username, self.cost = key, username, cost
        self.status = (101, "Success")
        self._count = 0

    def receive(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """A send, whole."""
        lower = {name.lower(): value for name, value in headers.items()}
        if self.away:
            return 503, {}
        said = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if lower.get("apikey") != self.key or said.get("username") != self.username:
            return 401, {"message": "The supplied authentication is invalid"}
        if not said.get("message") or not said.get("to"):
            return 400, {"message": "Must have to and message in your request"}
        code, status = (403, "InvalidPhoneNumber") if not re.fullmatch(r"\+[0-9]{12}", said["to"]) else self.status
        if self.refuse:
            code, status = 502, "RejectedByGateway"
        name = "None"
        if code in wire.TAKEN:
            with self._lock:
                self._count += 1
                name = f"ATXid_{self._count:08}"
            self.keep(name, said)
        parts = gsm.measure(said["message"]).parts
        one = {
            "statusCode": code, "number": said["to"], "status": status, "cost": self.cost, "messageId": name,
            "messageParts": parts,
        }  # fmt: skip
        return 201, {"SMSMessageData": {"Message": f"Sent to 1/1 Total Cost: {self.cost}", "Recipients": [one]}}

    def delivery(self, name: str, said: dict[str, str]) -> urllib.request.Request:
        """The report, as a form."""
        lost = {"failureReason": "DeliveryFailure"} if self.undelivered else {}
        status = "Failed" if self.undelivered else "Success"
        return self._form({"id": name, "status": status, "phoneNumber": said["to"], "networkCode": "99999", **lost})

    def inbound(self, *, phone: str, text: str, name: str) -> urllib.request.Request:
        """What a phone wrote, as a form."""
        return self._form(wire.inbound(message_id=name, phone=phone, text=text, at=datetime.now(UTC)))

    def _form(self, said: Mapping[str, str]) -> urllib.request.Request:
        return urllib.request.Request(self.report, urlencode(said).encode())  # noqa: S310  # the operator's own address


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = simulated.arguments("africastalking_simulator", "Africa's Talking")
    parser.add_argument("--key", default=os.environ.get("JUMUISHI_AFRICASTALKING_KEY", ""), help="the client's API key")
    parser.add_argument("--username", default=os.environ.get("JUMUISHI_AFRICASTALKING_USERNAME", "sandbox"))
    parser.add_argument("--cost", default="0", help='what each message costs, such as "TZS 1.0000"')
    said = parser.parse_args()
    if not said.key:
        parser.error("--key or JUMUISHI_AFRICASTALKING_KEY is needed")
    simulator = Simulator(key=said.key, username=said.username, report=said.report, cost=said.cost)
    simulated.run(simulator, said.port, "Africa's Talking")


if __name__ == "__main__":
    main()
