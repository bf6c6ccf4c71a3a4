"""The view, read from the registers of this node and from the signed directory of all others."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from ipaddress import ip_network
from uuid import UUID

from django.db import transaction

from jumuishi.evidence import public as evidence
from jumuishi.exchange import node
from jumuishi.exchange.directory.model import DatedKey, Directory, Node
from jumuishi.exchange.directory.standing import Grade
from jumuishi.exchange.gateway.pins import Pins
from jumuishi.exchange.gateway.shelf import Made, Shelf
from jumuishi.exchange.gateway.view import Known, LocalService, Peer, View
from jumuishi.exchange.granting import right_of
from jumuishi.exchange.looks.subjects import read_line
from jumuishi.exchange.members import members, subsystem_of
from jumuishi.exchange.models import Agreement, Credential, NodeKey, Service, Subsystem
from jumuishi.exchange.models import Node as OwnNode
from jumuishi.exchange.patterns import pattern_of_template
from jumuishi.exchange.rights import Agreement as Right
from jumuishi.exchange.rights import Rights
from jumuishi.exchange.signing.keys import read_public
from jumuishi.exchange.standing import standing
from jumuishi.exchange.types import CredentialKind
from jumuishi.exchange.xroad.errors import Profile
from jumuishi.exchange.xroad.identifiers import ClientId, MemberId, ServiceId
from jumuishi.exchange.xroad.metaservices import ListedClient
from jumuishi.kernel import clock, tenancy

SYSTEM = tenancy.Principal.system()
NOBODY = Known()


class Registers:
    """The registers as this process last read them; what nobody changed is neither read nor made again."""

    def __init__(self) -> None:
        self._subsystems = Shelf[Subsystem]()
        self._credentials = Shelf[Credential]()
        self._services = Shelf[Service]()
        self._agreements = Shelf[Agreement]()
        self._local = Made[Service, ServiceId, LocalService](_local)
        self._right = Made[Agreement, ServiceId, Right | None](_right)

    def load(self) -> View:
        """All of it, as of now."""
        here = node.own()
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            rows = self._subsystems.read(Subsystem.objects.filter(ended_at=None))
            homes = members({one.institution_id for one in rows.values()})
            ours = {
                one.id: subsystem_of(homes[one.institution_id][0], one.code)
                for one in rows.values()
                if one.institution_id in homes
            }
            services = {
                row.id: (row, _wire(ours[row.subsystem_id], row.code))
                for row in self._services.read(Service.objects.filter(ended_at=None)).values()
                if row.subsystem_id in ours
            }
            agreements = self._agreements.read(Agreement.objects.exclude(approved_at=None))
            given = {
                row.id: (row, services[row.service_id][1]) for row in agreements.values() if row.service_id in services
            }
            rights = self._right.of(given)
            signing = {home: node.key_of_member(home) for home in homes}
            keys = NodeKey.objects.filter(use=node.MESSAGES, institution_id__in=homes)
            dated = [
                DatedKey(
                    read_public(one.keyid, homes[one.institution_id][0], one.algorithm, bytes(one.public)), one.from_at,
                    one.until_at,
                )
                for one in keys
                if one.institution_id
            ]  # fmt: skip
            own_peer = Peer(here.name, here.endpoint, _own_pins(here))
            elsewhere, grade = _elsewhere()
            now = clock.now()
            named = {wire: rows[one].name for one, wire in ours.items()}
            return View(
                name=here.name,
                instance=here.instance,
                profile=Profile(here.profile),
                serial=f"{elsewhere.serial} {grade}" if elsewhere else "",
                clients=cache(
                    partial(_clients, named, {one: ref.name["sw"] for one, ref in homes.values()}, elsewhere)
                ),
                # Where a member is ours, what the directory says of its systems waits for the centre and is not needed.
                peers=_peers(elsewhere) | dict.fromkeys(ours.values(), own_peer),
                keys={one.key.keyid: one for one in (*(elsewhere.keys if elsewhere else ()), *dated)},
                signers={homes[home][0]: node.opened(row) for home, row in signing.items()},
                homes={member: home for home, (member, _) in homes.items()},
                subsystems=self._known(ours),
                services={one.id: one for one in self._local.of(services).values()},
                rights=Rights(
                    tuple(one for one in rights.values() if one is not None),
                    {wire: row.disabled_notice or None for row, wire in services.values()},
                    elsewhere.revoked(now) if elsewhere else frozenset(),
                ),
                logs=_logs(elsewhere, here.name),
            )

    def _known(self, ours: Mapping[UUID, ClientId]) -> dict[ClientId, Known]:
        live: dict[UUID, list[Credential]] = {}
        for one in self._credentials.read(Credential.objects.filter(ended_at=None)).values():
            live.setdefault(one.subsystem_id, []).append(one)
        return {wire: _known(live.get(one, [])) for one, wire in ours.items()}


def _elsewhere() -> tuple[Directory | None, Grade]:
    """The directory while it counts."""
    found = standing()
    if found is None or found[1] is Grade.EXPIRED:
        return None, Grade.EXPIRED
    return found


def _peers(directory: Directory | None) -> dict[ClientId, Peer]:
    if directory is None:
        return {}
    nodes = {one.id: _peer(one) for one in directory.nodes}
    gone = directory.revoked(clock.now())
    return {one.id: nodes[one.node] for one in directory.subsystems if one.id.member not in gone}


def _own_pins(here: OwnNode) -> Pins:
    return Pins(node.fingerprint(here.certificate), here.next_certificate and node.fingerprint(here.next_certificate))


def _logs(directory: Directory | None, own: str) -> dict[str, Peer]:
    """Each other node's log by its name, also where its members are revoked: what it said stays said."""
    found: dict[str, Peer] = {}
    for one in directory.nodes if directory else ():
        if one.authority != own:
            peer = _peer(one)
            found |= {evidence.origin_in(key): peer for key in one.log}
    return found


