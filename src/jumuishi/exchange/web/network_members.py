"""/ofisi/seva/taasisi/ and /ofisi/seva/hii/: who is a member, its word taken and given back; this node itself."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from jumuishi.exchange import admitting, centre, network, renewing, standing
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.web import words
from jumuishi.exchange.web.forms import ReasonForm
from jumuishi.exchange.web.frame import PAGE, refuse
from jumuishi.exchange.web.network_frame import answer, manager, to
from jumuishi.identity.doors import FreshAccount, Officer, access
from jumuishi.kernel.templatetags.text import language


@access(Officer)
@require_GET
def members(request: HttpRequest) -> HttpResponse:
    """The directory's members."""
    manager(request)
    text = request.GET.get("q", "")[:80]
    here = network.here()
    page = Paginator(network.members_of(here.directory, text), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "kind": one.id.member_class, "code": one.id.member_code, "name": one.name,
            "is_revoked": one.revoked_at is not None,
        }
        for one in page.object_list
    ]  # fmt: skip
    context = {"page": page, "rows": rows, "text": text, "query": f"q={text}" if text else ""}
    return answer(request, "net_members", "members", context)


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, member_class: str, member_code: str) -> HttpResponse:
    """One of them. POST with a reason: its word counts no more, or, by another person, again."""
    actor, lang, pair = manager(request), language(), (member_class, member_code)
    name = centre.members_known().get(pair)
    if name is None:
        raise Http404
    row = network.revoked_members().get(pair)
    form = ReasonForm(request.POST if request.method == "POST" else None, lang=lang)
    if request.method == "POST" and form.is_valid():
        act = admitting.restore_member if request.POST.get("do") == "restore" else admitting.revoke_member
        try:
            act(actor=actor, member=pair, reason=form.cleaned_data["reason"])
            return to(f"taasisi/{member_class}/{member_code}/")
        except ExchangeRefusedError as error:
            refuse(form, error)
    context = {
        "form": form, "name": name, "wire": f"{member_class}/{member_code}", "revoked": row,
        "at": words.at(row.revoked_at if row else None, lang), "own": row is not None and row.revoked_by == actor.who,
    }  # fmt: skip
    return answer(request, "net_member", "members", context)


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """This node: its directory, what ends when, the line that lets others join. POST renews its keys early."""
    actor, lang = manager(request), language()
    if request.method == "POST":
        renewing.renew(actor=actor, early=True)
        return to("hii/")
    here = network.here()
    found = here.directory
    context = {
        "here": here, "serial": found.serial if found else "", "is_centre": not here.centre_address,
        "issued": words.at(found.issued if found else None, lang), "grade": f"exchange.grade_{here.grade}",
        "expires": words.at(found.expires if found else None, lang), "key_ends": words.at(here.key_ends, lang),
        "certificate_ends": words.at(here.certificate_ends, lang), "next": words.at(here.next_certificate_at, lang),
        "invitation": "" if here.centre_address else standing.invitation(),
    }  # fmt: skip
    return answer(request, "net_own", "own", context)
