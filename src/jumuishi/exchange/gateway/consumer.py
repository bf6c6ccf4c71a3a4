"""The edge: an information system of ours asks, as it would ask any server of the protocol."""

import json
import logging
import re
from ipaddress import ip_address
from uuid import uuid4

import aiohttp
from aiohttp import web

from jumuishi.exchange.gateway import http
from jumuishi.exchange.gateway.body import NO_ROOM, Body, NoRoomError, TooLargeError, TooSlowError
from jumuishi.exchange.gateway.calls import Call, Faulty, proof_of
from jumuishi.exchange.gateway.ledger import AwayError, TakenBeforeError
from jumuishi.exchange.gateway.parts import Parts
from jumuishi.exchange.gateway.pins import CertificateEndedError
from jumuishi.exchange.gateway.view import Peer, View
from jumuishi.exchange.signing import base, hop
from jumuishi.exchange.signing.base import AGREEMENT, RequestHead, ResponseHead, signed
from jumuishi.exchange.signing.flaws import NotBelieved
from jumuishi.exchange.signing.verify import believe, check_digest
from jumuishi.exchange.types import Role
from jumuishi.exchange.xroad import headers as rules
from jumuishi.exchange.xroad.errors import Fault, Where, XRoadError, bad_request, error_answer
from jumuishi.exchange.xroad.headers import Headers
from jumuishi.exchange.xroad.metaservices import list_clients, listed_instance
from jumuishi.exchange.xroad.refusals import client_not_found, inconsistent
from jumuishi.exchange.xroad.request import is_ours, read_request
from jumuishi.exchange.xroad.response import check_answer

log = logging.getLogger("jumuishi.exchange")
KEY = "x-jumuishi-key"
PURPOSE = "x-jumuishi-purpose"
# As purposes are agreed on (agreeing.PURPOSE).
IS_PURPOSE = re.compile(r"[a-z0-9.-]{2,60}")
FORWARDED = "x-forwarded-for"
# What our own systems, or what stands before us on this machine, say to us alone.
OURS = frozenset({KEY, PURPOSE, FORWARDED})
REFUSED = "x-jumuishi-refused"


async def edge(parts: Parts, request: web.BaseRequest) -> web.StreamResponse:
    """Answer one request of a system of ours."""
    raw = http.headers_of(request.raw_headers)
    accept = [value for name, value in raw if name.lower() == "accept"]
    try:
        if request.path == "/listClients" and request.method == "GET":
            return _clients(parts.view, request, accept)
        status, headers, answer = await _asked(parts, request, raw)
    except XRoadError as error:
        return _refused(parts, error, accept)
    except ConnectionError:
        # Nobody is there to be answered.
        raise
    except Exception as error:
        # Whatever it is, no caller may take it for the service's own answer.
        detail = str(uuid4())
        log.exception("exchange: a call failed here: %s", detail)
        ours = Faulty(Where.CLIENT_PROXY, Fault.INTERNAL_ERROR, message=type(error).__name__, detail=detail)
        return _refused(parts, ours, accept)
    return await http.reply(request, status, headers, answer)


def _refused(parts: Parts, error: XRoadError, accept: list[str]) -> web.Response:
    detail = str(getattr(error, "detail", "") or uuid4())
    answer = error_answer(error, profile=parts.view.profile, accept=accept, detail=detail)
    return web.Response(status=answer.status, headers=http.sent(answer.headers), body=answer.body)


def _clients(view: View, request: web.BaseRequest, accept: list[str]) -> web.Response:
    wanted = listed_instance(request.raw_path.partition("?")[2], view.instance)
    found = list_clients(view.clients() if wanted == view.instance else (), accept)
    return web.Response(headers={"Content-Type": found.content_type}, body=found.body)


async def _asked(parts: Parts, request: web.BaseRequest, raw: Headers) -> tuple[int, Headers, Body]:
    """Status, headers and body of the service's answer, recorded. Raises XRoadError."""
    view = parts.view
    if not is_ours(request.raw_path):
        raise bad_request("Invalid request URI")
    asked = read_request(
        request.method, request.raw_path, rules.without(raw, OURS), instance=view.instance,
        request_id=str(uuid4()), fresh=str(uuid4()),
    )  # fmt: skip
    home = view.home_of(asked.client)
    if home is None or not view.is_known(asked.client, _address(request, raw), rules.last(raw, KEY)):
        # Whoever is not let in learns no more than that: not which systems there are.
        raise client_not_found(Where.CLIENT_PROXY, asked.client)
    if len(asked.raw_path) > 2000:
        raise bad_request("Invalid request URI")
    purpose = rules.last(raw, PURPOSE)
    if purpose and not IS_PURPOSE.fullmatch(purpose):
        raise bad_request("Invalid purpose")
    body = await _body(parts, request)
    call = Call(Role.CONSUMER, home, asked, body.length, purpose=purpose)
    call.request_hash = asked.request_hash(body.digest.sha512)
    answer: Body | None = None
    try:
        status, headers, answer = await _carry(parts, call, body)
        call.ended(status, answer.length)
    except XRoadError as error:
        call.failed(error, view.profile)
        await _write(parts, call)
        raise
    finally:
        body.close()
    try:
        await _write(parts, call)
    except XRoadError:
        answer.close()
        raise
    return status, headers, answer


