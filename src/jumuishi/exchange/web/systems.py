"""/ofisi/mifumo/: an institution's own systems, by what their calls are known, and an end to each."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jumuishi.exchange import ending, members, queries, registering
from jumuishi.exchange.models import Subsystem
from jumuishi.exchange.registers.asker import set_up_asker
from jumuishi.exchange.registers.declared import registers
from jumuishi.exchange.types import CredentialKind, ExchangeRefusedError
from jumuishi.exchange.web.forms import AskerForm, NetworkForm, SystemForm
from jumuishi.exchange.web.frame import PAGE, answer, keeper, refuse, to
from jumuishi.identity.doors import FreshAccount, access
from jumuishi.identity.types import Actor
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def systems(request: HttpRequest) -> HttpResponse:
    """The list, and a form for one more. POST: `do` is asks where our own services are to ask registers."""
    actor, asking = keeper(request), request.POST.get("do") == "asks"
    form = SystemForm(request.POST if request.method == "POST" and not asking else None, lang=language())
    asks = AskerForm(request.POST if asking else None, lang=language(), prefix="asks")
    if asking and asks.is_valid():
        try:
            return to(f"{set_up_asker(actor=actor, **asks.cleaned_data)}/")
        except ExchangeRefusedError as error:
            refuse(asks, error)
    if request.method == "POST" and not asking and form.is_valid():
        try:
            return to(f"{registering.register_subsystem(actor=actor, **form.cleaned_data)}/")
        except ExchangeRefusedError as error:
            refuse(form, error)
    text = request.GET.get("q", "")[:80]
    page = Paginator(queries.systems_of(actor.workplace, text), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": page.object_list, "text": text, "query": f"q={text}" if text else ""}
    lang = language()
    context |= {
        "asks": asks, "asker": queries.asker_in(actor.workplace),
        "registers": [(one.label[lang], one.is_connected) for one in registers().values()],
    }  # fmt: skip
    return answer(request, "systems", "systems", context)


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def system(request: HttpRequest, subsystem_id: UUID) -> HttpResponse:
    """One of them. POST: `do` is change, network, key, or end_credential with its id as `credential`."""
    actor, lang, do = keeper(request), language(), request.POST.get("do", "")
    found = _found(actor, subsystem_id)
    words = {name: getattr(found, name) for name in ("name", "contact_name", "contact_email")}
    form = SystemForm(request.POST if do == "change" else None, initial=words, lang=lang)
    network = NetworkForm(request.POST if do == "network" else None, lang=lang)
    # A code is part of what others wrote down: another code is another system.
    del form.fields["code"]
    context: dict[str, Any] = {"error": "", "key": ""}
    if request.method == "POST":
        shown = network if do == "network" else form
        try:
            context["key"] = _act(actor, found, do, shown, request.POST.get("credential", ""))
            if not context["key"] and not shown.errors:
                return to(f"{subsystem_id}/")
        except ExchangeRefusedError as error:
            if do in ("change", "network"):
                refuse(shown, error)
            else:
                context["error"] = t(error.key, lang)
    context |= {
        "system": found, "form": form, "network": network, "wire": members.client_of(actor.workplace, found.code).wire,
        "services": queries.services_in(found), "credentials": queries.credentials_of(found),
        "is_network": CredentialKind.NETWORK.value,
    }  # fmt: skip
    return answer(request, "system", "systems", context)


def _act(actor: Actor, found: Subsystem, do: str, form: Any, credential: str) -> str:
    """The new key, where one was made."""
    if do == "key":
        return registering.make_key(actor=actor, subsystem_id=found.id)[1]
    if do == "end_credential":
        try:
            registering.end_credential(actor=actor, credential_id=UUID(credential))
        except ValueError as error:
            raise (
                error if isinstance(error, ExchangeRefusedError) else ExchangeRefusedError("exchange.not_there")
            ) from None
    elif form.is_valid() and do == "network":
        registering.add_network(actor=actor, subsystem_id=found.id, network=form.cleaned_data["network"])
    elif form.is_valid() and do == "change":
        if found.ended_at is not None:
            raise ExchangeRefusedError("exchange.not_there")
        registering.register_subsystem(actor=actor, code=found.code, **form.cleaned_data)
    return ""


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, subsystem_id: UUID) -> HttpResponse:
    """What its end means, and the button."""
    actor, error = keeper(request), ""
    found = _found(actor, subsystem_id)
    if request.method == "POST":
        try:
            ending.end_subsystem(actor=actor, subsystem_id=subsystem_id)
            return to("")
        except ExchangeRefusedError as refused:
            error = t(refused.key, language())
    context = {
        "error": error, "system": found, "services": queries.services_in(found).filter(ended_at=None),
        "agreements": queries.agreements_of(actor.workplace, "ours", "now").filter(
            client=members.client_of(actor.workplace, found.code).wire
        ).count(),
    }  # fmt: skip
    return answer(request, "system_end", "systems", context)


def _found(actor: Actor, subsystem_id: UUID) -> Subsystem:
    found = queries.system_of(actor.workplace, subsystem_id)
    if found is None:
        raise Http404
    return found
