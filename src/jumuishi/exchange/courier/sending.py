"""A message is written down with the act that it tells of, in its transaction; then it waits for a parcel."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.transaction import TransactionManagementError

from jumuishi.exchange.courier.letters import values_of
from jumuishi.exchange.courier.network import wire_of
from jumuishi.exchange.courier.types import USUAL, Body, Message, StreamId
from jumuishi.exchange.xroad.identifiers import ClientId
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.statements import Soon

SYSTEM = tenancy.Principal.system()
CHANNEL = "exchange_courier"
# The next place, without a gap: who else sends on this stream waits for this transaction's end. One statement, and no
# round trip of its own.
_SEND = Soon("""
WITH place AS (
  INSERT INTO exchange_courier_outgoing AS s (id, institution_id, source, destination, subject, member, last)
  VALUES (%(end)s, %(home)s, %(source)s, %(destination)s, %(subject)s, %(member)s, 1)
  ON CONFLICT (institution_id, source, destination, subject) DO UPDATE SET last = s.last + 1 RETURNING id, last
), told AS (SELECT pg_notify('exchange_courier', ''))
INSERT INTO exchange_courier_outbox (id, institution_id, stream_id, member, state, sequence, message_id, type, at,
  datacontenttype, data, body_sha256, body_size, body_file, priority, expires_at, agreement, purpose, extensions,
  tombstone, made_at)
SELECT %(id)s, %(home)s, place.id, %(member)s, 'waiting', place.last, %(message_id)s, %(type)s, %(at)s,
  %(datacontenttype)s, %(data)s, %(body_sha256)s, %(body_size)s, %(body_file)s, %(priority)s, %(expires_at)s,
  %(agreement)s, %(purpose)s, %(extensions)s::jsonb, '', %(now)s FROM place, told
""")


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
    values = {
        **values_of(made), "extensions": json.dumps(dict(made.extensions)), "id": name, "end": new_id(),
        "home": institution_id, "source": source.wire, "destination": destination.wire, "subject": subject,
        "member": wire_of(destination.member), "body_file": body_file, "now": now,
    }  # fmt: skip
    with tenancy.acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_SEND, values)
    return made.id
