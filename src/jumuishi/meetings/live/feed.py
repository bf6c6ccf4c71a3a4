"""One meeting as its readers hear it: what changed is rendered once for each kind of reader."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.utils.timezone import localtime

from jumuishi.kernel.text import LANGUAGES
from jumuishi.meetings.hall import machine
from jumuishi.meetings.hall.events import Event
from jumuishi.meetings.hall.state import State
from jumuishi.meetings.live import reading
from jumuishi.meetings.live.frames import BEAT, Payload, changed, frame
from jumuishi.meetings.live.lines import line
from jumuishi.meetings.live.screens import AUDIENCES, MEMBER, OUT, PUBLIC, Happened, Names, audience_of, screen

# A reader's kind: the audience and the language.
Kind = tuple[str, str]
KINDS: tuple[Kind, ...] = tuple((audience, lang) for audience in AUDIENCES for lang in LANGUAGES)
# Bytes that may wait for one reader; whoever is further behind is dropped and comes again.
MOST_WAITING = 32_768
# Events kept at hand for whoever was cut off a moment ago; older ones are in the table.
AT_HAND = 256
# The most lines that one who comes again is told; a longer absence shows in the screen alone.
MOST_LINES = 100
# The public hears how many have voted every so many seconds, members each second: an hour must stay under 20 KB.
OUTSIDE_EVERY = 3
_NOBODY: frozenset[str] = frozenset()


class Reader:
    """One open connection. What waits for it lies in its transport alone, and is bounded.

    `seats`: a member's own, by which he or she is out for an item; none in the gallery.
    """

    __slots__ = ("_behind", "chunked", "gone", "key", "kind", "seats", "transport")

    transport: asyncio.Transport

    def __init__(self, kind: Kind, key: str, seats: frozenset[str] = frozenset()) -> None:
        self.kind, self.key, self.seats = kind, key, seats
        self.gone = asyncio.Event()
        self._behind = 0

    def connect(self, transport: asyncio.Transport, *, chunked: bool) -> None:
        """Through here what is said goes out."""
        self.transport, self.chunked = transport, chunked

    def send(self, said: Payload) -> None:
        """Hand the bytes on; a reader that does not take them is dropped."""
        if self.gone.is_set():
            # It was told that it is over; its connection may take a moment to be.
            return
        if self.transport.is_closing():
            self.gone.set()
        elif self.transport.get_write_buffer_size() > MOST_WAITING:
            self.drop()
        else:
            self.transport.write(said.chunk if self.chunked else said.raw)

    def beat(self) -> None:
        """A sign of life; whoever has taken nothing since the one before is dropped."""
        waiting = self.transport.get_write_buffer_size()
        if waiting and waiting >= self._behind > 0:
            self.drop()
            return
        self._behind = waiting
        self.send(BEAT)

    def drop(self) -> None:
        """At once, whatever still waits for it."""
        self.transport.abort()
        self.gone.set()


class Feed:
    """A meeting's readers, and what they were told last."""

    def __init__(self, found: reading.Found, names: Names) -> None:
        self.id, self.body_id, self.names = found.id, found.body_id, names
        self.is_public, self.hall, self.closed, self.seq = found.is_public, found.hall, found.is_closed, 0
        self.at_hand = deque[Happened](maxlen=AT_HAND)
        # The meeting as its events tell it, and who was out when each happened that somebody was out for.
        self._so_far, self._out = State(), dict[int, frozenset[str]]()
        self.readers: dict[Kind, set[Reader]] = defaultdict(set)
        self.voted = self._voted_outside = 0
        self.dirty, self.empty_since = asyncio.Event(), 0.0
        self.take(found)
        self.screens = {kind: self._screen(kind) for kind in KINDS}

    def take(self, found: reading.Found) -> None:
        """What happened since, and how the hall stands now; the row's word that it is closed counts at once."""
        vote = self.hall.vote
        for one in found.events:
            if one.seq > self.seq:
                self.at_hand.append(one)
                self.seq = one.seq
                before, self._so_far = self._so_far, machine.apply(self._so_far, _event(one))
                if out := before.out_now | self._so_far.out_now:
                    self._out[one.seq] = out
        self.is_public, self.hall, self.closed = found.is_public, found.hall, found.is_closed
        if self.hall.vote != vote:
            self.voted = self._voted_outside = 0

    @property
    def vote(self) -> UUID | None:
        """The vote that is open, if one is."""
        return UUID(self.hall.vote) if self.hall.vote else None

    def knows(self, events: Iterable[Happened]) -> bool:
        """Whether every member and item that these events name has a name here."""
        return all(
            one.kind != "order.changed"
            and str(one.body.get("member") or "") in {"", *self.names.members}
            and str(one.body.get("item") or "") in {"", *self.names.items}
            for one in events
        )

    def told(self, events: tuple[Happened, ...]) -> None:
        """Tell each kind of reader what these events changed for it: its screen's keys, and a line for each."""
        differences = {}
        for kind in KINDS:
            now = self._screen(kind)
            differences[kind], self.screens[kind] = changed(self.screens[kind], now), now
        apart = {one for one in self.members() if any(self._was_out(one, each) for each in events)}
        # Whoever goes out for an item, or comes back, is shown the other screen as a whole.
        turned = {one for one in self.members() if one.kind != self.kind_of(one.kind, one.seats)}
        for one in turned:
            self.leave(one)
            self.enter(one)
            one.send(self.hello(one, events))
        for one in apart - turned:
            self._tell([one], differences[one.kind], self._lines_for(one, events))
        for kind in KINDS:
            if others := self.readers[kind] - apart - turned:
                self._tell(others, differences[kind], self.lines(events, kind))

    def _tell(self, readers: Iterable[Reader], difference: dict[str, object], lines: list[list[object]]) -> None:
        body = ({"s": difference} if difference else {}) | ({"l": lines} if lines else {})
        if body:
            said = frame(body, seq=self.seq)
            for one in readers:
                one.send(said)

    def hello(self, reader: Reader, missed: tuple[Happened, ...]) -> Payload:
        """What a reader is given first: the whole screen, and the lines that it missed."""
        lines = self._lines_for(reader, missed)[-MOST_LINES:]
        body = {"s": self.shown(reader.kind)} | ({"l": lines} if lines else {})
        return frame(body, event="hali", seq=self.seq)

    def kind_of(self, kind: Kind, seats: frozenset[str]) -> Kind:
        """The kind of a reader as the hall stands: a member who is out for the open item is outside meanwhile."""
        return kind if kind[0] == PUBLIC else (audience_of(self.hall, seats), kind[1])

    def enter(self, reader: Reader) -> None:
        """It is told from now on, as one of its kind."""
        reader.kind = self.kind_of(reader.kind, reader.seats)
        self.readers[reader.kind].add(reader)

    def leave(self, reader: Reader) -> None:
        """No more."""
        self.readers[reader.kind].discard(reader)

    def shown(self, kind: Kind) -> dict[str, object]:
        """The whole screen, with how many have voted so far."""
        shown = self.screens[kind]
        return shown | ({"voted": self.voted} if "vote" in shown else {})

    def tick(self, voted: int, *, outside: bool) -> None:
        """So many have voted: to members now, to the public when it is its turn."""
        news, self.voted = voted != self.voted, voted
        outside = outside and voted != self._voted_outside and not self.closed
        if outside:
            self._voted_outside = voted
        said = frame(f"{voted}/{len(self.hall.votes[self.hall.vote].entitled)}", event="kura")
        for kind in KINDS:
            # A vote of a closed session that opened meanwhile is on no screen outside.
            if news if kind[0] == MEMBER else outside and "vote" in self.screens[kind]:
                self.send(kind, said)

    def lines(self, events: Iterable[Happened], kind: Kind) -> list[list[object]]:
        """[number, hour, words] of each event that this kind is told of."""
        audience, lang = kind
        found = ((one, line(one, self.names, audience, lang)) for one in events)
        return [[one.seq, localtime(one.at).strftime("%H:%M"), said] for one, said in found if said]

    def _lines_for(self, reader: Reader, events: Iterable[Happened]) -> list[list[object]]:
        """The same for one reader: of what happened while a member was out, later too no more than the public has."""
        _, lang = reader.kind
        audience = PUBLIC if reader.kind[0] == PUBLIC else MEMBER
        found: list[list[object]] = []
        for one in events:
            if self._was_out(reader, one):
                found += self.lines([one if self.is_public else replace(one, is_closed=True)], (OUT, lang))
            else:
                found += self.lines([one], (audience, lang))
        return found

    def _was_out(self, reader: Reader, one: Happened) -> bool:
        return bool(reader.seats) and not self._out.get(one.seq, _NOBODY).isdisjoint(reader.seats)

    def send(self, kind: Kind, said: Payload) -> None:
        """The same bytes to all readers of a kind."""
        for one in tuple(self.readers[kind]):
            one.send(said)

    def everyone(self) -> list[Reader]:
        """All readers."""
        return [one for kind in KINDS for one in self.readers[kind]]

    def members(self) -> list[Reader]:
        """Readers who are here as members."""
        return [one for kind in KINDS if kind[0] != PUBLIC for one in self.readers[kind]]

    def outsiders(self) -> list[Reader]:
        """Readers in the gallery."""
        return [one for kind in KINDS if kind[0] == PUBLIC for one in self.readers[kind]]

    def _screen(self, kind: Kind) -> dict[str, object]:
        return screen(self.hall, kind[0], self.names, kind[1], closed=self.closed, is_public=self.is_public)


def _event(one: Happened) -> Event:
    return Event(one.kind, one.body, one.at, "", one.seq)
