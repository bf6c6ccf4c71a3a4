"""The USSD callback: who may knock, the operator's form, one transaction, and an answer in any event."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jumuishi.channels.ussd import sessions
from jumuishi.channels.ussd.engine import Answer
from jumuishi.channels.ussd.operators import OPERATORS, Ended
from jumuishi.channels.ussd.sessions import Callback as Heard
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Callback, access
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel import tenancy
from jumuishi.kernel.text import t

log = logging.getLogger("jumuishi.ussd")
_LONGEST = 32 * 1024


class CallbackMiddleware:
    """Leads an operator's call to its view past what is there for browsers: cookies, languages, the page's frame.

    A tenth of what an answer cost was spent there. Whatever is no callback goes the way of every request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/ussd/"):
            return self.get_response(request)
        request.get_host()  # a name that is none of ours is refused here as well
        try:
            found = resolve(request.path_info)
            request.resolver_match = found
            with tenancy.acting_as(tenancy.Principal.person(None)):
                answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
        except Http404:
            return self.get_response(request)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Length"] = str(len(answer.content))
        return answer


@transaction.non_atomic_requests
@csrf_exempt
@access(Callback("a secret in its path and the networks that the operator calls from; a PIN for what could harm"))
@require_POST
def callback(request: HttpRequest, operator: str, secret: str = "") -> HttpResponse:
    """One answer of a phone, or the operator's word that a session is over.

    The screen is committed before it is sent. Whatever fails here, the phone is told so in words.
    """
    form = OPERATORS.get(operator)
    if form is None or not may_knock(request, secret):
        raise Http404
    if len(request.body) > _LONGEST:
        return HttpResponse(status=413)
    said = form.read(request.POST.dict())
    if said is None:
        return HttpResponse(status=400)
    try:
        phone = identity.normalise_phone(said.phone)
    except BadPhoneError:
        found = Answer(t("channels.ussd_phone", "sw"), ends=True)
    else:
        if isinstance(said, Ended):
            with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
                sessions.ended(said.session, phone)
            return HttpResponse(status=200)
        found = _answer(Heard(said.session, phone, said.text))
    body, media_type = form.written(found)
    return HttpResponse(body, content_type=media_type, headers={"Cache-Control": "no-store"})


def _answer(said: Heard) -> Answer:
    try:
        with transaction.atomic():
            limit = settings.IDENTITY_LIMITS["ussd.phone"]
            found = sessions.answer(said, language=identity.language_of_phone, limit=limit)
            if found is None:
                identity.note_refusal("ussd.phone")
            return found or Answer(t("channels.ussd_too_often", "sw"), ends=True)
    except Exception:
        # An error page would cut the line without a word. What was typed is in no log: it may be a PIN.
        log.exception("a USSD callback failed")
        return Answer(t("channels.ussd_away", "sw"), ends=True)


def may_knock(request: HttpRequest, secret: str) -> bool:
    """Whether a callback comes from where the operator sends them, by the secret path."""
    return identity.is_caller(
        secret, identity.peer_of(request), secret=settings.USSD_SECRET, sources=settings.USSD_SOURCES,
        demonstration=settings.DEMONSTRATION,
    )  # fmt: skip
