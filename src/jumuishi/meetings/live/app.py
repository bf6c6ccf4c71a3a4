"""The process: streams for the gallery and for members, and the same as one answer for whoever has to poll."""

import argparse
import asyncio
import logging
import re
import resource
import signal
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

import uvloop
from aiohttp import web
from django.conf import settings
from django.db import connections
from psycopg import conninfo

from jumuishi.meetings.live import reading
from jumuishi.meetings.live.feed import Feed, Kind, Reader
from jumuishi.meetings.live.hub import FAULTS, Hub
from jumuishi.meetings.live.screens import MEMBER, PUBLIC, Happened
from jumuishi.meetings.live.wire import etag, written

log = logging.getLogger("jumuishi.meetings")
PATH = re.compile(r"(?P<en>/en)?(?P<mine>/mimi)?/vikao/(?P<meeting>[0-9a-f-]{36})/(?P<what>mkondo|hali\.json)")
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
# A browser waits so long before it comes again, in milliseconds; what waits for one in the system's own buffer, in
# bytes; the most readers of a process.
RETRY, BUFFER, MOST = 3000, 16_384, 6000
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Doors:
    """What the process answers."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.count = hub, 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """A stream, a screen, or how many readers there are; anything else is not here."""
        if request.path == "/healthz":
            return web.json_response({"readers": self.count, "meetings": len(self.hub.feeds)})
        found = PATH.fullmatch(request.path)
        if found is None or request.method != "GET":
            return web.Response(status=404)
        kind = (MEMBER if found["mine"] else PUBLIC, "en" if found["en"] else "sw")
        try:
            feed = await self.hub.feed(UUID(found["meeting"]))
            key = request.cookies.get(settings.SESSION_COOKIE_NAME, "") if kind[0] == MEMBER else ""
            seats = await self._seats(feed, key) if feed and key else frozenset()
            if feed is None or not (seats or (kind[0] == PUBLIC and feed.is_public)):
                # A member's own door tells nobody else whether there is such a meeting.
                return web.Response(status=403 if found["mine"] else 404, headers=HEADERS)
            if found["what"] != "mkondo":
                return self._screen(request, feed, feed.kind_of(kind, seats))
            if self.count >= MOST:
                return web.Response(status=503, headers={**HEADERS, "Retry-After": "10"})
            after = _after(request, feed)
            missed = await self.hub.missed(feed, after)
        except (*FAULTS, ValueError) as error:
            log.info("meetings: not answered: %s", type(error).__name__)
            return web.Response(status=503, headers={**HEADERS, "Retry-After": "5"})
        return await self._stream(request, feed, Reader(kind, key, seats), missed, after)

    async def _seats(self, feed: Feed, key: str) -> frozenset[str]:
        found = await self.hub.read(partial(reading.members_among, [key], [feed.body_id]))
        return found.get((key, feed.body_id), frozenset())

    async def _stream(
        self, request: web.BaseRequest, feed: Feed, reader: Reader, missed: tuple[Happened, ...], after: int
    ) -> web.StreamResponse:
        answer = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        # HTTP/1.0 knows no chunks: the connection's end is the answer's.
        if chunked := request.version >= (1, 1):
            answer.enable_chunked_encoding()
        await answer.prepare(request)
        await answer.write(b"retry:%d\n\n" % RETRY)
        if request.transport is None:
            return answer
        # From here on nothing waits, so that no event falls between the first word and those that follow.
        reader.connect(request.transport, chunked=chunked)
        last = missed[-1].seq if missed else after
        since = tuple(one for one in feed.at_hand if one.seq > last)
        feed.enter(reader)
        reader.send(feed.hello(reader, missed + since))
        self.count += 1
        try:
            await reader.gone.wait()
        finally:
            feed.leave(reader)
            self.count -= 1
        return answer

    def _screen(self, request: web.BaseRequest, feed: Feed, kind: Kind) -> web.Response:
        body = written(feed.seq, feed.shown(kind))
        tag = etag(body)
        headers = {**HEADERS, "ETag": tag, "Cache-Control": "no-cache"}
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="application/json", headers=headers)


def _after(request: web.BaseRequest, feed: Feed) -> int:
    """The last event that a reader has: as its browser says after a cut, or as its page was made."""
    said = request.headers.get("Last-Event-ID") or request.query.get("tangu", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else feed.seq


async def serve(host: str, port: int) -> None:
    """Until somebody asks for the end; readers are let go at once and come again."""
    hub = Hub()
    doors = Doors(hub)
    found = connections["default"].get_connection_params()
    given = {name: found[name] for name in ("dbname", "user", "password", "host", "port") if found.get(name)}
    tasks = [
        asyncio.create_task(hub.listen(conninfo.make_conninfo("", **given))),
        asyncio.create_task(hub.tick()),
    ]
    server = web.Server(doors.answer, access_log=None, handler_cancellation=True, keepalive_timeout=75)
    runner = web.ServerRunner(server, shutdown_timeout=2)
    await runner.setup()
    listening = socket.create_server((host, port), backlog=2048)
    # Small, so that what a slow reader has not taken is seen here; connections inherit it.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    await web.SockSite(runner, listening, backlog=2048).start()
    ended = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    await ended.wait()
    for task in tasks:
        task.cancel()
    for feed in hub.feeds.values():
        for one in feed.everyone():
            one.gone.set()
    await runner.cleanup()


def main(words: list[str] | None = None) -> None:
    """The command line of the process; see project.plan."""
    parser = argparse.ArgumentParser(prog="jumuishi.project.live")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    wish = parser.parse_args(words)
    # Each reader is an open file.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(serve(wish.host, wish.port))
