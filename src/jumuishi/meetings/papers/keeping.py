"""Packs and bundles are made once for what they are made of, kept as files, and dropped when nobody asks any more."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings
from django.db import transaction

from jumuishi.kernel import clock, files, jobs, space
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.papers.models import Kept, Pack

# So many of one meeting: readers who have an interest in something, languages, what they say that they have already.
MOST = 40
UNUSED, SELDOM, STEP = timedelta(days=2), timedelta(hours=1), 200


def path_of(kept: Kept) -> Path:
    """Where it lies."""
    return files.path_of(kept.file_id)


def kept(meeting: Meeting, mark: str, weight: int, make: Callable[[IO[bytes]], None]) -> Kept:
    """The file of a mark; written by `make` unless it is there. In the caller's transaction, as the system.

    The meeting's pack is bound. Whoever comes while it is being made waits, and gets the same. `weight` is about how
    many bytes it will have; raises NoSpaceError where the disk does not hold twice as many.
    """
    rows = Kept.objects.filter(institution_id=meeting.institution_id, meeting=meeting)
    found = _there(rows.filter(mark=mark).first())
    if found is None:
        Pack.objects.select_for_update().get(institution_id=meeting.institution_id, meeting=meeting)
        found = _there(rows.filter(mark=mark).first()) or _made(meeting, mark, weight, make)
        for old in rows.order_by("-used_at", "-id")[MOST:]:
            _drop(old)
    elif found.used_at < clock.now() - SELDOM:
        rows.filter(id=found.id).update(used_at=clock.now())
    return found


def _there(found: Kept | None) -> Kept | None:
    """A row whose file was lost is as none."""
    return found if found is not None and path_of(found).exists() else None


def _made(meeting: Meeting, mark: str, weight: int, make: Callable[[IO[bytes]], None]) -> Kept:
    space.must_hold(Path(settings.JUMUISHI_DATA), 2 * weight)
    with TemporaryFile(dir=settings.JUMUISHI_DATA) as out:
        make(out)
        size = out.tell()
        out.seek(0)
        stored = files.put(iter(lambda: out.read(files.CHUNK), b""), size)
    try:
        with transaction.atomic():
            made, _ = Kept.objects.update_or_create(
                institution_id=meeting.institution_id, meeting=meeting, mark=mark,
                defaults={"file_id": stored.id, "size": stored.size, "sha256": stored.sha256,
                          "used_at": clock.now()},
            )  # fmt: skip
    except BaseException:
        files.drop(stored.id)
        raise
    return made


def _drop(old: Kept) -> None:
    old.delete()
    transaction.on_commit(lambda: files.drop(old.file_id))


@jobs.every(3600, "meetings.kept.drop")
def drop_unused() -> None:
    """What was not asked for lately, older states among it."""
    with transaction.atomic():
        for old in Kept.objects.filter(used_at__lt=clock.now() - UNUSED).order_by("used_at")[:STEP]:
            _drop(old)
