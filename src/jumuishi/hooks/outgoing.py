"""Speaking to an address that somebody gave us: looked at before each word, so that it can't be one of our own.

The name is resolved once, every address that it stands for must be a public one, and the connection goes to just the
address that was looked at; the certificate is still checked against the name. No redirect is followed, no proxy asked,
nothing of the answer read but its status, and nobody keeps us longer than LONGEST.
"""

import asyncio
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from jumuishi.hooks import rules
from jumuishi.kernel.lazily import lazily

httpx = lazily("httpx")
LONGEST = 5.0


@dataclass(frozen=True)
class Outcome:
    """What came back: an HTTP status, or why there is none."""

    status: int | None = None
    failure: str = ""

    @property
    def delivered(self) -> bool:
        """Whether the notice is taken: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


async def post(url: str, headers: dict[str, str], body: bytes) -> Outcome:
    """Send one notice; never raises for what the other side does."""
    try:
        async with asyncio.timeout(LONGEST):
            return await _post(url, headers, body)
    except TimeoutError:
        return Outcome(failure="timeout")
    except httpx.HTTPError as error:
        return Outcome(failure=type(error).__name__[:40])
    except OSError:
        return Outcome(failure="no such address")
    except ValueError:
        return Outcome(failure="not an address")


async def _post(url: str, headers: dict[str, str], body: bytes) -> Outcome:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(rules.is_outside(one, loopback=settings.HOOKS_LOOPBACK) for one in addresses):
        return Outcome(failure="inside")
    at = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    pinned = parts._replace(netloc=f"{at}:{port}").geturl()
    async with (
        httpx.AsyncClient(timeout=LONGEST, follow_redirects=False, trust_env=False) as client,
        client.stream(
            "POST", pinned, content=body, headers={**headers, "Host": parts.netloc}, extensions={"sni_hostname": host}
        ) as answer,
    ):
        return Outcome(status=answer.status_code)
