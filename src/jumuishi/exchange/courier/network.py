"""Which node a member is at, as this node's registers and the signed directory say; read once for each serial."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from jumuishi.exchange import node
from jumuishi.exchange.courier.types import Message
from jumuishi.exchange.directory.standing import Grade
from jumuishi.exchange.members import members
from jumuishi.exchange.models import Directory as Kept
from jumuishi.exchange.models import Node, Subsystem
from jumuishi.exchange.standing import standing
from jumuishi.exchange.xroad.identifiers import ClientId, MemberId
from jumuishi.kernel import clock


@dataclass(frozen=True)
class Network:
    """This node's name, its members with their institutions, and where all others are."""

    name: str
    homes: Mapping[MemberId, UUID]
    elsewhere: Mapping[MemberId, str]

    def where(self, member: MemberId) -> str | None:
        """The node that a member is at; None where nobody says."""
        return self.name if member in self.homes else self.elsewhere.get(member)

    def members_at(self, name: str) -> list[MemberId]:
        """Whom a node speaks for."""
        if name == self.name:
            return sorted(self.homes)
        return sorted(one for one, where in self.elsewhere.items() if where == name and one not in self.homes)

    def is_for_us(self, one: Message, sender: str) -> bool:
        """Whether the node that brings a message speaks for its source, and this one for its destination."""
        return one.stream.destination.member in self.homes and self.where(one.stream.source.member) == sender


def wire_of(member: MemberId) -> str:
    """A member as the tables have it."""
    return ClientId(member.instance, member.member_class, member.member_code).wire


_lock = threading.Lock()
_last: tuple[tuple[int, bytes, str], Mapping[MemberId, str]] | None = None


def network() -> Network:
    """As it is now; needs a transaction as the system."""
    here = Node.objects.first() or node.own()
    # An institution may have thousands of systems.
    with_systems = Subsystem.objects.filter(ended_at=None).order_by().values_list("institution_id", flat=True)
    mine = members(set(with_systems.distinct()))
    homes = {member: home for home, (member, _) in mine.items()}
    return Network(here.name, homes, _elsewhere(bytes(here.centre_key)))


def _elsewhere(centre: bytes) -> Mapping[MemberId, str]:
    """Members of other nodes by the directory while it counts; revoked ones are nowhere."""
    global _last  # one reading a serial and hour
    serial = Kept.objects.order_by("-serial").values_list("serial", flat=True).first()
    if serial is None:
        return {}
    key = (serial, centre, clock.now().strftime("%Y%m%d%H%M"))
    with _lock:
        if _last is not None and _last[0] == key:
            return _last[1]
    found = _read()
    with _lock:
        _last = (key, found)
    return found


def _read() -> Mapping[MemberId, str]:
    found = standing()
    if found is None or found[1] is Grade.EXPIRED:
        return {}
    directory = found[0]
    names = {one.id: one.authority for one in directory.nodes}
    gone = directory.revoked(clock.now())
    return {one.id.member: names[one.node] for one in directory.subsystems if one.id.member not in gone}


def nodes_of(found: Network, members_waiting: Iterable[MemberId]) -> dict[str, list[MemberId]]:
    """Members by the node that they are at; whoever is nowhere waits."""
    named: dict[str, list[MemberId]] = {}
    for one in members_waiting:
        where = found.where(one)
        if where is not None:
            named.setdefault(where, []).append(one)
    return named
