"""/ofisi/usalama/mfumo/: a key for the program that an officer works with, shown once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from jumuishi.identity import lifetime, work_tokens
from jumuishi.identity.doors import access, actor_of
from jumuishi.identity.web.clients import FreshOfficer
from jumuishi.identity.web.office import account_of


@access(FreshOfficer)
@require_http_methods(["GET", "HEAD", "POST"])
def token(request: HttpRequest) -> HttpResponse:
    """What it is for; POST makes one in place of the one before."""
    secret = ""
    if request.method == "POST":
        secret = work_tokens.make_token(actor=actor_of(request), account_id=account_of(request).id, request=request)
    context = {"secret": secret, "hours": lifetime.longest(lifetime.WORK) // 3600}
    answer = render(request, "identity/work_token.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer
