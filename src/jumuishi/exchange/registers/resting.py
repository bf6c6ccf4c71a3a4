"""Who is away isn't asked again at once by everybody, and only so many ask at the same time.

Each process keeps its own: with a few processes a register that is away is tried a few times in a rest, not by every
person who waits.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


class Rest:
    """Registers that were away a moment ago, and the places for those who ask now."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._places = 0
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, register: str) -> Iterator[str]:
        """A turn to ask: "" to go ahead; "resting" or "busy" for none."""
        with self._lock:
            why = self._why_not(register)
            if not why:
                self._places += 1
        try:
            yield why
        finally:
            if not why:
                with self._lock:
                    self._places -= 1

    def _why_not(self, register: str) -> str:
        until = self._until.get(register)
        if until is not None and time.monotonic() < until:
            return "resting"
        if self._places >= settings.REGISTER_AT_ONCE:
            return "busy"
        if until is not None:
            # One tries whether it is back; all others wait for what that one finds.
            self._until[register] = time.monotonic() + settings.REGISTER_SECONDS
        return ""

    def was_away(self, register: str) -> None:
        """Leave it alone for a while."""
        with self._lock:
            self._until[register] = time.monotonic() + settings.REGISTER_RESTS

    def is_back(self, register: str) -> None:
        """It answered."""
        with self._lock:
            self._until.pop(register, None)

    def forget(self) -> None:
        """As a process that has just begun."""
        with self._lock:
            self._until.clear()


rest = Rest()
