"""The public's way to a service: home, search, and a service before one begins."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.identity.doors import Everyone, access
from jumuishi.institutions import public as institutions
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import describe, queries
from jumuishi.services.editions import definition
from jumuishi.services.models import Offering

PAGE = 20


def _rows(offerings: list[Offering], lang: str) -> list[dict[str, Any]]:
    homes = institutions.institutions({row.institution_id for row in offerings})
    prefix = "/en" if lang == "en" else ""
    rows = []
    for row in offerings:
        home = homes.get(row.institution_id)
        if home is None:
            continue
        ref = queries.as_ref(row)
        rows.append(
            {
                "url": f"{prefix}/huduma/{home.slug}/{row.service}/",
                "name": ref.name,
                "institution": home.name,
                "promise": describe.promise_words(definition(ref.edition_hash).package, ref.settings, lang),
            }
        )
    return rows


@access(Everyone)
def home(request: HttpRequest) -> HttpResponse:
    """The first page: search, doors, what is on offer."""
    lang = language()
    rows = _rows(list(queries.published()[:8]), lang)
    return render(request, "services/home.html", {"rows": rows, "empty": t("services.none", lang)})


@access(Everyone)
def services(request: HttpRequest) -> HttpResponse:
    """All services, searched and paged; of one institution with `taasisi`."""
    lang, q, slug = language(), request.GET.get("q", "").strip()[:80], request.GET.get("taasisi", "")[:60]
    home = institutions.institution_by_slug(slug) if slug else None
    if slug and home is None:
        raise Http404
    found = queries.published(q, institution_id=home.id if home else None)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": _rows(list(page.object_list), lang),
        "page": page,
        "q": q,
        "of": home.name if home else None,
        "slug": slug,
        "query": urlencode({name: value for name, value in (("q", q), ("taasisi", slug)) if value}),
        "empty": t("services.none_found" if q else "services.none", lang),
    }
    return render(request, "services/list.html", context)


@access(Everyone)
def service(request: HttpRequest, institution: str, name: str) -> HttpResponse:
    """One service of one institution: what it needs, costs and promises, its steps, and the button to begin."""
    lang = language()
    home = institutions.institution_by_slug(institution)
    offered = queries.offering_of(home.id, name) if home else None
    if home is None or offered is None or offered.state != "published":
        raise Http404
    package = definition(offered.edition_hash).package
    context = {
        "offering": offered,
        "withdrawn": offered.withdrawn is not None,
        "institution": home.name,
        "slug": home.slug,
        "fee": describe.fee_words(package, offered.settings, settings.CURRENCY, lang),
        "promise": describe.promise_words(package, offered.settings, lang),
        "needs": describe.needs(package, lang),
        "prices": describe.prices(package, offered.settings, settings.CURRENCY, lang),
        "steps": describe.steps(package, offered.settings, lang),
        "sources": [
            {"label": dict(package.settings[key].label), **source}
            for key, source in offered.sources.items()
            if key in package.settings
        ],
    }
    return render(request, "services/service.html", context)
