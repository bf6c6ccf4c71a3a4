"""A member's paper with the notes on it, and all notes of a meeting: the person's own pages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings import naming
from jumuishi.meetings.calling.platform import as_system
from jumuishi.meetings.calling.web.frame import attempt, id_in, page
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.papers import noting
from jumuishi.meetings.papers.models import Note, Paper
from jumuishi.meetings.papers.words import paper_words
from jumuishi.meetings.web.answering import done, prefix

PAGE = 25


def _here(meeting_id: UUID) -> str:
    return f"/mimi/vikao/{meeting_id}/"


def _rows(
    request: HttpRequest, notes: Sequence[Note], papers: dict[UUID, Paper], zone: str, where: str
) -> list[dict[str, Any]]:
    """Notes as a page shows them; what may no longer be read is not named. Words that were refused stay typed."""
    lang, typed = language(), {id_in(request.POST.get("note", "")): request.POST.get("text", "")}
    return [
        {
            "id": one.id, "label": one.label, "text": noting.words_of(one), "version": one.version,
            "typed": typed.get(one.id, ""),
            "is_beside": one.is_beside, "at": say_instant(one.changed_at, lang, zone), "once": new_id(),
            "paper": papers[one.paper_id].title if one.paper_id in papers else "",
            "url": f"{where}nyaraka/{papers[one.paper_id].id}/" if one.paper_id in papers else "",
        }
        for one in notes
    ]  # fmt: skip


def _paged(request: HttpRequest, notes: Sequence[Note]) -> Any:
    return Paginator(notes, PAGE).get_page(request.GET.get("page"))


@access(KnownPerson)
def paper(request: HttpRequest, meeting_id: UUID, paper_id: UUID) -> HttpResponse:
    """One paper that one may read: its file, and one's own notes on it, on all its editions."""
    actor, lang = actor_of(request), language()
    try:
        meeting, papers = noting.readable_in(actor, meeting_id)
    except NotAllowedError:
        raise Http404 from None
    every = noting.standing(papers)
    if paper_id not in every or meeting.called_at is None:
        raise Http404
    read, one = every[paper_id]
    message, post = "", request.POST
    if request.method == "POST":
        key, message = _do(request, actor, meeting.id, read.id)
        if not message:
            return done(request, f"{_here(meeting.id)}nyaraka/{one.id}/", key)
    elif read.id != one.id:
        return HttpResponseRedirect(f"{prefix()}{_here(meeting.id)}nyaraka/{one.id}/")
    same = {key: row for key, (row, newest) in every.items() if newest.id == one.id}
    with as_system():
        zone = institutions.working_time(meeting.institution_id).zone
        name = naming.name_of(meeting, lang)
    order = {label: n for row in same.values() for n, label in enumerate(row.labels)}
    own = [note for note in noting.notes_of(actor, meeting.id) if note.paper_id in same]
    own.sort(key=lambda note: (same[note.paper_id].edition, order.get(note.label, -1)))
    found = _paged(request, own)
    where = prefix() + _here(meeting.id)
    context = {
        "p": paper_words(one, lang, f"{where}nyaraka/"), "mine": where, "meeting": name, "page": found, "query": "",
        "rows": _rows(request, found.object_list, {}, zone, where), "once": new_id(), "longest": noting.LONGEST,
        "typed": {key: post.get(key, "") for key in ("label", "text")} if post.get("do") == "write" else {},
    }  # fmt: skip
    return page(request, "papers/paper", context, message)


@access(KnownPerson)
def notes(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """All that one noted on a meeting's papers; for whoever has neither a seat nor a note there it is not there."""
    actor, lang, message = actor_of(request), language(), ""
    meeting, papers = _meeting(actor, meeting_id)
    if request.method == "POST":
        key, message = _do(request, actor, meeting.id, None)
        if not message:
            return done(request, f"{_here(meeting.id)}maelezo/", key)
    named = {key: newest for key, (_, newest) in noting.standing(papers).items()}
    order = {one.id: n for n, one in enumerate(papers)}
    rank = {key: order[newest.id] for key, newest in named.items()}
    own = sorted(noting.notes_of(actor, meeting.id), key=lambda note: rank.get(note.paper_id, len(rank)))
    found, where = _paged(request, own), prefix() + _here(meeting.id)
    with as_system():
        zone = institutions.working_time(meeting.institution_id).zone
        name = naming.name_of(meeting, lang)
    context = {
        "mine": where, "meeting": name, "page": found, "query": "", "n": len(own), "longest": noting.LONGEST,
        "rows": _rows(request, found.object_list, named, zone, where),
        "asks": "all" in request.GET,
    }  # fmt: skip
    return page(request, "papers/notes", context, message)


def _meeting(actor: Actor, meeting_id: UUID) -> tuple[Meeting, list[Paper]]:
    """With the papers that may be read; whose seat has ended still has the notes."""
    try:
        meeting, papers = noting.readable_in(actor, meeting_id)
    except NotAllowedError:
        with as_system():
            found = Meeting.objects.select_related("body").filter(id=meeting_id).first()
        if found is None or not noting.notes_of(actor, meeting_id):
            raise Http404 from None
        return found, []
    if meeting.called_at is None:
        raise Http404
    return meeting, papers


def _do(request: HttpRequest, actor: Actor, meeting_id: UUID, paper_id: UUID | None) -> tuple[str, str]:
    """What a form asks for: (the text that says it was done, or why it was not)."""
    post, took = request.POST, True
    do, note, text = post.get("do", ""), id_in(post.get("note", "")), post.get("text", "")
    once = id_in(post.get("once", "")) if post.get("once") else new_id()
    version = int(post["version"]) if post.get("version", "").isdigit() else 0

    def act() -> None:
        nonlocal took
        if do == "write" and paper_id is not None:
            noting.write_note(
                actor=actor, meeting_id=meeting_id, paper_id=paper_id, label=post.get("label", ""), text=text,
                once=once,
            )  # fmt: skip
        elif do == "change":
            took = noting.change_note(actor=actor, note_id=note, version=version, text=text, once=once)
        elif do == "drop":
            took = noting.drop_note(actor=actor, note_id=note, version=version)
        elif do == "all" and paper_id is None:
            noting.drop_all(actor=actor, meeting_id=meeting_id)
        else:
            raise Http404

    try:
        message = attempt(act)
    except NotAllowedError:
        raise Http404 from None
    return f"meetings.note_done_{do}" if took else f"meetings.note_other_{do}", message
