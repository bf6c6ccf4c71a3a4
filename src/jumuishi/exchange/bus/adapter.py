"""UNOFFICIAL: the two directions between the government's bus and the exchange.

`/out/NAME`: the system of a service of ours is asked, and asks the bus. `/in`: the bus asks, and the service that its
code stands for is asked at the edge, as by any client: so each call has its rights, its records and its proof.
"""

import asyncio
import json
import logging
from base64 import b64encode
from hashlib import sha256
from typing import Any

import aiohttp
from aiohttp import web

from jumuishi.exchange.bus import wire
from jumuishi.exchange.bus.settings import Bus

log = logging.getLogger("jumuishi.exchange")
MOST, WAIT = 10 * 1_048_576, aiohttp.ClientTimeout(total=60, connect=10)


class Away(Exception):
    """The bus gave no token or no answer."""


class Adapter:
    """Both directions over one connection pool; the token is kept until the bus no longer takes it."""

    def __init__(self, bus: Bus, session: aiohttp.ClientSession) -> None:
        self._bus, self._session, self._token, self._one = bus, session, "", asyncio.Lock()

    async def out(self, request: web.BaseRequest, name: str) -> web.Response:
        """Ask the bus; its body is JSON both ways."""
        api = self._bus.apis.get(name)
        if api is None or request.method != "POST":
            return _told(404, "no such api")
        try:
            body = json.loads(await request.read())
        except ValueError:
            return _told(400, "the bus takes JSON")
        code, mode = api
        given = wire.closed(json.dumps(body).encode(), self._bus.keys.bus) if self._bus.encrypts else body
        data = {"pushCode" if mode == "push" else "apiCode": code, "esbBody": given}
        sent = wire.written(wire.REQUEST, data, self._bus.keys, self._bus.form)
        try:
            answer = wire.read(await self._asked(sent, mode), self._bus.keys, self._bus.form)
            found = self._body(answer.get("esbBody"))
        except Away as error:
            return _told(504, str(error))
        except wire.NotBelieved as error:
            log.warning("bus: an answer is not believed: %s", error)
            return _told(502, f"the bus's answer is not believed: {error}")
        number = "".join(filter(str.isprintable, str(answer.get("requestId") or "")))[:80]
        if answer.get("success") not in (True, "true"):
            return _told(502, f"the bus refused: {str(answer.get('message', ''))[:300]}")
        return web.json_response(found, headers={"X-Bus-Request-Id": number} if number else {})

    async def come(self, request: web.BaseRequest) -> web.Response:
        """The bus asks; the answer is signed, a refusal too. What it did not sign gets no word of ours."""
        raw = await request.read()
        try:
            data = wire.read(raw, self._bus.keys, self._bus.form)
            body = self._body(data.get("esbBody"))
        except wire.NotBelieved as error:
            log.warning("bus: a call is not believed: %s", error)
            return _told(401, "not believed")
        service = self._bus.services.get(str(data.get("apiCode") or data.get("pushCode") or ""))
        if service is None:
            return self._answer({"success": False, "message": "unknown code"})
        # The same envelope again has the same number, by which the provider's system knows a repeat.
        headers = {"X-Road-Client": self._bus.client, "X-Road-Id": f"bus-{sha256(raw).hexdigest()[:32]}"}
        if self._bus.edge_key:
            headers["X-Jumuishi-Key"] = self._bus.edge_key
        try:
            async with self._session.post(f"{self._bus.edge}/r1/{service}", json=body, headers=headers) as found:
                text = await found.read()
                if found.status >= 400:
                    said = found.headers.get("X-Road-Error", f"status {found.status}")
                    return self._answer({"success": False, "message": said})
                answer = json.loads(text or b"{}")
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            return self._answer({"success": False, "message": type(error).__name__})
        if wire.is_closed(data.get("esbBody")):
            answer = wire.closed(json.dumps(answer).encode(), self._bus.keys.bus)
        return self._answer({"success": True, "esbBody": answer})

    def _body(self, given: Any) -> Any:
        if not wire.is_closed(given):
            return given
        try:
            return json.loads(wire.opened(given, self._bus.keys.own))
        except ValueError as error:
            raise wire.NotBelieved("the body is not JSON") from error

    def _answer(self, data: dict[str, Any]) -> web.Response:
        text = wire.written(wire.ANSWER, data, self._bus.keys, self._bus.form)
        return web.Response(body=text, content_type=f"application/{self._bus.form}")

    async def _asked(self, sent: bytes, mode: str) -> bytes:
        address = f"{self._bus.engine_url}/{'push-request' if mode == 'push' else 'request'}"
        kind = f"application/{self._bus.form}; charset=utf-8"
        try:
            for last in (False, True):
                headers = {"Authorization": f"Bearer {await self._bearer(last)}", "Content-Type": kind}
                async with self._session.post(address, data=sent, headers=headers, allow_redirects=False) as found:
                    if found.status == 401 and not last:
                        continue
                    if found.status >= 400:
                        raise Away(f"the bus answers {found.status}")
                    return await found.content.read(MOST)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Away(f"the bus is not reached: {type(error).__name__}") from error
        raise Away("the bus takes no token")

    async def _bearer(self, anew: bool) -> str:
        """OAuth 2 client credentials, with both ways of saying who one is, as the clients do."""
        async with self._one:
            if self._token and not anew:
                return self._token
            who = b64encode(f"{self._bus.client_id}:{self._bus.client_secret}".encode()).decode()
            form = {
                "grant_type": "client_credentials", "client_id": self._bus.client_id,
                "client_secret": self._bus.client_secret,
            }  # fmt: skip
            async with self._session.post(
                self._bus.token_url, data=form, headers={"Authorization": f"Basic {who}"}, allow_redirects=False
            ) as found:
                try:
                    self._token = str((await found.json(content_type=None))["access_token"])
                except (ValueError, KeyError, TypeError):
                    raise Away("the bus gives no token") from None
            return self._token


def _told(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)


async def serve(bus: Bus, ended: asyncio.Event | None = None) -> None:
    """Listen until it is over."""
    async with aiohttp.ClientSession(timeout=WAIT, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session:
        adapter = Adapter(bus, session)
        app = web.Application(client_max_size=MOST)
        app.router.add_route("*", "/out/{name}", lambda one: adapter.out(one, one.match_info["name"]))
        app.router.add_post("/in", adapter.come)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        host, _, port = bus.listen.rpartition(":")
        await web.TCPSite(runner, host, int(port)).start()
        try:
            await (ended or asyncio.Event()).wait()
        finally:
            await runner.cleanup()
