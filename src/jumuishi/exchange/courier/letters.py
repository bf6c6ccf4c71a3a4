"""A row of a box as a message, and a message as the values of a row."""

from typing import Any

from jumuishi.exchange.courier.tables import Letter, Stream
from jumuishi.exchange.courier.types import Body, Message, StreamId, Tombstone
from jumuishi.exchange.xroad.identifiers import read_client


def stream_id(row: Stream) -> StreamId:
    """Which stream a row is an end of."""
    return StreamId(read_client(row.source), read_client(row.destination), row.subject)


def message_of(row: Letter, stream: StreamId) -> Message:
    """The message that a row keeps, or the tombstone that it became."""
    data = Body(row.body_sha256, row.body_size) if row.body_sha256 else bytes(row.data)
    if row.tombstone:
        data = b""
    return Message(
        id=row.message_id, stream=stream, sequence=row.sequence, type=row.type, time=row.at,
        datacontenttype=row.datacontenttype, data=data, priority=row.priority, expirytime=row.expires_at,
        agreement=row.agreement, purpose=row.purpose, extensions={} if row.tombstone else row.extensions,
        tombstone=Tombstone(row.tombstone) if row.tombstone else None,
    )  # fmt: skip


def values_of(one: Message) -> dict[str, Any]:
    """The columns that a message fills."""
    large = one.data if isinstance(one.data, Body) else None
    return {
        "sequence": one.sequence, "message_id": one.id, "type": one.type, "at": one.time,
        "datacontenttype": one.datacontenttype, "data": b"" if isinstance(one.data, Body) else one.data,
        "body_sha256": large.sha256 if large else "", "body_size": large.size if large else 0,
        "priority": one.priority, "expires_at": one.expirytime, "agreement": one.agreement, "purpose": one.purpose,
        "extensions": dict(one.extensions), "tombstone": one.tombstone.value if one.tombstone else "",
    }  # fmt: skip