def _clients(
    ours: Mapping[ClientId, str], homes: Mapping[MemberId, str], rest: Directory | None
) -> tuple[ListedClient, ...]:
    """Everybody: our own as they are now, all others as the directory has them."""
    listed = {one.id: one for one in (rest.clients(clock.now()) if rest else ())}
    for member, name in homes.items():
        wire = ClientId(member.instance, member.member_class, member.member_code)
        listed[wire] = ListedClient(wire, name)
    for wire, name in ours.items():
        listed[wire] = ListedClient(wire, homes[wire.member], name)
    return tuple(listed[one] for one in sorted(listed))


def _peer(one: Node) -> Peer:
    """A node as the directory has it."""
    return Peer(one.authority, one.address, Pins(one.certificate, one.next_certificate), one.log)


def _known(live: list[Credential]) -> Known:
    if not live:
        return NOBODY
    return Known(
        tuple(ip_network(one.value) for one in live if one.kind == CredentialKind.NETWORK),
        frozenset(one.value for one in live if one.kind == CredentialKind.KEY),
    )


def _wire(home: ClientId, code: str) -> ServiceId:
    return ServiceId(home.instance, home.member_class, home.member_code, home.subsystem_code, code)


def _local(row: Service, wire: ServiceId) -> LocalService:
    return LocalService(
        id=wire, url=row.url, seconds=row.seconds, checks_certificate=row.checks_certificate,
        openapi=bytes(row.openapi) if row.openapi is not None else None, openapi_type=row.openapi_type,
        endpoints=tuple((one["method"], pattern_of_template(one["path"]).text) for one in row.endpoints),
        keep_days=row.keep_days, subjects=tuple(read_line(one) for one in row.subjects),
    )  # fmt: skip


def _right(row: Agreement, wire: ServiceId) -> Right | None:
    """What an approved agreement gives; None where it ended before it began."""
    right = right_of(row, wire)
    if row.ended_at is None:
        return right
    # Its end is the reason that is given, rather than that there was none.
    return replace(right, until=min(row.ended_at, right.until or row.ended_at)) if row.ended_at > right.since else None
