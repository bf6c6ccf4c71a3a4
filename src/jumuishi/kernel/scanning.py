"""Files that people hand in, looked through for viruses where the installation has a scanner (settings.CLAMD).

While the scanner is away a file is kept, marked unscanned and looked through later; an infected one is never kept.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jumuishi.kernel import files
from jumuishi.kernel.clamd import Clamd, ScannerAwayError
from jumuishi.kernel.files import StoredFile

CLEAN, UNSCANNED, INFECTED = "clean", "unscanned", "infected"
AWAY_FOR = 30.0
_away_since: dict[str, float] = {}
_log = logging.getLogger(__name__)


class InfectedFileError(Exception):
    """The scanner found something in a file; it was not kept. The message is the scanner's name for it."""


def is_configured() -> bool:
    """Whether this installation has a scanner."""
    return bool(settings.CLAMD)


def _is_away() -> bool:
    """Whether it did not answer a moment ago: one that hangs would keep everybody waiting who hands in a file."""
    since = _away_since.get(settings.CLAMD)
    return since is not None and time.monotonic() - since < AWAY_FOR


def look(file_id: UUID) -> tuple[str, str]:
    """What the scanner says of a kept file, and its name for what it found; unscanned while it is away."""
    if not is_configured() or _is_away():
        return UNSCANNED, ""
    try:
        found = Clamd(settings.CLAMD).scan(files.read(file_id))
    except ScannerAwayError as away:
        _log.warning("the virus scanner is away: %s", away)
        _away_since[settings.CLAMD] = time.monotonic()
        return UNSCANNED, ""
    _away_since.pop(settings.CLAMD, None)
    return (INFECTED, found) if found else (CLEAN, "")


def take(chunks: Iterable[bytes], limit: int) -> tuple[StoredFile, str]:
    """Keep a stream of at most `limit` bytes and look through it. Raises TooLargeError, InfectedFileError."""
    stored = files.put(chunks, limit)
    scan, found = look(stored.id)
    if scan == INFECTED:
        files.drop(stored.id)
        raise InfectedFileError(found)
    return stored, scan


def catch_up(waiting: Callable[[], Sequence[tuple[UUID, UUID]]], mark: Callable[[UUID, str, str], None]) -> None:
    """Look through what came while the scanner was away: rows and their files, oldest first.

    `mark` writes down of a row what the scanner said and its name for what it found. The first file that it does not
    answer for ends the round.
    """
    if not is_configured():
        return
    with transaction.atomic():
        rows = waiting()
    for row, file_id in rows:
        if not files.path_of(file_id).exists():
            _log.error("file %s was to be looked through and is lost", file_id)
            continue
        scan, found = look(file_id)
        if scan == UNSCANNED:
            return
        mark(row, scan, found)
