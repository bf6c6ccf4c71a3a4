"""A plain proxy made of the same parts: HTTP in, TLS to itself, HTTP on to a system; nothing is signed or recorded.

`python -m bench._exchange_plain proxy PORT TLS_PORT CERTIFICATE KEY SYSTEM_URL` or `system PORT`: ends with its parent.
"""

import asyncio
import ssl
import sys
from pathlib import Path

import aiohttp
import uvloop
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from yarl import URL

from jumuishi.exchange.gateway import http

BODY = b'{"jina":"Asha Juma","mtaa":"Sekei"}' * 28


def session() -> aiohttp.ClientSession:
    """Connections as the gateway has them."""
    connector = aiohttp.TCPConnector(limit=200, limit_per_host=100, keepalive_timeout=30)
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
    )


async def listen(handler: web.RequestHandler, port: int, tls: ssl.SSLContext | None = None) -> None:  # type: ignore[type-arg]
    """Serve on loopback."""
    runner = web.ServerRunner(web.Server(handler, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls, backlog=1024).start()


async def proxy(port: int, tls_port: int, certificate: str, key: str, system: str) -> None:
    """Both hops in one process, as the gateway has them where both institutions are of one node."""
    outward, inward = session(), session()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, key)
    pin = aiohttp.Fingerprint(
        x509.load_pem_x509_certificate(Path(certificate).read_bytes()).fingerprint(hashes.SHA256())
    )

    async def passed(
        request: web.BaseRequest, onward: aiohttp.ClientSession, base: str, **more: object
    ) -> web.Response:
        headers = http.sent(http.headers_of(request.raw_headers))
        headers.popall("Host", None)
        body = await request.read()
        async with onward.request(
            request.method, URL(base + request.raw_path, encoded=True), headers=headers, data=body or None,
            skip_auto_headers=http.SKIPPED, allow_redirects=False, **more,
        ) as found:  # fmt: skip
            return web.Response(status=found.status, body=await found.read(), content_type=found.content_type)

    async def edge(request: web.BaseRequest) -> web.Response:
        return await passed(request, outward, f"https://127.0.0.1:{tls_port}", ssl=pin)

    async def door(request: web.BaseRequest) -> web.Response:
        return await passed(request, inward, system)

    await listen(edge, port)
    await listen(door, tls_port, context)


async def system(port: int) -> None:
    """An institution's own system that answers about a kilobyte at once."""

    async def answer(_: web.BaseRequest) -> web.Response:
        return web.Response(body=BODY, content_type="application/json")

    await listen(answer, port)


async def main() -> None:
    """Until the end of standard input."""
    way, *given = sys.argv[1:]
    await (system(int(given[0])) if way == "system" else proxy(int(given[0]), int(given[1]), *given[2:]))
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    uvloop.run(main())
