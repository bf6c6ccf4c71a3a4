"""The face: issue a document, take it back, hand it out, and answer whether one is genuine."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from jumuishi.documents import (
    actions,
    checking,
    policies,  # noqa: F401  # registers who may
    queries,
    suspension,
    verifier,
)
from jumuishi.documents.code import fit_claims
from jumuishi.documents.forgetting import forget_case
from jumuishi.documents.keys import rotate_key, strike_off_key
from jumuishi.documents.labels import claim_label
from jumuishi.documents.packages import sign_package
from jumuishi.documents.packing import MOST_PAGES, BadPdfError, Inside, Part, bind_pages, labels_after, look_inside
from jumuishi.documents.policies import keep_apart
from jumuishi.documents.queries import all_issued, papers_of
from jumuishi.documents.types import Checked, Issued, Issuer, Order, TooOftenError, Verdict
from jumuishi.documents.words import day, hour
from jumuishi.identity.public import hit
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, files
from jumuishi.kernel.numbers import normalise

__all__ = [
    "MOST_PAGES",
    "BadPdfError",
    "Inside",
    "Part",
    "all_issued",
    "bind_pages",
    "by_numbers",
    "check_by_number",
    "claim_label",
    "day",
    "documents_of_cases",
    "fit_claims",
    "forget_case",
    "hour",
    "issue",
    "keep_apart",
    "key_list",
    "labels_after",
    "lift",
    "look_inside",
    "open_pdf",
    "papers_of",
    "revocation_list",
    "revoke",
    "rotate_key",
    "sign_package",
    "strike_off_key",
    "suspend",
    "verify_file",
    "verify_payload",
]


def issue(*, actor: Actor, institution: Issuer, person_id: UUID, case_id: UUID, order: Order) -> Issued:
    """Render, sign, number and store a document; the same case, document and visit give the same one again.

    Raises NotAllowedError, RenderError, CodeError (claims whose names alone are too long), KeysNotReadyError.
    """
    return actions.issue(actor=actor, institution=institution, person_id=person_id, case_id=case_id, order=order)


def revoke(*, actor: Actor, number: str, reason: str, replaced_by: str = "") -> Issued:
    """Take a document back; on the public list at once. Raises NoSuchDocumentError, NotAllowedError."""
    return actions.revoke(actor=actor, number=number, reason=reason, replaced_by=replaced_by)


def suspend(*, actor: Actor, number: str, reason: str, until: date | None = None) -> Issued:
    """Nobody is to accept a document to the end of a day, or until it is lifted; on the public list at once.

    Raises NoSuchDocumentError, NotAllowedError, NotInForceError, ValueError.
    """
    return suspension.suspend(actor=actor, number=number, reason=reason, until=until)


def lift(*, actor: Actor, number: str, reason: str) -> Issued:
    """A suspended document is good again. Raises NoSuchDocumentError, NotAllowedError, NotInForceError, ValueError."""
    return suspension.lift(actor=actor, number=number, reason=reason)


def open_pdf(*, actor: Actor, number: str) -> tuple[Issued, Iterator[bytes]]:
    """The signed PDF, streamed; the look is on the record. Raises NoSuchDocumentError, NotAllowedError."""
    found = actions.open_document(actor=actor, number=number)
    return found, files.read(found.file_id)


def documents_of_cases(case_ids: Iterable[UUID]) -> list[Issued]:
    """The documents of these cases that the present principal may see, oldest first."""
    return queries.documents_of_cases(case_ids)


def by_numbers(numbers: Iterable[str]) -> dict[str, Issued]:
    """Documents by number, whosever they are: for rooms above that then ask whose they are."""
    return queries.by_numbers(numbers)


def check_by_number(*, number: str, detail: str) -> Checked | None:
    """What anybody may learn who has the number and knows one detail of the holder; None when either is wrong.

    Raises TooOftenError when a number was tried over 30 times within the hour.
    """
    if not hit(normalise(number), "documents.check", checking.CHECKS_AN_HOUR, 3600):
        raise TooOftenError(number)
    return queries.find_public(number, detail)


def verify_payload(text: str) -> Verdict:
    """Judge the text of a QR by the installation's own keys, now."""
    keys, revoked = queries.trusted_now()
    return verifier.verify_payload(text, keys, revoked, timezone.localtime(clock.now()))


def verify_file(data: bytes) -> Verdict:
    """Judge a PDF or picture by the installation's own keys, now."""
    keys, revoked = queries.trusted_now()
    return verifier.verify_bytes(data, keys, revoked, timezone.localtime(clock.now()))


def key_list() -> dict[str, Any]:
    """The public key list, signed by the root, good for 90 days."""
    return queries.key_list()


def revocation_list() -> dict[str, Any]:
    """The public revocation list, signed by the root, good for 30 days."""
    return queries.revocation_list()
