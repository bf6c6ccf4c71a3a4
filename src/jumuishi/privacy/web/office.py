"""/ofisi/faragha/: requests by what falls due first, and the answer to one."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts
from jumuishi.privacy import policies, queries
from jumuishi.privacy.actions import requests
from jumuishi.privacy.models import Request
from jumuishi.privacy.types import WAITING, Kind, PrivacyError, State
from jumuishi.privacy.web.asking import told_fates
from jumuishi.privacy.web.ways import at, at_desk, prefix, to

PAGE = 25
LISTS = (("requests", ""), ("breaches", "uvunjaji/"), ("register", "rejesta/"), ("lookers", "waliotazama/"),
         ("findings", "mifumo/"), ("figures", "takwimu/"), ("report", "ripoti/"))  # fmt: skip


def frame(actor: Actor, current: str) -> dict[str, Any]:
    """What every page of the desk shows: the day in numbers, and the lists."""
    lang, here = language(), f"{prefix()}/ofisi/faragha/"
    load = queries.load(actor.workplace, clock.now())
    tiles = (("waiting", ""), ("late", ""), ("appealed", ""), ("breaches", "uvunjaji/"))
    return {
        "load": [{"n": load[one], "label": t(f"privacy.tile_{one}", lang), "url": here + where,
                  "late": one == "late" and load[one]} for one, where in tiles],
        "lists": [{"label": t(f"privacy.list_{one}", lang), "url": here + where, "current": one == current}
                  for one, where in LISTS],
        "here": here,
    }  # fmt: skip


@access(Officer)
def inbox(request: HttpRequest) -> HttpResponse:
    """Requests that wait, by what falls due first; or all of them."""
    actor, lang, now = at_desk(request), language(), clock.now()
    show, q = request.GET.get("v", ""), request.GET.get("q", "").strip()[:30]
    page = Paginator(queries.inbox(actor.workplace, show, q), PAGE).get_page(request.GET.get("page"))
    rows = []
    for row in page:
        due = row.appeal_due_at if row.state == State.APPEALED else row.due_at
        waits = row.state in WAITING
        rows.append(
            {
                "url": f"{prefix()}/ofisi/faragha/ombi/{row.id}/",
                "number": group(row.number),
                "kind": t(f"privacy.kind_{row.kind}", lang),
                "state": t(f"privacy.state_{row.state}", lang),
                "asked": at(row.asked_at, lang),
                "due": at(due, lang) if waits else "",
                "late": waits and due is not None and due < now,
                "no_clock": waits and due is None,
            }
        )
    context = {**frame(actor, "requests"), "rows": rows, "page": page, "q": q, "v": show, "query": f"v={show}&q={q}"}
    return render(request, "privacy/office_inbox.html", context)


@access(Officer)
def one(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """A request, and its answer; that it was opened is on the record. A grave answer is shown first, then given."""
    actor = at_desk(request)
    found = Request.objects.filter(institution_id=actor.workplace, id=request_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        return _answer(request, actor, found)
    identity.looked(actor, requests.thing_of(found), "request")
    return render(request, "privacy/office_request.html", _context(actor, found))


def _context(actor: Actor, row: Request, text: str = "", error: str = "", late: str = "") -> dict[str, Any]:
    lang, now, thing = language(), clock.now(), requests.thing_of(row)
    due = row.appeal_due_at if row.state == State.APPEALED else row.due_at
    person = identity.person(row.person_id)
    guard = row.state == State.OPEN and policies.guards(actor, thing)
    head = row.state == State.APPEALED and policies.leads(actor, thing)
    own = requests.is_same(actor.who, row.person_id)
    same = head and row.answered_by is not None and requests.is_same(actor.who, row.answered_by)
    why_not = "own_request" if own else "another_person" if same else ""
    return {
        **frame(actor, "requests"),
        "r": row,
        "number": group(row.number),
        "thing": group(row.thing),
        "kind": t(f"privacy.kind_{row.kind}", lang),
        "state": t(f"privacy.state_{row.state}", lang),
        "person": person.name if person and person.name else t("privacy.nameless", lang),
        "phone": row.phone,
        "label": row.label.get(lang, ""),
        "asked": at(row.asked_at, lang),
        "due": at(due, lang),
        "late": row.state in WAITING and due is not None and due < now,
        "answered": at(row.answered_at, lang),
        "closed": at(row.closed_at, lang),
        "fates": told_fates(row, lang),
        "may_act": (guard or head) and not why_not,
        "why_not": t(f"privacy.{why_not}", lang) if why_not and (guard or head) else "",
        "text": text,
        "late_text": late,
        "error": t(error, lang) if error in texts() else (t("privacy.cannot", lang) if error else ""),
    }


def _answer(request: HttpRequest, actor: Actor, row: Request) -> HttpResponse:
    post = request.POST
    text, late, granted = post.get("text", "").strip(), post.get("late", "").strip(), post.get("do") == "grant"
    if post.get("do") not in ("grant", "refuse"):
        return render(request, "privacy/office_request.html", _context(actor, row, text, late=late))
    act = requests.close if row.state == State.APPEALED else requests.answer
    try:
        if (
            granted
            and text
            and row.state == State.OPEN
            and row.kind in (Kind.CORRECT, Kind.ERASE)
            and not post.get("sure")
        ):
            return _sure(request, actor, row, text, late)
        act(actor=actor, request_id=row.id, granted=granted, text=text, late=late)
    except PrivacyError as error:
        status = 409 if error.code == "privacy.answered_already" else 400
        row.refresh_from_db()
        return render(
            request, "privacy/office_request.html", _context(actor, row, text, error.code, late), status=status
        )
    return to(f"/ofisi/faragha/ombi/{row.id}/?done=1")


def _sure(request: HttpRequest, actor: Actor, row: Request, text: str, late: str) -> HttpResponse:
    lang = language()
    fates = requests.preview(actor=actor, request_id=row.id) if row.kind == Kind.ERASE else []
    told = Request(fates=fates)
    context = _context(actor, row, text, late=late) | {"fates": told_fates(told, lang)}
    context["gone"] = sum(1 for one in fates if one["erased"])
    return render(request, "privacy/office_sure.html", context)
