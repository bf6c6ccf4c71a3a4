"""An institution's own calls, on both sides: looked for, taken out as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from jumuishi.exchange.models import Record
from jumuishi.exchange.types import Role
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, sheets

DAYS = (1, 7, 31, 92)
A_FILE = 2000
COLUMNS = (
    "at", "role", "client", "service", "method", "path", "status", "error", "reason", "purpose", "ms",
    "request_bytes", "response_bytes", "message_id", "request_id",
)  # fmt: skip


@dataclass(frozen=True)
class Sought:
    """Which calls: parts of the two identifiers, which side we were, only what went wrong, of how many days."""

    service: str = ""
    client: str = ""
    role: str = ""
    wrong: bool = False
    days: int = DAYS[1]


class _Row(NamedTuple):
    at: datetime
    id: UUID
    cells: tuple[object, ...]


def calls_of(institution_id: UUID, sought: Sought) -> QuerySet[Record]:
    """Newest first, in the order of an index."""
    rows = Record.objects.filter(institution_id=institution_id, at__gte=clock.now() - timedelta(days=sought.days))
    for name, part in (("service", sought.service), ("client", sought.client)):
        if part:
            rows = rows.filter(**{f"{name}__icontains": part})
    if sought.role in set(Role):
        rows = rows.filter(role=sought.role)
    if sought.wrong:
        rows = rows.filter(Q(status__gte=400) | ~Q(error=""))
    return rows.order_by("-at", "-id")


def call_of(institution_id: UUID, record_id: UUID) -> Record | None:
    """One of them."""
    return Record.objects.filter(institution_id=institution_id, id=record_id).first()


@identity.action("exchange.record.export")
def export_calls(*, actor: Actor, sought: Sought) -> Iterator[tuple[object, ...]]:
    """The calls as rows of COLUMNS, newest first, read page by page as they are asked."""
    home = Thing("institution", actor.workplace, actor.workplace)
    identity.must(actor, "exchange.system.manage", home)
    # A path may name a person, so that taking a list of them is written down.
    identity.record(actor, home, after={"calls": asdict(sought)})
    rows = calls_of(actor.workplace, sought)

    def read(last: _Row | None) -> Sequence[_Row]:
        page = sheets.beyond(rows, "-at", (last.at, last.id) if last else None)
        found = page.values_list("at", "id", *COLUMNS[1:])[:A_FILE]
        return [_Row(at, row_id, (at, *cells)) for at, row_id, *cells in found]

    return (one.cells for one in sheets.paged(read))
