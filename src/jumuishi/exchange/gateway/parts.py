"""What every call of this process needs: the view of who may what, the ledger, connections, what was seen lately."""

import asyncio
import logging
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from jumuishi.exchange.gateway.ledger import Ledger
from jumuishi.exchange.gateway.view import Peer, View
from jumuishi.exchange.looks.trail import Trail
from jumuishi.exchange.signing.base import Life
from jumuishi.exchange.signing.nonces import NonceWindow
from jumuishi.exchange.signing.verify import Window
from jumuishi.kernel import clock

log = logging.getLogger("jumuishi.exchange")
WINDOW = Window()
# How long a signature of ours counts: an answer to a slow service is believed too.
LIVES = 300
# Of each sender's nonces so many are remembered: a thousand a second for as long as one counts.
NONCES = 500_000
# So many words of one log are kept between two turns: an honest one says a new one a second.
HEARD = 64


def _nonces() -> NonceWindow:
    return NonceWindow(WINDOW.remember, NONCES)


@dataclass
class Parts:
    """The process's own things; `view` and `checkpoint` are exchanged as wholes when they change."""

    view: View
    ledger: Ledger
    folder: Path
    most: int
    nodes: aiohttp.ClientSession
    systems: aiohttp.ClientSession
    checkpoint: str = ""
    window: Window = WINDOW
    # Those of one request and of its answer are the same key's where both members are ours: each has its own.
    requests: NonceWindow = field(default_factory=_nonces)
    answers: NonceWindow = field(default_factory=_nonces)
    trail: Trail = field(default_factory=Trail)
    # By node, what its log said since the last turn (gateway.comparing): each word once, in their order.
    heard_of: dict[str, dict[str, None]] = field(default_factory=dict)
    unbelieved: int = 0
    started: int = field(default_factory=lambda: int(clock.now().timestamp()))
    # The registers changed since the network was last told.
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> int:
        """Seconds since 1970."""
        return int(clock.now().timestamp())

    def life(self) -> Life:
        """For a signature that is made now."""
        now = self.now()
        return Life(now, now + LIVES, secrets.token_urlsafe(18))

    def may_have_come_before(self, life: Life) -> bool:
        """Whether a process before this one, whose nonces nobody remembers, may have taken this request."""
        return life.created <= self.started + self.window.skew

    def heard(self, peer: Peer, checkpoint: str) -> None:
        """Keep what another node's log says now, to be compared with what it said before."""
        said = self.heard_of.setdefault(peer.name, {})
        if checkpoint and len(said) < HEARD:
            said[checkpoint] = None

    def refused(self, address: str | None, error: Exception) -> None:
        """Somebody knocked and was not believed."""
        self.unbelieved += 1
        log.warning("exchange: a call from %s is not believed: %s", address, error)


def connections() -> tuple[aiohttp.ClientSession, aiohttp.ClientSession]:
    """To other nodes, and to our institutions' own systems; neither follows a redirect or keeps a cookie."""
    return _connections(), _connections()


def _connections() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=200, limit_per_host=100, keepalive_timeout=30),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=330, connect=10),
        trust_env=False,
    )
