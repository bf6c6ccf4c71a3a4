"""No message counts twice: the nonces of the last minutes are remembered, so many and no more."""

from collections import OrderedDict
from typing import Protocol

from jumuishi.exchange.signing.flaws import Flaw, NotBelieved


class Nonces(Protocol):
    """Where nonces are remembered; one for all processes of a node."""

    def admit(self, keyid: str, nonce: str, now: int) -> None:
        """Remember a nonce of a key; raises NotBelieved where it came before, or where no more can be remembered."""


class NonceWindow:
    """Nonces of one process. Each key has room of its own, so that a noisy sender shuts out only itself.

    `seconds` is at least `Window.remember`. A nonce is forgotten only when it is older and its room is needed, so that
    a clock that jumps ahead and is set back lets no message in twice.
    """

    def __init__(self, seconds: int, most: int) -> None:
        self.seconds, self.most = seconds, most
        self._seen: dict[str, OrderedDict[str, int]] = {}

    def admit(self, keyid: str, nonce: str, now: int) -> None:
        """As `Nonces` says."""
        seen = self._seen.setdefault(keyid, OrderedDict())
        if nonce in seen:
            raise NotBelieved(Flaw.REPLAYED, keyid)
        if len(seen) >= self.most:
            if next(iter(seen.values())) >= now - self.seconds:
                raise NotBelieved(Flaw.WINDOW_FULL, keyid)
            seen.popitem(last=False)
        seen[nonce] = now

    def __len__(self) -> int:
        return sum(map(len, self._seen.values()))
