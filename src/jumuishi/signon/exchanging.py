"""A client's server exchanges a code or a refresh token for tokens, gives tokens back, asks for a person's facts.

A code or a refresh token that comes a second time was stolen, or its thief was first: what it led to ends (RFC 9700).
"""

import secrets
from datetime import timedelta
from typing import Any

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.signon import claims, ending, keys, rules, standing
from jumuishi.signon.models import Client, Code, SignIn, Token
from jumuishi.signon.registering import digest
from jumuishi.signon.types import ClientKind, ProtocolError

PREFIX = "jmt_"
# A session of a citizen or an officer lasts 12 hours by default, and ends with it whatever a token says.
REFRESH_LIFE = timedelta(hours=24)
SYSTEM = tenancy.Principal.system()
Answer = dict[str, Any]


def program(client: Client) -> Actor:
    """The client's own program: acts for the institution, with no natural person."""
    return Actor(
        ActorKind.OFFICER, institution_id=client.institution_id, roles=frozenset({"program"}), name=client.name
    )


@identity.action("signon.code.exchange")
def exchange(*, actor: Actor, client: Client, code: str, verifier: str, redirect_uri: str) -> Answer | ProtocolError:
    """Tokens for a code, or why not: an error is an answer, so that what a second use ends stays ended."""
    now = clock.now()
    with tenancy.acting_as(SYSTEM):
        rows = Code.objects.select_related("sign_in__client").select_for_update(of=("self",))
        row = rows.filter(code_hash=digest(code), sign_in__client=client).first()
        if row is None:
            identity.record(actor, _nothing(client), after={"refused": "code"})
            return ProtocolError("invalid_grant", "no such code")
        thing = ending.thing(row.sign_in)
        if row.used_at is not None:
            ended = Token.objects.filter(code_id=row.id, ended_at=None).update(ended_at=now)
            identity.record(actor, thing, after={"refused": "code used twice", "tokens_ended": ended})
            return ProtocolError("invalid_grant", "the code was used before")
        is_right = row.redirect_uri == redirect_uri and rules.is_proof(verifier, row.challenge)
        if row.expires_at <= now or not is_right or not standing.stands(row.sign_in):
            identity.record(actor, thing, after={"refused": "code over, or its proof wrong"})
            return ProtocolError("invalid_grant", "the code is over, or its proof or redirect_uri is wrong")
        row.used_at = now
        row.save(update_fields=["used_at"])
        found = _tokens(row.sign_in, row.scopes, row, nonce=row.nonce)
        identity.record(actor, thing, after={"scopes": row.scopes})
    return found


@identity.action("signon.token.refresh")
def refresh(*, actor: Actor, client: Client, token: str, scope: str) -> Answer | ProtocolError:
    """Fresh tokens for a refresh token, which counts once; or why not, as above."""
    now = clock.now()
    with tenancy.acting_as(SYSTEM):
        rows = Token.objects.select_related("sign_in__client").select_for_update(of=("self",))
        row = rows.filter(token_hash=digest(token), is_refresh=True, sign_in__client=client).first()
        if row is None:
            identity.record(actor, _nothing(client), after={"refused": "refresh token"})
            return ProtocolError("invalid_grant", "no such token")
        thing = ending.thing(row.sign_in)
        wanted = scope.split() or row.scopes
        if row.ended_at is not None or row.expires_at <= now or not standing.stands(row.sign_in):
            identity.record(actor, thing, after={"refused": "over"})
            return ProtocolError("invalid_grant", "the sign-in is over")
        if row.used_at is not None and not _is_lost_answer(row, client):
            ended = Token.objects.filter(code_id=row.code_id, ended_at=None).update(ended_at=now)
            identity.record(actor, thing, after={"refused": "refresh token used twice", "tokens_ended": ended})
            return ProtocolError("invalid_grant", "the token was used before")
        if set(wanted) - set(row.scopes):
            identity.record(actor, thing, after={"refused": "scope"})
            return ProtocolError("invalid_scope", "more than was granted")
        Token.objects.filter(after_id=row.id, ended_at=None).update(ended_at=now)
        row.used_at = row.used_at or now
        row.save(update_fields=["used_at"])
        found = _tokens(row.sign_in, row.scopes, row, told=rules.granted(wanted, row.scopes))
        identity.record(actor, thing, after={"scopes": row.scopes})
    return found


