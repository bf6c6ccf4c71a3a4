"""A parcel as bytes: lines of JSON, the head first, then one line each; so it is written and read in constant memory.

A message is a line in the JSON form of CloudEvents 1.0 (JSON Event Format), so that any reader of those understands it.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from jumuishi.exchange.courier.types import (
    RESERVED,
    Acknowledgement,
    Body,
    Gap,
    Message,
    Parcel,
    Part,
    PartWish,
    StreamId,
    Tombstone,
    UnreadParcel,
)
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import read_client

FORMAT = "jumuishi-parcel-1"
MEDIA_TYPE = "application/vnd.jumuishi.parcel+ndjson"


def _line(kind: str, value: dict[str, Any]) -> bytes:
    return json.dumps({kind: value}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def event_of(one: Message) -> dict[str, Any]:
    """A message in the JSON form of CloudEvents."""
    found: dict[str, Any] = {
        "specversion": "1.0", "id": one.id, "source": one.stream.source.wire, "type": one.type,
        "time": one.time.isoformat(), "destination": one.stream.destination.wire, "sequence": one.sequence,
        "priority": one.priority, "datacontenttype": one.datacontenttype, **one.extensions,
    }  # fmt: skip
    said = {"subject": one.stream.subject, "agreement": one.agreement, "purpose": one.purpose}
    found |= {name: value for name, value in said.items() if value}
    if one.expirytime is not None:
        found["expirytime"] = one.expirytime.isoformat()
    if one.tombstone is not None:
        found["tombstone"] = one.tombstone.value
    elif isinstance(one.data, Body):
        found |= {"body": one.data.sha256, "bodysize": one.data.size}
    elif one.data:
        found["data_base64"] = b64encode(one.data).decode()
    return found


def message_of(found: dict[str, Any]) -> Message:
    """A message from its JSON form; raises ValueError, KeyError, TypeError or XRoadError."""
    if found["specversion"] != "1.0":
        raise ValueError("specversion")
    ends, stone = found.get("expirytime"), found.get("tombstone")
    return Message(
        id=_text(found["id"]), stream=_stream(found), sequence=_whole(found["sequence"]), type=_text(found["type"]),
        time=datetime.fromisoformat(found["time"]), datacontenttype=_text(found["datacontenttype"]),
        data=_data(found), priority=_whole(found["priority"]),
        expirytime=datetime.fromisoformat(ends) if ends is not None else None,
        agreement=_text(found.get("agreement", "")), purpose=_text(found.get("purpose", "")),
        extensions={name: _text(value) for name, value in found.items() if name not in RESERVED},
        tombstone=Tombstone(stone) if stone is not None else None,
    )  # fmt: skip


def _data(found: dict[str, Any]) -> bytes | Body:
    if "body" in found:
        return Body(_text(found["body"]), _whole(found["bodysize"]))
    return b64decode(found.get("data_base64", ""), validate=True)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("a text")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 2**53:
        raise TypeError("a whole number")
    return value


def _stream(found: dict[str, Any]) -> StreamId:
    return StreamId(
        read_client(_text(found["source"])), read_client(_text(found["destination"])), _text(found.get("subject", ""))
    )


def _named(stream: StreamId) -> dict[str, Any]:
    return {"source": stream.source.wire, "destination": stream.destination.wire, "subject": stream.subject}


def written(parcel: Parcel) -> Iterator[bytes]:
    """The parcel's lines."""
    yield _line(
        FORMAT, {
            "sender": parcel.sender, "receiver": parcel.receiver, "number": parcel.number,
            "made_at": parcel.made_at.isoformat(),
        },
    )  # fmt: skip
    for ack in parcel.acknowledgements:
        also = {"also": ack.also} if ack.also else {}
        yield _line("acknowledged", {**_named(ack.stream), "upto": ack.upto, "upto_id": ack.upto_id, **also})
    for gap in parcel.gaps:
        yield _line("missing", {**_named(gap.stream), "first": gap.first, "last": gap.last})
    for wish in parcel.part_wishes:
        yield _line("wanted", {"sha256": wish.sha256, "offset": wish.offset})
    for message in parcel.messages:
        yield _line("message", event_of(message))
    for part in parcel.parts:
        data = b64encode(part.data).decode()
        yield _line("part", {"sha256": part.sha256, "offset": part.offset, "data": data})
    yield _line("end", {"messages": len(parcel.messages), "parts": len(parcel.parts)})


Line = Acknowledgement | Gap | PartWish | Message | Part


def _acknowledged(found: dict[str, Any]) -> Acknowledgement:
    also = tuple((_whole(place), _text(name)) for place, name in found.get("also", ()))
    return Acknowledgement(_stream(found), _whole(found["upto"]), _text(found["upto_id"]), also)


def _missing(found: dict[str, Any]) -> Gap:
    return Gap(_stream(found), _whole(found["first"]), _whole(found["last"]))


def _wanted(found: dict[str, Any]) -> PartWish:
    return PartWish(_text(found["sha256"]), _whole(found["offset"]))


def _part(found: dict[str, Any]) -> Part:
    return Part(_text(found["sha256"]), _whole(found["offset"]), b64decode(found["data"], validate=True))


_READERS: dict[str, Callable[[dict[str, Any]], Line]] = {
    "acknowledged": _acknowledged, "missing": _missing, "wanted": _wanted, "message": message_of, "part": _part,
}  # fmt: skip


def read_lines(lines: Iterable[bytes]) -> Iterator[Parcel | Line]:
    """The head as an empty parcel, then each thing in it as it is read; raises UnreadParcel, also for a missing end."""
    counts, is_over, head = {"message": 0, "part": 0}, False, True
    for line in lines:
        try:
            if is_over or not line.endswith(b"\n"):
                raise ValueError("cut, or more after its end")
            ((kind, found),) = json.loads(line).items()
            if head:
                if kind != FORMAT:
                    raise ValueError("another format")
                made = datetime.fromisoformat(found["made_at"])
                if made.tzinfo is None:
                    raise ValueError("made_at")
                yield Parcel(_text(found["sender"]), _text(found["receiver"]), _whole(found["number"]), made)
                head = False
            elif kind == "end":
                is_over = True
                if found != {"messages": counts["message"], "parts": counts["part"]}:
                    raise ValueError("not whole")
            else:
                counts[kind] = counts.get(kind, 0) + 1
                yield _READERS[kind](found)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, XRoadError) as error:
            raise UnreadParcel(f"{type(error).__name__}: {error}") from error
    if not is_over:
        raise UnreadParcel("its end is missing")


def read(data: bytes) -> Parcel:
    """A small parcel at once; raises UnreadParcel."""
    head, *rest = read_lines(data.splitlines(keepends=True))
    if not isinstance(head, Parcel):
        raise UnreadParcel("no head")

    def only(kind: Any) -> tuple[Any, ...]:
        return tuple(one for one in rest if isinstance(one, kind))

    return Parcel(
        head.sender, head.receiver, head.number, head.made_at, only(Message), only(Acknowledgement), only(Gap),
        only(PartWish), only(Part),
    )  # fmt: skip
