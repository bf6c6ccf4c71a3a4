"""The authority's page of keys: which institution signs with which, renewing a pair, striking one off."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.documents import keys as room
from jumuishi.documents import public, queries
from jumuishi.documents.types import KeysNotReadyError
from jumuishi.identity.doors import Authority, access, actor_of
from jumuishi.kernel import tenancy
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE = 30


@access(Authority)
def keys(request: HttpRequest) -> HttpResponse:
    """All keys, newest first; POST renews the pair of an institution or strikes one off for a reason."""
    lang, error, wrong = language(), "", ""
    if request.method == "POST":
        kid, reason = request.POST.get("kid", ""), request.POST.get("reason", "").strip()
        if reason:
            _change(request, kid, reason)
            return HttpResponseRedirect(request.path)
        error, wrong = t("documents.need_reason", lang), kid
    with tenancy.acting_as(queries.SYSTEM):
        page = Paginator(queries.institution_keys(), PAGE).get_page(request.GET.get("page"))
        rows = [queries.as_public_key(row) for row in page.object_list]
    shown = [
        {
            "kid": row.kid,
            "name": row.name[lang],
            "signs": row.retired_at is None,
            "struck": row.compromised_at is not None,
            "since": public.day(row.not_before, lang),
            "until": public.day(row.retired_at or row.not_after, lang),
            "error": error if row.kid == wrong else "",
        }
        for row in rows
    ]
    context = {"rows": shown, "page": page, "query": "", "error": error}
    return render(request, "documents/keys.html", context, status=422 if error else 200)


def _change(request: HttpRequest, kid: str, reason: str) -> None:
    actor = actor_of(request)
    try:
        if request.POST.get("do") == "strike":
            room.strike_off_key(actor=actor, kid=kid, reason=reason)
        else:
            with tenancy.acting_as(queries.SYSTEM):
                row = room.pair(kid)
            room.rotate_key(actor=actor, institution_id=UUID(str(row.institution_id)), name=row.name, reason=reason)
    except KeysNotReadyError as error:
        raise Http404 from error
