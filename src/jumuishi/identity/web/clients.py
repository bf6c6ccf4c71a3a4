"""/ofisi/funguo-api/: the keys of an institution's own programs: make one, change it, end it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jumuishi.channels.context import add_desk
from jumuishi.identity import clients, session
from jumuishi.identity.doors import Access, access, actor_of
from jumuishi.identity.models import ApiKey
from jumuishi.identity.policy import must
from jumuishi.identity.types import ActorKind, KeyRefusedError, Thing
from jumuishi.identity.web import ways
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE = 30
AT_WORK = (ActorKind.OFFICER, ActorKind.AUTHORITY)

FreshOfficer = Access(
    "officer whose second factor was just shown",
    lambda request: actor_of(request).kind in AT_WORK and session.is_fresh(request),
    "/ofisi/ingia/",
    again=True,
)


def _keeps(request: HttpRequest) -> bool:
    return actor_of(request).has(*clients.KEEPERS)


add_desk(85, "identity.keys_desk", "/ofisi/funguo-api/", _keeps)


@access(FreshOfficer)
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys with when they were last used; POST makes, changes or ends one. A key is shown this once."""
    actor, lang = actor_of(request), language()
    must(actor, "identity.api_key.manage", Thing("api_key", new_id(), actor.workplace))
    shown: dict[str, Any] = {"error": "", "secret": "", "name": ""}
    if request.method == "POST":
        try:
            shown["secret"] = _change(request)
            if not shown["secret"]:
                return ways.to("/ofisi/funguo-api/")
        except KeyRefusedError as error:
            shown |= {"error": t(str(error), lang), "name": request.POST.get("name", "")}
    page = Paginator(clients.keys_of(actor.workplace), PAGE).get_page(request.GET.get("page"))
    context = {"rows": [_row(one, lang) for one in page.object_list], "page": page, "query": "", **shown}
    answer = render(request, "identity/api_keys.html", context, status=422 if shown["error"] else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _change(request: HttpRequest) -> str:
    """The new key, where there is one."""
    actor, act = actor_of(request), request.POST.get("do", "")
    if act == "issue":
        return clients.issue_key(actor=actor, name=request.POST.get("name", "")).secret
    try:
        key_id = UUID(request.POST.get("key", ""))
    except ValueError:
        raise KeyRefusedError("identity.key_over") from None
    if act == "rotate":
        return clients.rotate_key(actor=actor, key_id=key_id).secret
    clients.revoke_key(actor=actor, key_id=key_id)
    return ""


def _row(one: ApiKey, lang: str) -> dict[str, Any]:
    now = clock.now()
    state = "live" if one.ends_at is None else "ending" if one.ends_at > now else "over"
    at = {name: say_instant(when, lang, settings.TIME_ZONE) if when else "" for name, when in (
        ("made", one.created_at), ("used", one.used_at), ("ends", one.ends_at),
    )}  # fmt: skip
    return {"id": one.id, "name": one.name, "hint": one.hint, "state": state, **at}
