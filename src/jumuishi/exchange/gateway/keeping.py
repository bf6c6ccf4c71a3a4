"""What the process knows, kept up to date: rights when they change, our own log's word, others' as it is heard."""

import asyncio
import base64
import contextlib
import logging
from functools import partial

import aiohttp
import psycopg
from django.db import Error, connections, transaction
from psycopg import conninfo
from yarl import URL

from jumuishi.evidence import public as evidence
from jumuishi.exchange import histories, standing, statement
from jumuishi.exchange.centre import hear, issue
from jumuishi.exchange.directory.document import UnreadDirectory
from jumuishi.exchange.directory.standing import NotTaken
from jumuishi.exchange.gateway.asking import fetched
from jumuishi.exchange.gateway.comparing import HEARD, TILE
from jumuishi.exchange.gateway.loading import Registers
from jumuishi.exchange.gateway.parts import Parts
from jumuishi.exchange.gateway.pins import Pins
from jumuishi.exchange.models import Directory as Kept
from jumuishi.exchange.models import Neighbour
from jumuishi.exchange.news import CHANNEL
from jumuishi.exchange.node import own
from jumuishi.kernel import tenancy

log = logging.getLogger("jumuishi.exchange")
# A change that was not heard of is seen after so many seconds at the latest; a signature of ours on the directory too.
AGAIN = 300.0
# How often the network is asked for news, and the most that it tells.
EVERY, MOST = 10.0, 64 * 1_048_576
STATEMENT, DIRECTORY = "/exchange/v1/statement", "/exchange/v1/directory"
SYSTEM = tenancy.Principal.system()


def dsn() -> str:
    """The database's address, for connections of this process's own."""
    found = connections["default"].get_connection_params()
    given = {name: found[name] for name in ("dbname", "user", "password", "host", "port") if found.get(name)}
    return conninfo.make_conninfo("", **given)


async def follow(parts: Parts, registers: Registers, address: str) -> None:
    """Exchange the view whenever the registers change; while the database is away the last one counts."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                while True:
                    parts.view = await asyncio.to_thread(registers.load)
                    parts.changed.set()
                    async for _ in connection.notifies(timeout=AGAIN, stop_after=1):
                        pass
        except (psycopg.Error, OSError, Error) as error:
            # The connection that listens is psycopg's own, the one that reads is Django's: each says it in its words.
            log.warning("exchange: the registers can't be read: %s", type(error).__name__)
            await asyncio.sleep(1)


def shown(path: str, origin: str) -> bytes | None:
    """What this node tells everybody: what it says of itself and of logs, its own log's tiles, the directory."""
    if path == STATEMENT:
        return statement.said()
    if path == HEARD:
        return histories.told()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        if path.startswith(TILE):
            with contextlib.suppress(LookupError):
                return evidence.tile(origin=origin, path=path.removeprefix(TILE))
        if path != DIRECTORY:
            return None
        found = Kept.objects.order_by("-serial").first()
        return bytes(found.body) if found else None


async def follow_network(parts: Parts) -> None:
    """As a centre hear each node and sign a directory of what they say; as a node fetch the centre's."""
    while True:
        try:
            centre = await asyncio.to_thread(_centre)
            if centre is None:
                await _hear_all(parts)
            else:
                body = await fetched(parts.nodes, *_where(centre[0] + DIRECTORY, centre[1]), MOST)
                await asyncio.to_thread(standing.arrived, body)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.info("exchange: the centre is not reached: %s", type(error).__name__)
        except (UnreadDirectory, NotTaken) as error:
            log.error("exchange: the centre's directory is not taken: %s", error)
        except Error as error:
            log.warning("exchange: the registers can't be read: %s", type(error).__name__)
        await asyncio.sleep(EVERY)


async def _hear_all(parts: Parts) -> None:
    """Ask each node what it says now; sign anew where that or our own registers changed."""
    for name, address, certificates in await asyncio.to_thread(_neighbours):
        # A node that is away keeps its place by what it said last.
        with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError, statement.UnreadStatement):
            text = await fetched(parts.nodes, *_where(address + STATEMENT, certificates), MOST)
            if await asyncio.to_thread(hear, name, text):
                parts.changed.set()
    if parts.changed.is_set():
        parts.changed.clear()
        try:
            await asyncio.to_thread(partial(issue, only_if_needed=True))
        except BaseException:
            # It is news until it is signed.
            parts.changed.set()
            raise


def _where(address: str, certificates: tuple[str, ...]) -> tuple[URL, Pins]:
    return URL(address, encoded=True), Pins(*certificates)


def _centre() -> tuple[str, tuple[str, ...]] | None:
    """Where the centre's door is, and its certificates: as the invitation had it, or as its directory does now."""
    here = own()
    if not here.centre_address:
        return None
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        found = standing.standing()
    known = [one for one in found[0].nodes if one.address == here.centre_address] if found else []
    told = [each for one in known for each in (one.certificate, one.next_certificate) if each]
    return here.centre_address, tuple(told or [here.centre_certificate])


def _neighbours() -> list[tuple[str, str, tuple[str, ...]]]:
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        rows = Neighbour.objects.filter(revoked_at=None).exclude(admitted_at=None)
        return [
            (one.name, one.endpoint, (one.statement["certificate"], one.statement.get("next_certificate", "")))
            for one in rows
        ]


async def follow_log(parts: Parts) -> None:
    """Keep our log's latest checkpoint at hand: it travels in each answer."""
    while True:
        try:
            parts.checkpoint = base64.b64encode((await asyncio.to_thread(_note)).encode()).decode()
        except Exception as error:  # whatever it is passes, and calls go on with the last one
            log.warning("exchange: the log's checkpoint can't be read: %s", type(error).__name__)
        await asyncio.sleep(1)


def _note() -> str:
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        return evidence.latest_checkpoint()
