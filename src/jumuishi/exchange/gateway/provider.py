"""The door: another node asks a service of ours, in the name of a system of one of its members."""

import json
from uuid import uuid4

import aiohttp
from aiohttp import web

from jumuishi.exchange.gateway import http, looking
from jumuishi.exchange.gateway.body import NO_ROOM, Body, NoRoomError, TooLargeError, TooSlowError
from jumuishi.exchange.gateway.calls import Call, Faulty, proof_of
from jumuishi.exchange.gateway.consumer import REFUSED
from jumuishi.exchange.gateway.ledger import AwayError, TakenBeforeError
from jumuishi.exchange.gateway.parts import Parts
from jumuishi.exchange.gateway.payloads import kept
from jumuishi.exchange.gateway.view import LocalService
from jumuishi.exchange.signing import hop
from jumuishi.exchange.signing.base import AGREEMENT, PURPOSE, Life, RequestHead, ResponseHead, signed
from jumuishi.exchange.signing.flaws import Flaw, NotBelieved
from jumuishi.exchange.signing.verify import believe, check_digest
from jumuishi.exchange.types import Role
from jumuishi.exchange.xroad import headers as rules
from jumuishi.exchange.xroad import metaservices, refusals
from jumuishi.exchange.xroad.errors import Fault, Where, XRoadError
from jumuishi.exchange.xroad.headers import Headers
from jumuishi.exchange.xroad.identifiers import read_client
from jumuishi.exchange.xroad.request import Request, provider_address
from jumuishi.exchange.xroad.response import answered

# What another node's caller reads where our database is away: nothing is wrong with the call.
AWAY = "its records can't be written at the moment; ask again"


async def door(parts: Parts, request: web.BaseRequest) -> web.StreamResponse:
    """Answer one call of another node. What is not believed gets no word of ours; all else is signed, a refusal too."""
    try:
        body = await Body.read(request.content, parts.folder, most=parts.most)
    except TooLargeError:
        return web.Response(status=413)
    except TooSlowError:
        return web.Response(status=408)
    except NoRoomError:
        return web.Response(status=503, text=NO_ROOM)
    try:
        head = RequestHead(request.method, parts.view.name, request.raw_path, http.headers_of(request.raw_headers))
        try:
            asked, purpose, life = _believed(parts, head, body)
            if parts.may_have_come_before(life) and await parts.ledger.has_answered(asked.request_id):
                raise NotBelieved(Flaw.REPLAYED, life.nonce)
        except (NotBelieved, XRoadError) as error:
            parts.refused(request.remote, error)
            return web.Response(status=401, text=_words(parts, error))
        except AwayError:
            return web.Response(status=503, text=AWAY)
        return await _answered(parts, request, head, asked, purpose, body)
    finally:
        body.close()


def _words(parts: Parts, error: Exception) -> str:
    """What the other node is told: also what is wrong with its key."""
    if isinstance(error, NotBelieved) and error.flaw is Flaw.UNKNOWN_KEY:
        return f"{error.flaw}: {parts.view.why_no_key(error.about)}"
    return str(error)


def _believed(parts: Parts, head: RequestHead, body: Body) -> tuple[Request, str, Life]:
    client = read_client(rules.last(head.headers, rules.CLIENT))
    by = believe(
        head, owner=client.member, key_of=parts.view.key_of, now=parts.now(), window=parts.window, nonces=parts.requests
    )
    check_digest(head, body.digest.header)
    found = hop.arrived(head)
    return found.request, found.purpose, by.life


