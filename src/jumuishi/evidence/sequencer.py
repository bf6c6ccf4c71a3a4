"""The sequencer: queued commitments become leaves, in one transaction; copies go outside after its commit."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from jumuishi.evidence import store, tiles, tree
from jumuishi.evidence.keys import verifier_keys
from jumuishi.evidence.mirror import Mirror, Name
from jumuishi.evidence.models import Epoch, Leaf
from jumuishi.evidence.rules import stamp
from jumuishi.evidence.types import LogError
from jumuishi.evidence.verifier import leaf_hash
from jumuishi.kernel import clock, tenancy

log = logging.getLogger("jumuishi.evidence")
BATCH = 4096
_LOCK = 0x6A756D756973  # "jumuis": this room's own number among advisory locks


@dataclass(frozen=True)
class _Queued:
    journal_id: UUID
    commitment: bytes


def mirror() -> Mirror:
    """The outside copies of this installation."""
    return Mirror(Path(settings.EVIDENCE_MIRROR_DIR))


def sequence_once(*, limit: int = BATCH) -> int:
    """Give leaves to what is queued, sign a checkpoint, copy both outside; the number of journal rows that got one.

    Several may run at once: one works, the others return 0. Killed anywhere, it loses and doubles nothing, since
    leaves, tiles and checkpoint are one transaction and the copies are caught up by the next call.
    """
    with tenancy.acting_as(tenancy.Principal.system()):
        outside = mirror()
        with transaction.atomic(durable=True):
            done = _integrate(outside, limit)
        if done is None:
            return 0
        try:
            copy_out(outside)
        except (OSError, LogError):
            # The log goes on; the audit says how far the copies are behind.
            log.exception("the evidence mirror in %s can't be written", outside.folder)
        return done


def _integrate(outside: Mirror, limit: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            return None
        at = _open_epoch(outside)
        acts, looks = _take(limit)
    if not acts and not looks:
        return 0
    groups = [[act] for act in acts] + [looks[minute] for minute in sorted(looks)]
    entries = [store.entry_of([queued.commitment for queued in group]) for group in groups]
    changed = tiles.grown(store.tile, at.size, [leaf_hash(entry) for entry in entries])
    store.write_tiles(changed)
    Leaf.objects.bulk_create(
        [
            Leaf(
                journal_id=queued.journal_id,
                index=at.size + number,
                position=position,
                count=len(group),
                commitment=queued.commitment,
            )
            for number, group in enumerate(groups)
            for position, queued in enumerate(group)
        ],
        batch_size=2000,
    )
    size = at.size + len(entries)
    store.add_checkpoint(at.epoch, at.origin, size, tree.root(store.node(), size))
    return sum(map(len, groups))


def _take(limit: int) -> tuple[list[_Queued], dict[str, list[_Queued]]]:
    """Acts in order, and after them, as far as the limit goes, looks of minutes that have ended, by minute.

    They leave the queue. Acts go first, since each was promised its place within the merge delay: a list of a million
    people that somebody takes out is a million looks. A look of a minute that is far ahead was queued by a clock that
    has been set back since: it waits no longer.
    """
    minute = clock.now().replace(second=0, microsecond=0)
    acts = [queued for _, queued in _leave("NOT look", [], limit)]
    looks: dict[str, list[_Queued]] = {}
    ended = "look AND (queued_at < %s OR queued_at >= %s)"
    for queued_at, queued in _leave(ended, [minute, minute + timedelta(minutes=3)], limit - len(acts)):
        looks.setdefault(stamp(queued_at)[:16], []).append(queued)
    return acts, looks


def _leave(which: str, values: list[datetime], limit: int) -> list[tuple[datetime, _Queued]]:
    """Take so many of the queue's oldest rows of a kind out of it: when each was queued, and what."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM evidence_queue WHERE id IN (SELECT id FROM evidence_queue WHERE {which} "  # noqa: S608  # ours
            "ORDER BY id LIMIT %s) RETURNING id, queued_at, journal_id, commitment",
            [*values, limit],
        )
        return [(at, _Queued(journal_id, bytes(one))) for _, at, journal_id, one in sorted(cursor.fetchall())]


def _open_epoch(outside: Mirror) -> store.State:
    """Where the log stands; a new epoch when the outside copies know of more than this database does."""
    here = store.state()
    try:
        number = max(outside.epochs(), default=0)
        known = outside.head(number) if number else None
    except (OSError, LogError):
        # Unreadable or false copies must not stop the log, nor be taken for a restoration.
        log.exception("the evidence mirror in %s can't be read", outside.folder)
        number, known = 0, None
    if known is not None and (here is None or (here.epoch, here.size) < (number, known.size)):
        log.error("this database is behind its outside copies: a backup was restored; epoch %s opens", number + 1)
        size = here.size if here else 0
        return store.open_epoch(number + 1, size=size, previous=outside.note(number), reason="restored from a backup")
    return here or store.open_epoch(1, size=0, previous="", reason="first")


def copy_out(outside: Mirror) -> None:
    """Bring the outside copies up to the latest checkpoint; raises LogError when they contradict it, or OSError."""
    with outside.alone() as alone, transaction.atomic():
        here = store.state()
        if not alone or here is None:
            return
        known = outside.head(here.epoch)
        done = known.size if known else 0
        if known is not None and done >= here.size:
            return
        outside.add_keys(verifier_keys())
        outside.add_statement(here.epoch, Epoch.objects.get(number=here.epoch).statement)
        # In steps, so that a mirror that was away for a month is caught up without holding the month in memory.
        for start in range(done, here.size, BATCH):
            outside.add_names(here.epoch, _names(start, min(start + BATCH, here.size)))
        for level in range(len(tiles.edge(here.size))):
            first, last = (done >> (8 * level)) // tiles.WIDTH, ((here.size >> (8 * level)) - 1) // tiles.WIDTH
            for index in range(first, last + 1):
                width = tiles.width_at(here.size, level, index)
                outside.add_tile(here.epoch, level, index, store.tile(level, index)[: width * tiles.HASH])
        outside.add_checkpoint(here.epoch, here.note, stamp(clock.now())[:16])


def _names(start: int, end: int) -> list[Name]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.index, l.position, l.count, l.journal_id, l.commitment, j.thing_kind, j.thing_id "
            "FROM evidence_leaf l LEFT JOIN evidence_journal j ON j.id = l.journal_id "
            "WHERE l.index >= %s AND l.index < %s ORDER BY l.index, l.position",
            [start, end],
        )
        return [
            Name(index, position, count, str(journal), bytes(commitment).hex(), f"{kind}/{thing}".replace(" ", "_"))
            for index, position, count, journal, commitment, kind, thing in cursor.fetchall()
        ]


def queue_age() -> timedelta | None:
    """How long the oldest queued act has waited; None when nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(queued_at) FROM evidence_queue WHERE NOT look")
        (oldest,) = cursor.fetchone() or (None,)
    return None if oldest is None else clock.now() - oldest
