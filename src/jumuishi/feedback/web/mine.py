"""What I have said, signed in: the list, each with its answer, what I may do."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.feedback import queries
from jumuishi.feedback.models import Item
from jumuishi.feedback.types import FeedbackError
from jumuishi.feedback.web import follow, ways
from jumuishi.feedback.web.say import receipt_context
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE = 20


@access(KnownPerson)
def mine(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    lang = language()
    page = Paginator(queries.mine(actor_of(request).who), PAGE).get_page(request.GET.get("page"))
    homes = institutions.institutions({one.about_id for one in page.object_list})
    rows = [
        {
            "url": f"{ways.prefix()}/mrejesho/yangu/{one.id}/",
            "kind": t(f"feedback.kind_{one.kind}", lang),
            "about": homes[one.about_id].name[lang] if one.about_id in homes else "",
            "state": ways.state_words(one, lang),
            "number": group(one.reference),
        }
        for one in page.object_list
    ]
    return render(request, "feedback/mine.html", {"rows": rows, "page": page})


def _own(request: HttpRequest, item_id: UUID) -> Item:
    found = queries.mine(actor_of(request).who).filter(id=item_id).first()
    if found is None:
        raise Http404
    return found


@access(KnownPerson)
def one(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One of mine; sent as a form, an act of mine."""
    item = _own(request, item_id)
    if request.GET.get("mpya"):
        context = receipt_context(item) | {"track_url": f"{ways.prefix()}/mrejesho/yangu/{item.id}/"}
        return render(request, "feedback/receipt.html", context)
    status, refused, do, text = 200, "", request.POST.get("do", ""), request.POST.get("text", "")
    if request.method == "POST":
        try:
            follow.act(actor_of(request), item, do, text)
        except FeedbackError as error:
            status, refused = 400, error.code
        else:
            return ways.to(f"/mrejesho/yangu/{item.id}/?sawa={do}")
    done = request.GET.get("sawa", "")
    context = follow.thread(
        item, text=text, error=refused, done=done if done in follow.ACTS else "", do=do if refused else ""
    )
    context |= {"hidden": {}, "action": f"{ways.prefix()}/mrejesho/yangu/{item.id}/"}
    return render(request, "feedback/thread.html", context, status=status)


@access(KnownPerson)
def receipt(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The signed receipt as a file."""
    return follow.signed_receipt(_own(request, item_id))
