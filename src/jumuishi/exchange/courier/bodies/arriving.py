"""The receiver's side of a large body."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F

from jumuishi.exchange.courier.bodies.tables import Coming
from jumuishi.exchange.courier.states import InState
from jumuishi.exchange.courier.tables import Inbox, Incoming
from jumuishi.exchange.courier.types import Part, PartWish
from jumuishi.kernel import clock, files, parts
from jumuishi.kernel.space import NoSpaceError

log = logging.getLogger("jumuishi.exchange")
# So many are asked for at once.
MOST = 50


def expect(rows: Sequence[Inbox], node: str, now: datetime) -> None:
    """Wait for the bodies of messages that were just written down. Needs a transaction as the system."""
    Coming.objects.bulk_create(
        [
            Coming(
                institution_id=one.institution_id, node=node, sha256=one.body_sha256, size=one.body_size, made_at=now
            )
            for one in rows
            if one.body_sha256 and one.state == InState.WAITING and one.body_size <= settings.EXCHANGE_MOST
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    # One that came before for another message is asked for anew: its file is that message's.
    again = Coming.objects.filter(node=node, sha256__in=[one.body_sha256 for one in rows if one.body_sha256])
    again.exclude(ended_at=None).update(ended_at=None, received=0)


def wishes_to(node: str) -> tuple[PartWish, ...]:
    """From which byte on bodies are wished for; at its end, that one is here. Needs a transaction as the system."""
    rows = list(Coming.objects.filter(node=node).order_by(F("ended_at").asc(nulls_first=True), "id")[:MOST])
    Coming.objects.filter(id__in=[one.id for one in rows if one.ended_at is not None]).delete()
    return tuple(PartWish(one.sha256, one.received) for one in rows)


def take_all(came: Sequence[Part], node: str) -> None:
    """Take parts in the order in which they came; what does not follow on what is here is asked for again.

    Needs a transaction as the system.
    """
    for part in came:
        rows = list(Coming.objects.select_for_update().filter(node=node, sha256=part.sha256))
        for row in rows:
            if row.ended_at is None:
                _take(row, part)
        if not rows:
            _say_again(part.sha256, node)


def _say_again(sha256: str, node: str) -> None:
    """What says that a body is here was lost on its way: it is said once more."""
    here = Inbox.objects.filter(stream__node=node, body_sha256=sha256).exclude(body_file=None).defer("data").first()
    if here is not None:
        Coming.objects.create(
            institution_id=here.institution_id, node=node, sha256=sha256, size=here.body_size, received=here.body_size,
            made_at=clock.now(), ended_at=clock.now(),
        )  # fmt: skip


def _take(row: Coming, part: Part) -> None:
    if parts.held(row.id) < row.received:
        # Somebody cleared the disk.
        row.received = 0
    data = part.data[max(0, row.received - part.offset) :]
    if part.offset > row.received or not data:
        row.save(update_fields=["received"])
        return
    try:
        row.received = parts.append(row.id, row.received, [data], row.size)
    except (NoSpaceError, ValueError) as error:
        # It stays as far as it came, and is asked for again.
        log.warning("exchange: a part of a body is not kept: %s", type(error).__name__)
        return
    if row.received == row.size:
        _whole(row)
    row.save(update_fields=["received", "ended_at"])


def _whole(row: Coming) -> None:
    with parts.reading(row.id) as source:
        kept = files.put(iter(lambda: source.read(files.CHUNK), b""), row.size)
    transaction.on_commit(partial(parts.drop, row.id))
    if kept.sha256 != row.sha256:
        log.warning("exchange: a body of node %s is not what its message says", row.node)
        files.drop(kept.id)
        row.received = 0
        return
    row.ended_at = clock.now()
    waiting = Inbox.objects.filter(
        institution_id=row.institution_id, stream__node=row.node, body_sha256=row.sha256, body_file=None
    )
    streams = list(waiting.values_list("stream_id", flat=True))
    waiting.update(body_file=kept.id)
    Incoming.objects.filter(id__in=streams).update(next_at=None)
