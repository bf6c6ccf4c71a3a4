"""Whether a system goes through numbers in order. What it asked a moment ago is in memory only, and soon forgotten."""

import re
from collections import OrderedDict, deque
from collections.abc import Iterable

from jumuishi.exchange.looks.subjects import Subject

CLOSE, REMEMBERED, MOST = 10, 64, 1000


class Trail:
    """The last numbers of each system at each service."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], deque[int]] = OrderedDict()

    def follows(self, client: str, service: str, subjects: Iterable[Subject]) -> bool:
        """Whether one of these numbers stands close to another that the same system asked for lately."""
        key = (client, service)
        lately = self._seen.setdefault(key, deque(maxlen=REMEMBERED))
        self._seen.move_to_end(key)
        if len(self._seen) > MOST:
            self._seen.popitem(last=False)
        numbers = [int(digits) for one in subjects if (digits := re.sub(r"\D", "", one.number)[:40])]
        found = any(0 < abs(one - other) <= CLOSE for one in numbers for other in lately)
        lately.extend(numbers)
        return found
