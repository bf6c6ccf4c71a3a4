"""Our signing keys: RS256 of 3072 bits, sealed; each signs for 90 days, and is told before and after."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, seal, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.signon.models import Key

ALGORITHM, BITS = "RS256", 3072
SIGNS, AHEAD, AFTER = timedelta(days=90), timedelta(days=7), timedelta(days=2)
_PURPOSE = "signon.key"
SYSTEM = tenancy.Principal.system()


def issuer() -> str:
    """What we are called on the wire: this installation's own address, without a slash at its end."""
    return str(settings.PUBLIC_URL).rstrip("/")


def turn() -> None:
    """See that there is a key to sign with, and the next one a week before it is needed. As often as one likes."""
    now = clock.now()
    with tenancy.acting_as(SYSTEM):
        identity.one_at_a_time("signon.key")
        newest = Key.objects.order_by("-signs_until").first()
        if newest is None or newest.signs_until <= now:
            _make(actor=Actor.system(), signs_from=now)
        elif newest.signs_until - now < AHEAD:
            _make(actor=Actor.system(), signs_from=newest.signs_until)
        Key.objects.filter(shown_until__lt=now).delete()


@identity.action("signon.key.make")
def _make(*, actor: Actor, signs_from: datetime) -> None:
    made = RSAKey.generate_key(BITS, private=True)
    kid = made.thumbprint()
    row = Key.objects.create(
        id=new_id(), kid=kid, made_at=clock.now(), signs_from=signs_from, signs_until=signs_from + SIGNS,
        shown_until=signs_from + SIGNS + AFTER, sealed=seal.seal(made.as_pem(private=True), _PURPOSE),
        public={**made.as_dict(private=False), "kid": kid, "use": "sig", "alg": ALGORITHM},
    )  # fmt: skip
    identity.record(actor, Thing("signon_key", row.id), after={"kid": kid, "signs_from": signs_from})


@lru_cache(maxsize=8)
def _private(kid: str, sealed: bytes) -> RSAKey:
    return RSAKey.import_key(seal.unseal(sealed, _PURPOSE), {"kid": kid})


def shown() -> list[dict[str, Any]]:
    """The public keys (RFC 7517) that count now or soon, the newest first."""
    with tenancy.acting_as(SYSTEM):
        rows = list(Key.objects.filter(shown_until__gt=clock.now()).order_by("-signs_from"))
        if not rows:
            turn()
            rows = list(Key.objects.order_by("-signs_from"))
    return [row.public for row in rows]


def signed(claims: Mapping[str, Any], kind: str = "JWT") -> str:
    """The claims as a compact JWS under the key of now; `kind` is its `typ`."""
    with tenancy.acting_as(SYSTEM):
        found = _of_now()
        if found is None:
            turn()
            found = _of_now()
    if found is None:
        raise LookupError("no key signs now: the clock was set back")
    key = _private(found.kid, bytes(found.sealed))
    return jwt.encode({"alg": ALGORITHM, "kid": found.kid, "typ": kind}, dict(claims), key, algorithms=[ALGORITHM])


def _of_now() -> Key | None:
    now = clock.now()
    return Key.objects.filter(signs_from__lte=now, signs_until__gt=now).order_by("-signs_from").first()


def own(token: str) -> dict[str, Any] | None:
    """The claims of an id token of ours, be it long over; None for anything else."""
    with tenancy.acting_as(SYSTEM):
        known = {row.kid: row.public for row in Key.objects.all()}
    for public in known.values():
        try:
            found = jwt.decode(token, RSAKey.import_key(public), algorithms=[ALGORITHM])
        except (JoseError, ValueError):
            continue
        is_ours = found.header.get("typ") == "JWT" and found.claims.get("iss") == issuer()
        return dict(found.claims) if is_ours else None
    return None
