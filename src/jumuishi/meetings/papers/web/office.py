"""The papers of a meeting at the office: what is asked of whom, what came, the pack; and what is asked of oneself."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.calling import queries as calling
from jumuishi.meetings.calling.web.frame import attempt, head_of, id_in, meeting_here, page
from jumuishi.meetings.models import Meeting
from jumuishi.meetings.papers import actions, binding, keeping, queries
from jumuishi.meetings.papers.models import Ask, Kept
from jumuishi.meetings.papers.policies import may_give
from jumuishi.meetings.papers.web.sending import ranged
from jumuishi.meetings.papers.words import paper_words
from jumuishi.meetings.web.answering import done, prefix

PAGE = 25


def _context(meeting: Meeting, lang: str) -> dict[str, Any]:
    m, pack, papers = head_of(meeting, lang), queries.pack_of(meeting), queries.papers_of(meeting)
    asks, colleagues = queries.asks_of(meeting), institutions.people_in(meeting.institution_id)
    units = institutions.units_of(meeting.institution_id)
    names: dict[UUID | None, str] = {one.person_id: one.name for one in colleagues}
    names.update((one, name[lang]) for one, name in units)
    return {
        "m": m,
        "items": [{"id": one.id, "number": one.number, "title": one.title.get(lang, "")}
                  for one in calling.items_of(meeting)],
        "people": [{"id": one.person_id, "name": f"{one.name}, {one.title.get(lang, '')}"} for one in colleagues],
        "units": [{"id": one, "name": name[lang]} for one, name in units],
        "papers": [paper_words(one, lang, f"{m['here']}nyaraka/") for one in papers],
        "asks": [
            {
                "what": one.what, "number": one.item.number, "who": names.get(one.asked_id or one.unit_id, ""),
                "due": say_instant(one.due_at, lang, m["zone"]), "is_late": queries.is_late(one),
                "is_given": one.given_at is not None,
            }
            for one in asks
        ],
        "bound_at": say_instant(pack.at, lang, m["zone"]) if pack else "",
        "pages": sum(one.pages for one in papers),
        "is_ahead": meeting.state in calling.AHEAD,
        "may_open": meeting.is_public and meeting.body.is_public and meeting.state != Meeting.State.CANCELLED,
    }  # fmt: skip


@access(Officer)
def papers(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """The secretary's page of a meeting's papers."""
    return page(request, "papers/papers", _context(meeting_here(request, meeting_id), language()))


@access(Officer)
@require_POST
def act(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Ask for a paper, hand one in, number the pages, let the public read one."""
    found, actor, post = meeting_here(request, meeting_id), actor_of(request), request.POST
    do, item, paper = post.get("do", ""), id_in(post.get("item", "")), id_in(post.get("paper", ""))
    kind, _, whom = post.get("of", "").partition(":")
    if do == "bind" and "sure" not in post:
        context = {
            "m": head_of(found, language()), "heading": t("meetings.pack_ask", language()),
            "lines": [t("meetings.pack_means", language())], "yes": t("meetings.pack_yes", language()),
            "carried": [("do", do)], "action": f"{prefix()}/ofisi/mabaraza/mkutano/{found.id}/nyaraka/tenda/",
        }  # fmt: skip
        return page(request, "calling/confirm", context)
    verbs: dict[str, Callable[[], Any]] = {
        "ask": lambda: actions.ask_for_paper(
            actor=actor, meeting_id=found.id, item_id=item, what=post.get("what", ""),
            asked_id=id_in(whom) if kind == "person" else None, unit_id=id_in(whom) if kind == "unit" else None,
        ),
        "give": lambda: _give(request, item, None, post.get("title", "")),
        "open": lambda: actions.open_paper(actor=actor, meeting_id=found.id, paper_id=paper, is_open=True),
        "shut": lambda: actions.open_paper(actor=actor, meeting_id=found.id, paper_id=paper, is_open=False),
        "bind": lambda: actions.bind_pack(actor=actor, meeting_id=found.id),
    }  # fmt: skip
    if "back" in post:
        return page(request, "papers/papers", _context(found, language()))
    if do not in verbs:
        raise Http404
    message = attempt(verbs[do])
    if message:
        typed = {key: post.get(key, "") for key in ("what", "title")}
        return page(request, "papers/papers", _context(found, language()) | {"failed": do, "typed": typed}, message)
    return done(request, f"/ofisi/mabaraza/mkutano/{found.id}/nyaraka/", f"meetings.paper_done_{do}")


