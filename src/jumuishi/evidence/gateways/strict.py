"""The certificates of a time-stamp reply in the order that DER wants.

OpenSSL's `ts`, and time-stampers made of it, put them in as they find them, and a strict reader refuses the whole reply
(X.690 section 11.6). They lie outside of what is signed: ordering them changes no signature and no length.
"""

_CERTIFICATES = 0xA0


def ordered(reply: bytes) -> bytes:
    """The reply with its certificates in order; as it came when it is nothing of the kind."""
    try:
        token = _children(reply, *_inside(reply, 0))[1]
        content = _children(reply, *_inside(reply, token[0]))[1]
        signed = _children(reply, *_inside(reply, _inside(reply, content[0])[0]))
        (start, end) = next(one for one in signed if reply[one[0]] == _CERTIFICATES)
        first, _ = _inside(reply, start)
        parts = sorted(reply[low:high] for low, high in _children(reply, first, end))
    except (IndexError, StopIteration, ValueError):
        return reply
    return reply[:first] + b"".join(parts) + reply[end:]


def _inside(data: bytes, at: int) -> tuple[int, int]:
    """Where the contents of the element at a place begin and end (X.690 section 8.1)."""
    length, start = data[at + 1], at + 2
    if length == 0x80:
        raise ValueError("an indefinite length is no DER")
    if length > 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[at + 2 : start], "big")
    if start + length > len(data):
        raise ValueError("an element ends behind the reply")
    return start, start + length


def _children(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Where each element within some contents begins and ends."""
    found = []
    while start < end:
        _, after = _inside(data, start)
        found.append((start, after))
        start = after
    return found