async def _body(parts: Parts, request: web.BaseRequest) -> Body:
    try:
        return await Body.read(request.content, parts.folder, most=parts.most)
    except TooLargeError:
        raise bad_request("The body is too large") from None
    except TooSlowError:
        raise bad_request("The body came too slowly") from None
    except NoRoomError:
        raise XRoadError(Where.CLIENT_PROXY, Fault.IO_ERROR, message=NO_ROOM) from None


def _address(request: web.BaseRequest, raw: Headers) -> str:
    """Where the call comes from; what stands before us on this machine says it for others."""
    peer = request.remote or ""
    said = rules.last(raw, FORWARDED).rpartition(",")[2].strip()
    try:
        return said if said and ip_address(peer).is_loopback else peer
    except ValueError:
        return peer


async def _carry(parts: Parts, call: Call, body: Body) -> tuple[int, Headers, Body]:
    """Ask the provider's node: status, headers and body. Raises XRoadError."""
    asked, view = call.request, parts.view
    peer = view.peer_of(asked.service)
    crossing = hop.crossing(asked, purpose=call.purpose, agreement="", body=body.digest.header)
    head = RequestHead(asked.verb, peer.name, asked.target, crossing)
    signer = view.signer(asked.client)
    if why := view.why_no_key(signer.keyid):
        # Nobody would believe it, and the node's own keeper is told why.
        raise XRoadError(Where.CLIENT_PROXY, Fault.CANNOT_CREATE_SIGNATURE, message=f"The request is not signed: {why}")
    signature = signed(head, signer, parts.life())
    call.proofs["directory"] = view.serial
    call.proofs["request"] = proof_of(crossing, signature)
    status, said, answer = await _sent(parts, peer, head, signature, body)
    try:
        back = ResponseHead(status, rules.last(signature, "signature"), said)
        believe(
            back, owner=asked.service.provider.member, key_of=view.key_of, now=parts.now(), window=parts.window,
            nonces=parts.answers,
        )  # fmt: skip
        check_digest(back, answer.digest.header)
        headers, checkpoint = hop.arrived_back(back)
        call.proofs["answer"] = proof_of(said)
        parts.heard(peer, checkpoint)
        if refused := rules.last(headers, REFUSED):
            raise _fault(refused, answer)
        check_answer(asked, call.request_hash, headers)
        call.under(rules.last(headers, AGREEMENT))
        call.purpose = rules.last(headers, base.PURPOSE)
        return status, rules.without(headers, frozenset({AGREEMENT, base.PURPOSE})), answer
    except NotBelieved as error:
        said_so = _unsigned(status, answer)
        answer.close()
        message = said_so or f"Response signature or body is not believed: {error.flaw}"
        raise XRoadError(Where.CLIENT_PROXY, Fault.SIGNATURE_VERIFICATION, message=message) from error
    except BaseException:
        answer.close()
        raise


def _unsigned(status: int, answer: Body) -> str:
    """What the provider's node says where it signs nothing: it does not believe us, or has no key; "" for any other."""
    if status not in (401, 503) or not 0 < answer.length <= 300:
        return ""
    words = "".join(sign for sign in answer.whole().decode("ascii", "replace") if sign.isprintable())
    return f"Provider's node does not take the request: {words}"


async def _sent(
    parts: Parts, peer: Peer, head: RequestHead, signature: Headers, body: Body
) -> tuple[int, Headers, Body]:
    """What the provider's node answers, as it came. Raises XRoadError where it is not reached."""
    headers = http.sent((*head.headers, *signature))
    if not body.is_small:
        headers["Content-Length"] = str(body.length)
    try:
        async with parts.nodes.request(
            head.method, peer.address(head.target), headers=headers, ssl=peer.pin, data=http.data_of(body),
            skip_auto_headers=http.SKIPPED, allow_redirects=False,
        ) as response:  # fmt: skip
            answer = await Body.read(response.content, parts.folder, most=parts.most)
            return response.status, http.headers_of(response.raw_headers), answer
    except NoRoomError as error:
        raise XRoadError(Where.CLIENT_PROXY, Fault.IO_ERROR, message=NO_ROOM) from error
    except (aiohttp.ClientError, OSError, TimeoutError, TooLargeError, TooSlowError, ValueError) as error:
        why = "its certificate ended" if isinstance(error, CertificateEndedError) else type(error).__name__
        message = f"Provider's node is not reached: {why}"
        raise XRoadError(Where.CLIENT_PROXY, Fault.NETWORK_ERROR, message=message) from error


def _fault(reason: str, answer: Body) -> XRoadError:
    """What the provider's node says is wrong, with its own number for it."""
    try:
        said = json.loads(answer.whole())
        faults = [Fault[str(one)] for one in said["faults"]]
        where, message, detail = Where[said["where"]], str(said["message"]), str(said["detail"])
    except (ValueError, KeyError, TypeError):
        return inconsistent("Response is none of this protocol")
    return Faulty(where, *faults, message=message, detail=detail, reason="" if reason == "-" else reason)


async def _write(parts: Parts, call: Call) -> None:
    """The record, durable before the answer leaves. Raises XRoadError where it can't be."""
    try:
        await parts.ledger.write(call.entry())
    except (AwayError, TakenBeforeError) as error:
        raise XRoadError(Where.CLIENT_PROXY, Fault.LOGGING_FAILED, message="The exchange can't be recorded") from error
