"""The process: the edge on an address that only our own systems reach, the door with TLS for other nodes."""

import argparse
import asyncio
import gc
import logging
import signal
import ssl
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import web
from django.conf import settings

from jumuishi.exchange import node
from jumuishi.exchange.gateway import courier, keeping
from jumuishi.exchange.gateway.comparing import follow_others
from jumuishi.exchange.gateway.consumer import edge
from jumuishi.exchange.gateway.ledger import Ledger
from jumuishi.exchange.gateway.loading import Registers
from jumuishi.exchange.gateway.parts import Parts, connections
from jumuishi.exchange.gateway.provider import door
from jumuishi.exchange.gateway.renewal import follow_keys
from jumuishi.exchange.xroad.request import is_ours

log = logging.getLogger("jumuishi.exchange")
# So many seconds for the head of a connection's first request: whoever trickles holds no place for ever.
HEAD = 30.0
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


async def serve(*, host: str, edge_port: int, door_port: int, endpoint: str) -> None:
    """Until somebody asks for the end; what is under way is answered first, for 5 seconds at most."""
    await asyncio.to_thread(node.own, endpoint=endpoint)
    registers = Registers()
    view = await asyncio.to_thread(registers.load)
    folder = Path(settings.JUMUISHI_DATA) / "spool"
    folder.mkdir(mode=0o700, exist_ok=True)
    dsn = keeping.dsn()
    ledger = Ledger(dsn)
    await ledger.start()
    nodes, systems = connections()
    parts = Parts(view, ledger, folder, settings.EXCHANGE_MOST, nodes, systems)
    tls = await asyncio.to_thread(_tls)
    followed: tuple[Callable[[], Awaitable[None]], ...] = (
        partial(keeping.follow, parts, registers, dsn), partial(keeping.follow_log, parts),
        partial(keeping.follow_network, parts), partial(follow_others, parts), partial(follow_keys, tls),
        partial(courier.follow, parts, dsn),
    )  # fmt: skip
    tasks = [asyncio.create_task(always(one)) for one in followed]

    async def inside(request: web.BaseRequest) -> web.StreamResponse:
        return await edge(parts, request)

    async def outside(request: web.BaseRequest) -> web.StreamResponse:
        if is_ours(request.raw_path):
            return await door(parts, request)
        if request.method == "POST" and request.raw_path == courier.PATH:
            return await courier.door(parts, request)
        shown = None
        if request.method == "GET" and request.path.startswith("/exchange/v1/"):
            shown = await asyncio.to_thread(keeping.shown, request.path, request.query.get("origin", ""))
        return web.Response(status=404) if shown is None else web.Response(body=shown)

    runners = [
        await _listen(inside, "127.0.0.1", edge_port, None),
        await _listen(outside, host, door_port, tls),
    ]
    # What is here by now stays: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    ended = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    await ended.wait()
    for runner in runners:
        await runner.cleanup()
    for task in tasks:
        task.cancel()
    await ledger.stop()
    await nodes.close()
    await systems.close()


async def always(follow: Callable[[], Awaitable[None]]) -> None:
    """For ever, whatever it meets: a gateway that follows something no more decides by what was."""
    while True:
        try:
            await follow()
        except Exception:
            log.exception("exchange: begun again after what nobody foresaw")
        await asyncio.sleep(1)


class _Server(web.Server):
    """One that lets a connection go on which no head of a request came in time; aiohttp has a clock for later ones."""

    def __init__(self, handler: Handler, **more: Any) -> None:
        super().__init__(handler, request_factory=self._came, **more)
        self._empty: dict[web.RequestHandler, asyncio.TimerHandle] = {}

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Somebody is there."""
        super().connection_made(handler, transport)
        self._empty[handler] = asyncio.get_running_loop().call_later(HEAD, transport.close)

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """And is no more."""
        super().connection_lost(handler, exc)
        self._stop(handler)

    def _came(self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        self._stop(protocol)
        return web.BaseRequest(message, payload, protocol, writer, task, asyncio.get_running_loop())

    def _stop(self, handler: web.RequestHandler) -> None:
        waiting = self._empty.pop(handler, None)
        if waiting is not None:
            waiting.cancel()


async def _listen(handler: Handler, host: str, port: int, tls: ssl.SSLContext | None) -> web.ServerRunner:
    server = _Server(
        # A body stays as its sender encoded it: its digest and its Content-Encoding are of those bytes.
        handler, auto_decompress=False, access_log=None, max_line_size=16_384, max_field_size=16_384,
        lingering_time=5, keepalive_timeout=75,
    )  # fmt: skip
    runner = web.ServerRunner(server, shutdown_timeout=5)
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=tls, backlog=1024).start()
    return runner


def _tls() -> ssl.SSLContext:
    certificate, key = node.certificate_files()
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.minimum_version = ssl.TLSVersion.TLSv1_3
    found.load_cert_chain(certificate, key)
    return found


def main(words: list[str] | None = None) -> None:
    """The command line of the process; see project.plan."""
    parser = argparse.ArgumentParser(prog="jumuishi.project.gateway")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--edge", type=int, required=True, help="port for our own systems")
    parser.add_argument("--door", type=int, required=True, help="port for other nodes, with TLS")
    parser.add_argument("--endpoint", default="", help="where other nodes reach the door (default: this machine)")
    wish = parser.parse_args(words)
    endpoint = wish.endpoint or f"https://{wish.host}:{wish.door}"
    # A thread that reads registers gives way to calls after half a millisecond, not five.
    sys.setswitchinterval(0.0005)
    uvloop.run(serve(host=wish.host, edge_port=wish.edge, door_port=wish.door, endpoint=endpoint))
