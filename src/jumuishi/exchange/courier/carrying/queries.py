"""What waits for which node, since when, what is missed on either side, and what needs a person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from jumuishi.exchange import node
from jumuishi.exchange.courier.carrying import numbers
from jumuishi.exchange.courier.carrying.tables import BundleFile, Packing
from jumuishi.exchange.courier.network import network, wire_of
from jumuishi.exchange.courier.states import Direction, OutState
from jumuishi.exchange.courier.tables import DeadLetter, Link, Outbox, Outgoing


@dataclass(frozen=True, slots=True)
class NodeState:
    """Another node as ours sees it; "" is where members are that the directory does not name at present.

    `missing` are numbers of files of its that never came, `lost` of ours that it says never came.
    """

    node: str
    waiting: int
    oldest_at: datetime | None
    heard_at: datetime | None
    reached_at: datetime | None
    missing: tuple[int, ...]
    lost: tuple[int, ...]


def own_name() -> str:
    """This node's name."""
    return node.own().name


def nodes(institution_id: UUID | None) -> list[NodeState]:
    """All other nodes, and what of an institution (None: of all) waits for each. Needs a transaction as the system."""
    known = network()
    where = {wire_of(member): name for member, name in known.elsewhere.items()}
    where |= {wire_of(member): known.name for member in known.homes}
    rows = Outbox.objects.filter(state=OutState.WAITING)
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    counts: dict[str, int] = defaultdict(int)
    oldest: dict[str, datetime] = {}
    for one in rows.order_by().values("member").annotate(n=Count("id"), since=Min("made_at")):
        name = where.get(one["member"], "")
        counts[name] += one["n"]
        oldest[name] = min(oldest.get(name, one["since"]), one["since"])
    links = {one.name: one for one in Link.objects.all()}
    lost: dict[str, list[int]] = defaultdict(list)
    gone = BundleFile.objects.filter(direction=Direction.OUT, taken_at=None).exclude(lost_at=None).order_by("number")
    for name, number in gone.values_list("node", "number")[: 50 * numbers.MOST_MISSING]:
        lost[name].append(number)
    carried = set(BundleFile.objects.filter(direction=Direction.IN).values_list("node", flat=True).distinct())
    names = ({*known.elsewhere.values(), *links, *counts}) - {known.name}
    return [
        NodeState(
            name, counts[name], oldest.get(name), links[name].heard_at if name in links else None,
            links[name].reached_at if name in links else None, numbers.heard_of(name)[1] if name in carried else (),
            tuple(lost[name]),
        )
        for name in sorted(names, key=lambda one: (-counts[one], one))
    ]  # fmt: skip


def subjects(institution_id: UUID, members: Sequence[str] | None, text: str) -> QuerySet[Outgoing, Any]:
    """An institution's subjects with something waiting, whichever waits longest first; `members` narrows, as wires."""
    waits = Q(letters__state=OutState.WAITING)
    rows = Outgoing.objects.filter(waits, institution_id=institution_id)
    if members is not None:
        rows = rows.filter(member__in=members)
    if text:
        rows = rows.filter(Q(subject__icontains=text) | Q(destination__icontains=text))
    found = rows.values("id", "source", "destination", "subject").annotate(
        waiting=Count("letters", filter=waits), oldest_at=Min("letters__made_at", filter=waits)
    )
    return found.order_by("oldest_at", "id")


def members_at(name: str) -> list[str]:
    """Whom a node speaks for, as the tables have them; needs a transaction as the system."""
    return [wire_of(one) for one in network().members_at(name)]


def open_dead(institution_id: UUID | None) -> int:
    """How many messages need a person."""
    rows = DeadLetter.objects.filter(ended_at=None)
    return (rows if institution_id is None else rows.filter(institution_id=institution_id)).count()


def packing(packing_id: UUID) -> Packing | None:
    """What an officer asked to be packed."""
    return Packing.objects.filter(id=packing_id).first()


def files_of(pack: UUID) -> list[BundleFile]:
    """Its files, in order."""
    return list(BundleFile.objects.filter(direction=Direction.OUT, pack=pack).order_by("number"))


def files() -> QuerySet[BundleFile]:
    """All files that went or came, the latest first."""
    return BundleFile.objects.order_by("-at", "-id")


def dead_letters(institution_id: UUID, text: str, *, is_ended: bool) -> QuerySet[DeadLetter]:
    """An institution's own, the latest first: open ones, or those that ended."""
    rows = DeadLetter.objects.filter(institution_id=institution_id, ended_at__isnull=not is_ended)
    if text:
        named = Q(type__icontains=text) | Q(subject__icontains=text)
        rows = rows.filter(named | Q(destination__icontains=text) | Q(source__icontains=text))
    return rows.order_by("-made_at", "-id")


def dead_letter(institution_id: UUID, dead_id: UUID) -> DeadLetter | None:
    """One of an institution's own."""
    return DeadLetter.objects.filter(institution_id=institution_id, id=dead_id).first()
