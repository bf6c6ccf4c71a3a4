"""What goes over the wire to the provider: discovery, the exchange, its keys. Only what it signed is believed."""

import time
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from jumuishi.kernel import clock
from jumuishi.kernel.lazily import lazily
from jumuishi.signon.national.options import Options

httpx = lazily("httpx")
TIMEOUT, KEPT = 4.0, 600.0
# Never "none", and no secret shared by both (HS256): whoever can check could then sign.
ALGORITHMS = ["RS256", "PS256", "ES256"]
# How far clocks may differ, in seconds.
LEEWAY = 60
_known: dict[str, tuple[float, dict[str, Any]]] = {}


class AwayError(Exception):
    """The provider does not answer, or not in its own language."""


class NotBelievedError(Exception):
    """What came is not what the provider would say to us; says which check failed, never what it held."""


def _ask(method: str, url: str, **more: Any) -> dict[str, Any]:
    try:
        answer = httpx.request(method, url, timeout=TIMEOUT, trust_env=False, follow_redirects=False, **more)
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise AwayError(type(error).__name__) from None
    if answer.status_code != 200 or not isinstance(found, dict):
        raise AwayError(str(answer.status_code))
    return dict(found)


def known(options: Options, *, fresh: bool = False) -> dict[str, Any]:
    """Its own description and, under `keys`, its keys; kept for ten minutes. Raises AwayError, NotBelievedError."""
    at, found = _known.get(options.issuer, (0.0, {}))
    if fresh or time.monotonic() - at > KEPT or not found:
        found = _ask("GET", f"{options.issuer}/.well-known/openid-configuration")
        if found.get("issuer") != options.issuer:
            raise NotBelievedError("issuer")
        found["keys"] = _ask("GET", str(found["jwks_uri"]))
        _known[options.issuer] = (time.monotonic(), found)
    return found


def exchange(options: Options, *, code: str, verifier: str, redirect_uri: str) -> str:
    """The id token for a code. Raises AwayError, NotBelievedError."""
    said = {
        "grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect_uri,
    }  # fmt: skip
    answer = _ask("POST", known(options)["token_endpoint"], data=said, auth=(options.client_id, options.secret))
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise NotBelievedError("no id token")
    return token


def claims(options: Options, token: str, *, kind: str = "") -> dict[str, Any]:
    """The claims of a token that the provider signed for us and that counts now; `kind` is its `typ`, where it has one.

    Raises AwayError, NotBelievedError.
    """
    found = _signed(options, token)
    said, now = dict(found.claims), int(clock.now().timestamp())
    typ = str(found.header.get("typ", "")).lower()
    if (kind and typ != kind) or (not kind and typ not in ("", "jwt")):
        raise NotBelievedError("typ")
    audience = said.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if said.get("iss") != options.issuer or options.client_id not in named:
        raise NotBelievedError("iss or aud")
    if (len(named) > 1 or "azp" in said) and said.get("azp") != options.client_id:
        raise NotBelievedError("azp")
    if not _number(said, "iat") <= now + LEEWAY or not _number(said, "exp") > now - LEEWAY:
        raise NotBelievedError("iat or exp")
    return said


def _signed(options: Options, token: str) -> Any:
    for fresh in (False, True):  # a key that we don't know may be new
        keys: Mapping[str, Any] = known(options, fresh=fresh)["keys"]
        try:
            return jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError):
            continue
    raise NotBelievedError("signature")


def _number(said: Mapping[str, Any], name: str) -> int:
    found = said.get(name)
    if not isinstance(found, int):
        raise NotBelievedError(name)
    return found
