"""Issue a document; take it back."""

from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from jumuishi.documents import code, keys, printed, queries, succession, words
from jumuishi.documents.events import DocumentIssued, DocumentRevoked
from jumuishi.documents.models import Document
from jumuishi.documents.policies import is_apart
from jumuishi.documents.rendering import paper
from jumuishi.documents.types import (
    Code,
    DocumentState,
    Facts,
    Issued,
    Issuer,
    NoSuchDocumentError,
    Order,
    RenderError,
)
from jumuishi.identity.public import action, is_system, must, principal_of, record
from jumuishi.identity.types import Actor, NotAllowedError, Thing
from jumuishi.kernel import clock, files, numbers, tenancy
from jumuishi.kernel.events import tell
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.lazily import lazily
from jumuishi.kernel.text import fold

# pyHanko weighs 25 MB, and most processes never open a PDF.
pades = lazily("jumuishi.documents.pades")

SYSTEM = tenancy.Principal.system()
PDF_LIMIT = 5 * 1024 * 1024


def issue(*, actor: Actor, institution: Issuer, person_id: UUID, case_id: UUID, order: Order) -> Issued:
    """The document of an order; the same case, document and visit give the same one again."""
    must(actor, "documents.document.issue", Thing("document", case_id, institution.id, person_id))
    with tenancy.acting_as(principal_of(actor)), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"{case_id}{order.key}{order.visit}"]
            )
        first = queries.issued_once(institution.id, case_id, order.key, order.visit)
        if first is not None:
            return first
        return _issue(actor=actor, institution=institution, person_id=person_id, case_id=case_id, order=order)


@action("documents.document.issue")
def _issue(*, actor: Actor, institution: Issuer, person_id: UUID, case_id: UUID, order: Order) -> Issued:
    with tenancy.acting_as(SYSTEM):
        now, hand = clock.now(), keys.hand_of(institution)
        issued_on = timezone.localtime(now).date()
        number = numbers.new_number(settings.NODE)
        claims = code.fit_claims(order.claims)
        title = order.title[order.language]
        carried = Code(code.short_id(institution.id), number, order.key, title, issued_on, order.valid_until, claims)
        payload = code.sign(carried, bytes(hand.row.kid), hand.code_key)
        body = printed.body(order, Facts(numbers.group(number), issued_on, order.valid_until), claims)
        page = words.page(order, institution, number=number, at=now, kid=hand.row.kid.hex(), payload=payload, body=body)
        reason = f"{title} {numbers.group(number)}"
        pdf = pades.sign_pdf(paper.render(page), hand.pdf_key, hand.authority, at=now, reason=reason)
        seal = pades.read_seal(pdf, hand.authority, [hand.pdf_key.certificate])
        if not seal.whole:
            # Nothing leaves the house that the house itself would not accept.
            raise RenderError(f"the signed PDF does not verify: {seal.reason}")
        stored = files.put([pdf], PDF_LIMIT)
        row = Document.objects.create(
            id=new_id(),
            institution_id=institution.id,
            person_id=person_id,
            case_id=case_id,
            key=order.key,
            visit=order.visit,
            number=number,
            title=dict(order.title),
            issuer_name=dict(institution.name),
            language=order.language,
            holder=order.holder,
            details=[fold(detail) for detail in order.details if fold(detail)],
            claims=claims,
            issued_at=now,
            valid_until=order.valid_until,
            signed_with=hand.row,
            payload=payload,
            file_id=stored.id,
            size=stored.size,
            sha256=stored.sha256,
        )
        if order.earlier:
            succession.settle(actor, row, order)
        thing = Thing("document", row.id, institution.id, person_id)
        record(
            actor, thing, after={"number": number, "sha256": stored.sha256, "kid": hand.row.kid.hex(), "case": case_id}
        )
        tell(DocumentIssued(row.id, institution.id, person_id, case_id, number))
        return queries.as_issued(row)


@action("documents.document.revoke")
def revoke(*, actor: Actor, number: str, reason: str, replaced_by: str = "") -> Issued:
    """Take a document back for a reason that its holder may read; with `replaced_by` another stands in its place.

    Raises NoSuchDocumentError, NotAllowedError. What was taken back already stays as it is, and is recorded.
    """
    seen = queries.visible(number)
    thing = Thing("document", seen.id, seen.institution_id, seen.person_id)
    must(actor, "documents.document.revoke", thing)
    if not reason.strip():
        raise ValueError("a reason is needed")
    with tenancy.acting_as(SYSTEM):
        row = Document.objects.select_for_update().get(id=seen.id)
        before = {"state": row.state}
        if row.state == DocumentState.ISSUED:
            row.state = DocumentState.REPLACED if replaced_by else DocumentState.REVOKED
            row.ended_at, row.end_reason = clock.now(), reason.strip()[:200]
            row.save(update_fields=["state", "ended_at", "end_reason"])
            tell(DocumentRevoked(row.id, row.institution_id, row.person_id, row.case_id, row.number, row.state))
        after = {"state": row.state, "reason": reason, "replaced_by": replaced_by}
        record(actor, thing, before=before, after=after)
        return queries.as_issued(row)


@action("documents.document.open")
def open_document(*, actor: Actor, number: str) -> Issued:
    """A look at a document, on the record: the person it is about sees who looked. Raises NoSuchDocumentError."""
    row = queries.visible(number)
    thing = Thing("document", row.id, row.institution_id, row.person_id)
    must(actor, "documents.document.read", thing)
    if is_apart(row.key) and not is_system(actor, thing):
        raise NotAllowedError("documents.document.read")
    if not row.size:
        raise NoSuchDocumentError(number)  # its case was erased, and its file with it
    with tenancy.acting_as(SYSTEM):
        record(actor, thing)
    return queries.as_issued(row)
