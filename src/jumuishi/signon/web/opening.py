"""/ofisi/kuingia/wananchi/: the authority decides which systems may serve citizens by their sign-in here."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jumuishi.identity.doors import FreshAccount, access, actor_of
from jumuishi.identity.public import must
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.signon import queries, registering
from jumuishi.signon.types import SignonRefusedError
from jumuishi.signon.web import words
from jumuishi.signon.web.forms import ReasonForm
from jumuishi.signon.web.frame import PAGE, answer, refuse, to


def _authority(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    must(actor, "signon.client.open", Thing("signon_client", new_id()))
    return actor


@access(FreshAccount)
@require_http_methods(["GET", "HEAD"])
def waiting(request: HttpRequest) -> HttpResponse:
    """What heads of institutions have said yes to, the oldest first."""
    _authority(request)
    lang = language()
    page = Paginator(queries.waiting_for_authority(), PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    whose = words.houses(found, lang)
    rows = [{**words.client(one, lang), "house": whose.get(one.institution_id, "")} for one in found]
    return answer(request, "opening", "opening", {"rows": rows, "page": page, "query": ""})


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """What it wants to be told, why, on which law. POST: `do` is approve or refuse (`reason`)."""
    actor, lang, do, error = _authority(request), language(), request.POST.get("do", ""), ""
    found = queries.waiting_for_authority().filter(id=client_id).first()
    if found is None:
        raise Http404
    form = ReasonForm(request.POST if do == "refuse" else None, lang=lang)
    if request.method == "POST":
        try:
            if do == "refuse":
                registering.refuse(actor=actor, client_id=client_id, reason=request.POST.get("reason", ""))
            elif do == "approve":
                registering.approve(actor=actor, client_id=client_id)
            return to("wananchi/")
        except SignonRefusedError as refused:
            if refused.field in form.fields:
                refuse(form, refused)
            else:
                error = t(refused.key, lang)
    house = words.houses([found], lang).get(found.institution_id, "")
    context = {"row": words.client(found, lang), "house": house, "form": form, "error": error}
    return answer(request, "opening_one", "opening", context)
