"""Lists kept by name: keeping the one on the screen, going to one, forgetting one."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jumuishi.cases import queries
from jumuishi.cases.actions import lists
from jumuishi.cases.models import SavedList
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import listing
from jumuishi.cases.web.ways import to
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


def shown(actor: Actor, rows: Iterable[SavedList], wanted: queries.Wanted) -> list[dict[str, Any]]:
    """The lists of an officer and its unit, each with its address; the one on the screen is marked."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "query": listing.address(lists.wanted_of(one)),
            "current": lists.wanted_of(one) == wanted,
            "mine": one.owner_id == actor.person_id,
            "shared": one.unit_id is not None,
            "first": one.is_first and one.owner_id == actor.person_id,
        }
        for one in rows
    ]


@access(Officer)
def lists_page(request: HttpRequest) -> HttpResponse:
    """Keep the list of the address under a name; the lists that are kept."""
    actor, lang = actor_of(request), language()
    moment = listing.moment_of(actor)
    wanted = listing.read(request.GET, has_team=moment.around.team is not None)
    message, status = "", 200
    if request.method == "POST":
        try:
            lists.save_list(
                actor=actor, name=request.POST.get("name", ""), wanted=wanted,
                is_shared="shared" in request.POST, is_first="first" in request.POST,
            )  # fmt: skip
        except CaseError as error:
            message, status = t(error.code, lang), 422
        else:
            return to(f"/ofisi/?{listing.address(wanted)}")
    names, stages = listing.offered(actor, lang), dict(queries.stages_at_work(actor))
    context = {
        "rows": shown(actor, lists.lists_of(actor), wanted),
        "list": listing.in_words(wanted, lang, names=names, stages={key: one[lang] for key, one in stages.items()}),
        "query": listing.address(wanted),
        "typed": request.POST,
        "message": message,
        "has_unit": lists.unit_of(actor) is not None,
    }
    return render(request, "cases/lists.html", context, status=status)


@access(Officer)
@require_POST
def forget(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Forget a list of one's own."""
    lists.drop_list(actor=actor_of(request), list_id=list_id)
    return to("/ofisi/orodha/")
