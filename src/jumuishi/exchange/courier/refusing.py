"""Messages that are not taken: nobody here asked for them, or they are too large; their sender is told by one back."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

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
NOT_SUBSCRIBED, TOO_LARGE = "not_subscribed", "too_large"


def check(rows: Sequence[Inbox], now: datetime) -> None:
    """Refuse, of messages that were just written down, those that are not taken; their subjects go on."""
    for one in rows:
        reason = _reason(one)
        if not reason:
            continue
        one.state, one.ended_at = InState.REFUSED, now
        one.save(update_fields=["state", "ended_at"])
        name = stream_id(one.stream)
        send(
            institution_id=one.institution_id, source=_platform(name.destination), destination=_platform(name.source),
            type=REFUSED, subject=name.subject,
            data=json.dumps({"id": one.message_id, "reason": reason}).encode(),
        )  # fmt: skip


def _reason(one: Inbox) -> str:
    """Why a message is not taken; "" for one that is, or that waits for nothing."""
    if one.state != InState.WAITING:
        return ""
    if one.body_size > settings.EXCHANGE_MOST:
        # Its body is never asked for, so nothing would end its wait.
        return TOO_LARGE
    return "" if one.stream.is_ours or is_followed(one) else NOT_SUBSCRIBED


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
