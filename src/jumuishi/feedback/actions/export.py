"""The desk's list as a file: whoever takes it out leaves a row in the journal."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from jumuishi.feedback import queries
from jumuishi.feedback.models import Item
from jumuishi.feedback.rules import Reader
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, sheets
from jumuishi.kernel.text import t

PAGE = 1000
HEAD = ("number", "kind", "service", "case", "state", "level", "received_at", "due_at", "answered_at", "late_reason",
        "verdict")  # fmt: skip


@identity.action("feedback.list.export")
def export_list(
    *, actor: Actor, reader: Reader, wanted: queries.Wanted, tomorrow: datetime, lang: str, with_words: bool
) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    """Head and rows as the inbox is filtered, oldest first; read page by page as the officer who asks."""
    home = actor.workplace
    thing = Thing("institution", home, home)
    identity.must(actor, "feedback.list.export", thing)
    rows = queries.inbox(home, reader, wanted, clock.now(), tomorrow).order_by("received_at", "id")

    def read(last: Item | None) -> list[Item]:
        page = list((_after(rows, last) if last else rows)[:PAGE])
        if with_words and page:
            identity.looked_at_many(actor, "feedback", [(one.id, one.person_id) for one in page], "words")
        return page

    identity.record(actor, thing, after={"rows": rows.count(), "words": with_words})
    columns = (*HEAD, "words") if with_words else HEAD
    head = tuple(t(f"feedback.col_{one}", lang) for one in columns)
    return head, (_line(one, lang, with_words) for one in sheets.paged(read))


def _after(rows: QuerySet[Item], last: Item) -> QuerySet[Item]:
    """The rows after one, so that the index of the institution begins there."""
    same = Q(received_at=last.received_at, id__gt=last.id)
    return rows.filter(Q(received_at__gt=last.received_at) | same, received_at__gte=last.received_at)


def _line(item: Item, lang: str, with_words: bool) -> tuple[object, ...]:
    found: tuple[object, ...] = (
        item.reference,
        t(f"feedback.kind_{item.kind}", lang),
        item.service_name.get(lang, "") if item.service_name else "",
        item.case_reference,
        t(f"feedback.state_{item.state}", lang),
        t(f"feedback.level_{item.level}", lang),
        item.received_at,
        item.due_at,
        item.answered_at,
        item.late_reason,
        t(f"feedback.entry_{item.verdict}", lang) if item.verdict else "",
    )
    return (*found, item.text) if with_words else found
