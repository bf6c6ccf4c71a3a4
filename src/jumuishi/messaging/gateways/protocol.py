"""What this room asks of a gateway, whichever it is."""

from datetime import datetime
from typing import Protocol
from uuid import UUID


class GatewayAwayError(Exception):
    """No answer, or none that can be understood; the same message may be sent again."""


class RefusedError(Exception):
    """The gateway will not send this message, however often it is asked."""


class SmsGateway(Protocol):
    """Sends one message; the same id sent twice is the gateway's to notice."""

    @property
    def name(self) -> str:
        """How the messages' table calls it."""
        ...

    def send(self, *, message_id: UUID, to: str, text: str, at: datetime) -> None:
        """Hand a message over. Raises GatewayAwayError, RefusedError."""
        ...
