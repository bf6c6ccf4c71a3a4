"""The government's SMS gateway (mGov) over HTTP."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jumuishi.kernel.lazily import lazily
from jumuishi.messaging.gateways import mgov_wire as wire
from jumuishi.messaging.gateways.protocol import GatewayAwayError, RefusedError

httpx = lazily("httpx")
TIMEOUT = 10.0


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

    def send(self, *, message_id: UUID, to: str, text: str, at: datetime) -> None:
        """Hand a message over. Raises GatewayAwayError, RefusedError."""
        body = wire.send_body(
            message_id=message_id,
            to=to,
            text=text,
            at=at,
            zone=self.zone,
            service_id=self.service_id,
            sender_id=self.sender_id,
        )
        headers = {"Content-Type": "application/json", "hash": wire.sign(self.key, body), "sysId": self.system_id}
        try:
            with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
                response = client.post(self.url + wire.SEND, content=body, headers=headers)
            if response.status_code >= 500 or response.status_code in (401, 403, 408, 429):
                # Also a key that is refused: that is ours to mend, and no reason to lose a message.
                raise GatewayAwayError(f"HTTP {response.status_code}")
            answer = json.loads(response.content[:10_000])
            accepted, said = answer["success"] is True, str(answer.get("statusMessage", ""))
        except httpx.HTTPError as error:
            raise GatewayAwayError(type(error).__name__) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise GatewayAwayError("an answer that is not understood") from error
        if not accepted:
            raise RefusedError(said[:80])
