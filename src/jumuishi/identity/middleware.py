"""Who is asking: the actor of each request, and the request run as the actor's principal."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.channels.api import is_api, problem
from jumuishi.identity import appointments, people, session
from jumuishi.identity.models import Account
from jumuishi.identity.principal import principal_of
from jumuishi.identity.types import Actor, NotAllowedError, TooManyError
from jumuishi.kernel import tenancy
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


class ActorMiddleware:
    """Sets request.actor, request.account (or None), request.is_guest, request.office_name; acts as the actor.

    A visitor is Actor.person(None). An officer is one only after a second factor and with a post chosen that is
    still held: the post is asked for again on each request, so that an ended appointment ends at once. A page for
    somebody known bears that person's mark.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identify(request)
        with tenancy.acting_as(principal_of(request.actor)):  # type: ignore[attr-defined]  # set by identify
            answer = self.get_response(request)
            who = request.actor.person_id  # type: ignore[attr-defined]  # set by identify
            if who is not None and answer.headers.get("Content-Type", "").startswith("text/html"):
                # So that what a shared phone keeps of one person goes when another signs in, on whatever page.
                answer.headers["Jumuishi-Who"] = people.mark_of(who)
            return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """An action's refusal becomes a page (or JSON) that tells nothing but that it is a refusal."""
        if isinstance(error, NotAllowedError):
            return refused(request)
        if isinstance(error, TooManyError):
            response = page(request, 429, "identity.too_many", "identity.too_many_body")
            response.headers["Retry-After"] = str(error.seconds)
            return response
        return None


def identify(request: HttpRequest) -> None:
    """Read the session into the request's actor; a request without a session asks the database nothing.

    By the API only a bearer token counts, never a cookie: a page elsewhere can make a browser send cookies.
    """
    request.user = AnonymousUser()
    by_token = is_api(request)
    person, guest = session.person_of_token(request) if by_token else session.person_of(request)
    actor, account, office = Actor.person(person), None, ""
    if not by_token and person is None and auth.SESSION_KEY in request.session:
        with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
            account = _account(request)
            if account is not None:
                request.user = account
                actor = Actor.person(account.person_id, account.person.name)
                post = None if session.is_short(request) else _post(request, account.person_id)
                if post is not None:
                    actor, office = session.actor_in(post, account), post.institution_name
    found = {"actor": actor, "account": account, "is_guest": guest, "office_name": office}
    for name, value in found.items():
        setattr(request, name, value)


def _account(request: HttpRequest) -> Account | None:
    """The signed-in account, if its second factor was shown and it is neither too old nor left idle."""
    if not request.session.get(session.FACTOR) or not session.lives(request):
        return None
    user = auth.get_user(request)
    return user if isinstance(user, Account) else None


def _post(request: HttpRequest, person_id: UUID) -> appointments.AppointmentRef | None:
    chosen = request.session.get(session.POST)
    if not chosen:
        return None
    return next((post for post in appointments.appointments_of(person_id) if str(post.id) == chosen), None)


def refused(request: HttpRequest) -> HttpResponse:
    """The answer to who may not, the same for every reason."""
    return page(request, 403, "channels.refused", "channels.refused_body")


def page(request: HttpRequest, status: int, heading: str, body: str) -> HttpResponse:
    """A page of one message, or JSON where that was asked for."""
    lang = language()
    if is_api(request):
        return problem(status, heading, detail=t(body, lang))
    words = {"heading": t(heading, lang), "body": t(body, lang)}
    return render(request, "channels/message.html", words, status=status)
