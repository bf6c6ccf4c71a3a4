"""/ofisi/kuingia/watumishi/: which of an institution's own staff are signed in to systems; the head ends it."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jumuishi.identity import public as identity
from jumuishi.identity.doors import FreshAccount, access, actor_of
from jumuishi.identity.types import NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.signon import queries
from jumuishi.signon.web import words
from jumuishi.signon.web.frame import PAGE, answer, to


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: HttpRequest) -> HttpResponse:
    """Who works here, and where each is signed in. POST: every session of `person` ends, and every system is told."""
    actor, lang, error = actor_of(request), language(), ""
    if not actor.has("head"):
        raise NotAllowedError("identity.session.end_staff")
    if request.method == "POST":
        try:
            identity.end_staff_sessions(actor=actor, person_id=UUID(request.POST.get("person", "")))
            return to("watumishi/")
        except ValueError:
            error = t("signon.not_there", lang)
    page = Paginator(institutions.people_in(actor.workplace), PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    where = words.sign_ins(queries.standing_of([one.person_id for one in people]), lang)
    rows = [
        {
            "id": one.person_id, "name": one.name, "title": one.title.get(lang) or one.title["sw"],
            "systems": [row for row in where if row["person_id"] == one.person_id],
            "own": one.person_id == actor.person_id,
        }
        for one in people
    ]  # fmt: skip
    return answer(request, "staff", "staff", {"rows": rows, "page": page, "query": "", "error": error})
