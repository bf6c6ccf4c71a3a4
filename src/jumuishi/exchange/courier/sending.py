"""A message is written down with the act that it tells of, in its transaction; then it waits for a parcel."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.transaction import TransactionManagementError

from jumuishi.exchange.courier.letters import values_of
from jumuishi.exchange.courier.network import wire_of
from jumuishi.exchange.courier.states import OutState
from jumuishi.exchange.courier.tables import Outbox
from jumuishi.exchange.courier.types import USUAL, Body, Message, StreamId
from jumuishi.exchange.xroad.identifiers import ClientId
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()
CHANNEL = "exchange_courier"
# The next place, without a gap: who else sends on this stream waits for this transaction's end.
_PLACE = """
INSERT INTO exchange_courier_outgoing AS s (id, institution_id, source, destination, subject, member, last)
VALUES (%s, %s, %s, %s, %s, %s, 1)
ON CONFLICT (institution_id, source, destination, subject) DO UPDATE SET last = s.last + 1 RETURNING id, last
"""


def send(
    *,
    institution_id: UUID,
    source: ClientId,
    destination: ClientId,
    type: str,  # CloudEvents' own word
    subject: str = "",
    data: bytes | Body = b"",
    body_file: UUID | None = None,
    datacontenttype: str = "application/json",
    time: datetime | None = None,
    priority: int = USUAL,
    expirytime: datetime | None = None,
    agreement: str = "",
    purpose: str = "",
    extensions: Mapping[str, str] | None = None,
) -> str:
    """Let a message go to another institution's system, once the open transaction is committed; its id.

    It arrives once and in the order of its subject. `source` is the institution's own. Raises ValueError for what can't
    travel, TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("a message belongs into the transaction of its act")
    now, name = clock.now(), new_id()
    made = Message(
        id=str(name), stream=StreamId(source, destination, subject), sequence=1, type=type, time=time or now, data=data,
        datacontenttype=datacontenttype, priority=priority, expirytime=expirytime, agreement=agreement,
        purpose=purpose, extensions=extensions or {},
    )  # fmt: skip
    member = wire_of(destination.member)
    with tenancy.acting_as(SYSTEM):
        with connection.cursor() as cursor:
            cursor.execute(_PLACE, [new_id(), institution_id, source.wire, destination.wire, subject, member])
            stream, place = cursor.fetchone()
            cursor.execute(f"NOTIFY {CHANNEL}")
        Outbox.objects.create(
            id=name, institution_id=institution_id, stream_id=stream, member=member, state=OutState.WAITING,
            body_file=body_file, made_at=now, **{**values_of(made), "sequence": place},
        )  # fmt: skip
    return made.id
