"""What programs ask: discovery, keys, tokens, facts. Each proves itself; no cookie counts here."""

import base64
import binascii
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Callback, Everyone, access
from jumuishi.kernel import clock
from jumuishi.signon import exchanging, keys, rules, standing
from jumuishi.signon.models import Client
from jumuishi.signon.registering import digest
from jumuishi.signon.types import ClientKind, ProtocolError

BY_SECRET = Callback("a client's secret (RFC 6749, 2.3.1), or a public client's code verifier")
BY_TOKEN = Callback("an access token in the Authorization header (RFC 6750)")


def _open(answer: HttpResponse, seconds: int) -> HttpResponse:
    """Everybody's, scripts of other pages included, and kept so long."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    return answer


@access(Everyone)
@require_GET
def configuration(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's shape
    """OpenID Connect Discovery 1.0."""
    at = keys.issuer()
    facts = [claim for claims in rules.FACTS.values() for claim in claims]
    said = {
        "issuer": at,
        "authorization_endpoint": f"{at}/oidc/authorize",
        "token_endpoint": f"{at}/oidc/token",
        "userinfo_endpoint": f"{at}/oidc/userinfo",
        "revocation_endpoint": f"{at}/oidc/revoke",
        "end_session_endpoint": f"{at}/oidc/logout",
        "jwks_uri": f"{at}/oidc/jwks",
        "scopes_supported": [rules.OPENID, *rules.FACTS, rules.OFFLINE],
        "claims_supported": ["sub", "auth_time", "acr", "amr", "sid", *facts],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "acr_values_supported": list(rules.LEVELS),
        "id_token_signing_alg_values_supported": [keys.ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": ["sw", "en"],
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
    return _open(JsonResponse(said), 3600)


@access(Everyone)
@require_GET
def jwks(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django's shape
    """The keys that sign now, soon and until a moment ago (RFC 7517)."""
    return _open(JsonResponse({"keys": keys.shown()}), 3600)


@csrf_exempt
@access(BY_SECRET)
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A code or a refresh token against tokens."""

    def act(client: Client) -> Any:
        kind, actor = _one(request, "grant_type"), exchanging.program(client)
        if kind == "authorization_code":
            return exchanging.exchange(
                actor=actor, client=client, code=_one(request, "code"), verifier=_one(request, "code_verifier"),
                redirect_uri=_one(request, "redirect_uri"),
            )  # fmt: skip
        if kind == "refresh_token":
            return exchanging.refresh(
                actor=actor, client=client, token=_one(request, "refresh_token"), scope=_one(request, "scope")
            )
        raise ProtocolError("unsupported_grant_type" if kind else "invalid_request", "grant_type")

    return _answered(request, act)


@csrf_exempt
@access(BY_SECRET)
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """A token that is given back; one that is not there is gone already."""

    def act(client: Client) -> Any:
        exchanging.revoke(actor=exchanging.program(client), client=client, token=_one(request, "token"))
        return {}

    return _answered(request, act)


@csrf_exempt
@access(BY_TOKEN)
@require_http_methods(["GET", "HEAD", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """The facts that the person lets the client be told."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    found = exchanging.facts(given.strip()) if scheme.lower() == "bearer" and given else None
    answer = JsonResponse(found if found is not None else {"error": "invalid_token"})
    if found is None:
        answer.status_code = 401
        answer.headers["WWW-Authenticate"] = 'Bearer realm="jumuishi", error="invalid_token"' if given else "Bearer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _answered(request: HttpRequest, act: Callable[[Client], Any]) -> HttpResponse:
    """What the act answers a client that proved itself, or why not, in the form of RFC 6749, 5.2."""
    try:
        found = act(_client(request))
    except ProtocolError as error:
        found = error
    if isinstance(found, ProtocolError):
        answer = JsonResponse({"error": found.error, "error_description": found.description}, status=found.status)
        if found.status == 401:
            answer.headers["WWW-Authenticate"] = 'Basic realm="jumuishi"'
    else:
        answer = JsonResponse(found)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Pragma"] = "no-cache"
    return answer


def _one(request: HttpRequest, name: str) -> str:
    """A parameter of the form, "" where it is not there. Raises ProtocolError for one that is there twice."""
    found = request.POST.getlist(name)
    if len(found) > 1 or len(found[0] if found else "") > 2000:
        raise ProtocolError("invalid_request", name)
    return found[0] if found else ""


def _client(request: HttpRequest) -> Client:
    """The client that asks, proven by its secret unless it is public. Raises ProtocolError; wrong tries are counted."""
    scheme, _, basic = request.headers.get("Authorization", "").partition(" ")
    client_id, secret = _one(request, "client_id"), _one(request, "client_secret")
    if scheme.lower() == "basic":
        try:
            user, _, word = base64.b64decode(basic, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            raise ProtocolError("invalid_client", "Authorization", 401) from None
        if secret or client_id not in ("", unquote_plus(user)):
            raise ProtocolError("invalid_request", "a client proves itself in one way")
        client_id, secret = unquote_plus(user), unquote_plus(word)
    address = identity.address_of(request)
    if identity.spent("client.address", address):
        raise ProtocolError("invalid_client", "too many wrong tries", 401)
    found = standing.client(client_id)
    if found is not None and _proves(found, secret):
        return found
    identity.allowed("client.address", address)
    raise ProtocolError("invalid_client", "no such client, or its secret is wrong", 401)


def _proves(client: Client, secret: str) -> bool:
    if client.kind == ClientKind.PUBLIC:
        return not secret
    said, now = digest(secret), clock.now()
    is_old = client.old_until is not None and client.old_until > now and constant_time_compare(said, client.old_hash)
    return bool(secret) and ((bool(client.secret_hash) and constant_time_compare(said, client.secret_hash)) or is_old)
