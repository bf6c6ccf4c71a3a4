"""What a session remembers: a citizen or guest, or an officer's account with its second factor and post."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest

from jumuishi.identity import lifetime, open_sessions, typed
from jumuishi.identity.appointments import AppointmentRef
from jumuishi.identity.models import Account
from jumuishi.identity.session_store import SessionStore
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel import clock, tenancy

PERSON = "identity.person"
GUEST = "identity.guest"
FACTOR = "identity.factor"
POST = "identity.post"
TOKEN = "identity.token"  # noqa: S105  # the name of a mark
HALF = "identity.half"
ENROLLING = "identity.enrolling"
BACKEND = "jumuishi.identity.backend.AccountBackend"
SHORT = "identity.short"
SAID = "identity.said"
NEXT = "identity.next"
_HALF_SECONDS = 600


def sign_in_person(request: HttpRequest, person_id: UUID, *, guest: bool = False, factor: str = "") -> UUID:
    """From here on the session is this citizen's; whatever it was before is forgotten, but for a form half sent.

    `factor`: by what, where it was not a code to the phone. Returns the chain of the session.
    """
    kept = typed.kept_for(request.session, str(person_id))
    chain = open_sessions.leave(request.session.session_key, person_id)
    request.session.flush()
    # It has its key at once, for the list of open sessions to know it by.
    request.session.create()
    request.session[PERSON] = str(person_id)
    request.session.update(kept)
    if guest:
        request.session[GUEST] = True
    if factor:
        request.session[FACTOR] = factor
    lifetime.begin(request.session)
    kind = lifetime.GUEST if guest else lifetime.CITIZEN
    return open_sessions.note(request, str(request.session.session_key), person_id, kind, chain=chain)


def sign_in_account(request: HttpRequest, account: Account, factor: str, *, short: bool = False) -> None:
    """From here on the session is this officer's, whose second factor (or passkey) was just shown.

    `short`: the password is shorter than a new one may be; the account holds no post until it is changed. A form half
    sent before, and the post that this officer worked in until the session was left idle, are there again.
    """
    kept, chain = _kept_for(request, account), _chain_for(request, account)
    with tenancy.acting_as(tenancy.Principal.system()):
        request.session.flush()
        auth.login(request, account, backend=BACKEND)
    request.session.update(kept)
    request.session[FACTOR] = factor
    if short:
        request.session[SHORT] = True
    lifetime.begin(request.session)
    open_sessions.note(request, str(request.session.session_key), account.person_id, lifetime.OFFICER, chain=chain)


def stay_signed_in(request: HttpRequest, account: Account) -> None:
    """The password was just changed, which ended every session: this one goes on, under a new key."""
    with tenancy.acting_as(tenancy.Principal.system()):
        auth.update_session_auth_hash(request, account)
    request.session.pop(SHORT, None)
    open_sessions.note(request, str(request.session.session_key), account.person_id, lifetime.OFFICER)


def is_short(request: HttpRequest) -> bool:
    """Whether the officer must choose a longer password before any work."""
    return bool(request.session.get(SHORT))


def lives(request: HttpRequest) -> bool:
    """Whether whoever signed in to this session is still in, which counts as a use of it."""
    kept = request.session
    kind = lifetime.OFFICER if was_officers(request) else lifetime.GUEST if kept.get(GUEST) else lifetime.CITIZEN
    if lifetime.SEEN not in kept:
        # Of an edition that did not measure it: it counts as used now.
        kept[lifetime.SEEN] = int(clock.now().timestamp())
        kept.setdefault(lifetime.SINCE, kept[lifetime.SEEN])
    if lifetime.is_over(kept, kind):
        return False
    lifetime.use(kept)
    return True


def was_officers(request: HttpRequest) -> bool:
    """Whether an officer signed in to this session, over or not."""
    return auth.SESSION_KEY in request.session


def was_left_idle(request: HttpRequest) -> bool:
    """Whether an officer's session is over because nobody used it, so that the sign-in can say so."""
    return was_officers(request) and bool(request.session.get(FACTOR)) and not lives(request)


def _kept_for(request: HttpRequest, account: Account) -> dict[str, Any]:
    """What outlives the sign-in of this account: the form half sent, the post of a session that was left idle."""
    session, me = request.session, str(account.id)
    half = session.get(HALF) or {}
    post = half.get("post") if half.get("account") == me else None
    if session.get(auth.SESSION_KEY) == me and not lifetime.is_old(session, lifetime.OFFICER):
        post = session.get(POST)
    return typed.kept_for(session, me) | ({POST: post} if post else {})


