"""/ingia/mifumo/, /ofisi/usalama/mifumo/: the systems one is signed in to, what they may know, an end to each."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jumuishi.identity.doors import KnownPerson, SignedInAccount, access, actor_of
from jumuishi.kernel.templatetags.text import language
from jumuishi.signon import ending, queries
from jumuishi.signon.web import words


@access(KnownPerson)
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """A citizen's own."""
    return _page(request, "/ingia/mifumo/", "channels/frame.html", "/ingia/vikao/")


@access(SignedInAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def officers(request: HttpRequest) -> HttpResponse:
    """An officer's own."""
    return _page(request, "/ofisi/usalama/mifumo/", "channels/office.html", "/ofisi/usalama/")


def _page(request: HttpRequest, here: str, frame: str, back: str) -> HttpResponse:
    """POST ends one sign-in (`do=end`, `id`) or withdraws one consent (`do=withdraw`, `id`); twice is once."""
    actor, lang = actor_of(request), language()
    prefix = "/en" if lang == "en" else ""
    if request.method == "POST":
        do = {"end": "sign_in_id", "withdraw": "consent_id"}.get(request.POST.get("do", ""))
        try:
            asked = UUID(request.POST.get("id", ""))
        except ValueError:
            do = None
        if do == "sign_in_id":
            ending.leave(actor=actor, sign_in_id=asked)
        elif do == "consent_id":
            ending.withdraw(actor=actor, consent_id=asked)
        return HttpResponseRedirect(prefix + here)
    context = {
        "frame": frame, "is_office": frame.endswith("office.html"), "back": prefix + back,
        "sign_ins": words.sign_ins(queries.standing_of([actor.who]), lang),
        "consents": words.consents(queries.consents_of(actor.who), lang),
    }  # fmt: skip
    return render(request, "signon/mine.html", context)
