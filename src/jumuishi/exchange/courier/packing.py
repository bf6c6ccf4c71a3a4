"""What goes into the next parcel to a node: the most urgent streams first, each in order, and what the node is owed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from jumuishi.exchange.courier import rules
from jumuishi.exchange.courier.bodies import arriving, leaving
from jumuishi.exchange.courier.letters import message_of, stream_id
from jumuishi.exchange.courier.network import Network, wire_of
from jumuishi.exchange.courier.states import OutState
from jumuishi.exchange.courier.tables import Inbox, Incoming, Link, Outbox, Outgoing
from jumuishi.exchange.courier.types import Acknowledgement, Gap, Message, Parcel, Tombstone
from jumuishi.exchange.xroad.identifiers import MemberId
from jumuishi.kernel import clock

# One parcel by HTTPS: small enough to be taken in one piece, and lost cheaply.
MOST, MOST_BYTES = 500, 600_000
MOST_STREAMS = 500
# Of a gap the places beyond it are told up to so many.
MOST_ALSO = 1000

# The most urgent first; then each of their streams from its first waiting place on.
_NEXT = """
SELECT o.* FROM unnest(%s::uuid[]) WITH ORDINALITY AS s (id, rank),
LATERAL (SELECT * FROM exchange_courier_outbox o WHERE o.stream_id = s.id AND o.state = 'waiting'
  ORDER BY o.sequence LIMIT %s) o
ORDER BY s.rank, o.sequence LIMIT %s
"""


def pack(to: str, network: Network, *, most: int = MOST, most_bytes: int = MOST_BYTES) -> Parcel:
    """The next parcel to a node; empty where there is nothing to say. Needs a transaction as the system.

    It changes nothing but its number and what was owed: until it is acknowledged all of it goes again.
    """
    link = link_to(to)
    link.sent += 1
    link.save(update_fields=["sent"])
    now = clock.now()
    acks, gaps = words_to(to)
    return Parcel(
        network.name, to, link.sent, now, tuple(waiting(network.members_at(to), now, most, most_bytes)), acks, gaps,
        arriving.wishes_to(to), leaving.parts_to(to, most_bytes),
    )  # fmt: skip


def link_to(name: str) -> Link:
    """A node's row, locked."""
    Link.objects.bulk_create([Link(name=name)], ignore_conflicts=True)
    return Link.objects.select_for_update().get(name=name)


def waiting(members: Iterable[MemberId], now: datetime, most: int, most_bytes: int) -> list[Message]:
    """Messages to members, as they go next; what is over goes as its tombstone."""
    names = [wire_of(one) for one in members]
    heads = Outbox.objects.filter(state=OutState.WAITING, member__in=names).order_by("-priority", "id")
    ranked = list(dict.fromkeys(heads.values_list("stream_id", flat=True)[: min(most, MOST_STREAMS)]))
    streams = {one.id: stream_id(one) for one in Outgoing.objects.filter(id__in=ranked)}
    found, over, size = list[Message](), list[UUID](), 0
    for row in Outbox.objects.raw(_NEXT, [ranked, most, most]):
        size += len(bytes(row.data)) + 600
        if found and size > most_bytes:
            break
        if not row.tombstone and rules.is_over(row.expires_at, now):
            row.tombstone = Tombstone.EXPIRED
            over.append(row.id)
        found.append(message_of(row, streams[row.stream_id]))
    if over:
        # From here on it is its tombstone that goes, whichever way; the message itself stays with its sender.
        Outbox.objects.filter(id__in=over).update(tombstone=Tombstone.EXPIRED)
    return found


def words_to(name: str) -> tuple[tuple[Acknowledgement, ...], tuple[Gap, ...]]:
    """What a node is owed: how far its streams came, and what of them is missing."""
    # Those that a handler is at are told of in the next parcel.
    rows = list(
        Incoming.objects.select_for_update(skip_locked=True)
        .filter(Q(is_owed=True) | Q(held__gt=0), node=name)
        .order_by("-is_owed", "id")[:MOST]
    )
    Incoming.objects.filter(id__in=[one.id for one in rows if one.is_owed]).update(is_owed=False)
    return words_about(rows)


def words_about(rows: Sequence[Incoming]) -> tuple[tuple[Acknowledgement, ...], tuple[Gap, ...]]:
    """Acknowledgements of streams, and wishes for their gaps."""
    also: dict[UUID, list[tuple[int, str]]] = {}
    held = [one.id for one in rows if one.held]
    if held:
        beyond = Inbox.objects.filter(stream_id__in=held, sequence__gt=F("stream__upto")).order_by("sequence")
        for stream, place, name in beyond.values_list("stream_id", "sequence", "message_id"):
            if len(also.setdefault(stream, [])) < MOST_ALSO:
                also[stream].append((place, name))
    acks, gaps = [], []
    for one in rows:
        there = also.get(one.id, [])
        acks.append(Acknowledgement(stream_id(one), one.upto, one.upto_id, tuple(there)))
        missing = rules.gap(one.upto, [place for place, _ in there])
        if missing is not None:
            gaps.append(Gap(stream_id(one), *missing))
    return tuple(acks), tuple(gaps)
