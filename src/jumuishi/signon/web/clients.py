"""/ofisi/kuingia/: the systems of an institution that people enter by the sign-in here."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jumuishi.identity.doors import FreshAccount, access
from jumuishi.identity.public import may
from jumuishi.identity.types import Actor
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.signon import ending, keys, queries, registering
from jumuishi.signon.models import Client
from jumuishi.signon.types import ClientKind, SignonRefusedError, Terms
from jumuishi.signon.web import words
from jumuishi.signon.web.forms import ClientForm, ReasonForm, typed
from jumuishi.signon.web.frame import PAGE, answer, keeper, refuse, to


@access(FreshAccount)
@require_http_methods(["GET", "HEAD"])
def clients(request: HttpRequest) -> HttpResponse:
    """The list, searched."""
    actor, lang, text = keeper(request), language(), request.GET.get("q", "")[:80]
    page = Paginator(queries.clients_of(actor.workplace, text), PAGE).get_page(request.GET.get("page"))
    rows = [words.client(one, lang) for one in page.object_list]
    query = f"q={text}" if text else ""
    return answer(request, "clients", "clients", {"rows": rows, "page": page, "text": text, "query": query})


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form by which a system is asked for."""
    actor, lang = keeper(request), language()
    form = ClientForm(
        request.POST if request.method == "POST" else None, lang=lang,
        initial={"kind": ClientKind.CONFIDENTIAL.value, "audience": "staff", "scopes": ["profile"]},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            made = registering.ask(actor=actor, name=said["name"], kind=said["kind"], terms=form.terms())
            return to(f"{made}/")
        except SignonRefusedError as error:
            refuse(form, error)
    return answer(request, "client_form", "clients", {"form": form, "client": None})


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """One of them. POST: `do` is secret, approve, refuse (`reason`), or again with a `logout`."""
    actor, lang, do = keeper(request), language(), request.POST.get("do", "")
    found = _found(actor, client_id)
    form = ReasonForm(request.POST if do == "refuse" else None, lang=lang)
    shown: dict[str, Any] = {"error": "", "secret": ""}
    if request.method == "POST":
        try:
            shown["secret"] = _act(actor, found, do, request)
            if not shown["secret"]:
                return to(f"{client_id}/")
            found = _found(actor, client_id)
        except SignonRefusedError as error:
            if error.field in form.fields:
                refuse(form, error)
            else:
                shown["error"] = t(error.key, lang)
    page = Paginator(queries.logouts_of(found), PAGE).get_page(request.GET.get("page"))
    context = {
        "row": words.client(found, lang), "form": form, "issuer": keys.issuer(),
        "keeps_secret": found.kind == ClientKind.CONFIDENTIAL, "signed_in": queries.how_many_in(found),
        "logouts": words.logouts(page.object_list, lang), "page": page, "query": "",
        "decides": may(actor, "signon.client.approve", registering.thing(found)) and found.head_by is None,
        "own": found.asked_by is not None and found.asked_by == actor.person_id, **shown,
    }  # fmt: skip
    return answer(request, "client", "clients", context)


def _act(actor: Actor, found: Client, do: str, request: HttpRequest) -> str:
    """The new secret, where one was made."""
    if do == "secret":
        return registering.new_secret(actor=actor, client_id=found.id)
    if do == "approve":
        registering.approve(actor=actor, client_id=found.id)
    elif do == "refuse":
        registering.refuse(actor=actor, client_id=found.id, reason=request.POST.get("reason", ""))
    elif do == "again":
        try:
            ending.tell_again(actor=actor, logout_id=UUID(request.POST.get("logout", "")))
        except ValueError as error:
            raise error if isinstance(error, SignonRefusedError) else SignonRefusedError("signon.not_there") from None
    return ""


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Other terms, which count once they are approved."""
    actor, lang = keeper(request), language()
    found = _found(actor, client_id)
    kept: dict[str, Any] = found.asked or found.terms or {}
    form = ClientForm(
        request.POST if request.method == "POST" else None, lang=lang,
        initial=typed(Terms.of(kept)) if kept else {},
    )  # fmt: skip
    del form.fields["name"], form.fields["kind"]
    if request.method == "POST" and form.is_valid():
        try:
            registering.ask(actor=actor, name=found.name, kind=found.kind, terms=form.terms(), client_id=found.id)
            return to(f"{client_id}/")
        except SignonRefusedError as error:
            refuse(form, error)
    return answer(request, "client_form", "clients", {"form": form, "client": found})


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """What its end means, and the button."""
    actor, error = keeper(request), ""
    found = _found(actor, client_id)
    if request.method == "POST":
        try:
            registering.end_client(actor=actor, client_id=client_id)
            return to("")
        except SignonRefusedError as refused:
            error = t(refused.key, language())
    context = {"client": found, "signed_in": queries.how_many_in(found), "error": error}
    return answer(request, "client_end", "clients", context)


def _found(actor: Actor, client_id: UUID) -> Client:
    found = queries.client_of(actor.workplace, client_id)
    if found is None:
        raise Http404
    return found
