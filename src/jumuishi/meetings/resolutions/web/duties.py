"""/ofisi/mabaraza/maazimio/: what is mine, my institution's, what it asked of others; overdue first; as a file."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from jumuishi.channels import sheets as answers
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.models import Duty
from jumuishi.meetings.resolutions import queries
from jumuishi.meetings.resolutions.doing import is_late
from jumuishi.meetings.resolutions.web.frame import duty_words, page

HEAD = ("number", "body", "text", "owner", "due_on", "committed_on", "state", "late", "acknowledged_at", "reported_at",
        "accepted_at", "budget_line")  # fmt: skip
MOST = 5000


def wanted_of(request: HttpRequest) -> queries.Wanted:
    """The view and state asked for."""
    view, state = request.GET.get("v", "mine"), request.GET.get("s", "open")
    return queries.Wanted(view if view in queries.VIEWS else "mine", state if state in queries.STATES else "open")


@access(Officer)
@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """The list; as many queries for one row as for a full page."""
    actor, lang, wanted = actor_of(request), language(), wanted_of(request)
    found = Paginator(queries.duties(actor, wanted), queries.PAGE).get_page(request.GET.get("page"))
    rows = list(found.object_list)
    owners, loads = queries.owners(rows, lang), queries.counts(actor, wanted.view)
    context = {
        "rows": [duty_words(one, owners[one.id]) for one in rows],
        "page": found,
        "query": urlencode({"v": wanted.view, "s": wanted.state}),
        "views": [
            {"key": one, "label": t(f"meetings.res_view_{one}", lang), "current": one == wanted.view}
            for one in queries.VIEWS
        ],
        "load": [
            {
                "n": loads[one], "label": t(f"meetings.res_load_{one}", lang), "current": one == wanted.state,
                "css": "late" if one == "late" and loads[one] else "",
                "query": urlencode({"v": wanted.view, "s": one}),
            }
            for one in queries.STATES
        ],
    }  # fmt: skip
    return page(request, "list", context)


@access(Officer)
@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The list as a file, whole; whoever takes it out leaves a row in the journal."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    actor, lang = actor_of(request), language()
    rows = export_duties(actor=actor, wanted=wanted_of(request), lang=lang)
    head = [t(f"meetings.res_col_{one}", lang) for one in HEAD]
    return answers.answer("maazimio", kind, head, rows)


@identity.policy("meetings.duty.export")
def may_export(actor: Actor, thing: Thing) -> bool:
    """Whoever works there reads the list, and may take it along."""
    return identity.is_of_institution(actor, thing)


@identity.action("meetings.duty.export")
def export_duties(*, actor: Actor, wanted: queries.Wanted, lang: str) -> list[tuple[object, ...]]:
    """At most MOST rows, overdue first."""
    thing = Thing("duties", actor.workplace, actor.workplace)
    identity.must(actor, "meetings.duty.export", thing)
    rows = list(queries.duties(actor, wanted)[:MOST])
    identity.record(actor, thing, after={"view": wanted.view, "state": wanted.state, "rows": len(rows)})
    return list(_lines(rows, lang))


def _lines(rows: list[Duty], lang: str) -> Iterator[tuple[object, ...]]:
    owners: dict[UUID, str] = queries.owners(rows, lang)
    for one in rows:
        resolution: Any = one.resolution
        yield (
            str(resolution),
            resolution.body.name.get(lang, ""),
            resolution.text,
            owners[one.id],
            one.due_on.isoformat(),
            one.committed_on.isoformat() if one.committed_on else "",
            t(f"meetings.res_state_{one.state}", lang),
            t("meetings.res_yes" if is_late(one) else "meetings.res_no", lang),
            one.acknowledged_at,
            one.reported_at,
            one.accepted_at,
            resolution.budget_line,
        )
