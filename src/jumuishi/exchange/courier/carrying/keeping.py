"""Files that wait on this node: packed ones until somebody took them along, uploaded ones until they are taken in."""

import contextlib
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jumuishi.exchange.courier.bundle import names
from jumuishi.exchange.courier.bundle.flaws import BadBundle
from jumuishi.exchange.courier.carrying import reading, writing
from jumuishi.exchange.courier.carrying.disk import put
from jumuishi.exchange.courier.carrying.tables import BundleFile, Packing
from jumuishi.exchange.courier.states import Direction
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.kernel import clock, space, tenancy
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()
# A packed file can be had again any time, by packing anew.
KEPT = timedelta(days=7)


def _folder() -> Path:
    return Path(settings.JUMUISHI_DATA) / "bundles"


def _inbound(row_id: UUID) -> Path:
    return _folder() / "in" / row_id.hex


def store(source: IO[bytes], row: BundleFile) -> None:
    """Keep an uploaded file until it is taken in; the same again is the same. Raises NoSpaceError."""
    path = _inbound(row.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    space.must_hold(path.parent, row.bytes)
    source.seek(0)
    put(path, lambda out: shutil.copyfileobj(source, out))


def take_in(row_id: UUID) -> tuple[BundleFile, int] | None:
    """Take in a file that was stored, and its messages' count; None for one that was taken before, or is gone."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        row = BundleFile.objects.filter(id=row_id, taken_at=None).first()
    path = _inbound(row_id)
    if row is None or not path.exists():
        path.unlink(missing_ok=True)
        return None
    try:
        with path.open("rb") as source, reading.opened(source) as reader:
            count = reading.take(reader, row)
    except (BadBundle, ExchangeRefusedError):
        # It was believed when it came, and is not any more: its key was revoked meanwhile. It can be uploaded again.
        path.unlink(missing_ok=True)
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            BundleFile.objects.filter(id=row.id, taken_at=None).delete()
        return None
    path.unlink(missing_ok=True)
    return row, count


def pack_for(packing_id: UUID) -> Sequence[BundleFile]:
    """Pack what an officer asked for; begun anew where it was cut."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        row = Packing.objects.filter(id=packing_id, ended_at=None).first()
    if row is None:
        return []
    folder, problem, files = _outbound(row.id), "", list[BundleFile]()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pack = new_id()
    try:
        files = writing.pack(row.node, folder, pack_id=pack)
        problem = "" if files else "exchange.carry_nothing"
    except ExchangeRefusedError as error:
        problem = error.key
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        Packing.objects.filter(id=row.id).update(ended_at=clock.now(), problem=problem, pack=pack if files else None)
    return files


def _outbound(packing_id: UUID) -> Path:
    return _folder() / "out" / packing_id.hex


def name_of(row: BundleFile, own: str) -> str:
    """What a packed file is called on a stick."""
    return names.name_of(own, row.node, row.number, row.file)


def packed(packing_id: UUID, row: BundleFile, own: str) -> Path:
    """Where a packed file lies."""
    return _outbound(packing_id) / name_of(row, own)


def forget() -> int:
    """Remove packed files after some days; how many packings. Their messages wait on until they are acknowledged."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        old = Packing.objects.filter(at__lt=clock.now() - KEPT, dropped_at=None).exclude(ended_at=None)
        ids = list(old.values_list("id", flat=True)[:500])
        Packing.objects.filter(id__in=ids).update(dropped_at=clock.now())
    for one in ids:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(_outbound(one))
    return len(ids)


def left_over() -> tuple[list[UUID], list[UUID]]:
    """Packings and stored files that a worker has not dealt with for some minutes."""
    since = clock.now() - timedelta(minutes=5)
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        packings = Packing.objects.filter(ended_at=None, at__lt=since)
        files = BundleFile.objects.filter(direction=Direction.IN, taken_at=None, at__lt=since)
        found = list(packings.values_list("id", flat=True)[:50]), list(files.values_list("id", flat=True)[:500])
    return found[0], [one for one in found[1] if _inbound(one).exists()]