def _give(request: HttpRequest, item_id: UUID, ask_id: UUID | None, title: str) -> UUID:
    file = request.FILES.get("file")
    taken = actions.take_file(file.chunks() if file else iter([b""]))
    return actions.give_paper(actor=actor_of(request), item_id=item_id, ask_id=ask_id, title=title, taken=taken)


def pdf(request: HttpRequest, found: Kept, name: str) -> HttpResponseBase:
    """A PDF that is shown and not kept."""
    return shown(ranged(request, found.sha256, keeping.path_of(found), "application/pdf"), name)


def shown(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    """The same, of an answer that carries one."""
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@access(Officer)
def one(request: HttpRequest, meeting_id: UUID, paper_id: UUID) -> HttpResponseBase:
    """One paper as it came."""
    found = meeting_here(request, meeting_id)
    paper = next((row for row in queries.papers_of(found) if row.id == paper_id), None)
    if paper is None:
        raise Http404
    return shown(ranged(request, paper.sha256, binding.path_of(paper), "application/pdf"), "waraka")


@access(Officer)
def pack(request: HttpRequest, meeting_id: UUID) -> HttpResponseBase:
    """The whole pack as one PDF, closed papers too, for the secretary's printer."""
    found = meeting_here(request, meeting_id)
    if queries.pack_of(found) is None:
        raise Http404
    with transaction.atomic():
        made = binding.pdf(found, queries.papers_of(found), language())
    return pdf(request, made, "kabrasha")


@access(Officer)
def asked(request: HttpRequest) -> HttpResponse:
    """What was asked of oneself and one's unit, and has not been given."""
    lang, actor = language(), actor_of(request)
    found = Paginator(queries.asked_of(actor), PAGE).get_page(request.GET.get("page"))
    zone = institutions.working_time(actor.workplace).zone
    rows = [
        {
            "url": f"{prefix()}/ofisi/mabaraza/nyaraka/{row.id}/", "what": row.what,
            "meeting": naming.name_of(row.item.meeting, lang), "due": say_instant(row.due_at, lang, zone),
            "is_late": queries.is_late(row),
        }
        for row in found
    ]  # fmt: skip
    return page(request, "papers/asked", {"rows": rows, "page": found, "query": ""})


@access(Officer)
def give(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Hand in what was asked for."""
    actor, lang, message = actor_of(request), language(), ""
    ask = Ask.objects.select_related("item__meeting__body").filter(institution_id=actor.workplace, id=ask_id).first()
    if ask is None or not may_give(actor, ask):
        raise Http404
    if request.method == "POST":
        message = attempt(lambda: _give(request, ask.item_id, ask.id, ""))
        if not message:
            return done(request, "/ofisi/mabaraza/nyaraka/", "meetings.paper_done_give")
    zone = institutions.working_time(ask.institution_id).zone
    owner = identity.people([ask.by]).get(ask.by)
    context = {
        "what": ask.what, "meeting": naming.name_of(ask.item.meeting, lang), "item": ask.item.title.get(lang, ""),
        "due": say_instant(ask.due_at, lang, zone), "is_late": queries.is_late(ask), "by": owner.name if owner else "",
        "is_given": ask.given_at is not None, "up": f"{prefix()}/ofisi/mabaraza/nyaraka/",
    }  # fmt: skip
    return page(request, "papers/give", context, message)
