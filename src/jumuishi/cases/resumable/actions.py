"""Sending a file in parts: begun, each part written behind the last, handed in once it is whole, or ended.

A part is no act of consequence: what the journal has is that it was begun, and handed in as any file or ended.
"""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from jumuishi.cases import quota, uploads
from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.models import Case, Upload
from jumuishi.cases.resumable.dropping import drop_rows
from jumuishi.cases.resumable.targets import Target, of_upload
from jumuishi.cases.types import CaseError, QuotaError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, parts
from jumuishi.kernel.ids import new_id

# So many at once a person: more than any form asks for, and few enough that nobody fills the table with them.
MOST = 20
# From so many bytes on a file's kind is known.
HEAD = 8


class OffsetError(Exception):
    """The part does not begin where the bytes that are there end; `received` says where that is."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


class FileError(Exception):
    """The file is not taken: file, file_size, file_type, file_changed, file_quota, file_infected."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _of(target: Target) -> QuerySet[Upload]:
    return Upload.objects.filter(person_id=target.person_id, draft_id=target.id, field=target.field.name)


def going_on(target: Target, size: int, sha256: str) -> Upload | None:
    """The same file, where it is on its way or was taken: asking so after each cut leaves no row in the journal."""
    row = _of(target).filter(size=size, sha256=sha256, expires_at__gt=clock.now()).first() if sha256 else None
    return row if row is not None and (row.done_at is None or target.file_like(sha256) is not None) else None


@identity.action("cases.upload.begin")
def begin_upload(*, actor: Actor, target: Target, name: str, size: int, sha256: str) -> Upload:
    """A file on its way for a question, in place of any other; the same file again (by `sha256`) goes on as it is.

    Raises FileError for what would be refused in the end, before a byte of it is sent, and QuotaError.
    """
    target.lock()
    identity.must(actor, "cases.upload.write", target.thing)
    here = _of(target)
    if (row := going_on(target, size, sha256)) is not None:
        identity.record(actor, target.thing, after={"sent_again": True})
        return row
    if code := uploads.size_refused(target.field, size):
        raise FileError(code)
    identity.one_at_a_time(f"cases.files {target.person_id}")
    others = Upload.objects.filter(person_id=target.person_id, done_at=None).exclude(id__in=here.values("id"))
    left = settings.PERSON_FILES - quota.used(target.person_id, instead=(target.id, target.field.name))
    if size > left or others.count() >= MOST:
        raise QuotaError
    drop_rows(here)
    now = clock.now()
    row = Upload.objects.create(
        id=new_id(), person_id=target.person_id, draft_id=target.id, case_id=target.case_id, field=target.field.name,
        name=uploads.clean_name(name) or target.field.name, size=size, sha256=sha256, begun_at=now,
        expires_at=now + timedelta(days=settings.UPLOAD_DAYS),
    )  # fmt: skip
    identity.record(actor, target.thing, after={"field": row.field, "size": size, "sha256": sha256})
    return row


def length(row: Upload) -> int:
    """How much of it is there: no more than the disk has, where it came back from a backup."""
    return row.size if row.done_at else min(row.received, parts.held(row.id))


def receive(*, actor: Actor, upload_id: UUID, at: int, pieces: Iterable[bytes], size: int) -> Upload:
    """Write `size` bytes behind the first `at`; the last of them hands the file in, by the checks of any other.

    Raises OffsetError, nothing being changed, for a part that is there already or comes too early; FileError, the
    upload being ended; CaseError; NoSpaceError. Sent again once the file was taken, it is the same.
    """
    with transaction.atomic():
        _, target = of_upload(actor, upload_id)
        identity.must(target.actor, "cases.upload.write", target.thing)
        target.lock()
        row = Upload.objects.select_for_update().filter(id=upload_id).first()
        if row is None or row.expires_at <= clock.now():
            raise CaseError("cases.no_upload")
        there = length(row)
        if at != there:
            raise OffsetError(there)
        if row.done_at is not None:
            return row
        if at + size > row.size:
            raise FileError("file_changed")
        row.received = parts.append(row.id, at, pieces, size)
        row.save(update_fields=["received"])
        code = _refused_early(row, target) if there < HEAD <= row.received else ""
        if not code and row.received == row.size:
            code = _hand_in(row, target)
        if code:
            end_upload(actor=target.actor, row=row, thing=target.thing, why=code)
    if code:
        raise FileError(code)
    return row


def _refused_early(row: Upload, target: Target) -> str:
    with parts.reading(row.id) as file:
        found = uploads.read(target.field, UploadedFile(file, row.name, size=row.size))
    return found.code if isinstance(found, uploads.RefusedUpload) else ""


def _hand_in(row: Upload, target: Target) -> str:
    """Whole: is it what was said, and may it be taken? Why not, or nothing."""
    with parts.reading(row.id) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if row.sha256 and digest != row.sha256:
            return "file_changed"
        # Set aside first: the room that was kept for it is what it takes now.
        row.sha256, row.done_at = digest, clock.now()
        row.save(update_fields=["sha256", "done_at"])
        file.seek(0)
        if code := target.hand_in(UploadedFile(file, row.name, size=row.size)):
            return code
    transaction.on_commit(lambda: parts.drop(row.id))
    return ""


@identity.action("cases.upload.end")
def end_upload(*, actor: Actor, row: Upload, thing: Thing, why: str) -> None:
    """Away with a file on its way: its sender's wish, or what is wrong with it."""
    identity.must(actor, "cases.upload.write", thing)
    drop_rows(Upload.objects.filter(id=row.id))
    identity.record(actor, thing, after={"field": row.field, "ended": why, "received": row.received})


def expired() -> list[UUID]:
    """Those whose time is over, a round of them."""
    return list(Upload.objects.filter(expires_at__lte=clock.now()).values_list("id", flat=True)[:500])


@identity.action("cases.upload.expire")
def expire_upload(*, actor: Actor, upload_id: UUID) -> None:
    """Its time is over: what came of it goes; one that was taken leaves the file where it is."""
    row = Upload.objects.select_for_update().get(id=upload_id)
    case = Case.objects.filter(id=row.case_id).first() if row.case_id else None
    thing = case_thing(case) if case is not None else Thing("draft", row.draft_id, None, row.person_id)
    identity.must(actor, "cases.upload.expire", thing)
    drop_rows(Upload.objects.filter(id=row.id))
    identity.record(actor, thing, after={"field": row.field, "ended": "expired", "received": row.received})


def drop_forgotten() -> int:
    """Bytes on the disk that no row speaks of any more."""
    return parts.drop_forgotten((settings.UPLOAD_DAYS + 1) * 86_400)
