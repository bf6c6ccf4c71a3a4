"""Messages for a system that is not here, or that did not ask for them: their sender is told by a message back."""

import json
from collections.abc import Sequence
from datetime import datetime

from jumuishi.exchange.courier import dead
from jumuishi.exchange.courier.following import is_followed
from jumuishi.exchange.courier.handlers import Received, RefusedMessage, receives
from jumuishi.exchange.courier.letters import stream_id
from jumuishi.exchange.courier.rules import Then
from jumuishi.exchange.courier.sending import send
from jumuishi.exchange.courier.states import InState
from jumuishi.exchange.courier.tables import Inbox
from jumuishi.exchange.xroad.identifiers import ClientId
from jumuishi.kernel import clock

REFUSED = "jumuishi.courier.refused"
NOT_SUBSCRIBED = "not_subscribed"


def check(rows: Sequence[Inbox], now: datetime) -> None:
    """Refuse, of messages that were just written down, those for systems that did not ask for them."""
    for one in rows:
        if one.stream.is_ours or one.state != InState.WAITING or is_followed(one):
            continue
        one.state, one.ended_at = InState.REFUSED, now
        one.save(update_fields=["state", "ended_at"])
        name = stream_id(one.stream)
        send(
            institution_id=one.institution_id, source=_platform(name.destination), destination=_platform(name.source),
            type=REFUSED, subject=name.subject,
            data=json.dumps({"id": one.message_id, "reason": NOT_SUBSCRIBED}).encode(),
        )  # fmt: skip


def _platform(one: ClientId) -> ClientId:
    return ClientId(one.instance, one.member_class, one.member_code)


@receives(REFUSED, then=Then.GO_ON)
def refused(received: Received) -> None:
    """A message of ours was not taken at the other end."""
    try:
        said = json.loads(received.message.data if isinstance(received.message.data, bytes) else b"")
        name, reason = str(said["id"]), str(said["reason"])
    except (ValueError, KeyError, TypeError):
        raise RefusedMessage("unread") from None
    dead.refused_elsewhere(received, name, reason, clock.now())
