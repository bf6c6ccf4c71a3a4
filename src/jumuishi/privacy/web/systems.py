"""Which institutions' systems asked about me, what for, on which basis, with a proof; and the number I am found by."""

import json
import re
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from jumuishi.exchange import public as exchange
from jumuishi.exchange.types import AsksFirst, Fetched, NotFound, Refused, RegisterSaid
from jumuishi.identity import public as identity
from jumuishi.identity.doors import KnownPerson, access
from jumuishi.institutions import public as institutions
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.privacy import options, proven
from jumuishi.privacy.actions import proving
from jumuishi.privacy.web.ways import at, citizen, prefix, to

PAGE = 20
HERE = "/mimi/waliotazama/mifumo/"


def _outcome(call: exchange.SeenCall) -> str:
    if call.error:
        return "refused"
    if 200 <= call.status < 300:
        return "given"
    return "absent" if call.status == 404 else "no_answer"


def _line(call: exchange.SeenCall, lang: str) -> dict[str, Any]:
    return {
        "url": f"{prefix()}{HERE}{call.record_id}/", "asker": call.asker[lang], "owner": call.owner[lang],
        "service": call.service[lang], "purpose": call.purpose.get(lang) or call.purpose["sw"], "at": at(call.at, lang),
        "outcome": t(f"privacy.outcome_{_outcome(call)}", lang),
    }  # fmt: skip


@access(KnownPerson)
@require_GET
def systems(request: HttpRequest) -> HttpResponse:
    """Newest first; of one institution by choice. Which services can't be told of is said too."""
    person, lang = citizen(request).who, language()
    numbers = proven.numbers_of(person)
    every = proven.looks_by_systems(person)
    askers = every.askers() if numbers else []
    wanted = request.GET.get("taasisi", "")
    chosen = wanted if wanted in [one for one, _, _ in askers] else ""
    page = Paginator(proven.looks_by_systems(person, chosen), PAGE).get_page(request.GET.get("page"))
    context = {
        "numbers": [{"ending": one.ending, "at": at(one.at, lang)} for one in numbers],
        "askers": [{"key": key, "name": name[lang], "n": n, "chosen": key == chosen} for key, name, n in askers],
        "rows": [_line(one, lang) for one in page], "page": page, "query": f"taasisi={chosen}" if chosen else "",
        "silent": [{"owner": one.owner[lang], "title": one.title[lang]} for one in exchange.silent_services()],
    }  # fmt: skip
    return render(request, "privacy/systems.html", context)


def _mine(request: HttpRequest, record_id: UUID) -> exchange.SeenCall:
    found = proven.looks_by_systems(citizen(request).who).one(record_id)
    if found is None:
        raise Http404
    return found


@access(KnownPerson)
@require_GET
def system(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """One call: everything that is known of it."""
    lang, found = language(), _mine(request, record_id)
    context = {
        "row": _line(found, lang), "call": found, "allowed": ", ".join(found.allowed), "given": ", ".join(found.given),
        "agreement": str(found.agreement or ""),
    }  # fmt: skip
    return render(request, "privacy/system.html", context)


@access(KnownPerson)
@require_GET
def proof(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """The bundle that proves one call without us, or the promise while its proof is on the way (seconds)."""
    body = proven.looks_by_systems(citizen(request).who).proof(record_id)
    if body is None:
        raise Http404
    found = HttpResponse(json.dumps(body, indent=1), content_type="application/json")
    found["Content-Disposition"] = f'attachment; filename="jumuishi-{record_id}.json"'
    found["Cache-Control"] = "no-store"
    return found


@access(KnownPerson)
@require_http_methods(["GET", "HEAD", "POST"])
def number(request: HttpRequest) -> HttpResponse:
    """Show that a number is mine: the number, then what its register asks. Nothing of it is kept but a mark."""
    actor, lang = citizen(request), language()
    typed = re.sub(r"[\s-]", "", request.POST.get("namba", ""))[:40]
    context: dict[str, Any] = {"typed": request.POST.get("namba", "")[:40], "register": proven.REGISTER}
    context["is_asked"] = exchange.is_asked(proven.REGISTER)
    if request.method != "POST":
        return render(request, "privacy/number.html", context)
    if request.POST.get("do") == "forget":
        proving.forget_numbers(actor=actor)
        return to(HERE)
    if not re.fullmatch(r"[0-9]{20}", typed):
        return _says(request, context, t("privacy.number_wrong", lang))
    if proven.is_proven(actor.who, typed):
        return to(HERE)
    if not identity.hit(str(actor.who), "privacy.number", options.number_tries(), 3600):
        return _says(request, context, t("privacy.number_often", lang), 429)
    home = institutions.authority()
    if home is None:
        raise Http404
    said: RegisterSaid = exchange.ask_register(
        institution_id=home, register=proven.REGISTER, key=typed, issue=new_id(),
        question=request.POST.get("swali", "")[:100], answer=request.POST.get("jibu", "")[:100],
    )  # fmt: skip
    if isinstance(said, Fetched):
        proving.keep_number(actor=actor, number=typed, said=said)
        return to(HERE)
    if isinstance(said, AsksFirst):
        context |= {"question": said.words[lang], "check": said.number, "tries": said.tries_left}
        context["was_wrong"] = said.was_wrong
        return render(request, "privacy/number.html", context)
    reason = "absent" if isinstance(said, NotFound) else said.reason if isinstance(said, Refused) else "away"
    key = reason if reason in ("absent", "locked") else "away"
    return _says(request, context, t(f"privacy.number_{key}", lang), 503 if key == "away" else 422)


def _says(request: HttpRequest, context: dict[str, Any], text: str, status: int = 422) -> HttpResponse:
    context["errors"] = [{"url": "#f-namba", "text": text}]
    return render(request, "privacy/number.html", context, status=status)
