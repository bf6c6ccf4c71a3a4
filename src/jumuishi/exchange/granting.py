"""The rights to one service as its agreements give them: what counts now, and what would with one more or less."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from jumuishi.exchange.models import Agreement
from jumuishi.exchange.patterns import read_endpoint
from jumuishi.exchange.rights import Agreement as Right
from jumuishi.exchange.rights import Rights
from jumuishi.exchange.xroad.identifiers import ServiceId, read_client

WHOLE = (read_endpoint("*", "/**"),)


def begin_of(day: date) -> datetime:
    """The first instant of a day here."""
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)


def right_of(row: Agreement, service: ServiceId) -> Right:
    """What an agreement gives once it is approved, as long as nobody ends it."""
    endpoints = tuple(read_endpoint(one["method"], one["path"]) for one in row.rules)
    return Right(
        id=str(row.id), client=read_client(row.client), service=service, purpose=row.purpose,
        legal_basis=row.legal_basis, fields=frozenset(row.fields), endpoints=endpoints or WHOLE,
        since=begin_of(row.from_on), until=begin_of(row.until_on + timedelta(days=1)),
    )  # fmt: skip


def rights_to(service: ServiceId, rows: list[Agreement], notice: str) -> Rights:
    """The rights that these agreements give to a service; `notice` where it is turned off."""
    return Rights(tuple(right_of(one, service) for one in rows), {service: notice or None})
