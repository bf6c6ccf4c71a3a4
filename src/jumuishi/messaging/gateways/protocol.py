"""What this room asks of a gateway, whichever it is."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID


class GatewayAwayError(Exception):
    """No answer, or none that can be understood; the same message may be sent again."""


class LostAnswerError(GatewayAwayError):
    """It was asked and may have the message: what it answered never came, or can't be understood."""


class RefusedError(Exception):
    """The gateway will not send this message, however often it is asked."""


@dataclass(frozen=True)
class Taken:
    """A gateway has a message: under which name of its own (empty: under ours), at what cost where it says so."""

    their_id: str = ""
    cost: Decimal | None = None


class SmsGateway(Protocol):
    """Sends one message."""

    @property
    def name(self) -> str:
        """How settings, addresses and the messages' table call it."""
        ...

    @property
    def knows_repeats(self) -> bool:
        """Whether a message of the same id, sent again, is one message there."""
        ...

    def send(self, *, message_id: UUID, to: str, text: str, at: datetime, sender: str) -> Taken:
        """Hand a message over; `sender` is the name it comes from, empty for the gateway's usual one.

        Raises GatewayAwayError (LostAnswerError where it may have the message all the same), RefusedError.
        """
        ...
