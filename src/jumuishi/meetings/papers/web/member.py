"""A member's papers: one, all in one PDF, and the bundle for reading without a network; an interest said beforehand."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.kernel import files
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings.calling import queries as calling
from jumuishi.meetings.calling.platform import as_system
from jumuishi.meetings.calling.web.frame import attempt, id_in, page
from jumuishi.meetings.calling.web.mine import context_of, entered
from jumuishi.meetings.hall.commands import DeclareInterest
from jumuishi.meetings.papers import binding, keeping, queries
from jumuishi.meetings.papers.web.office import pdf
from jumuishi.meetings.papers.web.sending import ranged
from jumuishi.meetings.sitting import acts as sitting
from jumuishi.meetings.web.answering import done

MOST_HAD = 500


@access(KnownPerson)
def file(request: HttpRequest, meeting_id: UUID, paper_id: UUID) -> HttpResponseBase:
    """The file of one paper, for a member who may read it; its pages' numbers are on the page that led here."""
    meeting, member = entered(request, meeting_id)
    with as_system():
        found = {row.id: row for row in queries.readable(queries.papers_of(meeting), meeting, member)}.get(paper_id)
    if found is None:
        raise Http404
    return ranged(request, found.sha256, files.path_of(found.file_id), "application/pdf")


@access(KnownPerson)
def pack(request: HttpRequest, meeting_id: UUID) -> HttpResponseBase:
    """All that one may read as one PDF with the numbers of the whole."""
    meeting, member = entered(request, meeting_id)
    with as_system():
        papers = queries.readable(queries.papers_of(meeting), meeting, member)
        found = binding.pdf(meeting, papers, language()) if papers else None
    if found is None:
        raise Http404
    return pdf(request, found, "kabrasha")


@access(KnownPerson)
def bundle(request: HttpRequest, meeting_id: UUID) -> HttpResponseBase:
    """The words of all papers, then their PDFs without those that one has (`nina`: SHA-256, by commas); signed."""
    meeting, member = entered(request, meeting_id)
    has = set(request.GET.get("nina", "").split(",")[:MOST_HAD])
    with as_system():
        bound = queries.pack_of(meeting)
        if bound is None:
            raise Http404
        papers = queries.readable(queries.papers_of(meeting), meeting, member)
        found = binding.bundle(meeting, bound, calling.items_of(meeting), papers, has)
    return ranged(request, found.sha256, keeping.path_of(found), "application/zip")


@access(KnownPerson)
@require_POST
def interest(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """A member says before the meeting that they have an interest in an item; the hall knows it at once."""
    meeting, member = entered(request, meeting_id)
    actor, nature = actor_of(request), request.POST.get("nature", "").strip()
    command = DeclareInterest(
        id=str(id_in(request.POST.get("once", "")) if request.POST.get("once") else new_id()), member=str(member.id),
        item=str(id_in(request.POST.get("item", ""))), nature=nature,
    )  # fmt: skip
    message = attempt(lambda: sitting.act(actor=actor, meeting_id=meeting.id, command=command))
    if message:
        return page(request, "calling/notice", context_of(actor, meeting, member) | {"typed_nature": nature}, message)
    return done(request, f"/mimi/vikao/{meeting.id}/", "meetings.paper_done_interest")
