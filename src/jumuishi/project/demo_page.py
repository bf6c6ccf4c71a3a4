"""The demonstration's own page: who can sign in, the phone, the simulated gateway. Absent everywhere else."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jumuishi.identity.doors import Callback, access
from jumuishi.identity.public import normalise_phone
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_money
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts
from jumuishi.messaging import queries as messages
from jumuishi.messaging.mail import letters_to
from jumuishi.payments.web import demo as payments_till
from jumuishi.project import demo_accounts, demo_phone

LOOPBACK = frozenset({"127.0.0.1", "::1"})


@access(Callback("a demonstration on loopback only; the people are made up"))
def demo(request: HttpRequest) -> HttpResponse:
    """Who can sign in with which code, what was sent to a number, and a till for control numbers."""
    if not settings.DEMONSTRATION or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        raise Http404
    typed = request.GET.get("to", "").strip()
    return render(request, "project/demo.html", context_of(request, typed) | demo_phone.shown())


@transaction.non_atomic_requests
@access(Callback("a demonstration on loopback only; the people are made up"))
def phone(request: HttpRequest) -> HttpResponse:
    """The same page after a key of the phone was pressed."""
    if not settings.DEMONSTRATION or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        raise Http404
    if request.method != "POST":
        return redirect("/demo/#simu")
    line = demo_phone.pressed(request)
    with transaction.atomic():
        context = context_of(request, line.number)
    return render(request, "project/demo.html", context | demo_phone.shown(line))


@transaction.non_atomic_requests
@access(Callback("a demonstration on loopback only; the people are made up"))
def sms(request: HttpRequest) -> HttpResponse:
    """Let a phone write to us; then the page, with what came back to that phone."""
    if not settings.DEMONSTRATION or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        raise Http404
    number, text = request.POST.get("number", "").strip()[:20], request.POST.get("text", "").strip()
    taken = request.method == "POST" and bool(number and text) and demo_phone.write(request, number, text)
    wrote = {"wrote": "1"} if taken else {}
    return redirect(f"/demo/?{urlencode({'to': number, **wrote})}#sms")


def context_of(request: HttpRequest, typed: str) -> dict[str, Any]:
    """All but the phone: who can sign in, what was sent to a number or an e-mail address, the till."""
    found: list[Any] = []
    if "@" in typed:
        with tenancy.acting_as(tenancy.Principal.system()):
            found = letters_to(typed)[-10:]
    elif typed:
        try:
            with tenancy.acting_as(tenancy.Principal.system()):
                found = list(messages.messages_to(normalise_phone(typed)))[-10:]
        except BadPhoneError:
            found = []
    sign_ins = demo_accounts.kept(Path(settings.JUMUISHI_CONFIG))
    return {
        "accounts": [{"one": one, "code": one.code(clock.now().timestamp())} for one in sign_ins],
        "messages": found[::-1],
        "to": typed,
        "wrote": "wrote" in request.GET,
        **till(request.GET.get("paid", "")),
    }


def till(paid: str) -> dict[str, Any]:
    """The simulated gateway's unpaid bills, and what the last payment came to."""
    lang, bills = language(), payments_till.unpaid()
    key = f"project.demo_paid_{paid}"
    return {
        "bills": [
            {
                **one,
                "grouped": group(one["control_number"]),
                "amount": say_money(one["amount"] - one["paid"], settings.CURRENCY),
            }
            for one in bills or ()
        ],
        "gateway_away": bills is None,
        "said": t(key if key in texts() else "project.demo_paid_other", lang, code=paid) if paid else "",
        "is_paid": paid == "7101",
    }
