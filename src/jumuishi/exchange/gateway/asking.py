"""Asking another node's door for what it shows everybody."""

import aiohttp
from yarl import URL


async def fetched(session: aiohttp.ClientSession, address: URL, pin: aiohttp.Fingerprint, most: int) -> bytes:
    """At most so many bytes from whoever shows that certificate. Raises OSError, aiohttp.ClientError, TimeoutError."""
    timeout = aiohttp.ClientTimeout(total=30)
    async with session.get(address, ssl=pin, timeout=timeout, allow_redirects=False) as found:
        found.raise_for_status()
        body = await found.content.read(most + 1)
        while len(body) <= most and (piece := await found.content.readany()):
            body += piece
        if len(body) > most:
            raise OSError("too large")
        return body
