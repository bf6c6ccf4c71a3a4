"""An officer's own program at work helps people by API: a key of one officer in one post, for a working day.

It opens what a helper may do and nothing else: no inbox, no decision, nothing of the officer's own. The post is asked
for again at each request; a new key of the same post, a new password and the officer's list of sessions end it.
"""

from uuid import UUID

from django.http import HttpRequest

from jumuishi.identity import accounts, appointments, lifetime, open_sessions
from jumuishi.identity.actions import action, record
from jumuishi.identity.policy import must, policy
from jumuishi.identity.principal import as_system
from jumuishi.identity.session import actor_in, carried
from jumuishi.identity.session_store import SessionStore
from jumuishi.identity.types import Actor, ActorKind, Thing

MARK = "identity.work"


@policy("identity.work_token.make")
def may_make(actor: Actor, thing: Thing) -> bool:
    """An officer for the own post; who keeps the register of institutions helps nobody."""
    return actor.kind is ActorKind.OFFICER and actor.appointment_id == thing.id


@action("identity.work_token.make")
def make_token(*, actor: Actor, account_id: UUID, request: HttpRequest | None = None) -> str:
    """The key, shown this once; the one before it of the same post ends. `request` is for the list of open sessions."""
    post = actor.appointment_id
    thing = Thing("appointment", post or actor.who, actor.institution_id, actor.person_id)
    must(actor, "identity.work_token.make", thing)
    with as_system():
        open_sessions.drop(
            [key for key, kept in open_sessions.kept(actor.who, lifetime.WORK) if _post(kept) == str(post)]
        )
        store = SessionStore()
        store[MARK] = {"account": str(account_id), "post": str(post)}
        lifetime.begin(store)
        store.create()
        open_sessions.note(request, str(store.session_key), actor.who, lifetime.WORK)
        record(actor, thing, after={"hours": lifetime.longest(lifetime.WORK) // 3600})
    return str(store.session_key)


def _post(kept: dict[str, object]) -> str:
    mark = kept.get(MARK)
    return str(mark.get("post")) if isinstance(mark, dict) else ""


def at_work(request: HttpRequest) -> Actor | None:
    """The officer whose program asks, in the post of the key, while both stand; None for anybody else."""
    if not hasattr(request, "_at_work"):
        request._at_work = _found(request)  # type: ignore[attr-defined]  # asked once a request
    found: Actor | None = request._at_work  # type: ignore[attr-defined]
    return found


def _found(request: HttpRequest) -> Actor | None:
    store = carried(request)
    mark = store.get(MARK) if store is not None else None
    if store is None or mark is None or lifetime.is_over(store, lifetime.WORK):
        return None
    with as_system():
        account = accounts.account_of_id(UUID(mark["account"]))
        if account is None:
            return None
        posts = appointments.appointments_of(account.person_id)
        post = next((one for one in posts if str(one.id) == mark["post"] and not one.is_authority), None)
        return actor_in(post, account) if post is not None else None
