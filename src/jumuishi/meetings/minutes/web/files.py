"""Minutes as files, Akoma Ntoso and the signed PDF: whole for office and members, without what was closed for all."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods

from jumuishi.documents import public as documents
from jumuishi.identity.doors import Everyone, KnownPerson, Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings.minutes import merging, queries, sending
from jumuishi.meetings.minutes.akn import akoma_ntoso
from jumuishi.meetings.minutes.source import SYSTEM, meeting_by_id, sitting_of
from jumuishi.meetings.minutes.types import Paragraph
from jumuishi.meetings.minutes.web import members, office
from jumuishi.meetings.minutes.web.frame import attempt, heading_of, page, paged, shown
from jumuishi.meetings.models import Meeting, Minutes, MinutesEdition

AKN = "application/akn+xml"


def _akn(meeting: Meeting, said: Sequence[Paragraph], edition: MinutesEdition) -> HttpResponse:
    with tenancy.acting_as(SYSTEM):
        made = akoma_ntoso(sitting_of(meeting), said, lang=language(), at=edition.made_at)
    found = HttpResponse(made, content_type=AKN)
    found["Content-Disposition"] = f'attachment; filename="muhtasari-{meeting.number}.akn.xml"'
    found["X-Content-Type-Options"] = "nosniff"
    return found


def _pdf(number: str) -> HttpResponseBase:
    """The signed document; that the reader may have it the caller has seen."""
    if not number:
        raise Http404
    with tenancy.acting_as(SYSTEM):
        issued, chunks = documents.open_pdf(actor=Actor.system(), number=number)
    found = StreamingHttpResponse(chunks, content_type="application/pdf")
    found["Content-Disposition"] = f'attachment; filename="muhtasari-{issued.number}.pdf"'
    found["X-Content-Type-Options"] = "nosniff"
    return found


def _whole(part: queries.Part, kind: str) -> HttpResponseBase:
    if part.minutes is None:
        raise Http404
    if kind == "pdf":
        return _pdf(part.minutes.number)
    with tenancy.acting_as(SYSTEM):
        edition = queries.edition_of(part.meeting.id)
    if kind != "xml" or edition is None:
        raise Http404
    return _akn(part.meeting, [merging.as_paragraph(one) for one in edition.paragraphs], edition)


@access(Officer)
@require_GET
def of_office(request: HttpRequest, meeting_id: UUID, kind: str) -> HttpResponseBase:
    """The newest edition, whole."""
    return _whole(office.found(request, meeting_id), kind)


@access(KnownPerson)
@require_GET
def of_member(request: HttpRequest, meeting_id: UUID, kind: str) -> HttpResponseBase:
    """The newest edition, whole; not before members may see one."""
    part = members.found(request, meeting_id)
    if part.minutes is None or part.minutes.state == Minutes.State.DRAFT:
        raise Http404
    return _whole(part, kind)


def _public(meeting_id: UUID) -> MinutesEdition:
    """The confirmed public edition, as the reader's own principal sees it."""
    found = queries.edition_of(meeting_id, is_public=True)
    if found is None:
        raise Http404
    return found


@access(Everyone)
@require_GET
def public(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Confirmed minutes for everybody, without what was closed."""
    edition = _public(meeting_id)
    context = {**heading_of(edition.meeting), **paged(request, shown(edition.paragraphs)),
               "here": f"/vikao/muhtasari/{meeting_id}/", "sha256": edition.sha256}  # fmt: skip
    return page(request, "public", context)


@access(Everyone)
@require_GET
def public_file(request: HttpRequest, meeting_id: UUID, kind: str) -> HttpResponseBase:  # noqa: ARG001  # a view's shape
    """The same as a file."""
    edition = _public(meeting_id)
    with tenancy.acting_as(SYSTEM):
        minutes = Minutes.objects.get(meeting_id=meeting_id)
        meeting = meeting_by_id(meeting_id)
    if kind == "pdf":
        return _pdf(minutes.number_public)
    if kind != "xml" or meeting is None:
        raise Http404
    return _akn(meeting, [merging.as_paragraph(one) for one in edition.paragraphs], edition)


@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest, word: str) -> HttpResponseBase:
    """Whom the rules name opens what was sent: asked first, since programs look at links in letters too."""
    number: list[str] = []
    message = ""
    if request.method == "POST":
        message = attempt(lambda: number.append(sending.receive(actor=actor_of(request), word=word)))
        if number:
            return _pdf(number[0])
    return page(request, "receive", {}, message)
