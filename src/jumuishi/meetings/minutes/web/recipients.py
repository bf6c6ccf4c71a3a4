"""/ofisi/mabaraza/wapokeaji/: where minutes go for the names that orders use."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Thing
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings.minutes import sending
from jumuishi.meetings.minutes.web.frame import attempt, done, page
from jumuishi.meetings.models import Recipient
from jumuishi.meetings.orders.shape import RECIPIENTS
from jumuishi.meetings.orders.words import recipient_name


@access(Officer)
@require_http_methods(["GET", "HEAD", "POST"])
def recipients(request: HttpRequest) -> HttpResponse:
    """Names and addresses, one form each."""
    actor, lang, message = actor_of(request), language(), ""
    if not identity.may(actor, "meetings.recipient.set", Thing("minutes_recipients", actor.workplace, actor.workplace)):
        raise Http404
    given = {key: request.POST.get(key, "") for key in ("key", "name", "email")}
    if request.method == "POST":
        message = attempt(lambda: sending.set_recipient(actor=actor, **given))
        if not message:
            return done(request, "/ofisi/mabaraza/wapokeaji/", "recipient")
    known = {one.key: one for one in Recipient.objects.filter(institution_id=actor.workplace)}
    rows = [
        {
            "key": key,
            "label": recipient_name(key, lang),
            "name": given["name"] if key == given["key"] else (known[key].name if key in known else ""),
            "email": given["email"] if key == given["key"] else (known[key].email if key in known else ""),
        }
        for key in [*RECIPIENTS, *(one for one in known if one not in RECIPIENTS)]
    ]
    return page(request, "recipients", {"rows": rows}, message)
