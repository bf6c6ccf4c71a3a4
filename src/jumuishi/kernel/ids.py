"""Identifiers made by us, so that a row has its name before any database has seen it."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0  # the newest id's 48 bits of milliseconds and 12 bits of counter


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562, method 1): milliseconds, a counter, then random.

    Within a process each sorts after the one before it, also when the machine's clock is set back.
    """
    global _last  # one counter a process, under its lock
    drawn = int.from_bytes(os.urandom(9), "big")
    # A fresh millisecond begins low in the counter, so that a thousand more find room.
    now = (time.time_ns() // 1_000_000 << 12) | (drawn >> 62 & 0x3FF)
    with _lock:
        _last = stamp = max(now, _last + 1)
    return UUID(int=(stamp >> 12 << 80) | (0x7 << 76) | ((stamp & 0xFFF) << 64) | (0x2 << 62) | (drawn & (1 << 62) - 1))
