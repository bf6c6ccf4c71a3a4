"""/ofisi/mifumo/kumbukumbu/CALL/yaliyomo/: the bodies that are kept of a call, opened, held, erased."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from jumuishi.exchange import bodies
from jumuishi.exchange.bodies import Bodies
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.web import words
from jumuishi.exchange.web.forms import ReasonForm
from jumuishi.exchange.web.frame import answer, keeper, refuse, to
from jumuishi.identity.doors import FreshAccount, access
from jumuishi.identity.public import may
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """What is kept and until when. POST: `do` is hold or release, with a reason."""
    actor = keeper(request)
    found, form = _found(actor, record_id), ReasonForm(request.POST or None, lang=language())
    if request.method == "POST" and form.is_valid():
        do = bodies.release_bodies if request.POST.get("do") == "release" else bodies.hold_bodies
        try:
            do(actor=actor, record_id=record_id, reason=form.cleaned_data["reason"])
            return to(f"kumbukumbu/{record_id}/yaliyomo/")
        except ExchangeRefusedError as error:
            refuse(form, error)
    return _page(request, actor, record_id, found, form)


@access(FreshAccount)
@require_POST
def download(request: HttpRequest, record_id: UUID) -> HttpResponseBase:
    """The bodies and what proves them, as a zip; the look is written down with its reason."""
    actor = keeper(request)
    found, form = _found(actor, record_id), ReasonForm(request.POST, lang=language())
    if form.is_valid():
        try:
            pieces = bodies.open_bodies(actor=actor, record_id=record_id, reason=form.cleaned_data["reason"])
        except ExchangeRefusedError as error:
            refuse(form, error)
        else:
            answered = StreamingHttpResponse(pieces, content_type="application/zip")
            answered["Content-Disposition"] = f'attachment; filename="jumuishi-{record_id}.zip"'
            answered["Cache-Control"] = "no-store"
            answered["X-Content-Type-Options"] = "nosniff"
            # Bodies are not compressed: the verifier reads no more than there is.
            answered["Content-Encoding"] = "identity"
            return answered
    return _page(request, actor, record_id, found, form)


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """What it means to erase them before their time, the reason, the button."""
    actor = keeper(request)
    found, form = _found(actor, record_id), ReasonForm(request.POST or None, lang=language())
    if request.method == "POST" and form.is_valid():
        try:
            bodies.erase_bodies(actor=actor, record_id=record_id, reason=form.cleaned_data["reason"])
            return to(f"kumbukumbu/{record_id}/yaliyomo/")
        except ExchangeRefusedError as error:
            refuse(form, error)
    context: dict[str, Any] = {"form": form, "kept": found, "call": record_id}
    return answer(request, "bodies_erase", "records", context)


def _page(request: HttpRequest, actor: Actor, record_id: UUID, found: Bodies, form: ReasonForm) -> HttpResponse:
    lang = language()
    context: dict[str, Any] = {
        "form": form, "kept": found, "call": record_id,
        "parts": ", ".join(t(f"exchange.body_{one}", lang) for one in found.parts),
        "held_at": words.at(found.held_at, lang) if found.held_at else "",
        "erased_at": words.at(found.erased_at, lang) if found.erased_at else "",
        # With nothing left to fill in there is no form that would say it.
        "error": " ".join(map(str, form.non_field_errors())) if found.erased_at and form.is_bound else "",
        "decides": may(actor, "exchange.bodies.decide", Thing("exchange_record", record_id, actor.workplace)),
    }  # fmt: skip
    return answer(request, "bodies", "records", context)


def _found(actor: Actor, record_id: UUID) -> Bodies:
    found = bodies.bodies_of(actor.workplace, record_id)
    if found is None:
        raise Http404
    return found
