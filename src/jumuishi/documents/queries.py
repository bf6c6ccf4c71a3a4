"""Reads. What a person or institution sees is the database's wall; everybody may ask `find_public` and the lists."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from jumuishi.documents import code, keys, lists
from jumuishi.documents.models import Document, InstitutionKey
from jumuishi.documents.types import Checked, DocumentState, Issued, NoSuchDocumentError, PublicKey
from jumuishi.evidence import public as evidence
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.numbers import normalise
from jumuishi.kernel.text import fold

SYSTEM = tenancy.Principal.system()
PHONE_DIGITS = 9


def today() -> date:
    """The day at the installation."""
    return timezone.localtime(clock.now()).date()


def state_of(row: Document) -> DocumentState:
    """The state now: a document that was not ended expires with its last day, a suspension ends with its own."""
    if row.state == DocumentState.ISSUED:
        if row.valid_until is not None and today() > row.valid_until:
            return DocumentState.EXPIRED
        if is_suspended(row):
            return DocumentState.SUSPENDED
    return DocumentState(row.state)


def is_suspended(row: Document) -> bool:
    """Whether a suspension stands today, whatever else became of the document."""
    return row.suspended_at is not None and (row.suspended_until is None or today() <= row.suspended_until)


def as_issued(row: Document) -> Issued:
    """The row as what crosses the wall."""
    state = state_of(row)
    stopped = state is DocumentState.SUSPENDED
    return Issued(
        id=row.id,
        number=row.number,
        institution_id=row.institution_id,
        person_id=row.person_id,
        case_id=row.case_id,
        key=row.key,
        title=row.title,
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        state=state,
        sha256=row.sha256,
        file_id=row.file_id,
        size=row.size,
        payload=row.payload,
        holder=row.holder,
        ended_at=row.suspended_at if stopped else row.ended_at,
        end_reason=row.suspend_reason if stopped else row.end_reason,
        suspended_until=row.suspended_until if stopped else None,
    )


def issued_once(institution_id: UUID, case_id: UUID, key: str, visit: int) -> Issued | None:
    """The document that this very order made before, if it did."""
    with tenancy.acting_as(SYSTEM):
        row = Document.objects.filter(institution_id=institution_id, case_id=case_id, key=key, visit=visit).first()
    return as_issued(row) if row else None


def documents_of_cases(case_ids: Iterable[UUID]) -> list[Issued]:
    """The documents of these cases that the principal may see, oldest first."""
    rows = Document.objects.filter(case_id__in=list(case_ids)).order_by("issued_at")
    return [as_issued(row) for row in rows]


def papers_of(person_id: UUID) -> QuerySet[Document]:
    """A person's documents, newest first, as a query to page over; `all_issued` reads a page of it."""
    return Document.objects.filter(person_id=person_id).order_by("-issued_at")


def all_issued(rows: Iterable[Document]) -> list[Issued]:
    """Rows that were read, as what crosses the wall."""
    return [as_issued(row) for row in rows]


def by_numbers(numbers: Iterable[str]) -> dict[str, Issued]:
    """Documents by number, whosever they are; the caller is the platform and asks whose they are."""
    with tenancy.acting_as(SYSTEM):
        rows = list(Document.objects.filter(number__in=list(numbers)))
    return {row.number: as_issued(row) for row in rows}


def issued_by(institution_id: UUID, number: str = "") -> QuerySet[Document]:
    """What an institution issued, newest first; with a number, that one. The principal's wall holds besides."""
    rows = Document.objects.filter(institution_id=institution_id).order_by("-issued_at", "-id")
    return rows.filter(number=normalise(number)) if number else rows


def institution_keys() -> QuerySet[InstitutionKey]:
    """All pairs of keys, newest first; under the system principal only."""
    return InstitutionKey.objects.order_by("-not_before", "kid")


def as_public_key(row: InstitutionKey) -> PublicKey:
    """A pair of keys without its secrets."""
    return PublicKey(
        bytes(row.kid).hex(),
        row.institution_id,
        row.name,
        row.not_before,
        row.not_after,
        row.retired_at,
        row.compromised_at,
    )


def visible(number: str) -> Document:
    """A document that the principal may see; raises NoSuchDocumentError."""
    row = Document.objects.filter(number=normalise(number)).first()
    if row is None:
        raise NoSuchDocumentError(number)
    return row


