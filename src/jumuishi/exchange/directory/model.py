"""The directory as data, and what a node looks up in it at once however large it is."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from jumuishi.exchange.patterns import read_endpoint
from jumuishi.exchange.rights import Agreement, Rights
from jumuishi.exchange.signing.keys import PublicKey
from jumuishi.exchange.xroad.identifiers import ClientId, MemberId, ServerId, ServiceId, check_registrable
from jumuishi.exchange.xroad.metaservices import ListedClient, ListedService
from jumuishi.exchange.xroad.request import RESERVED

T = TypeVar("T", bound=Hashable)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Contradiction(ValueError):
    """The parts of a directory don't fit together; nothing of it is signed or believed."""


@dataclass(frozen=True, slots=True)
class Member:
    """An institution. Once revoked it neither asks nor answers, and its keys no longer sign."""

    id: MemberId
    name: str
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A server of a member: where it is asked, the name that is signed into each request to it, and the SHA-256 of the
    certificate that it shows (hexadecimal), for nobody else vouches for it; of the one that comes next, while two
    count; and the public keys of its log ("name+hash+base64"), old ones too. `recipient` is whom parcels on a stick are
    closed for (age), "" for a node that takes none."""

    id: ServerId
    address: str
    authority: str
    certificate: str
    recipient: str = ""
    next_certificate: str = ""
    log: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for one in (self.certificate, self.next_certificate or self.certificate):
            if not _SHA256.fullmatch(one):
                raise Contradiction("a certificate is told by its SHA-256")


@dataclass(frozen=True, slots=True)
class Subsystem:
    """A system of a member and the node that it stands behind."""

    id: ClientId
    name: str
    node: ServerId


@dataclass(frozen=True, slots=True)
class Service:
    """What a subsystem offers: kind (REST, OPENAPI), endpoints as (verb, rule), its owner's notice while it is off."""

    id: ServiceId
    kind: str
    endpoints: tuple[tuple[str, str], ...]
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class DatedKey:
    """A key and when it signs. What it signed before it was revoked stays believed, so an old key stays listed."""

    key: PublicKey
    since: datetime
    until: datetime | None = None
    revoked_at: datetime | None = None

    def stands(self, at: datetime) -> bool:
        """Whether it signs at an instant."""
        ends = [end for end in (self.until, self.revoked_at) if end is not None]
        return self.since <= at and all(at < end for end in ends)


@dataclass(frozen=True)
class Directory:
    """All of it, at one serial. Raises Contradiction where its parts don't fit together."""

    instance: str
    serial: int
    rights_version: int
    issued: datetime
    expires: datetime
    members: tuple[Member, ...]
    nodes: tuple[Node, ...]
    subsystems: tuple[Subsystem, ...]
    services: tuple[Service, ...]
    keys: tuple[DatedKey, ...]
    agreements: tuple[Agreement, ...]
    # The authority's next key (base64 of its 32 bytes), told before it signs; "" for none.
    next_key: str = ""

    def __post_init__(self) -> None:
        if self.serial < 1 or self.rights_version < 0 or self.expires <= self.issued:
            raise Contradiction("serial, version or time")
        members = _distinct("member", [one.id for one in self.members])
        nodes = _distinct("node", [one.id for one in self.nodes])
        systems = _distinct("subsystem", [one.id for one in self.subsystems])
        services = _distinct("service", [one.id for one in self.services])
        _distinct("key", [one.key.keyid for one in self.keys])
        _distinct("agreement", [one.id for one in self.agreements])
        _within("member of a node", [MemberId(*_three(one.id)) for one in self.nodes], members)
        _within("member of a subsystem", [one.id.member for one in self.subsystems], members)
        _within("node of a subsystem", [one.node for one in self.subsystems], nodes)
        _within("subsystem of a service", [one.id.provider for one in self.services], systems)
        _within("owner of a key", [one.key.owner for one in self.keys], members)
        _within("client of an agreement", [one.client for one in self.agreements], systems)
        _within("service of an agreement", [one.service for one in self.agreements], services)
        self._check_names()

    def _check_names(self) -> None:
        try:
            for member in self.members:
                for part in _three(member.id):
                    check_registrable(part)
            for code in [one.id.server_code for one in self.nodes] + [one.id.subsystem_code for one in self.subsystems]:
                check_registrable(code)
            for service in self.services:
                check_registrable(service.id.service_code)
                for verb, rule in service.endpoints:
                    read_endpoint(verb, rule)
        except ValueError as error:
            raise Contradiction(str(error)) from error
        if any(one.id.instance != self.instance for one in self.members):
            raise Contradiction("a member of another instance")
        if any(one.id.service_code in RESERVED for one in self.services):
            raise Contradiction("a service code that the protocol answers itself")

    @cached_property
    def _members(self) -> Mapping[MemberId, Member]:
        return {one.id: one for one in self.members}

    @cached_property
    def _keys(self) -> Mapping[str, DatedKey]:
        return {one.key.keyid: one for one in self.keys}

    @cached_property
    def _systems(self) -> Mapping[ClientId, Node]:
        nodes = {one.id: one for one in self.nodes}
        return {one.id: nodes[one.node] for one in self.subsystems}

    @cached_property
    def _offers(self) -> Mapping[ClientId, tuple[Service, ...]]:
        found: dict[ClientId, list[Service]] = defaultdict(list)
        for one in self.services:
            found[one.id.provider].append(one)
        return {system: tuple(services) for system, services in found.items()}

    def key(self, keyid: str, at: datetime) -> PublicKey | None:
        """The key that signs under a number at an instant; None where it does not, or its owner was revoked by then."""
        dated = self._keys.get(keyid)
        if dated is None or not dated.stands(at):
            return None
        revoked_at = self._members[dated.key.owner].revoked_at
        return dated.key if revoked_at is None or at < revoked_at else None

    def node(self, system: ClientId) -> Node | None:
        """The node that a subsystem stands behind."""
        return self._systems.get(system)

    def revoked(self, at: datetime) -> frozenset[MemberId]:
        """Who is no member any more."""
        return frozenset(one.id for one in self.members if one.revoked_at is not None and one.revoked_at <= at)

    def rights(self, at: datetime) -> Rights:
        """Who may ask what, to be built once for each serial and again where a revocation begins to count."""
        return Rights(self.agreements, {one.id: one.notice for one in self.services}, self.revoked(at))

    def clients(self, at: datetime) -> Iterable[ListedClient]:
        """For listClients: members and subsystems, without who was revoked."""
        gone = self.revoked(at)
        for member in self.members:
            if member.id not in gone:
                yield ListedClient(ClientId(*_three(member.id)), member.name)
        for system in self.subsystems:
            if system.id.member not in gone:
                yield ListedClient(system.id, self._members[system.id.member].name, system.name)

    def offered(self, system: ClientId) -> tuple[ListedService, ...]:
        """For listMethods: what a subsystem offers."""
        return tuple(ListedService(one.id, one.kind, one.endpoints) for one in self._offers.get(system, ()))


def _three(one: MemberId | ServerId) -> tuple[str, str, str]:
    return one.instance, one.member_class, one.member_code


def _distinct(what: str, found: list[T]) -> frozenset[T]:
    twice = [one for one, count in Counter(found).items() if count > 1]
    if twice:
        raise Contradiction(f"{what} twice: {twice[0]}")
    return frozenset(found)


def _within(what: str, found: Iterable[T], known: frozenset[T]) -> None:
    for one in found:
        if one not in known:
            raise Contradiction(f"{what} is not there: {one}")
