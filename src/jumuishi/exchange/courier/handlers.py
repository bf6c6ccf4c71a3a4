"""Who deals with which messages: a room names a function for a type; effect and mark are one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from jumuishi.exchange.courier.rules import Then
from jumuishi.exchange.courier.types import Message


@dataclass(frozen=True, slots=True)
class Received:
    """A message that came for an institution of this node."""

    institution_id: UUID
    message: Message
    body_file: UUID | None = None


class RefusedMessage(Exception):
    """A handler will never take this message; `reason` is a word for programs, `detail` says it to whoever must act."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason[:40], detail


Handler = Callable[[Received], None]
_handlers: dict[str, tuple[Handler, Then]] = {}


def receives(type: str, *, then: Then = Then.WAIT) -> Callable[[Handler], Handler]:  # CloudEvents' own word
    """Deal with all messages of a type that come to an institution's platform, as the system, in their order.

    The function raises RefusedMessage for one that it will never take: `then` says whether its subject waits for a
    person or goes on. On any other error it is asked again, later and later.
    """

    def register(handler: Handler) -> Handler:
        if type in _handlers:
            raise ValueError(f"two handlers take {type}")
        _handlers[type] = (handler, then)
        return handler

    return register


def handler_of(type: str) -> tuple[Handler, Then] | None:
    """Who takes a type; None where this release knows nobody."""
    return _handlers.get(type)


def forget(type: str) -> None:
    """For tests: nobody takes it any more."""
    _handlers.pop(type, None)