def _is_lost_answer(row: Token, client: Client) -> bool:
    """Whether a second use may be the same asked again, the answer lost: at once, proven, and its answer unused."""
    if client.kind != ClientKind.CONFIDENTIAL or row.used_at is None or clock.now() - row.used_at > rules.REFRESH_GRACE:
        return False
    return not Token.objects.filter(after_id=row.id, used_at__isnull=False).exists()


def _tokens(
    row: SignIn, scopes: list[str], cause: Code | Token, *, nonce: str = "", told: list[str] | None = None
) -> Answer:
    """What the token endpoint answers; called as the system, within an action."""
    said = told or scopes
    code_id = cause.id if isinstance(cause, Code) else cause.code_id
    after_id = cause.id if isinstance(cause, Token) else None

    def made(life: timedelta, scopes: list[str], *, is_refresh: bool) -> str:
        text, now = PREFIX + secrets.token_urlsafe(32), clock.now()
        Token.objects.create(
            id=new_id(), sign_in=row, is_refresh=is_refresh, token_hash=digest(text), code_id=code_id,
            after_id=after_id, scopes=scopes, made_at=now, expires_at=now + life,
        )  # fmt: skip
        return text

    found: Answer = {
        "access_token": made(rules.ACCESS_LIFE, said, is_refresh=False), "token_type": "Bearer",
        "expires_in": int(rules.ACCESS_LIFE.total_seconds()), "scope": " ".join(said),
        "id_token": _id_token(row, said, nonce),
    }  # fmt: skip
    if rules.OFFLINE in scopes:
        found["refresh_token"] = made(REFRESH_LIFE, scopes, is_refresh=True)
    return found


def _id_token(row: SignIn, scopes: list[str], nonce: str) -> str:
    now = int(clock.now().timestamp())
    said = {
        "iss": keys.issuer(), "aud": str(row.client_id), "iat": now, "exp": now + int(rules.ID_LIFE.total_seconds()),
        "auth_time": int(row.auth_at.timestamp()), "acr": rules.level_of(row.factor),
        "amr": rules.methods_of(row.factor), "sid": str(row.id), **claims.claims_of(row, scopes),
    }  # fmt: skip
    return keys.signed({**said, "nonce": nonce} if nonce else said)


@identity.action("signon.token.revoke")
def revoke(*, actor: Actor, client: Client, token: str) -> None:
    """A token is given back (RFC 7009): of a refresh token all that came of it; another client's stays as it is."""
    now = clock.now()
    with tenancy.acting_as(SYSTEM):
        rows = Token.objects.select_related("sign_in__client")
        row = rows.filter(token_hash=digest(token), sign_in__client=client).first()
        if row is None:
            identity.record(actor, _nothing(client), after={"revoked": 0})
            return
        family = Token.objects.filter(code_id=row.code_id) if row.is_refresh else Token.objects.filter(id=row.id)
        ended = family.filter(ended_at=None).update(ended_at=now)
        identity.record(actor, ending.thing(row.sign_in), after={"revoked": ended})


def facts(token: str) -> Answer | None:
    """What the holder of an access token is told of the person, who sees that it was asked; None for no such token."""
    with tenancy.acting_as(SYSTEM):
        rows = Token.objects.select_related("sign_in__client").filter(is_refresh=False, ended_at=None)
        row = rows.filter(token_hash=digest(token), expires_at__gt=clock.now()).first()
        if row is None or not standing.stands(row.sign_in):
            return None
        identity.looked(program(row.sign_in.client), ending.thing(row.sign_in), "userinfo")
        return claims.claims_of(row.sign_in, row.scopes)


def _nothing(client: Client) -> Thing:
    """The client itself, where there is no sign-in to speak of."""
    return Thing("signon_client", client.id, client.institution_id)
