"""Each address says who may come in: `@access(Officer)` on its view; a view that says nothing fails the tests."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from jumuishi.channels.api import is_api, problem
from jumuishi.identity import session, typed
from jumuishi.identity.clients import client_of
from jumuishi.identity.middleware import refused
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.kernel.templatetags.text import language

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """Who may enter: a readable name, the question asked of the request, and where to go when the answer is no."""

    name: str
    admits: Callable[[HttpRequest], bool]
    sign_in: str = ""
    reason: str = ""
    again: bool = False


def actor_of(request: HttpRequest) -> Actor:
    """The request's actor, as the middleware found it."""
    found = getattr(request, "actor", None)
    return found if isinstance(found, Actor) else Actor.person(None)


def has_account(request: HttpRequest) -> bool:
    """Whether an officer is signed in with a second factor, post chosen or not."""
    return getattr(request, "account", None) is not None


def anybody(request: HttpRequest) -> bool:  # noqa: ARG001  # the shape of every question
    """No question asked."""
    return True


Everyone = Access("everyone", anybody)
KnownPerson = Access("known person", lambda request: actor_of(request).person_id is not None, "/ingia/")
SignedInAccount = Access("account with a second factor", has_account, "/ofisi/ingia/")
FreshAccount = Access("account whose second factor was just shown", session.is_fresh, "/ofisi/ingia/", again=True)
Officer = Access(
    "officer",
    lambda request: actor_of(request).kind in (ActorKind.OFFICER, ActorKind.AUTHORITY),
    "/ofisi/ingia/",
)
Program = Access("an institution's program", lambda request: client_of(request) is not None, "/ofisi/ingia/")
Authority = Access("authority", lambda request: actor_of(request).kind is ActorKind.AUTHORITY, "/ofisi/ingia/")


def Callback(reason: str) -> Access:  # noqa: N802  # reads as the policies beside it
    """A machine's address: anybody may knock, and the view itself proves who it is, in the way that `reason` says."""
    return Access("callback", anybody, reason=reason)


def access(policy: Access) -> Callable[[V], V]:
    """Let in whom the policy admits; send a visitor to sign in, refuse everybody else. Sets `view.access`."""

    def decorate(view: V) -> V:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if policy.admits(request):
                # A machine has typed nothing, and no session either.
                waits = not policy.reason and not is_api(request) and typed.is_waiting(request)
                if waits and request.method == "POST":
                    typed.forget_sent(request)
                answer: HttpResponseBase = view(request, *args, **kwargs)
                if waits and request.method == "GET":
                    typed.give_back(request, answer)
                return answer
            return turn_away(request, policy)

        guarded.access = policy  # type: ignore[attr-defined]  # read by the fitness test of all addresses
        return guarded  # type: ignore[return-value]  # the same arguments and answer as the view

    return decorate


def turn_away(request: HttpRequest, policy: Access) -> HttpResponseBase:
    """To the sign-in that would help, with the way back; else a refusal that says no more."""
    if is_api(request):
        if policy.sign_in and actor_of(request).person_id is None:
            return problem(401, "channels.api_sign_in", headers={"WWW-Authenticate": "Bearer"})
        return refused(request)
    prefix = "/en" if language() == "en" else ""
    way_back = request.get_full_path() if request.method == "GET" else ""
    # Nothing typed is lost to whoever was in; of strangers only what the pages for citizens ask is kept.
    keeps = policy.sign_in and (policy is KnownPerson or session.was_officers(request))
    if request.method == "POST" and keeps and typed.remember(request):
        way_back = request.path if policy is KnownPerson else typed.page(request)
    if policy.again and has_account(request):
        return HttpResponseRedirect(f"{prefix}{policy.sign_in}?next={quote(way_back or request.path)}")
    back = f"?next={quote(way_back)}"
    if policy.sign_in and has_account(request) and actor_of(request).appointment_id is None:
        return HttpResponseRedirect(f"{prefix}/ofisi/wadhifa/{back}")
    if policy.sign_in and not has_account(request):
        known = actor_of(request).person_id is not None
        if not (known and policy.sign_in == "/ingia/"):
            return HttpResponseRedirect(f"{prefix}{policy.sign_in}{back}")
    return refused(request)
