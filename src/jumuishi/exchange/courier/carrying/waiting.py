"""All that waits for a node, as parcels one after the other: the most urgent subjects first, each in its order."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from jumuishi.exchange.courier import packing, rules
from jumuishi.exchange.courier.bodies import arriving, leaving
from jumuishi.exchange.courier.letters import message_of, stream_id
from jumuishi.exchange.courier.network import Network, wire_of
from jumuishi.exchange.courier.tables import Incoming, Outbox, Outgoing
from jumuishi.exchange.courier.types import Message, Parcel, Tombstone
from jumuishi.kernel import clock

# Messages of one parcel, and their bytes.
MOST, MOST_BYTES = 500, 4_000_000
_STREAMS = """
SELECT stream_id, count(*) FROM exchange_courier_outbox WHERE state = 'waiting' AND member = ANY(%s)
GROUP BY stream_id ORDER BY max(priority) DESC, min(made_at), stream_id
"""
_ROWS = """
SELECT o.* FROM unnest(%s::uuid[]) WITH ORDINALITY AS s (id, rank), LATERAL (
  SELECT * FROM exchange_courier_outbox o WHERE o.stream_id = s.id AND o.state = 'waiting'
    AND o.sequence > CASE WHEN s.rank = 1 THEN %s ELSE 0 END ORDER BY o.sequence LIMIT %s
) o ORDER BY s.rank, o.sequence LIMIT %s
"""


def parcels_to(node: str, network: Network) -> Iterator[Parcel]:
    """Parcels with all that waits. Each is read in a transaction of its own, so nobody waits for a long packing.

    Memory is one parcel, and some 100 bytes for each subject that waits.
    """
    yield from _words(node, network)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STREAMS, [[wire_of(one) for one in network.members_at(node)]])
        streams = list(cursor.fetchall())
    place = _Place(0, 0)
    while place.stream < len(streams):
        with transaction.atomic():
            messages, place = _batch(streams, place)
            parcel = _numbered(node, network, messages=messages) if messages else None
        if parcel is not None:
            yield parcel
    yield from _bodies(node, network)


def _bodies(node: str, network: Network) -> Iterator[Parcel]:
    with transaction.atomic():
        bodies = leaving.bodies_to(node, [wire_of(one) for one in network.members_at(node)])
    parts = itertools.chain.from_iterable(map(leaving.parts_of, bodies))
    while some := tuple(itertools.islice(parts, MOST_BYTES // leaving.SIZE)):
        with transaction.atomic():
            parcel = _numbered(node, network, parts=some)
        yield parcel


@dataclass(frozen=True)
class _Place:
    """From which stream on, and behind which of its messages."""

    stream: int
    after: int


def _batch(streams: Sequence[tuple[UUID, int]], place: _Place) -> tuple[tuple[Message, ...], _Place]:
    end, count = place.stream, 0
    while end < len(streams) and count < MOST:
        count += streams[end][1]
        end += 1
    ids = [one for one, _ in streams[place.stream : end]]
    rows = list(Outbox.objects.raw(_ROWS, [ids, place.after, MOST, MOST]))
    ends = {one.id: stream_id(one) for one in Outgoing.objects.filter(id__in=ids)}
    now, size, over, found = clock.now(), 0, list[UUID](), list[Message]()
    for row in rows:
        size += len(bytes(row.data))
        if found and size > MOST_BYTES:
            break
        if not row.tombstone and rules.is_over(row.expires_at, now):
            row.tombstone = Tombstone.EXPIRED
            over.append(row.id)
        found.append(message_of(row, ends[row.stream_id]))
    Outbox.objects.filter(id__in=over).update(tombstone=Tombstone.EXPIRED)
    if len(found) == len(rows) < MOST:
        return tuple(found), _Place(end, 0)
    last = rows[len(found) - 1]
    return tuple(found), _Place(place.stream + ids.index(last.stream_id), last.sequence)


def _words(node: str, network: Network) -> Iterator[Parcel]:
    """Acknowledgements and wishes, for all streams of that node which are owed some."""
    with transaction.atomic():
        wishes = arriving.wishes_to(node)
        parcel = _numbered(node, network, part_wishes=wishes) if wishes else None
    if parcel is not None:
        yield parcel
    last = UUID(int=0)
    while True:
        with transaction.atomic():
            owed = Incoming.objects.select_for_update().filter(Q(is_owed=True) | Q(held__gt=0), node=node, id__gt=last)
            rows = list(owed.order_by("id")[:MOST])
            if not rows:
                return
            acks, gaps = packing.words_about(rows)
            Incoming.objects.filter(id__in=[one.id for one in rows]).update(is_owed=False)
            last = rows[-1].id
            parcel = _numbered(node, network, acknowledgements=acks, gaps=gaps)
        yield parcel


def _numbered(node: str, network: Network, **what: tuple[object, ...]) -> Parcel:
    link = packing.link_to(node)
    link.sent += 1
    link.save(update_fields=["sent"])
    return Parcel(network.name, node, link.sent, clock.now(), **what)  # type: ignore[arg-type]
