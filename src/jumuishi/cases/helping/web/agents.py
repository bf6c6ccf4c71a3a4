"""The public's list of licensed agents: who, where, for what, for how much at most; searched by place or name."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases.helping import outlets, queries
from jumuishi.cases.helping.models import Outlet
from jumuishi.cases.helping.web.counter import uuid_of
from jumuishi.identity.doors import Everyone, access
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.kernel.spoken import say_money
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.services import public as services

PAGE = 20


@access(Everyone)
def agents(request: HttpRequest) -> HttpResponse:
    """By place, those of agreements that stand today; of one service with `huduma`."""
    lang, sought = language(), request.GET.get("q", "").strip()[:60]
    wanted = uuid_of(request.GET.get("huduma", ""))
    offering = services.offering(wanted) if wanted is not None else None
    # As the system: what two people let stand is there for everybody to read, the rest of the table is not.
    with tenancy.acting_as(queries.SYSTEM):
        page = Paginator(queries.outlets_on(institutions.today(), sought, offering), PAGE).get_page(
            request.GET.get("page")
        )
        rows = _rows(list(page.object_list), lang)
    query = {key: value for key, value in (("q", sought), ("huduma", str(offering.id) if offering else "")) if value}
    context = {
        "rows": rows,
        "page": page,
        "sought": sought,
        "service": offering.name[lang] if offering is not None else "",
        "offering": offering.id if offering is not None else "",
        "query": urlencode(query),
    }
    return render(request, "cases/helping/agents.html", context)


def _rows(found: list[Outlet], lang: str) -> list[dict[str, Any]]:
    homes = institutions.institutions({key for one in found for key in (one.institution_id, one.agreement.agent_id)})
    names = services.names_of({(one.institution_id, one.agreement.service) for one in found if one.agreement.service})
    rows = []
    for one in found:
        home, agent = homes.get(one.institution_id), homes.get(one.agreement.agent_id)
        if home is None or agent is None:
            continue
        named = names.get((one.institution_id, one.agreement.service))
        service = named[lang] if named else t("cases.agents_all", lang)
        rows.append(
            {
                "agent": agent.name[lang],
                "where": outlets.said(one.place, one.where),
                "what": t("cases.agents_public_of", lang, home=home.name[lang], service=service),
                "most": t("cases.agents_at_most", lang, most=say_money(one.agreement.most, settings.CURRENCY)),
            }
        )
    return rows
