"""One request to a gateway, over a connection that a process keeps open for the next."""

from collections.abc import Mapping
from typing import Any

from jumuishi.kernel.lazily import lazily
from jumuishi.messaging.gateways.protocol import GatewayAwayError, LostAnswerError

httpx = lazily("httpx")
TIMEOUT = 10.0
# Also a key that is refused: that is ours to mend, and no reason to lose a message.
_AWAY = frozenset({401, 403, 404, 405, 408, 429})
_kept: list[Any] = []


def post(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """The body of the answer, at most 10,000 bytes. Raises GatewayAwayError, LostAnswerError."""
    try:
        if not _kept:
            _kept.append(httpx.Client(follow_redirects=False, trust_env=False))
        response = _kept[0].post(url, content=body, headers=dict(headers), timeout=TIMEOUT)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL) as error:
        raise GatewayAwayError(type(error).__name__) from error
    except httpx.TransportError as error:
        raise LostAnswerError(type(error).__name__) from error
    except httpx.HTTPError as error:
        raise GatewayAwayError(type(error).__name__) from error
    if response.status_code >= 500 or response.status_code in _AWAY:
        raise GatewayAwayError(f"HTTP {response.status_code}")
    found: bytes = response.content[:10_000]
    return found