def find_public(number: str, detail: str) -> Checked | None:
    """What anybody may learn who has the number and knows one detail of the holder; wrong and absent look alike."""
    with tenancy.acting_as(SYSTEM):
        row = Document.objects.filter(number=normalise(number)).first()
    known = fold(detail)
    if row is None or not known or not _knows(row, known):
        return None
    found = as_issued(row)
    return Checked(
        state=found.state,
        number=row.number,
        title=row.title,
        issuer=row.issuer_name,
        holder=row.holder,
        claims=row.claims,
        issued_on=timezone.localtime(row.issued_at).date(),
        valid_until=row.valid_until,
        since=found.ended_at,
        reason=found.end_reason,
        checked_at=clock.now(),
        suspended_until=found.suspended_until,
    )


def _knows(row: Document, known: str) -> bool:
    names = fold(row.holder)
    words = {word for word in names.split() if len(word) > 1}
    # Any whole names of the holder in any order, or one of the other details; a phone however it is typed.
    phone = normalise(known)[-PHONE_DIGITS:]
    return known in row.details or phone in row.details or known == names or set(known.split()) <= words


def _keys() -> list[lists.PublishedKey]:
    with tenancy.acting_as(SYSTEM):
        rows = list(InstitutionKey.objects.order_by("institution_id", "not_before"))
    return [
        lists.PublishedKey(
            kid=bytes(row.kid),
            issuer=code.short_id(row.institution_id),
            name=row.name,
            public=bytes(row.public),
            certificate=bytes(row.certificate),
            not_before=row.not_before,
            not_after=min(row.retired_at or row.not_after, row.not_after),
            compromised_at=row.compromised_at,
        )
        for row in rows
    ]


def key_list() -> dict[str, Any]:
    """The public key list, signed now."""
    return lists.write_keys(
        _keys(),
        authority=keys.authority().certificate,
        root=keys.root_key(),
        at=clock.now(),
        evidence=evidence.verifier_keys(),
    )


def revocation_list() -> dict[str, Any]:
    """The public revocation list, signed now: what ended, and what is suspended.

    What has expired by itself is left out after a month.
    """
    with tenancy.acting_as(SYSTEM):
        lasting = Document.objects.exclude(valid_until__lt=today() - timedelta(days=31))
        # Two questions with an index each; nothing is in both.
        ended = list(lasting.filter(ended_at__isnull=False).only(*_STOPPED).order_by("ended_at"))
        stopped = list(lasting.filter(suspended_at__isnull=False, ended_at=None).only(*_STOPPED))
    entries = [found for row in (*ended, *stopped) if (found := _entry(row))]
    return lists.write_revoked(entries, root=keys.root_key(), at=clock.now())


_STOPPED = ("number", "state", "ended_at", "valid_until", "suspended_at", "suspended_until")


def _entry(row: Document) -> lists.Revocation | None:
    """Its line in the list, as long as it may not be accepted."""
    if row.ended_at is not None:
        return lists.Revocation(row.number, row.ended_at, DocumentState(row.state))
    if row.suspended_at is not None and is_suspended(row):
        return lists.Revocation(row.number, row.suspended_at, DocumentState.SUSPENDED, row.suspended_until)
    return None


class _Ended(Mapping[str, lists.Revocation]):
    """The revocation list as the database knows it this moment, asked for one number at a time."""

    def __getitem__(self, number: str) -> lists.Revocation:
        with tenancy.acting_as(SYSTEM):
            row = Document.objects.filter(number=number).only(*_STOPPED).first()
        if row is None or (found := _entry(row)) is None:
            raise KeyError(number)
        return found

    def __iter__(self) -> Iterator[str]:
        raise TypeError("ask for one number")

    def __len__(self) -> int:
        raise TypeError("ask for one number")


def trusted_now() -> tuple[lists.KeyList, lists.RevocationList]:
    """What the installation itself verifies with: its own rows, never stale."""
    now = clock.now()
    root = keys.root_key().public_key().public_bytes_raw()
    known = {key.kid: key for key in _keys()}
    held = lists.KeyList(root, keys.authority().certificate, known, now, now + lists.KEYS_MAX_AGE)
    return held, lists.RevocationList(_Ended(), now, now + lists.REVOKED_MAX_AGE)
