"""The demonstration's own page: who can sign in, the phone, the simulated gateway. Absent everywhere else."""

import base64

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.identity.doors import Callback, access
from jumuishi.identity.public import normalise_phone
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel import clock, tenancy
from jumuishi.messaging import queries as messages
from jumuishi.project import demo_data

LOOPBACK = frozenset({"127.0.0.1", "::1"})


def code_now(secret: str) -> str:
    """The six digits that an authenticator would show at this moment (RFC 6238, as the accounts were enrolled)."""
    padded = secret + "=" * (-len(secret) % 8)
    totp = TOTP(base64.b32decode(padded), 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303  # RFC 6238's hash
    return totp.generate(int(clock.now().timestamp())).decode()


@access(Callback("a demonstration on loopback only; the people are made up"))
def demo(request: HttpRequest) -> HttpResponse:
    """Who can sign in with which code, what was sent to a number, and a till for control numbers."""
    if not settings.DEMONSTRATION or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        raise Http404
    found, typed = [], request.GET.get("to", "").strip()
    if typed:
        try:
            with tenancy.acting_as(tenancy.Principal.system()):
                found = list(messages.messages_to(normalise_phone(typed)))[-10:]
        except BadPhoneError:
            found = []
    context = {
        "accounts": [{"one": one, "code": code_now(one.totp_secret)} for one in demo_data.kept()],
        "messages": found[::-1],
        "to": typed,
        "paid": request.GET.get("paid", ""),
    }
    return render(request, "project/demo.html", context)
