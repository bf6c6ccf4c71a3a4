"""/mimi/nakala/: everything about me as one file, after a fresh code to my phone: the phone at hand may be shared."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from jumuishi.identity import public as identity
from jumuishi.identity.doors import KnownPerson, access
from jumuishi.kernel import clock
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.privacy import copying
from jumuishi.privacy.actions.copies import give_copy
from jumuishi.privacy.web.ways import citizen, to

FRESH, ASKED, MINUTES = "privacy.fresh", "privacy.code_sent", 10
PURPOSE = "privacy.copy"


@access(KnownPerson)
def copy(request: HttpRequest) -> HttpResponse:
    """Send the code, check it, then show the file; a guest proves a phone first, by signing in."""
    actor, lang = citizen(request), language()
    known = identity.person(actor.who)
    phone = known.phone if known else ""
    context: dict[str, Any] = {"phone": identity.mask_phone(phone) if phone else "", "fresh": is_fresh(request)}
    context["sent"] = bool(request.session.get(ASKED))
    if request.method == "POST" and phone:
        if "code" not in request.POST:
            if identity.start_code(phone, PURPOSE, identity.address_of(request), language=lang):
                request.session[ASKED] = True
                return to("/mimi/nakala/")
            return _wrong(request, context, "privacy.too_many_codes", 429)
        if not identity.check_code(phone, PURPOSE, request.POST["code"][:20], identity.address_of(request)):
            return _wrong(request, context, "privacy.wrong_code", 400)
        request.session[FRESH] = int(clock.now().timestamp())
        request.session.pop(ASKED, None)
        return to("/mimi/nakala/")
    return render(request, "privacy/copy.html", context)


def _wrong(request: HttpRequest, context: dict[str, Any], key: str, status: int) -> HttpResponse:
    context["error"] = t(key, language())
    return render(request, "privacy/copy.html", context, status=status)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the phone was shown to be the person's within the last minutes."""
    return bool(0 <= clock.now().timestamp() - request.session.get(FRESH, 0) < MINUTES * 60)


@access(KnownPerson)
def file(request: HttpRequest) -> HttpResponseBase:
    """The zip, written while it is sent."""
    actor = citizen(request)
    if not is_fresh(request):
        return to("/mimi/nakala/")
    give_copy(actor=actor, way="zip")
    answer = StreamingHttpResponse(copying.package(actor.who, language()), content_type="application/zip")
    day = timezone.localtime(clock.now()).date().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="taarifa-zangu-{day}.zip"'
    answer["Cache-Control"] = "no-store"
    # A zip already: the middleware that compresses leaves alone what says how it is encoded.
    answer["Content-Encoding"] = "identity"
    return answer
