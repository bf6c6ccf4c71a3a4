"""Parcels by HTTPS: one node posts what waits for another, signed as any call is; the answer is the other's parcel.

A node that no other can reach gets what waits for it in the answers to its own posts, which it makes now and then.
"""

import asyncio
import logging
import random
import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import psycopg
from aiohttp import web
from django.conf import settings
from django.db import Error, transaction
from django.db.models import Q

from jumuishi.exchange.courier import packing, rules, wire
from jumuishi.exchange.courier.bodies.tables import Wanted
from jumuishi.exchange.courier.network import network, nodes_of
from jumuishi.exchange.courier.sending import CHANNEL
from jumuishi.exchange.courier.states import OutState
from jumuishi.exchange.courier.tables import Incoming, Link, Outbox
from jumuishi.exchange.courier.taking import take
from jumuishi.exchange.courier.types import Message, NotTaken, Parcel, Part, UnreadParcel
from jumuishi.exchange.gateway import http
from jumuishi.exchange.gateway.body import NO_ROOM, Body, NoRoomError, TooLargeError, TooSlowError
from jumuishi.exchange.gateway.calls import proof_of
from jumuishi.exchange.gateway.parts import Parts
from jumuishi.exchange.gateway.view import Peer
from jumuishi.exchange.signing import base
from jumuishi.exchange.signing.base import RequestHead, ResponseHead, signed
from jumuishi.exchange.signing.digest import digest_of
from jumuishi.exchange.signing.flaws import Flaw, NotBelieved
from jumuishi.exchange.signing.verify import believe, check_digest
from jumuishi.exchange.xroad import headers as rules_of_headers
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.headers import Headers
from jumuishi.exchange.xroad.identifiers import ClientId, MemberId, read_client
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.due import due

log = logging.getLogger("jumuishi.exchange")
SYSTEM = tenancy.Principal.system()
PATH = "/exchange/v1/courier"
# Of a parcel as it travels, and as it is read: what is larger is none of ours.
MOST, MOST_READ = 2 * 1_048_576, 4 * 1_048_576
EVERY, AT_ONCE = 2.0, 8


def closed(parcel: Parcel) -> bytes:
    """A parcel as it travels."""
    return zlib.compress(b"".join(wire.written(parcel)), 1)


def opened(data: bytes) -> Parcel:
    """The parcel that came, in bounded memory; raises UnreadParcel."""
    try:
        whole = zlib.decompressobj()
        text = whole.decompress(data, MOST_READ)
    except zlib.error as error:
        raise UnreadParcel(str(error)) from error
    if not whole.eof or whole.unused_data:
        raise UnreadParcel("too large, or cut")
    return wire.read(text)


def _signer(parts: Parts) -> MemberId:
    """In whose name this node speaks: any member of ours, by whose key others know that it does."""
    return min(parts.view.signers)


def _wire(member: MemberId) -> str:
    return ClientId(member.instance, member.member_class, member.member_code).wire


async def door(parts: Parts, request: web.BaseRequest) -> web.StreamResponse:
    """Take a parcel of another node, and answer with what waits for it. What is not believed gets no word of ours."""
    try:
        body = await Body.read(request.content, parts.folder, most=MOST)
    except TooLargeError:
        return web.Response(status=413)
    except TooSlowError:
        return web.Response(status=408)
    except NoRoomError:
        return web.Response(status=503, text=NO_ROOM)
    data = b"".join([piece async for piece in body.pieces()])
    body.close()
    head = RequestHead(request.method, parts.view.name, request.raw_path, http.headers_of(request.raw_headers))
    try:
        member = read_client(rules_of_headers.last(head.headers, rules_of_headers.CLIENT)).member
        believe(
            head, owner=member, key_of=parts.view.key_of, now=parts.now(), window=parts.window, nonces=parts.requests
        )
        check_digest(head, body.digest.header)
    except (NotBelieved, XRoadError) as error:
        parts.refused(request.remote, error)
        return web.Response(status=401, text=str(error))
    try:
        answer = await asyncio.to_thread(_taken, member, data, proof_of(head.headers))
    except UnreadParcel as error:
        return web.Response(status=400, text=str(error))
    except NotTaken as error:
        return web.Response(status=409, text=error.key)
    except Error as error:
        log.warning("exchange: a parcel can't be taken: %s", type(error).__name__)
        return web.Response(status=503)
    given = closed(answer)
    crossing: Headers = (
        (rules_of_headers.CLIENT, _wire(_signer(parts))), (base.CHECKPOINT, parts.checkpoint),
        (base.MESSAGE, digest_of(b"")), (base.DIGEST, digest_of(given)),
    )  # fmt: skip
    back = ResponseHead(200, rules_of_headers.last(head.headers, "signature"), crossing)
    signature = signed(back, parts.view.signers[_signer(parts)], parts.life())
    headers = http.sent((*crossing, *signature, ("Content-Type", wire.MEDIA_TYPE)))
    return web.Response(status=200, headers=headers, body=given)


def _taken(member: MemberId, data: bytes, proof: dict[str, str]) -> Parcel:
    parcel = opened(data)
    _check_sender(parcel, member)
    answer = take(parcel, proof)
    if answer is None:
        raise TypeError("an answer was asked for")
    return answer


def _check_sender(parcel: Parcel, member: MemberId) -> None:
    """Whoever signed stands behind the node that the parcel says it is of."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        if network().where(member) != parcel.sender:
            raise NotTaken("exchange.courier_other_node")


async def follow(parts: Parts, address: str) -> None:
    """Post what waits as soon as it does; whoever is away is left alone ever longer."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                while True:
                    names = await asyncio.to_thread(_due)
                    gate = asyncio.Semaphore(AT_ONCE)
                    await asyncio.gather(*(_visit(parts, name, gate) for name in names))
                    async for _ in connection.notifies(timeout=EVERY, stop_after=1):
                        pass
        except (psycopg.Error, OSError, Error) as error:
            log.warning("exchange: the courier can't read its boxes: %s", type(error).__name__)
            await asyncio.sleep(1)


