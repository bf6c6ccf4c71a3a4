"""Server-sent events in bytes (WHATWG HTML, 9.2): rendered once, shared by all readers."""

import json
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Payload:
    """Bytes of one or more events, as they are and as a chunk of HTTP/1.1 (RFC 9112, 7.1)."""

    raw: bytes

    @cached_property
    def chunk(self) -> bytes:
        """With the chunk's length around it."""
        return b"%x\r\n%b\r\n" % (len(self.raw), self.raw)

    def __add__(self, other: "Payload") -> "Payload":
        return Payload(self.raw + other.raw)


BEAT = Payload(b":\n\n")


def frame(data: object, *, event: str = "", seq: int | None = None) -> Payload:
    """One event; `seq` is what a reader sends back as Last-Event-ID after a cut."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    head = (f"id:{seq}\n" if seq is not None else "") + (f"event:{event}\n" if event else "")
    # A line's end within would end the field.
    return Payload(f"{head}data:{text.translate({10: ' ', 13: ' '})}\n\n".encode())


def changed(before: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    """The keys of a screen that are another now; what is gone is null."""
    gone = {key: None for key in before if key not in after}
    return gone | {key: value for key, value in after.items() if key not in before or before[key] != value}
