"""/vikao/chombo/BODY/kanuni/: the standing orders in force, in words, with their gazette number."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jumuishi.identity.doors import Everyone, access
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings import naming
from jumuishi.meetings.gallery import queries
from jumuishi.meetings.orders.shape import rules_in
from jumuishi.meetings.orders.types import Rule
from jumuishi.meetings.orders.words import quoted, rule_name, rule_words


@access(Everyone)
@require_GET
def orders(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """Each rule that the body has entered; what is not entered is not there, and nothing is assumed."""
    lang = language()
    with queries.as_visitor():
        body = queries.body(body_id)
        if body is None:
            raise Http404
        found = queries.edition(body)
    context = {
        "body": body,
        "name": naming.in_lang(body.name, lang),
        "gazette": str(found.definition.get("gazette", "")) if found else "",
        "since": say_date(found.from_on, lang, weekday=False) if found and found.from_on else "",
        "rules": [
            {
                "name": rule_name(name, lang).capitalize(),
                "said": rule_words(name, table, lang),
                "quoted": quoted(Rule(str(table["clause"]), str(table.get("words", ""))), lang)
                if table.get("clause")
                else "",
            }
            for name, table in (rules_in(found.definition) if found else ())
        ],
        "none": t("meetings.gallery_no_orders", lang),
    }
    return render(request, "meetings/gallery/orders.html", context)
