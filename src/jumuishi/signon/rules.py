"""What may be asked for, what it gives, and what proves what. Pure: no database, no clock.

Sources: OpenID Connect Core 1.0; RFC 7636 (PKCE), 8252 (loopback), 9700 (best practice); RFC 8176 (amr).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from jumuishi.signon.types import Audience, SignonRefusedError

OPENID, OFFLINE = "openid", "offline_access"
# What each scope tells, in the order in which people read it.
FACTS: dict[str, tuple[str, ...]] = {
    "profile": ("name", "locale"),
    "phone": ("phone_number", "phone_number_verified"),
    "email": ("email", "email_verified"),
    "work": ("institution", "institution_name", "unit", "roles", "post", "post_title"),
}
SCOPES: dict[Audience, tuple[str, ...]] = {
    Audience.STAFF: ("profile", "email", "work", OFFLINE),
    Audience.EVERY_STAFF: ("profile", "email", "work", OFFLINE),
    Audience.CITIZENS: ("profile", "phone", OFFLINE),
}
CODE_LIFE, ACCESS_LIFE, ID_LIFE = timedelta(seconds=60), timedelta(minutes=10), timedelta(minutes=10)
# A client that kept a secret and lost our answer on a weak line may ask with the same refresh token once more.
REFRESH_GRACE = timedelta(seconds=30)
# A secret before goes on counting for a day, as a program's key does.
OVERLAP = timedelta(hours=24)
# Whoever asked and was not answered asks again; nothing waits for ever.
ASKING_LASTS = timedelta(days=30)
LONGEST_URL, MOST_URLS = 300, 10
ONE_FACTOR, TWO_FACTORS, PHISHING_RESISTANT = "urn:jumuishi:acr:one-factor", "urn:jumuishi:acr:two-factors", "phr"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# How a person came in -> the methods of RFC 8176, and the level that they come to.
_WAYS: dict[str, tuple[tuple[str, ...], str]] = {
    "totp": (("pwd", "otp", "mfa"), TWO_FACTORS),
    "recovery_codes": (("pwd", "otp", "mfa"), TWO_FACTORS),
    "webauthn": (("hwk", "user", "mfa"), PHISHING_RESISTANT),
    "phone": (("sms", "otp"), ONE_FACTOR),
    "national": (("fed",), ONE_FACTOR),
}
LEVELS = (ONE_FACTOR, TWO_FACTORS, PHISHING_RESISTANT)


def level_of(factor: str) -> str:
    """The acr of a sign-in by this factor."""
    return _WAYS.get(factor, ((), ONE_FACTOR))[1]


def methods_of(factor: str) -> list[str]:
    """The amr of a sign-in by this factor."""
    return list(_WAYS.get(factor, ((), ONE_FACTOR))[0])


def is_challenge(text: str) -> bool:
    """Whether this is a code challenge of the method S256."""
    return _CHALLENGE.fullmatch(text) is not None


def is_proof(verifier: str, challenge: str) -> bool:
    """Whether the verifier is the one that the challenge was made of."""
    if _VERIFIER.fullmatch(verifier) is None:
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(made, challenge)


def granted(asked: Iterable[str], allowed: Sequence[str]) -> list[str]:
    """The scopes that count of those asked for, in our order; one that the client may not have is left out."""
    wanted = set(asked)
    return [one for one in (OPENID, *FACTS, OFFLINE) if one in wanted and (one == OPENID or one in allowed)]


def facts_of(scopes: Iterable[str]) -> list[str]:
    """The claims that scopes tell besides `sub`."""
    return [claim for scope in scopes for claim in FACTS.get(scope, ())]


def check_url(url: str, field: str, *, query: bool = True) -> str:
    """An address of a client as it is kept: https, or http to this very machine; no fragment, no user, no wildcard.

    Raises SignonRefusedError.
    """
    said = url.strip()
    try:
        parts = urlsplit(said)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise SignonRefusedError("signon.bad_url", field) from None
    clean = said.isascii() and said.isprintable() and not set(said) & set(" \"'<>\\^`{|}*")
    is_fine = clean and host and len(said) <= LONGEST_URL and not parts.fragment and "#" not in said
    if not is_fine or parts.username is not None or parts.password is not None or (parts.query and not query):
        raise SignonRefusedError("signon.bad_url", field)
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise SignonRefusedError("signon.need_https", field)
    return said


def check_urls(urls: Iterable[str], field: str, *, least: int = 0) -> list[str]:
    """Several of them, each once. Raises SignonRefusedError."""
    kept = list(dict.fromkeys(check_url(one, field) for one in urls if one.strip()))
    if not least <= len(kept) <= MOST_URLS:
        raise SignonRefusedError("signon.needs_redirect" if len(kept) < least else "signon.many_urls", field)
    return kept
