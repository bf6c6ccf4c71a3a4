"""What a session remembers: a citizen or guest, or an officer's account with its second factor and post."""

from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, QueryDict

from jumuishi.identity.appointments import AppointmentRef
from jumuishi.identity.models import Account
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel import clock, tenancy

PERSON = "identity.person"
GUEST = "identity.guest"
FACTOR = "identity.factor"
SINCE = "identity.since"
POST = "identity.post"
TOKEN = "identity.token"  # noqa: S105  # the name of a mark
HALF = "identity.half"
ENROLLING = "identity.enrolling"
TYPED = "identity.typed"
BACKEND = "jumuishi.identity.backend.AccountBackend"
SHORT = "identity.short"
SAID = "identity.said"
_HALF_SECONDS = 600
_TYPED_CHARACTERS = 16_384


def sign_in_person(request: HttpRequest, person_id: UUID, *, guest: bool = False) -> None:
    """From here on the session is this citizen's; whatever it was before is forgotten, but for a form half sent."""
    typed = request.session.get(TYPED)
    request.session.flush()
    request.session[PERSON] = str(person_id)
    if typed:
        request.session[TYPED] = typed
    if guest:
        request.session[GUEST] = True


def sign_in_account(request: HttpRequest, account: Account, factor: str, *, short: bool = False) -> None:
    """From here on the session is this officer's, whose second factor (or passkey) was just shown.

    `short`: the password is shorter than a new one may be; the account holds no post until it is changed.
    """
    with tenancy.acting_as(tenancy.Principal.system()):
        request.session.flush()
        auth.login(request, account, backend=BACKEND)
    request.session[FACTOR] = factor
    request.session[SINCE] = int(clock.now().timestamp())
    if short:
        request.session[SHORT] = True


def stay_signed_in(request: HttpRequest, account: Account) -> None:
    """The password was just changed, which ended every session: this one goes on, under a new key."""
    with tenancy.acting_as(tenancy.Principal.system()):
        auth.update_session_auth_hash(request, account)
    request.session.pop(SHORT, None)


def is_short(request: HttpRequest) -> bool:
    """Whether the officer must choose a longer password before any work."""
    return bool(request.session.get(SHORT))


def remember_typed(request: HttpRequest) -> bool:
    """Keep a form that came after its sender's session had ended, to show it again after signing in."""
    sent = request.POST.copy()
    sent.pop("csrfmiddlewaretoken", None)
    query = sent.urlencode()
    if not query or len(query) > _TYPED_CHARACTERS:
        return False
    request.session[TYPED] = {"path": request.path, "query": query}
    return True


def has_typed(request: HttpRequest) -> bool:
    """Whether a form waits for its sender to sign in."""
    return TYPED in request.session


def typed_before_sign_in(request: HttpRequest) -> QueryDict | None:
    """The form that was sent to this page before its sender had to sign in again; given once."""
    kept = request.session.get(TYPED)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[TYPED]
    return QueryDict(kept["query"])


def is_fresh(request: HttpRequest) -> bool:
    """Whether the officer of the session showed the second factor in the last quarter of an hour."""
    age = clock.now().timestamp() - request.session.get(SINCE, 0)
    is_now = -60 < age < settings.IDENTITY_LIFE["fresh_seconds"]
    return is_now and isinstance(getattr(request, "account", None), Account)


def sign_out(request: HttpRequest) -> None:
    """Forget everything."""
    request.session.flush()


def person_of(request: HttpRequest) -> tuple[UUID | None, bool]:
    """The citizen of the session, and whether it is a guest."""
    found = request.session.get(PERSON) if not request.session.get(TOKEN) else None
    return (UUID(found), bool(request.session.get(GUEST))) if found else (None, False)


def new_token(person_id: UUID, *, guest: bool = False) -> str:
    """A session that a program carries as a bearer token (RFC 6750) instead of a cookie; it lives as long as one."""
    kept = SessionStore()
    kept.update({PERSON: str(person_id), GUEST: guest, TOKEN: True})
    kept.create()
    return str(kept.session_key)


def end_token(request: HttpRequest) -> None:
    """The bearer token of the request counts no more."""
    if (kept := _token_of(request)) is not None:
        kept.flush()


def person_of_token(request: HttpRequest) -> tuple[UUID | None, bool]:
    """The citizen of the bearer token, and whether it is a guest; a browser's session is no token."""
    kept = _token_of(request)
    return (UUID(kept[PERSON]), bool(kept[GUEST])) if kept is not None else (None, False)


def _token_of(request: HttpRequest) -> SessionStore | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not (token.isascii() and token.isalnum()):
        return None
    kept = SessionStore(token)
    return kept if kept.get(TOKEN) else None


def remember_half(request: HttpRequest, account: Account, *, short: bool = False) -> None:
    """The password was right (and `short`, maybe); the second factor is still to come, within ten minutes."""
    request.session.flush()
    request.session[HALF] = {"account": str(account.id), "at": int(clock.now().timestamp()), "short": short}


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