def _chain_for(request: HttpRequest, account: Account) -> UUID | None:
    """The chain of sessions that this sign-in goes on with: this browser's, or that of the session before the half."""
    half = request.session.get(HALF) or {}
    if half.get("account") == str(account.id) and half.get("chain"):
        return UUID(half["chain"])
    return open_sessions.leave(request.session.session_key, account.person_id)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the officer of the session showed the second factor in the last quarter of an hour."""
    age = clock.now().timestamp() - request.session.get(lifetime.SINCE, 0)
    is_now = -60 < age < settings.IDENTITY_LIFE["fresh_seconds"]
    return is_now and isinstance(getattr(request, "account", None), Account)


def sign_out(request: HttpRequest) -> None:
    """Forget everything; systems that were signed in to by this session are told."""
    if (key := request.session.session_key) is not None:
        with tenancy.acting_as(tenancy.Principal.system()):
            open_sessions.drop([key])
    request.session.flush()


def person_of(request: HttpRequest) -> tuple[UUID | None, bool]:
    """The citizen of the session, and whether it is a guest."""
    found = request.session.get(PERSON) if not request.session.get(TOKEN) else None
    return (UUID(found), bool(request.session.get(GUEST))) if found and lives(request) else (None, False)


def new_token(person_id: UUID, *, guest: bool = False, request: HttpRequest | None = None) -> str:
    """A session that a program carries as a bearer token (RFC 6750) instead of a cookie; it lives as long as one.

    `request` is the one that asked for it, for the list of open sessions.
    """
    kept = SessionStore()
    kept.update({PERSON: str(person_id), GUEST: guest, TOKEN: True})
    lifetime.begin(kept)
    kept.create()
    open_sessions.note(request, str(kept.session_key), person_id, lifetime.PROGRAM)
    return str(kept.session_key)


def end_token(request: HttpRequest) -> None:
    """The bearer token of the request counts no more."""
    if (kept := _token_of(request)) is not None:
        kept.flush()


def person_of_token(request: HttpRequest) -> tuple[UUID | None, bool]:
    """The citizen of the bearer token, and whether it is a guest; a browser's session is no token."""
    kept = _token_of(request)
    return (UUID(kept[PERSON]), bool(kept[GUEST])) if kept is not None else (None, False)


def carried(request: HttpRequest) -> SessionStore | None:
    """What is kept under the bearer token of a request, whatever kind it is of; None where it carries none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return SessionStore(token) if scheme.lower() == "bearer" and token.isascii() and token.isalnum() else None


def _token_of(request: HttpRequest) -> SessionStore | None:
    kept = carried(request)
    return kept if kept is not None and kept.get(TOKEN) else None


def remember_half(request: HttpRequest, account: Account, *, short: bool = False, chain: UUID | None = None) -> None:
    """The password was right (and `short`, maybe); the second factor is still to come, within ten minutes.

    `chain`: of the session that is to be, where somebody knows it already.
    """
    kept, chain = _kept_for(request, account), chain or _chain_for(request, account)
    request.session.flush()
    post = kept.pop(POST, None)
    request.session.update(kept)
    half = {"account": str(account.id), "at": int(clock.now().timestamp()), "short": short, "post": post}
    half["chain"] = str(chain) if chain else None
    request.session[HALF] = half


def half_is_short(request: HttpRequest) -> bool:
    """Whether the password that was shown is shorter than a new one may be."""
    return bool(request.session.get(HALF, {}).get("short"))


def forget_half(request: HttpRequest) -> None:
    """The password that was shown counts no more."""
    if HALF in request.session:
        del request.session[HALF]


def half_of(request: HttpRequest) -> UUID | None:
    """The account whose password was shown in the last ten minutes."""
    return _recent(request, HALF)


def remember_enrolling(request: HttpRequest, account_id: UUID) -> None:
    """The holder of an enrolment link set the password and now adds the first factor."""
    request.session.flush()
    request.session[ENROLLING] = {"account": str(account_id), "at": int(clock.now().timestamp())}


def enrolling_of(request: HttpRequest) -> UUID | None:
    """The account that is adding its first factor."""
    return _recent(request, ENROLLING)


def _recent(request: HttpRequest, key: str) -> UUID | None:
    found = request.session.get(key)
    if not found or int(clock.now().timestamp()) - found["at"] > _HALF_SECONDS:
        return None
    return UUID(found["account"])


def choose(request: HttpRequest, post: AppointmentRef) -> None:
    """Act in this post from the next request on."""
    request.session[POST] = str(post.id)


def post_kept(request: HttpRequest) -> str:
    """The id of the post that the officer acted in before the session was left idle; empty for none."""
    return str(request.session.get(POST) or "")


def actor_in(post: AppointmentRef, account: Account) -> Actor:
    """The officer in one post."""
    return Actor(
        ActorKind.AUTHORITY if post.is_authority else ActorKind.OFFICER,
        person_id=account.person_id,
        institution_id=post.institution_id,
        roles=post.roles,
        appointment_id=post.id,
        name=account.person.name,
    )
