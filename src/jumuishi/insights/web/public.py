"""For everybody: what an institution promised and what it kept, service by service."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.identity.doors import Everyone, access
from jumuishi.insights import queries, rules
from jumuishi.insights.models import Figure
from jumuishi.insights.web import words
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import public as services

SHOWN = (90, 365)


@access(Everyone)
def kept_promises(request: HttpRequest, slug: str) -> HttpResponse:
    """Too few decisions to tell are said to be unknown, never a good or a bad figure."""
    lang, home = language(), institutions.institution_by_slug(slug)
    if home is None:
        raise Http404
    rows = queries.public_figures(home.id)
    by_key = {(one.key, one.span): one for one in rows}
    offered = [one for one in services.offerings_of(home.id) if one.state == "published"]
    computed = queries.computed_at(rows)
    context = {
        "institution": home.name[lang],
        "slug": slug,
        "least": rules.LEAST,
        "computed": say_instant(computed, lang, settings.TIME_ZONE) if computed else "",
        "services": [
            {
                "id": one.service,
                "name": one.name[lang],
                "promise": services.promise_words(services.definition(one.edition_hash).package, one.settings, lang),
                "spans": (spans := [_told(by_key.get((one.service, span)), span, lang) for span in SHOWN]),
                "known": any(span["known"] for span in spans),
            }
            for one in offered
        ],
    }
    return render(request, "insights/kept.html", context)


def _told(one: Figure | None, span: int, lang: str) -> dict[str, Any]:
    """A span in words; counts that could tell one person's wait are kept back."""
    is_known = one is not None and one.done >= rules.LEAST
    return {
        "label": t(f"insights.span_{span}", lang),
        "known": is_known,
        "kept": words.kept(one.done, one.late, lang) if one and is_known else "",
        "median": words.wait(one.median, lang) if one and is_known else "",
        "p90": words.wait(one.p90, lang) if one and is_known else "",
    }
