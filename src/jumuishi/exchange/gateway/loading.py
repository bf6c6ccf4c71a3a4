"""The view, read from the registers of this node and from the signed directory of all others."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_network
from uuid import UUID

import aiohttp
from django.db import transaction

from jumuishi.exchange import node
from jumuishi.exchange.directory.model import DatedKey, Directory
from jumuishi.exchange.directory.standing import Grade
from jumuishi.exchange.gateway.view import Known, LocalService, Peer, View
from jumuishi.exchange.granting import right_of
from jumuishi.exchange.members import members, subsystem_of
from jumuishi.exchange.models import Agreement, NodeKey, Service, Subsystem
from jumuishi.exchange.patterns import pattern_of_template
from jumuishi.exchange.rights import Agreement as Right
from jumuishi.exchange.rights import Rights
from jumuishi.exchange.signing.keys import read_public
from jumuishi.exchange.standing import standing
from jumuishi.exchange.types import CredentialKind
from jumuishi.exchange.xroad.errors import Profile
from jumuishi.exchange.xroad.identifiers import ClientId, MemberId, ServiceId
from jumuishi.exchange.xroad.metaservices import ListedClient
from jumuishi.institutions.types import InstitutionRef
from jumuishi.kernel import clock, tenancy

SYSTEM = tenancy.Principal.system()


def load() -> View:
    """All of it."""
    here = node.own()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        rows = list(Subsystem.objects.filter(ended_at=None).prefetch_related("credentials"))
        homes = members({one.institution_id for one in rows})
        ours = {
            subsystem_of(homes[one.institution_id][0], one.code): one for one in rows if one.institution_id in homes
        }
        services = _services(ours)
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
        own_peer = peer_of(here.name, here.endpoint, node.fingerprint(here.certificate))
        elsewhere, grade = _elsewhere()
        now = clock.now()
        return View(
            name=here.name,
            instance=here.instance,
            profile=Profile(here.profile),
            serial=f"{elsewhere.serial} {grade}" if elsewhere else "",
            clients=_clients(ours, homes, elsewhere),
            # Where a member is ours, what the directory says of its systems waits for the centre and is not needed.
            peers=_peers(elsewhere) | dict.fromkeys(ours, own_peer),
            keys={one.key.keyid: one for one in (*(elsewhere.keys if elsewhere else ()), *dated)},
            signers={homes[home][0]: node.opened(row) for home, row in signing.items()},
            homes={member: home for home, (member, _) in homes.items()},
            subsystems={wire: _known(row) for wire, row in ours.items()},
            services={wire: _local(wire, row) for wire, row in services.items()},
            rights=Rights(
                tuple(_rights({row.id: wire for wire, row in services.items()})),
                {wire: row.disabled_notice or None for wire, row in services.items()},
                elsewhere.revoked(now) if elsewhere else frozenset(),
            ),
        )


def _elsewhere() -> tuple[Directory | None, Grade]:
    """The directory while it counts."""
    found = standing()
    if found is None or found[1] is Grade.EXPIRED:
        return None, Grade.EXPIRED
    return found


def _peers(directory: Directory | None) -> dict[ClientId, Peer]:
    if directory is None:
        return {}
    nodes = {one.id: peer_of(one.authority, one.address, one.certificate) for one in directory.nodes}
    gone = directory.revoked(clock.now())
    return {one.id: nodes[one.node] for one in directory.subsystems if one.id.member not in gone}


def _clients(
    ours: Mapping[ClientId, Subsystem], homes: Mapping[UUID, tuple[MemberId, InstitutionRef]], rest: Directory | None
) -> tuple[ListedClient, ...]:
    """Everybody: our own as they are now, all others as the directory has them."""
    listed = {one.id: one for one in (rest.clients(clock.now()) if rest else ())}
    for member, home in homes.values():
        wire = ClientId(member.instance, member.member_class, member.member_code)
        listed[wire] = ListedClient(wire, home.name["sw"])
    for wire, row in ours.items():
        listed[wire] = ListedClient(wire, homes[row.institution_id][1].name["sw"], row.name)
    return tuple(listed[one] for one in sorted(listed))


def peer_of(name: str, endpoint: str, fingerprint: str) -> Peer:
    """A node, known by the SHA-256 of its certificate."""
    return Peer(name, endpoint, aiohttp.Fingerprint(bytes.fromhex(fingerprint)))


def _known(row: Subsystem) -> Known:
    live = [one for one in row.credentials.all() if one.ended_at is None]
    return Known(
        tuple(ip_network(one.value) for one in live if one.kind == CredentialKind.NETWORK),
        frozenset(one.value for one in live if one.kind == CredentialKind.KEY),
    )


def _services(ours: Mapping[ClientId, Subsystem]) -> dict[ServiceId, Service]:
    by_id = {row.id: wire for wire, row in ours.items()}
    rows = Service.objects.filter(ended_at=None, subsystem_id__in=by_id)
    found: dict[ServiceId, Service] = {}
    for one in rows:
        home = by_id[one.subsystem_id]
        wire = ServiceId(home.instance, home.member_class, home.member_code, home.subsystem_code, one.code)
        found[wire] = one
    return found


def _local(wire: ServiceId, row: Service) -> LocalService:
    return LocalService(
        id=wire, url=row.url, seconds=row.seconds, checks_certificate=row.checks_certificate,
        openapi=bytes(row.openapi) if row.openapi is not None else None, openapi_type=row.openapi_type,
        endpoints=tuple((one["method"], pattern_of_template(one["path"]).text) for one in row.endpoints),
        keep_days=row.keep_days,
    )  # fmt: skip


def _rights(services: Mapping[UUID, ServiceId]) -> Iterator[Right]:
    for one in Agreement.objects.filter(service_id__in=services).exclude(approved_at=None):
        right = right_of(one, services[one.service_id])
        if one.ended_at is None:
            yield right
        elif one.ended_at > right.since:
            # Its end is the reason that is given, rather than that there was none.
            yield replace(right, until=min(one.ended_at, right.until or one.ended_at))
