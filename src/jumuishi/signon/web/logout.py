"""/oidc/logout: a client asks that the person be signed out everywhere (OpenID Connect RP-Initiated Logout 1.0)."""

from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, access
from jumuishi.kernel import tenancy
from jumuishi.kernel.templatetags.text import language
from jumuishi.signon import keys, standing
from jumuishi.signon.models import SignIn
from jumuishi.signon.web.authorize import leave

ASK = "/mfumo/toka/"
SYSTEM = tenancy.Principal.system()


@csrf_exempt
@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def end_session(request: HttpRequest) -> HttpResponse:
    """Whoever shows an id token of the very sign-in that stands here is signed out; everybody else is asked first."""
    said = request.POST if request.method == "POST" else request.GET
    hint = keys.own(said.get("id_token_hint", "")) if said.get("id_token_hint") else None
    client_id = str(hint["aud"]) if hint else said.get("client_id", "")
    if hint and said.get("client_id", client_id) != client_id:
        return render(request, "signon/refused.html", {"key": "signon.unknown_client"}, status=400)
    target = _target(client_id, said.get("post_logout_redirect_uri", ""), said.get("state", ""))
    if target is None:
        return render(request, "signon/refused.html", {"key": "signon.unknown_redirect"}, status=400)
    who = identity.signed_in(request)
    if who is not None and not (hint and _is_here(hint, who)):
        prefix = "/en" if said.get("ui_locales", "").startswith("en") else ""
        kept = {name: said[name] for name in ("post_logout_redirect_uri", "state") if said.get(name)}
        return HttpResponseRedirect(f"{prefix}{ASK}?{urlencode({**kept, 'client_id': client_id})}")
    identity.sign_out(request)
    return HttpResponseRedirect(target) if target else render(request, "signon/signed_out.html")


def _is_here(hint: dict[str, Any], who: identity.SignedIn) -> bool:
    """Whether the id token is of a sign-in that stands on this very session."""
    try:
        sid = UUID(str(hint.get("sid")))
    except ValueError:
        return False
    with tenancy.acting_as(SYSTEM):
        return SignIn.objects.filter(id=sid, chain=who.chain, client_id=hint["aud"]).exists()


def _target(client_id: str, uri: str, state: str) -> str | None:
    """Where to go afterwards: "" for a page of ours; None for an address that is not this client's."""
    if not uri:
        return ""
    found = standing.client(client_id)
    if found is None or uri not in standing.terms(found).after_logout:
        return None
    parts = urlsplit(uri)
    query = "&".join(filter(None, (parts.query, urlencode({"state": state}) if state else "")))
    return urlunsplit(parts._replace(query=query))


@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Sign out here and of every system? A yes leads on to where the client wants the person."""
    said = request.GET
    target = _target(said.get("client_id", ""), said.get("post_logout_redirect_uri", ""), said.get("state", ""))
    if target is None:
        return render(request, "signon/refused.html", {"key": "signon.unknown_redirect"}, status=400)
    found = standing.client(said.get("client_id", ""))
    if request.method == "POST":
        identity.sign_out(request)
        if target:
            return leave(request, target, found.name if found else "")
        return render(request, "signon/signed_out.html")
    home = "/en/" if language() == "en" else "/"
    return render(request, "signon/sign_out.html", {"name": found.name if found else "", "home": home})
