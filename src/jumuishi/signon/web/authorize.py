"""/oidc/authorize: a client sends a person here; the person comes in, says yes, and is sent back with a code."""

from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, KnownPerson, Officer, access, actor_of, turn_away
from jumuishi.identity.types import ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel.templatetags.text import language
from jumuishi.signon import asking, granting, keys, rules, standing
from jumuishi.signon.asking import Asked
from jumuishi.signon.types import Audience, BadClientError, ProtocolError

HERE, ONWARD, CONSENT = "/oidc/authorize", "/mfumo/endelea/", "/mfumo/ridhaa/"


@csrf_exempt
@access(Everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """OpenID Connect Core 3.1.2: answered at the client's own address, or on a page where that address is not known.

    A form (POST) is the same request: nothing happens by it that a link could not ask.
    """
    if request.method == "POST":
        return HttpResponseRedirect(f"{HERE}?{request.POST.urlencode()}")
    said = request.GET
    try:
        _, uri = asking.redirect_of(said)
    except BadClientError as error:
        return render(request, "signon/refused.html", {"key": error.key}, status=400)
    try:
        return _answer(request, asking.read(said), said)
    except ProtocolError as error:
        told = {"error": error.error, "error_description": error.description, "state": said.get("state", "")}
        return HttpResponseRedirect(back(uri, told))


def _answer(request: HttpRequest, asked: Asked, said: QueryDict) -> HttpResponse:
    prefix, quiet = "/en" if asked.english else "", "none" in asked.prompts
    who = identity.signed_in(request)
    citizens = standing.terms(asked.client).audience == Audience.CITIZENS
    is_in = who is not None and (who.kind == "citizen") == citizens
    again = bool(asked.prompts & {"login", "select_account"})
    if who is None or not is_in or again or (asked.since is not None and who.at.timestamp() < int(_at(asked))):
        if quiet:
            raise ProtocolError("login_required")
        way = "/ingia/" if citizens else "/ofisi/ingia/"
        onward = f"{prefix}{ONWARD}?{asking.anew(said).urlencode() if again or is_in else said.urlencode()}"
        return HttpResponseRedirect(f"{prefix}{way}?{urlencode({'next': onward})}")
    actor = actor_of(request)
    if not citizens:
        if actor.kind not in (ActorKind.OFFICER, ActorKind.AUTHORITY):
            if quiet:
                raise ProtocolError("interaction_required", "a post is to be chosen")
            return HttpResponseRedirect(
                f"{prefix}/ofisi/wadhifa/?{urlencode({'next': f'{prefix}{ONWARD}?{said.urlencode()}'})}"
            )
        if not standing.may_enter(asked.client, actor.institution_id):
            raise ProtocolError("access_denied", "this system is not for the staff of this institution")
    needs = citizens and not granting.consented(actor.who, asked.client, asked.scopes)
    if needs or "consent" in asked.prompts:
        if quiet:
            raise ProtocolError("consent_required")
        return HttpResponseRedirect(f"{prefix}{CONSENT}?{said.urlencode()}")
    return HttpResponseRedirect(_entered(request, asked, who))


def _at(asked: Asked) -> float:
    return asked.since.timestamp() if asked.since is not None else 0.0


def _entered(request: HttpRequest, asked: Asked, who: identity.SignedIn) -> str:
    code = granting.enter(actor=actor_of(request), asked=asked, who=who, scopes=asked.scopes)
    return back(asked.redirect_uri, {"code": code, "state": asked.state})


def back(uri: str, said: dict[str, str]) -> str:
    """The client's own address with our answer, who it is from (RFC 9207) included; what it had in it stays."""
    parts = urlsplit(uri)
    told = urlencode({name: value for name, value in {**said, "iss": keys.issuer()}.items() if value})
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, told)))))


@access(Everyone)
@require_http_methods(["GET", "HEAD"])
def onward(request: HttpRequest) -> HttpResponse:
    """After the sign-in: a page that leads on by itself, since a form of ours may not end at another's address."""
    return leave(request, f"{HERE}?{request.GET.urlencode()}")


def leave(request: HttpRequest, url: str, name: str = "") -> HttpResponse:
    """A page that leads on to an address at once, with a link for whoever is not led."""
    answer = render(request, "signon/onward.html", {"url": url, "name": name})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@access(KnownPerson)
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponseBase:
    """Which facts go to whom and why, in words; `do` is yes or no."""
    said = request.GET
    try:
        asked = asking.read(said)
    except BadClientError as error:
        return render(request, "signon/refused.html", {"key": error.key}, status=400)
    except ProtocolError:
        return HttpResponseRedirect(f"{HERE}?{said.urlencode()}")
    terms, who, actor = standing.terms(asked.client), identity.signed_in(request), actor_of(request)
    citizens = terms.audience == Audience.CITIZENS
    if who is None or (who.kind == "citizen") != citizens:
        return turn_away(request, KnownPerson if citizens else Officer)
    if not citizens and not standing.may_enter(asked.client, actor.institution_id):
        return HttpResponseRedirect(f"{HERE}?{said.urlencode()}")
    do = request.POST.get("do", "")
    if request.method == "POST" and do == "no":
        return leave(request, back(asked.redirect_uri, {"error": "access_denied", "state": asked.state}),
                     asked.client.name)  # fmt: skip
    if request.method == "POST" and do == "yes":
        granting.consent(actor=actor, client=asked.client, scopes=asked.scopes)
        return leave(request, _entered(request, asked, who), asked.client.name)
    return render(request, "signon/consent.html", told_of(asked, terms.purpose, terms.basis))


def told_of(asked: Asked, purpose: Any, basis: str) -> dict[str, Any]:
    """What the page says."""
    home = institutions.institution(asked.client.institution_id)
    lang = language()
    return {
        "name": asked.client.name, "house": (home.name.get(lang) or home.name["sw"]) if home else "",
        "purpose": purpose.get(lang) or purpose["sw"], "basis": basis, "stays": rules.OFFLINE in asked.scopes,
        "facts": [f"signon.fact_{one}" for one in asked.scopes if one in rules.FACTS],
        "host": urlsplit(asked.redirect_uri).hostname,
    }  # fmt: skip
