"""From one institution's platform to another's: what the rooms of this house send each other across nodes."""

from datetime import datetime
from uuid import UUID

from jumuishi.exchange import members
from jumuishi.exchange.courier.sending import send
from jumuishi.exchange.courier.types import USUAL
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import ClientId, read_client


def send_message(
    *,
    institution_id: UUID,
    member: str,
    type: str,
    subject: str = "",
    data: bytes = b"",
    priority: int = USUAL,
    expirytime: datetime | None = None,
    purpose: str = "",
) -> str:
    """Let a message go to another institution, INSTANCE/CLASS/CODE, with the open transaction; its id.

    It arrives once and in the order of its subject, also over a line that is down for days; whoever `receives` its type
    there deals with it. Raises ExchangeRefusedError for what names no institution, ValueError for what can't travel.
    """
    try:
        to = read_client(member)
        if to.subsystem_code:
            raise ValueError(member)
        here = members.member_of(institution_id)
    except (XRoadError, ValueError, KeyError):
        raise ExchangeRefusedError("exchange.not_there") from None
    return send(
        institution_id=institution_id, source=ClientId(here.instance, here.member_class, here.member_code),
        destination=to, type=type, subject=subject, data=data, priority=priority, expirytime=expirytime,
        purpose=purpose,
    )  # fmt: skip
