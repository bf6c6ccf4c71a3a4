"""/vikao/maazimio/: what a body decided and how far it has come, for everybody; nothing that was closed."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from jumuishi.identity.doors import Everyone, access
from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.models import Body, Resolution
from jumuishi.meetings.resolutions import queries
from jumuishi.meetings.resolutions.doing import is_late
from jumuishi.meetings.resolutions.web.frame import page


@access(Everyone)
@require_GET
def of_body(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """A body's resolutions, the newest first."""
    lang = language()
    body = Body.objects.filter(id=body_id, is_public=True).first()
    if body is None:
        raise Http404
    found = Paginator(queries.public_of(body_id), queries.PAGE).get_page(request.GET.get("page"))
    today = institutions.today()
    rows = [
        {
            "id": one.id, "number": t("meetings.res_number", lang, number=str(one)), "text": one.text,
            "due": say_date(one.due_on, lang, weekday=False), "done": one.state == Resolution.State.DONE,
            "late": one.state == Resolution.State.OPEN and one.due_on < today,
            "part": t("meetings.res_part", lang, done=getattr(one, "n_done", 0), n=getattr(one, "n", 0)),
        }
        for one in found.object_list
    ]  # fmt: skip
    return page(request, "public", {"body": body.name.get(lang, ""), "rows": rows, "page": found, "query": ""})


@access(Everyone)
@require_GET
def progress(request: HttpRequest, resolution_id: UUID) -> HttpResponse:
    """One resolution: who has it, until when, and where each stands."""
    lang = language()
    one = Resolution.objects.filter(id=resolution_id, is_public=True).select_related("body").first()
    if one is None:
        raise Http404
    found = Paginator(queries.progress_of(one), 50).get_page(request.GET.get("page"))
    rows = list(found.object_list)
    homes = institutions.institutions({each.institution_id for each in rows})
    context = {
        "number": t("meetings.res_number", lang, number=str(one)),
        "body": one.body.name.get(lang, ""), "body_id": one.body_id, "text": one.text,
        "due": say_date(one.due_on, lang, weekday=False), "page": found, "query": "",
        "rows": [
            {
                # A colleague's name is the institution's own business; that the institution answers is everybody's.
                "owner": homes[each.institution_id].name[lang] if each.institution_id in homes else "",
                "state": t(f"meetings.res_state_{each.state}", lang), "late": is_late(each),
                "committed": say_date(each.committed_on, lang, weekday=False) if each.committed_on else "",
            }
            for each in rows
        ],
    }  # fmt: skip
    return page(request, "progress", context)
