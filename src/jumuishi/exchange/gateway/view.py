"""Who may what, as one thing in memory: read once from the registers, exchanged as a whole when they change."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from uuid import UUID

import aiohttp
from yarl import URL

from jumuishi.exchange.directory.model import DatedKey
from jumuishi.exchange.gateway.calls import Faulty
from jumuishi.exchange.gateway.http import address
from jumuishi.exchange.looks.subjects import SubjectRule
from jumuishi.exchange.rights import Allowed, Rights
from jumuishi.exchange.signing.keys import PublicKey, SigningKey
from jumuishi.exchange.xroad import refusals
from jumuishi.exchange.xroad.errors import Profile, Where
from jumuishi.exchange.xroad.identifiers import ClientId, MemberId, ServiceId
from jumuishi.exchange.xroad.metaservices import ListedClient, ListedService
from jumuishi.kernel import clock


@dataclass(frozen=True, slots=True)
class Known:
    """By what a subsystem's own calls are known: the networks they come from, the hashes of the keys they bring."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LocalService:
    """A service of one of our institutions: where its system answers."""

    id: ServiceId
    url: str
    seconds: int
    checks_certificate: bool
    openapi: bytes | None
    openapi_type: str
    endpoints: tuple[tuple[str, str], ...]
    keep_days: int
    subjects: tuple[SubjectRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Peer:
    """A node: its name, where its door is, the certificate that it shows there, and the keys of its log."""

    name: str
    endpoint: str
    pin: aiohttp.Fingerprint
    log: tuple[str, ...] = ()

    def address(self, target: str) -> URL:
        """Where a request with this path and query is asked."""
        return address(f"{self.endpoint}{target}")


@dataclass(frozen=True, slots=True)
class View:
    """Everything that a call is decided by.

    `clients` lists everybody, drawn up when it is asked for; `keys` are those of all members, by number; `serial` is
    the directory's with its grade, "" where there is none that counts.
    """

    name: str
    instance: str
    profile: Profile
    serial: str
    clients: Callable[[], tuple[ListedClient, ...]]
    peers: Mapping[ClientId, Peer]
    keys: Mapping[str, DatedKey]
    signers: Mapping[MemberId, SigningKey]
    homes: Mapping[MemberId, UUID]
    subsystems: Mapping[ClientId, Known]
    services: Mapping[ServiceId, LocalService]
    rights: Rights
    # Other nodes' logs by their names: whose each is.
    logs: Mapping[str, Peer]

    def home_of(self, client: ClientId) -> UUID | None:
        """The institution of ours whose subsystem this is; None for any other."""
        return self.homes.get(client.member) if client in self.subsystems else None

    def is_known(self, client: ClientId, address: str, key: str) -> bool:
        """Whether a call in this subsystem's name comes from where its institution said, or brings its key."""
        known = self.subsystems[client]
        if key and hashlib.sha256(key.encode()).hexdigest() in known.keys:
            return True
        try:
            at = ip_address(address)
        except ValueError:
            return False
        return any(at in one for one in known.networks)

    def peer_of(self, service: ServiceId) -> Peer:
        """The node of a service. Raises XRoadError where nobody is known under that name."""
        found = self.peers.get(service.provider)
        if found is None:
            raise refusals.client_not_found(Where.SERVER_PROXY, service.provider)
        return found

    def why_no_key(self, keyid: str) -> str:
        """In words for the other node's keeper, why a key does not count; "" for one that does."""
        found, now = self.keys.get(keyid), clock.now()
        if found is None:
            return "no member has this key"
        if found.key.owner in self.rights.revoked:
            return f"{found.key.owner} is no member any more"
        if found.until is not None and found.until <= now:
            return f"the key of {found.key.owner} ended on {found.until:%Y-%m-%d}"
        return "" if found.stands(now) else f"the key of {found.key.owner} does not sign now"

    def key_of(self, keyid: str) -> PublicKey | None:
        """A key that counts at this moment."""
        found, now = self.keys.get(keyid), clock.now()
        if found is None or not found.stands(now) or found.key.owner in self.rights.revoked:
            return None
        return found.key

    def signer(self, client: ClientId) -> SigningKey:
        """The key of a member of ours."""
        return self.signers[client.member]

    def offered(self, provider: ClientId) -> list[ListedService]:
        """What a subsystem of ours offers, by code."""
        found = sorted((one for one in self.services.values() if one.id.provider == provider), key=lambda one: one.id)
        return [ListedService(one.id, "OPENAPI" if one.openapi else "REST", one.endpoints) for one in found]

    def allowed(self, client: ClientId, provider: ClientId) -> list[ListedService]:
        """Of what a subsystem offers, what this client may ask today, endpoint by endpoint."""
        now, found = clock.now(), []
        for one in self.offered(provider):
            endpoints = self.rights.endpoints(client, one.id, now)
            if endpoints:
                found.append(ListedService(one.id, one.kind, endpoints))
        return found

    def right(self, client: ClientId, service: ServiceId, verb: str, path: str, purpose: str) -> Allowed:
        """The agreement that covers a call. Raises XRoadError; the reason travels beside it."""
        found = self.rights.decide(client, service, verb, path, clock.now(), purpose)
        if isinstance(found, Allowed):
            return found
        error = found.on_the_wire(service)
        raise Faulty(error.where, *error.faults, message=error.message, reason=found.reason)
