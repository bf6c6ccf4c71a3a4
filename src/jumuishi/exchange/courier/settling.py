"""What another node says of our messages: what arrived, what is missing there, what needs another place."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from jumuishi.exchange.courier import dead, rules
from jumuishi.exchange.courier.letters import stream_id
from jumuishi.exchange.courier.network import Network
from jumuishi.exchange.courier.states import Direction, OutState
from jumuishi.exchange.courier.tables import Outbox, Outgoing
from jumuishi.exchange.courier.types import Acknowledgement, Gap, Parcel, StreamId, Tombstone
from jumuishi.kernel.ids import new_id

# Of one wish so many places are looked for; the rest is wished for again.
MOST_GAP = 2000


def settle_all(parcel: Parcel, network: Network, now: datetime) -> dict[UUID, list[str]]:
    """Take a parcel's acknowledgements and wishes; which messages of which institution arrived now."""
    streams = _streams(
        [*(one.stream for one in parcel.acknowledgements), *(one.stream for one in parcel.gaps)], parcel, network
    )
    arrived: dict[UUID, list[str]] = defaultdict(list)
    waiting: dict[UUID, dict[int, Outbox]] = defaultdict(dict)
    rows = Outbox.objects.filter(stream_id__in=[one.id for one in streams.values()], state=OutState.WAITING)
    for row in rows.defer("data"):
        waiting[row.stream_id][row.sequence] = row
    for ack in parcel.acknowledgements:
        stream = streams.get(ack.stream)
        if stream is not None:
            arrived[stream.institution_id] += _settle(stream, waiting[stream.id], ack, now)
    for gap in parcel.gaps:
        stream = streams.get(gap.stream)
        if stream is not None:
            _fill(stream, gap, now)
    return {home: names for home, names in arrived.items() if names}


def _streams(wanted: Iterable[StreamId], parcel: Parcel, network: Network) -> dict[StreamId, Outgoing]:
    """Our ends of the streams that the sender may speak of: those that lead to a member of its own; locked."""
    named = [one for one in set(wanted) if network.where(one.destination.member) == parcel.sender]
    rows: QuerySet[Outgoing] = Outgoing.objects.select_for_update().filter(
        source__in={one.source.wire for one in named}, destination__in={one.destination.wire for one in named},
        subject__in={one.subject for one in named},
        institution_id__in={network.homes[one.source.member] for one in named if one.source.member in network.homes},
    ).order_by("id")  # fmt: skip
    found = {stream_id(row): row for row in rows}
    return {one: found[one] for one in named if one in found}


def _settle(stream: Outgoing, waiting: dict[int, Outbox], ack: Acknowledgement, now: datetime) -> Sequence[str]:
    own = waiting.get(ack.upto) or Outbox.objects.filter(stream=stream, sequence=ack.upto).defer("data").first()
    settled = rules.settle(
        {place: row.message_id for place, row in waiting.items()}, stream.last, own.message_id if own else None, ack
    )
    done = [waiting.pop(place) for place in sorted(settled.done)]
    over = [one for one in done if one.tombstone == Tombstone.EXPIRED]
    Outbox.objects.filter(id__in=[one.id for one in done]).update(state=OutState.ARRIVED, ended_at=now)
    if over:
        Outbox.objects.filter(id__in=[one.id for one in over]).update(state=OutState.EXPIRED)
        dead.keep_all(Direction.OUT, stream, over, "expired", now)
    # From the last one on, so that no two ever have the same place.
    for old, new in reversed(settled.moved):
        Outbox.objects.filter(stream=stream, sequence=old, state=OutState.WAITING).update(sequence=new)
    for old, new in settled.moved:
        waiting[new] = waiting.pop(old)
        waiting[new].sequence = new
    if settled.last != stream.last:
        stream.last = settled.last
        stream.save(update_fields=["last"])
    return [one.message_id for one in done]


def _fill(stream: Outgoing, gap: Gap, now: datetime) -> None:
    """What the receiver misses goes again; where it is no more, its tombstone goes in its place."""
    last = min(gap.last, stream.last, gap.first + MOST_GAP - 1)
    rows = Outbox.objects.filter(stream=stream, sequence__gte=gap.first, sequence__lte=last)
    there = dict(rows.values_list("sequence", "state"))
    rows.exclude(state=OutState.WAITING).update(state=OutState.WAITING, ended_at=None)
    for place in range(max(1, gap.first), last + 1):
        if place not in there:
            name = new_id()
            Outbox.objects.create(
                id=name, institution_id=stream.institution_id, stream=stream, member=stream.member, sequence=place,
                message_id=str(name), type="jumuishi.courier.gone", at=now, datacontenttype="application/json",
                priority=4, tombstone=Tombstone.GONE, made_at=now, state=OutState.WAITING,
            )  # fmt: skip
