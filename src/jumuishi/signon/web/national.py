"""/ingia/taifa/, /ofisi/usalama/taifa/: in by the country's identity provider, joined to it once by two proofs."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Callback, Everyone, FreshAccount, KnownPerson, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.signon import keys
from jumuishi.signon.national import linking, options, wire
from jumuishi.signon.national.linking import CITIZEN, OFFICER

ASKED, PROOF, SALT = "signon.national", "jumuishi_national", "signon.national"
BACK, JOIN = "/ingia/taifa/rudi/", "/ingia/taifa/unganisha/"
# So many seconds to come back from the provider, and to prove a phone besides.
MINUTES = 900
BY_SIGNATURE = Callback("a logout token that the country's identity provider signed for us")
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True)
class Came:
    """Who came back from the provider, by keyed hashes, and the name that it gives."""

    subject: str
    sid: str
    name: str


def _to(path: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(("/en" if language() == "en" else "") + path)


def _next_of(request: HttpRequest) -> str:
    """The page that was asked for, if it is one of this house."""
    found = request.GET.get("next", "")
    return found if found.startswith("/") and url_has_allowed_host_and_scheme(found, allowed_hosts=None) else ""


def _told(request: HttpRequest, key: str, status: int = 200) -> HttpResponse:
    return render(request, "signon/national_told.html", {"key": key}, status=status)


def _begin(request: HttpRequest, kind: str, purpose: str, onward: str) -> HttpResponse:
    said = options.current()
    if said is None:
        return _told(request, "signon.national_off", 404)
    try:
        endpoint = wire.known(said)["authorization_endpoint"]
    except (wire.AwayError, wire.NotBelievedError):
        return _told(request, "signon.national_away", 503)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    actor = actor_of(request)
    request.session[ASKED] = {
        "state": state, "nonce": nonce, "verifier": verifier, "kind": kind, "purpose": purpose, "onward": onward,
        "at": int(clock.now().timestamp()), "who": str(actor.person_id or ""), "issuer": said.issuer,
    }  # fmt: skip
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "client_id": said.client_id, "redirect_uri": keys.issuer() + BACK, "state": state,
        "scope": "openid profile", "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        "ui_locales": language(),
    }  # fmt: skip
    return HttpResponseRedirect(f"{endpoint}?{urlencode(asked)}")


@access(Everyone)
@require_http_methods(["GET", "HEAD"])
def begin(request: HttpRequest) -> HttpResponse:
    """A citizen goes to the provider."""
    return _begin(request, CITIZEN, "in", _next_of(request))


@access(Everyone)
@require_http_methods(["GET", "HEAD"])
def begin_office(request: HttpRequest) -> HttpResponse:
    """An officer goes to the provider instead of typing a password; the second factor follows here."""
    return _begin(request, OFFICER, "in", _next_of(request))


@access(FreshAccount)
@require_http_methods(["GET", "HEAD", "POST"])
def join_office(request: HttpRequest) -> HttpResponse:
    """An officer whose password and second factor were just shown joins the provider, or leaves it (`do=leave`)."""
    actor = actor_of(request)
    if request.method == "POST" and request.POST.get("do") == "leave":
        linking.unlink(actor=Actor.person(actor.who), kind=OFFICER)
        return _to("/ofisi/usalama/taifa/")
    if request.GET.get("nenda"):
        return _begin(request, OFFICER, "join", "")
    shown = {"linked": linking.is_linked(actor.who, OFFICER), "on": options.current() is not None}
    return render(request, "signon/national_office.html", shown)


@access(Everyone)
@require_http_methods(["GET", "HEAD"])
def back(request: HttpRequest) -> HttpResponse:
    """Back from the provider: who is it, to it and to us?"""
    asked, said = request.session.pop(ASKED, None), options.current()
    if said is None or not asked or int(clock.now().timestamp()) - asked["at"] > MINUTES:
        return _told(request, "signon.national_late", 400)
    if not constant_time_compare(request.GET.get("state", ""), asked["state"]) or asked["issuer"] != said.issuer:
        return _told(request, "signon.national_late", 400)
    try:
        came = _came(request, said, asked)
    except wire.AwayError:
        return _told(request, "signon.national_away", 503)
    except wire.NotBelievedError:
        return _told(request, "signon.national_wrong", 400)
    if came is None:
        return _told(request, "signon.national_refused")
    return _enter(request, asked, came)


def _came(request: HttpRequest, said: options.Options, asked: dict[str, Any]) -> Came | None:
    """Raises AwayError, NotBelievedError; None where the person or the provider said no."""
    issuer = request.GET.get("iss", "")
    needs = bool(wire.known(said).get("authorization_response_iss_parameter_supported"))
    if (issuer or needs) and issuer != said.issuer:
        raise wire.NotBelievedError("iss of the answer")
    if "error" in request.GET or not request.GET.get("code"):
        return None
    token = wire.exchange(said, code=request.GET["code"], verifier=asked["verifier"], redirect_uri=keys.issuer() + BACK)
    claims = wire.claims(said, token)
    if not constant_time_compare(str(claims.get("nonce", "")), asked["nonce"]) or not claims.get("sub"):
        raise wire.NotBelievedError("nonce or sub")
    sid = linking.mark(said, "sid", str(claims["sid"])) if claims.get("sid") else ""
    name = str(claims.get(said.claims.get("name", "name"), ""))[:120]
    return Came(linking.mark(said, "sub", str(claims["sub"])), sid, name)


def _enter(request: HttpRequest, asked: dict[str, Any], came: Came) -> HttpResponse:
    actor = actor_of(request)
    if asked["purpose"] == "join":
        if not FreshAccount.admits(request) or str(actor.person_id) != asked["who"]:
            return _told(request, "signon.national_late", 400)
        done = linking.link(actor=Actor.person(actor.who), subject=came.subject, kind=OFFICER)
        return _to("/ofisi/usalama/taifa/") if done else _told(request, "signon.national_taken", 409)
    person_id = linking.person_of(came.subject, asked["kind"])
    if asked["kind"] == OFFICER:
        chain = new_id()
        if person_id is None or not identity.begin_half(request, person_id, chain, asked["onward"]):
            return _told(request, "signon.national_unknown_officer", 403)
        linking.note(subject=came.subject, sid=came.sid, chain=chain)
        return _to("/ofisi/ingia/hatua-ya-pili/")
    if person_id is None:
        return _prove_phone(came, asked["onward"])
    linking.note(
        subject=came.subject, sid=came.sid, chain=identity.sign_in_person(request, person_id, factor="national")
    )
    return HttpResponseRedirect(asked["onward"]) if asked["onward"] else _to(settings.IDENTITY_HOME["person"])


def _prove_phone(came: Came, onward: str) -> HttpResponse:
    """Known to the provider, not yet to us: a phone is proved once, in this very browser, which a cookie shows."""
    mark = secrets.token_urlsafe(32)
    proof = {"subject": came.subject, "sid": came.sid, "name": came.name, "onward": onward}
    proof["cookie"] = hashlib.sha256(mark.encode()).hexdigest()
    prefix = "/en" if language() == "en" else ""
    join = f"{prefix}{JOIN}?{urlencode({'p': signing.dumps(proof, salt=SALT)})}"
    answer = HttpResponseRedirect(f"{prefix}/ingia/?{urlencode({'next': join})}")
    answer.set_cookie(
        PROOF, mark, max_age=MINUTES, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return answer


@access(KnownPerson)
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """The phone was proved too: shall they be one? POST joins them."""
    try:
        proof = signing.loads(request.GET.get("p", ""), salt=SALT, max_age=MINUTES)
    except signing.BadSignature:
        return _told(request, "signon.national_late", 400)
    mark = hashlib.sha256(request.COOKIES.get(PROOF, "").encode()).hexdigest()
    who, actor = identity.signed_in(request), actor_of(request)
    if not constant_time_compare(mark, proof["cookie"]) or who is None or who.kind != CITIZEN:
        return _told(request, "signon.national_late", 400)
    if request.method != "POST":
        return render(request, "signon/national_join.html", {"name": proof["name"]})
    if not linking.link(actor=actor, subject=proof["subject"], kind=CITIZEN):
        return _told(request, "signon.national_taken", 409)
    linking.note(subject=proof["subject"], sid=proof["sid"], chain=who.chain)
    person = identity.person(actor.who)
    if proof["name"] and person is not None and not person.name:
        identity.set_person(actor=actor, name=proof["name"])
    answer = HttpResponseRedirect(proof["onward"]) if proof["onward"] else _to(settings.IDENTITY_HOME["person"])
    answer.delete_cookie(PROOF)
    return answer


@csrf_exempt
@access(BY_SIGNATURE)
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """The provider ended a session (OpenID Connect Back-Channel Logout 1.0): 200, or 400 for what is not believed."""
    said, token = options.current(), request.POST.get("logout_token", "")
    if said is None:
        return HttpResponse(status=404)
    try:
        claims = wire.claims(said, token, kind="logout+jwt")
    except (wire.AwayError, wire.NotBelievedError):
        return HttpResponse(status=400)
    is_logout = isinstance(claims.get("events"), dict) and EVENT in claims["events"] and "nonce" not in claims
    if not is_logout or not claims.get("jti") or not (claims.get("sub") or claims.get("sid")):
        return HttpResponse(status=400)
    subject, sid, jti = (
        linking.mark(said, name, str(claims[name])) if claims.get(name) else "" for name in ("sub", "sid", "jti")
    )
    heard = linking.end(actor=Actor.system(), subject=subject, sid=sid, jti=jti)
    return HttpResponse(status=200 if heard else 400, headers={"Cache-Control": "no-store"})
