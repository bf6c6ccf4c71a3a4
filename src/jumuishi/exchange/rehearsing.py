"""What a decision would do to the calls of the last month, said before it is made.

The kinds of call are counted by the database and read as they come, so that a busy month needs no more room than a
quiet one. Asked for in the name of whoever answers for the service, it counts the asking side's own refusals too.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from jumuishi.exchange import members
from jumuishi.exchange.granting import begin_of, rights_to
from jumuishi.exchange.models import Agreement, Record, Service
from jumuishi.exchange.rehearsal import Recorded, Rehearsal, rehearse_counted
from jumuishi.exchange.rights import Rights
from jumuishi.exchange.types import Role
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import ServiceId, read_client
from jumuishi.kernel import clock, tenancy

DAYS = 31
SYSTEM = tenancy.Principal.system()


def of_approval(row: Agreement) -> Rehearsal:
    """What an agreement would open, as of its first day or, where that is past, of now."""
    wire, now = _wire(row.service), clock.now()
    standing = [one for one in _standing(row.service) if one.id != row.id]
    notice = row.service.disabled_notice
    at = max(now, begin_of(row.from_on))
    asked = _traffic(wire, [row.institution_id, *([row.consumer_id] if row.consumer_id else [])], row.client)
    return _tried(rights_to(wire, standing, notice), rights_to(wire, [*standing, row], notice), asked, at)


def of_end(row: Agreement) -> Rehearsal:
    """What would be denied without an agreement."""
    wire, standing = _wire(row.service), _standing(row.service)
    left = [one for one in standing if one.id != row.id]
    notice = row.service.disabled_notice
    asked = _traffic(wire, [row.institution_id], row.client)
    return _tried(rights_to(wire, standing, notice), rights_to(wire, left, notice), asked, clock.now())


def of_switch(service: Service, notice: str) -> Rehearsal:
    """What turning a service off would deny or, with no notice, what turning it on again would allow."""
    wire, standing = _wire(service), _standing(service)
    asked = _traffic(wire, [service.institution_id])
    old, new = rights_to(wire, standing, service.disabled_notice), rights_to(wire, standing, notice)
    return _tried(old, new, asked, clock.now())


def of_service_end(service: Service) -> Rehearsal:
    """What would be denied once a service is offered no more."""
    wire = _wire(service)
    old = rights_to(wire, _standing(service), service.disabled_notice)
    return _tried(old, Rights((), {}), _traffic(wire, [service.institution_id]), clock.now())


def _tried(old: Rights, new: Rights, traffic: Iterator[tuple[Recorded, int]], at: datetime) -> Rehearsal:
    with tenancy.acting_as(SYSTEM):
        return rehearse_counted(old, new, traffic, at)


def _wire(service: Service) -> ServiceId:
    home = members.client_of(service.institution_id, service.subsystem.code)
    return ServiceId(home.instance, home.member_class, home.member_code, home.subsystem_code, service.code)


def _standing(service: Service) -> list[Agreement]:
    rows = Agreement.objects.filter(service_id=service.id, institution_id=service.institution_id, ended_at=None)
    return list(rows.exclude(approved_at=None))


def _traffic(wire: ServiceId, sides: list[UUID], client: str = "") -> Iterator[tuple[Recorded, int]]:
    """Each kind of call once, with how often it was made; a call that both sides wrote down counts once.

    What its own side refused never came to the provider, so the asking side's refusals are read as well.
    """
    refused = Q(role=Role.CONSUMER) & ~Q(reason="")
    rows = Record.objects.filter(
        Q(role=Role.PROVIDER) | refused, institution_id__in=sides, at__gte=clock.now() - timedelta(days=DAYS),
        service=wire.wire,
    )  # fmt: skip
    if client:
        rows = rows.filter(client=client)
    kinds = rows.order_by().values_list("client", "method", "path", "purpose")
    for who, verb, path, purpose, times in kinds.annotate(n=Count("request_id", distinct=True)).iterator(2000):
        try:
            asked = Recorded(read_client(who), wire, verb, path, purpose)
        except XRoadError:
            continue
        yield asked, times
