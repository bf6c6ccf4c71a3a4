"""The aggregator Africa's Talking over HTTP."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jumuishi.messaging.gateways import africastalking_wire as wire
from jumuishi.messaging.gateways import asking
from jumuishi.messaging.gateways.protocol import GatewayAwayError, LostAnswerError, RefusedError, Taken


@dataclass(frozen=True)
class AfricasTalkingGateway:
    """A client of the aggregator: base URL, account, key, the usual sender, the currency that costs are kept in."""

    url: str
    username: str
    key: str
    sender_id: str
    currency: str
    name: str = "africastalking"
    # Its form has no place for an id of ours.
    knows_repeats: bool = False

    def send(self, *, message_id: UUID, to: str, text: str, at: datetime, sender: str) -> Taken:  # noqa: ARG002
        """Hand a message over; it goes by a name of theirs. Raises GatewayAwayError, RefusedError."""
        body = wire.send_body(username=self.username, to=to, text=text, sender=sender or self.sender_id)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "apiKey": self.key,
        }  # fmt: skip
        said = asking.post(self.url + wire.SEND, body, headers)
        try:
            found = wire.recipient(json.loads(said))
            code, status = int(str(found["statusCode"])), str(found["status"])
        except (ValueError, KeyError, TypeError, IndexError) as error:
            # Also a refusal of the whole request, which has words and no recipient.
            raise LostAnswerError("an answer that is not understood") from error
        if code in wire.AWAY:
            raise GatewayAwayError(status[:80])
        if code not in wire.TAKEN:
            raise RefusedError(status[:80])
        return Taken(str(found.get("messageId", ""))[:100], wire.cost(found.get("cost", ""), self.currency))
