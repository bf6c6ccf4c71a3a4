"""The government's SMS gateway (mGov) over HTTP."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jumuishi.messaging.gateways import asking
from jumuishi.messaging.gateways import mgov_wire as wire
from jumuishi.messaging.gateways.protocol import LostAnswerError, RefusedError, Taken


@dataclass(frozen=True)
class MgovGateway:
    """A client of mGov: base URL, our system's id and key, the service and the name that messages come from."""

    url: str
    system_id: str
    key: str
    service_id: str
    sender_id: str
    zone: str
    name: str = "mgov"
    knows_repeats: bool = True

    def send(self, *, message_id: UUID, to: str, text: str, at: datetime, sender: str) -> Taken:
        """Hand a message over; it keeps our id. Raises GatewayAwayError, RefusedError."""
        body = wire.send_body(
            message_id=message_id,
            to=to,
            text=text,
            at=at,
            zone=self.zone,
            service_id=self.service_id,
            sender_id=sender or self.sender_id,
        )
        headers = {"Content-Type": "application/json", "hash": wire.sign(self.key, body), "sysId": self.system_id}
        said = asking.post(self.url + wire.SEND, body, headers)
        try:
            answer = json.loads(said)
            accepted, why = answer["success"] is True, str(answer.get("statusMessage", ""))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LostAnswerError("an answer that is not understood") from error
        if not accepted:
            raise RefusedError(why[:80])
        return Taken()
