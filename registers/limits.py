"""How often one system may ask: a window that slides."""

import threading
from collections import deque
from collections.abc import Callable

WINDOW = 60.0
MOST_ASKERS = 10_000


class Limit:
    """So many requests of each asker within a minute; `now` gives seconds."""

    def __init__(self, most: int, now: Callable[[], float]) -> None:
        self._most, self._now = most, now
        self._seen: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait(self, asker: str) -> int:
        """0 where the asker may go on, and it is counted; else the seconds until then."""
        now = self._now()
        with self._lock:
            if len(self._seen) >= MOST_ASKERS and asker not in self._seen:
                self._seen = {who: times for who, times in self._seen.items() if times[-1] > now - WINDOW}
            times = self._seen.setdefault(asker, deque())
            while times and times[0] <= now - WINDOW:
                times.popleft()
            if len(times) >= self._most:
                return int(times[0] + WINDOW - now) + 1
            times.append(now)
        return 0
