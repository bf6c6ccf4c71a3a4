"""Beside the calls: what was heard of other nodes' logs is compared; the centre asks each what it heard of the others.

A log that tells two nodes two things tells each of them one: it shows once somebody holds both.
"""

import asyncio
import base64
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from urllib.parse import quote

import aiohttp
from django.db import Error

from jumuishi.evidence import public as evidence
from jumuishi.evidence.types import VerificationError
from jumuishi.exchange import histories
from jumuishi.exchange.gateway.asking import fetched
from jumuishi.exchange.gateway.parts import Parts
from jumuishi.exchange.gateway.view import Peer
from jumuishi.exchange.node import own

log = logging.getLogger("jumuishi.exchange")
# Seconds between two turns; each so many turns the centre asks all nodes what they heard.
EVERY, ASKED = 10.0, 3
HEARD, TILE = "/exchange/v1/heard", "/exchange/v1/log/tile/"
# A tile has 8,192 bytes; what was heard of a thousand logs some hundred thousand.
TILE_BYTES, HEARD_BYTES = 8192, 4 * 1_048_576


async def follow_others(parts: Parts) -> None:
    """For ever; whatever goes wrong with one log keeps no other from being compared."""
    turn = 0
    while True:
        await asyncio.sleep(EVERY)
        turn += 1
        heard, parts.heard_of = parts.heard_of, {}
        try:
            for notes in heard.values():
                for note in notes:
                    with suppress(ValueError):
                        await _compare(parts, base64.b64decode(note, validate=True).decode())
            if turn % ASKED == 0 and await asyncio.to_thread(_is_centre):
                for peer in {one.name: one for one in parts.view.logs.values()}.values():
                    await _ask(parts, peer)
        except Error as error:
            log.warning("exchange: logs can't be compared: %s", type(error).__name__)


async def _compare(parts: Parts, note: str) -> None:
    """One note of whichever log the directory knows; of any other, and of our own, nothing."""
    try:
        peer = parts.view.logs.get(evidence.read_checkpoint(note).origin)
    except VerificationError:
        return
    if peer is None:
        return
    origin = note.partition("\n")[0]
    fetch = _from_thread(parts, peer, origin)
    await asyncio.to_thread(
        partial(histories.compare, node=peer.name, note=note, keys=peer.log, fetch=fetch, found_by=parts.view.name)
    )


def _from_thread(parts: Parts, peer: Peer, origin: str) -> Callable[[str], bytes]:
    """What asks for a log's tile at the door of its node, from a thread beside this loop. Raises OSError."""
    loop = asyncio.get_running_loop()

    def fetch(path: str) -> bytes:
        target = f"{TILE}{path}?origin={quote(origin, safe='')}"
        found = asyncio.run_coroutine_threadsafe(fetched(parts.nodes, peer.address(target), peer.pin, TILE_BYTES), loop)
        try:
            return found.result(60)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OSError(f"{peer.name} gives no tile: {error}") from error

    return fetch


async def _ask(parts: Parts, peer: Peer) -> None:
    """What a node heard of all others, and what it found; a node that is away is asked again later."""
    try:
        body = await fetched(parts.nodes, peer.address(HEARD), peer.pin, HEARD_BYTES)
        notes, found = await asyncio.to_thread(histories.read, body)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, RecursionError) as error:
        log.info("exchange: %s does not say what it heard: %s", peer.name, type(error).__name__)
        return
    for note in notes:
        await _compare(parts, note)
    for one in found:
        accused = parts.view.logs.get(one.origin)
        if accused is not None:
            accuse = partial(histories.accuse, node=accused.name, histories=one, keys=accused.log, found_by=peer.name)
            await asyncio.to_thread(accuse)


def _is_centre() -> bool:
    return not own().centre_address