def _due() -> list[str]:
    """Nodes that something waits for, or that were not heard for long, and that do not rest."""
    now = clock.now()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        known = network()
        waiting = Outbox.objects.filter(state=OutState.WAITING).order_by("member").values_list("member", flat=True)
        members = [read_client(one).member for one in waiting.distinct()]
        names = set(nodes_of(known, members))
        names |= set(Wanted.objects.values_list("node", flat=True).distinct())
        names |= set(Incoming.objects.filter(is_owed=True).values_list("node", flat=True).distinct())
        if settings.EXCHANGE_COURIER_POLL:
            silent = now - timedelta(seconds=settings.EXCHANGE_COURIER_POLL)
            quiet = Q(reached_at__lt=silent) & (Q(heard_at=None) | Q(heard_at__lt=silent))
            names |= set(Link.objects.filter(quiet).values_list("name", flat=True))
        resting = Link.objects.exclude(next_at=None).exclude(due("next_at", rules.LONGEST_PAUSE))
        return sorted(names - set(resting.values_list("name", flat=True)) - {known.name})


@dataclass(frozen=True)
class _Post:
    parcel: Parcel
    data: bytes


async def _visit(parts: Parts, name: str, gate: asyncio.Semaphore) -> None:
    """Post parcels to a node until neither has anything more to say."""
    peer = next((one for one in parts.view.peers.values() if one.name == name), None)
    if peer is None:
        return
    problem, last = "", (tuple[Message, ...](), tuple[Part, ...]())
    async with gate:
        try:
            while True:
                post = await asyncio.to_thread(_packed, name)
                given = (post.parcel.messages, post.parcel.parts)
                if any(given) and given == last:
                    problem = "nothing was taken"
                    break
                last = given
                answer, proof = await _posted(parts, peer, post)
                await asyncio.to_thread(_heard, answer, proof)
                if not any((*given, answer.messages, answer.parts)):
                    break
        except (
            aiohttp.ClientError,
            OSError,
            TimeoutError,
            NoRoomError,
            TooLargeError,
            TooSlowError,
            UnreadParcel,
            NotTaken,
        ) as error:
            problem = f"{type(error).__name__}: {error}"
        except (NotBelieved, XRoadError) as error:
            problem = f"not believed: {error}"
    await asyncio.to_thread(_noted, name, problem[:200])


def _packed(name: str) -> _Post:
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        parcel = packing.pack(name, network())
    return _Post(parcel, closed(parcel))


async def _posted(parts: Parts, peer: Peer, post: _Post) -> tuple[Parcel, dict[str, Any]]:
    """The answer of a node and its proof, believed. Raises what a network raises, NotBelieved and UnreadParcel."""
    crossing: Headers = (
        (rules_of_headers.CLIENT, _wire(_signer(parts))), (rules_of_headers.SERVICE, peer.name),
        (rules_of_headers.MESSAGE_ID, f"{post.parcel.sender}-{post.parcel.number}"), (base.PURPOSE, "courier"),
        (base.AGREEMENT, ""), (base.MESSAGE, digest_of(b"")), (base.DIGEST, digest_of(post.data)),
    )  # fmt: skip
    head = RequestHead("POST", peer.name, PATH, crossing)
    signature = signed(head, parts.view.signers[_signer(parts)], parts.life())
    headers = http.sent((*crossing, *signature, ("Content-Type", wire.MEDIA_TYPE)))
    async with parts.nodes.post(
        peer.address(PATH), headers=headers, ssl=peer.pin, data=post.data, skip_auto_headers=http.SKIPPED,
        allow_redirects=False, timeout=aiohttp.ClientTimeout(total=120, connect=10),
    ) as response:  # fmt: skip
        body = await Body.read(response.content, parts.folder, most=MOST)
        data = b"".join([piece async for piece in body.pieces()])
        body.close()
        if response.status != 200:
            raise aiohttp.ClientError(f"{response.status} {data[:100]!r}")
        said = http.headers_of(response.raw_headers)
    back = ResponseHead(200, rules_of_headers.last(signature, "signature"), said)
    member = read_client(rules_of_headers.last(said, rules_of_headers.CLIENT)).member
    believe(back, owner=member, key_of=parts.view.key_of, now=parts.now(), window=parts.window, nonces=parts.answers)
    check_digest(back, body.digest.header)
    parts.heard(peer, rules_of_headers.last(said, base.CHECKPOINT))
    answer = await asyncio.to_thread(_answer, data, member, peer.name)
    return answer, {"request": proof_of(crossing, signature), "answer": proof_of(said)}


def _answer(data: bytes, member: MemberId, name: str) -> Parcel:
    answer = opened(data)
    if answer.sender != name:
        raise NotBelieved(Flaw.ANOTHERS_KEY, answer.sender)
    _check_sender(answer, member)
    return answer


def _heard(answer: Parcel, proof: dict[str, Any]) -> None:
    with tenancy.acting_as(SYSTEM):
        take(answer, proof, answers=False)


def _noted(name: str, problem: str) -> None:
    now = clock.now()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        link = packing.link_to(name)
        link.failures = link.failures + 1 if problem else 0
        part = random.random()  # noqa: S311  # to set nodes apart, not to hide anything
        link.problem, link.next_at = problem, now + rules.pause(link.failures, part) if problem else None
        link.reached_at = link.reached_at if problem else now
        link.save(update_fields=["failures", "problem", "next_at", "reached_at"])
