"""All meetings that somebody listens to: what the database tells is read once and handed to their readers."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from uuid import UUID

import psycopg
from django.db import Error

from jumuishi.meetings.live import reading
from jumuishi.meetings.live.feed import OUTSIDE_EVERY, Feed, Reader
from jumuishi.meetings.live.frames import frame
from jumuishi.meetings.live.screens import Happened

log = logging.getLogger("jumuishi.meetings")
T = TypeVar("T")
CHANNEL = "meetings"
# Seconds: between signs of life; until a notice that was not heard is made up for; between looks at who is a member
# still; how long a meeting without readers is kept at hand.
BEATS, AGAIN, MEMBERS, KEPT = 20, 15, 5, 60
READS_AT_ONCE = 4
FAULTS = (Error, psycopg.Error, OSError)


class Hub:
    """The meetings by id. Only this process's own loop touches them; the database is read in threads."""

    def __init__(self) -> None:
        self.feeds: dict[UUID, Feed] = {}
        self._opening: dict[UUID, asyncio.Lock] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._threads = ThreadPoolExecutor(READS_AT_ONCE, "reading")

    async def read(self, ask: Callable[[], T]) -> T:
        """A read of the database, apart from the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(reading.apart, ask))

    async def feed(self, meeting_id: UUID) -> Feed | None:
        """A meeting's feed, opened if nobody listened until now; None where there is no such meeting."""
        if meeting_id in self.feeds:
            return self.feeds[meeting_id]
        lock = self._opening.setdefault(meeting_id, asyncio.Lock())
        async with lock:
            if meeting_id not in self.feeds:
                found = await self.read(partial(reading.found, meeting_id, 0))
                if found is None:
                    self._opening.pop(meeting_id, None)
                    return None
                feed = Feed(found, await self.read(partial(reading.names, meeting_id, found.body_id)))
                feed.empty_since = asyncio.get_running_loop().time()
                self.feeds[meeting_id] = feed
                self._tasks[meeting_id] = asyncio.create_task(self._keep(feed))
                # What was told between the read and now.
                feed.dirty.set()
        self._opening.pop(meeting_id, None)
        return self.feeds.get(meeting_id)

    async def missed(self, feed: Feed, after: int) -> tuple[Happened, ...]:
        """What happened after a number: from what is at hand, or else from the table."""
        if after >= feed.seq:
            return ()
        if feed.at_hand and feed.at_hand[0].seq <= after + 1:
            return tuple(one for one in feed.at_hand if one.seq > after)
        found = await self.read(partial(reading.found, feed.id, after))
        return tuple(one for one in found.events if one.seq <= feed.seq) if found else ()

    async def listen(self, address: str) -> None:
        """Hear what the database tells; after each new connection everything is looked at, since some was missed."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    for feed in self.feeds.values():
                        feed.dirty.set()
                    while True:
                        async for notice in connection.notifies(timeout=AGAIN):
                            self._heard(notice.payload)
                        await self._look_again()
            except FAULTS as error:
                log.warning("meetings: the database can't be listened to: %s", type(error).__name__)
                await asyncio.sleep(1)

    def _heard(self, payload: str) -> None:
        with contextlib.suppress(ValueError):
            if (feed := self.feeds.get(UUID(payload))) is not None:
                feed.dirty.set()

    async def _look_again(self) -> None:
        now = await self.read(partial(reading.numbers, list(self.feeds)))
        for key, seq in now.items():
            if key in self.feeds and seq != self.feeds[key].seq:
                self.feeds[key].dirty.set()

    async def _keep(self, feed: Feed) -> None:
        """Tell a feed's readers whatever happens, one read at a time; the notices that come meanwhile are one more."""
        while self.feeds.get(feed.id) is feed:
            await feed.dirty.wait()
            feed.dirty.clear()
            try:
                await self.refresh(feed)
            except FAULTS as error:
                log.warning("meetings: what happened can't be read: %s", type(error).__name__)
                await asyncio.sleep(1)
                feed.dirty.set()

    async def refresh(self, feed: Feed) -> None:
        """Read what happened since, see who may still hear it, and tell it."""
        found = await self.read(partial(reading.found, feed.id, feed.seq))
        if found is None:
            # Cancelled, or called back: there is nothing to tell, and whoever comes again learns that.
            self._end(feed.everyone())
            self.feeds.pop(feed.id, None)
            self._tasks.pop(feed.id, None)
            return
        if not feed.knows(found.events):
            feed.names = await self.read(partial(reading.names, feed.id, feed.body_id))
        await self.see_who_is_in([feed])
        feed.take(found)
        if not feed.is_public:
            self._end(feed.outsiders())
        feed.told(found.events)

    async def see_who_is_in(self, feeds: Collection[Feed]) -> None:
        """End the streams of those who are members no more, or signed out, before anything else is told them."""
        readers = [(feed, one) for feed in feeds for one in feed.members()]
        if not readers:
            return
        keys, bodies = {one.key for _, one in readers}, {feed.body_id for feed, _ in readers}
        still = await self.read(partial(reading.members_among, keys, bodies))
        for feed, one in readers:
            one.seats = still.get((one.key, feed.body_id), frozenset())
        self._end([one for _, one in readers if not one.seats])

    def _end(self, readers: list[Reader]) -> None:
        said = frame("", event="mwisho")
        for one in readers:
            one.send(said)
            one.gone.set()

    async def tick(self) -> None:
        """Each second: how many have voted, in one query for all; now and then signs of life, members, empty feeds."""
        loop, count = asyncio.get_running_loop(), 0
        while True:
            await asyncio.sleep(1 - loop.time() % 1)
            count += 1
            with contextlib.suppress(*FAULTS):
                await self._count_votes(outside=count % OUTSIDE_EVERY == 0)
                if count % MEMBERS == 0:
                    await self.see_who_is_in(list(self.feeds.values()))
            if count % BEATS == 0:
                for feed in list(self.feeds.values()):
                    for one in feed.everyone():
                        one.beat()
                    self._forget(feed, loop.time())

    async def _count_votes(self, *, outside: bool) -> None:
        open_ones = {feed.vote: feed for feed in self.feeds.values() if feed.vote}
        if not open_ones:
            return
        counts = await self.read(partial(reading.ballots, list(open_ones)))
        for vote, feed in open_ones.items():
            if feed.vote == vote:
                feed.tick(counts.get(vote, 0), outside=outside)

    def _forget(self, feed: Feed, now: float) -> None:
        if feed.everyone():
            feed.empty_since = now
        elif now - feed.empty_since > KEPT:
            del self.feeds[feed.id]
            self._tasks.pop(feed.id).cancel()
