"""A parcel of another node is taken: all of it is written down in one transaction, or nothing; again is nothing."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jumuishi.evidence import public as evidence
from jumuishi.exchange.courier import dead, packing, refusing, rules, settling, wire
from jumuishi.exchange.courier.bodies import arriving, leaving
from jumuishi.exchange.courier.letters import stream_id, values_of
from jumuishi.exchange.courier.network import Network, network, wire_of
from jumuishi.exchange.courier.states import Direction, InState
from jumuishi.exchange.courier.tables import Inbox, Incoming
from jumuishi.exchange.courier.types import Message, NotTaken, Parcel, StreamId, Tombstone
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()
_SAVE = """
UPDATE exchange_courier_incoming s SET upto = g.upto, upto_id = g.upto_id, held = g.held, priority = g.priority,
  is_owed = true, node = %s
FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::int[], %s::int[]) AS g (id, upto, upto_id, held, priority)
WHERE s.id = g.id
"""


def take(parcel: Parcel, proof: Mapping[str, Any], *, answers: bool = True) -> Parcel | None:
    """Take what another node brought, by whichever way; the caller believed its signature and gives it as `proof`.

    With `answers` what is owed to that node comes back as the next parcel to it. Raises NotTaken.
    """
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        known = network()
        if parcel.receiver != known.name:
            raise NotTaken("exchange.courier_other_node")
        now = clock.now()
        link = packing.link_to(parcel.sender)
        link.heard, link.heard_at = max(link.heard, parcel.number), now
        link.save(update_fields=["heard", "heard_at"])
        # In this order, as a handler that sends a message locks: what comes in, then what goes out.
        came = _keep(parcel, known, now)
        arrived = settling.settle_all(parcel, known, now)
        leaving.hear(parcel.part_wishes, parcel.sender, [wire_of(one) for one in known.members_at(parcel.sender)])
        arriving.take_all(parcel.parts, parcel.sender)
        _record(parcel, proof, came, arrived, now)
        return packing.pack(parcel.sender, known) if answers else None


def _keep(parcel: Parcel, known: Network, now: datetime) -> dict[UUID, list[Message]]:
    """Write down the messages that are for members of this node; those that are new, by institution."""
    by_stream: dict[StreamId, list[Message]] = defaultdict(list)
    for one in parcel.messages:
        if known.is_for_us(one, parcel.sender):
            by_stream[one.stream].append(one)
    if not by_stream:
        return {}
    streams = _streams(by_stream, known, parcel.sender)
    ids = [one.id for one in streams.values()]
    places: dict[UUID, dict[int, str]] = defaultdict(dict)
    names: dict[UUID, set[str]] = defaultdict(set)
    for end_id, place, name in _known(ids, by_stream, streams):
        places[end_id][place] = name
        names[end_id].add(name)
    rows, changes, kept = list[Inbox](), list[tuple[Incoming, rules.Arrival]](), defaultdict[UUID, list[Message]](list)
    for stream, came in by_stream.items():
        end = streams[stream]
        here = frozenset(one.id for one in came if one.id in names[end.id])
        arrival = rules.arrive(end.upto, places[end.id], here, came)
        rows += [_row(end, one, one.sequence in arrival.repeats, now) for one in arrival.kept]
        kept[end.institution_id] += [one for one in arrival.kept if one.sequence not in arrival.repeats]
        places[end.id].update({one.sequence: one.id for one in arrival.kept})
        changes.append((end, arrival))
    Inbox.objects.bulk_create(rows, batch_size=1000)
    arriving.expect(rows, parcel.sender, now)
    refusing.check(rows, now)
    gone = [row for row in rows if row.tombstone == Tombstone.GONE]
    for row in gone:
        dead.keep_all(Direction.IN, row.stream, [row], "gone", now)
    _save(changes, places, parcel.sender)
    return {home: found for home, found in kept.items() if found}


def _streams(wanted: Mapping[StreamId, Sequence[Message]], known: Network, sender: str) -> dict[StreamId, Incoming]:
    """Our ends of streams, made where they are new; locked in one order for all."""
    homes = {one: known.homes[one.destination.member] for one in wanted}
    Incoming.objects.bulk_create(
        [
            Incoming(
                id=new_id(), institution_id=homes[one], source=one.source.wire, destination=one.destination.wire,
                subject=one.subject, member=wire_of(one.source.member), node=sender,
                is_ours=not one.destination.subsystem_code,
            )
            for one in sorted(wanted)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    rows = Incoming.objects.select_for_update().filter(
        institution_id__in=set(homes.values()), source__in={one.source.wire for one in wanted},
        destination__in={one.destination.wire for one in wanted}, subject__in={one.subject for one in wanted},
    ).order_by("id")  # fmt: skip
    found = {stream_id(row): row for row in rows}
    return {one: found[one] for one in wanted}


def _known(
    ids: Sequence[UUID], came: Mapping[StreamId, Sequence[Message]], streams: Mapping[StreamId, Incoming]
) -> list[tuple[UUID, int, str]]:
    """Places that are filled already, of those that matter: beyond what came without a gap, or coming again."""
    pairs = [(streams[stream].id, one.sequence, one.id) for stream, found in came.items() for one in found]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.stream_id, i.sequence, i.message_id FROM exchange_courier_inbox i "
            "JOIN unnest(%s::uuid[], %s::bigint[]) AS g (id, place) ON i.stream_id = g.id AND i.sequence = g.place "
            "UNION SELECT i.stream_id, i.sequence, i.message_id FROM exchange_courier_inbox i "
            "JOIN unnest(%s::uuid[], %s::text[]) AS g (id, name) ON i.stream_id = g.id AND i.message_id = g.name "
            "UNION SELECT i.stream_id, i.sequence, i.message_id FROM exchange_courier_incoming s "
            "JOIN exchange_courier_inbox i ON i.stream_id = s.id AND i.sequence > s.upto "
            "WHERE s.id = ANY(%s) AND s.held > 0",
            [
                [one for one, _, _ in pairs], [place for _, place, _ in pairs],
                [one for one, _, _ in pairs], [name for _, _, name in pairs], list(ids),
            ],
        )  # fmt: skip
        return list(cursor.fetchall())


def _row(end: Incoming, one: Message, is_repeat: bool, now: datetime) -> Inbox:
    is_passed = is_repeat or one.tombstone is not None
    topic = one.extensions.get("topic", "")
    place = one.extensions.get("position", "")
    return Inbox(
        id=new_id(), institution_id=end.institution_id, stream=end, made_at=now, ended_at=now if is_passed else None,
        state=InState.PASSED if is_passed else InState.WAITING, topic=topic[:500],
        position=int(place) if place.isdecimal() and len(place) < 18 else 0, **values_of(one),
    )  # fmt: skip


def _save(
    changes: Sequence[tuple[Incoming, rules.Arrival]], places: Mapping[UUID, Mapping[int, str]], sender: str
) -> None:
    values: list[tuple[UUID, int, str, int, int]] = []
    for end, arrival in changes:
        there = places[end.id]
        held = sum(1 for place in there if place > arrival.upto)
        urgent = max([one.priority for one in arrival.kept], default=end.priority)
        name = there.get(arrival.upto, end.upto_id) if arrival.upto != end.upto else end.upto_id
        values.append((end.id, arrival.upto, name, held, urgent))
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, [sender, *(list(column) for column in zip(*values, strict=True))])


def digest_of(one: Message) -> str:
    """SHA-256 of a message as the wire writes it, its keys in order."""
    text = json.dumps(wire.event_of(one), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _record(
    parcel: Parcel,
    proof: Mapping[str, Any],
    came: Mapping[UUID, Sequence[Message]],
    arrived: Mapping[UUID, Sequence[str]],
    now: datetime,
) -> None:
    """A leaf for each institution that the parcel concerns: what came to it, and what of its own arrived elsewhere."""
    said = {"sender": parcel.sender, "receiver": parcel.receiver, "number": parcel.number, "proof": dict(proof)}
    rows = []
    for home in sorted({*came, *arrived}):
        messages = [[one.id, one.stream.source.wire, one.sequence, digest_of(one)] for one in came.get(home, ())]
        rows.append(
            evidence.prepare(
                at=now, actor_ref={"kind": "system", "node": parcel.sender}, verb="exchange.parcel.take",
                thing_kind="parcel", thing_id=new_id(), institution_id=home,
                after={**said, "messages": messages, "arrived": list(arrived.get(home, ()))},
            )
        )  # fmt: skip
    if rows:
        statement, values = evidence.writing(rows)
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
