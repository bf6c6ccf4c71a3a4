"""/vikao/chombo/BODY/fuata/: whoever signed in by a code to the phone follows a body by SMS, and stops."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings import naming
from jumuishi.meetings.gallery import following, queries


@access(KnownPerson)
def follow(request: HttpRequest, body_id: UUID) -> HttpResponse:
    """Says what will be sent; a press begins or ends it."""
    body, actor, lang = queries.body(body_id), actor_of(request), language()
    if body is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("do") == "end":
            following.unfollow(actor=actor, body_id=body.id)
        else:
            following.follow(actor=actor, body_id=body.id)
        return HttpResponseRedirect(request.path)
    context = {"body": body, "name": naming.in_lang(body.name, lang), "follows": following.follows(actor, body.id)}
    return render(request, "meetings/gallery/follow.html", context)
