"""Between aiohttp and the protocol: raw headers in, raw headers out, nothing made up by a library."""

import re
from collections.abc import AsyncIterator, Iterable

from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from jumuishi.exchange.gateway.body import Body
from jumuishi.exchange.xroad.headers import Headers

# What aiohttp's client would add by itself.
SKIPPED = frozenset({"User-Agent", "Accept", "Accept-Encoding", "Content-Type"})


_ADDRESS = re.compile(r"(https?)://([^/?#]+)([^#]*)")


def address(text: str) -> URL:
    """An address whose path and query leave as they stand: a question mark with nothing after it too."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise ValueError("no address")
    scheme, authority, target = found.groups()
    # As a path alone, which is all that a library's own reading leaves alone.
    return URL.build(
        scheme=scheme, authority=authority, path=target if target[:1] == "/" else f"/{target}", encoded=True
    )


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Headers as they came, names in their own case and in their order."""
    return tuple((_text(name), _text(value)) for name, value in raw)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def sent(headers: Headers) -> CIMultiDict[str]:
    """Headers for aiohttp, none lost and none joined."""
    return CIMultiDict(headers)


async def reply(request: web.BaseRequest, status: int, headers: Headers, body: Body) -> web.StreamResponse:
    """Send an answer, in pieces where it is large, and give back the body's room."""
    try:
        if body.is_small:
            return web.Response(status=status, headers=sent(headers), body=body.whole())
        answer = web.StreamResponse(status=status, headers=sent(headers))
        answer.content_length = body.length
        await answer.prepare(request)
        async for piece in body.pieces():
            await answer.write(piece)
        await answer.write_eof()
        return answer
    finally:
        body.close()


def data_of(body: Body) -> bytes | AsyncIterator[bytes] | None:
    """A body for aiohttp's client; its length is a header of its own where it goes in pieces."""
    if not body.length:
        return None
    return body.whole() if body.is_small else body.pieces()