async def _answered(
    parts: Parts, request: web.BaseRequest, head: RequestHead, asked: Request, purpose: str, body: Body
) -> web.StreamResponse:
    view = parts.view
    home = view.home_of(asked.service.provider)
    if home is None:
        # We have no key of that member to answer with.
        return web.Response(status=404)
    if why := view.why_no_key(view.signer(asked.service.provider).keyid):
        return web.Response(status=503, text=why)
    call = Call(Role.PROVIDER, home, asked, body.length, purpose=purpose)
    call.request_hash = asked.request_hash(body.digest.sha512)
    call.proofs["directory"] = view.serial
    call.proofs["request"] = proof_of(head.headers)
    service = view.services.get(asked.service)
    call.seen = looking.begun(service.subjects if service else (), asked, body, parts.trail)
    try:
        status, given, answer = await _served(parts, call, body)
        call.ended(status, answer.length)
        looking.ended(call.seen, status, answer)
        given = (
            *answered(asked, call.request_hash, given),
            (AGREEMENT, str(call.agreement_id or "")),
            (PURPOSE, call.purpose),
        )
    except XRoadError as error:
        call.failed(error, view.profile)
        status, given, answer = _told(error)
    crossing = hop.crossing_back(status, given, checkpoint=parts.checkpoint, body=answer.digest.header)
    back = ResponseHead(status, rules.last(head.headers, "signature"), crossing)
    signature = signed(back, view.signer(asked.service.provider), parts.life())
    call.proofs["answer"] = proof_of(crossing, signature)
    try:
        call.kept = await kept(parts, call, body, None if call.error else answer)
        await parts.ledger.write(call.entry())
    except TakenBeforeError:
        answer.close()
        return web.Response(status=409)
    except AwayError:
        answer.close()
        return web.Response(status=503, text=AWAY)
    return await http.reply(request, status, (*crossing, *signature), answer)


def _told(error: XRoadError) -> tuple[int, Headers, Body]:
    """A refusal for the other node, which says it in its own profile's words."""
    said = {
        "where": error.where.name, "faults": [one.name for one in error.faults], "message": error.message,
        "detail": str(uuid4()),
    }  # fmt: skip
    headers = (("Content-Type", "application/json"), (REFUSED, str(getattr(error, "reason", "")) or "-"))
    return 500, headers, Body.of(json.dumps(said, ensure_ascii=False).encode())


async def _served(parts: Parts, call: Call, body: Body) -> tuple[int, Headers, Body]:
    """Status, headers and body of the answer. Raises XRoadError."""
    asked, view = call.request, parts.view
    if asked.is_meta:
        found = _meta(parts, asked)
        return 200, (("Content-Type", found.content_type),), Body.of(found.body)
    right = view.right(asked.client, asked.service, asked.verb, asked.path, call.purpose)
    call.under(right.agreement.id)
    call.purpose = right.agreement.purpose
    return await _forward(parts, asked, view.services[asked.service], right.path.wire, body)


def _meta(parts: Parts, asked: Request) -> metaservices.Answer:
    view, provider = parts.view, asked.service.provider
    if asked.service.service_code == "getOpenAPI":
        wanted = metaservices.described_service(provider, asked.query)
        service = view.services.get(wanted)
        if service is None:
            raise refusals.service_not_found(wanted)
        if service.openapi is None:
            raise refusals.not_described("REST")
        return metaservices.Answer(service.openapi_type or "text/plain", service.openapi)
    if asked.service.service_code == "allowedMethods":
        return metaservices.list_methods(view.allowed(asked.client, provider))
    return metaservices.list_methods(view.offered(provider))


async def _forward(
    parts: Parts, asked: Request, service: LocalService, path: str, body: Body
) -> tuple[int, Headers, Body]:
    """Ask the institution's own system, as any client would."""
    headers = http.sent(asked.forwarded())
    if not body.is_small:
        headers["Content-Length"] = str(body.length)
    try:
        async with parts.systems.request(
            asked.verb, http.address(provider_address(service.url, path, asked.query)), headers=headers,
            data=http.data_of(body), allow_redirects=False, skip_auto_headers=http.SKIPPED,
            ssl=service.checks_certificate, timeout=aiohttp.ClientTimeout(total=service.seconds),
        ) as response:  # fmt: skip
            answer = await Body.read(response.content, parts.folder, most=parts.most)
            return response.status, http.headers_of(response.raw_headers), answer
    except NoRoomError as error:
        raise Faulty(Where.SERVER_PROXY, Fault.SERVICE_FAILED, Fault.IO_ERROR, message=NO_ROOM) from error
    except (aiohttp.ClientError, OSError, TimeoutError, TooLargeError, TooSlowError, ValueError) as error:
        message = f"The service's own system is not reached: {type(error).__name__}"
        raise Faulty(Where.SERVER_PROXY, Fault.SERVICE_FAILED, Fault.NETWORK_ERROR, message=message) from error
