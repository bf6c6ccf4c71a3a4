"""The room's own pages, and a door of each kind: what its tests need of a house."""

from typing import Any

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from jumuishi.identity import doors
from jumuishi.identity.types import NotAllowedError, TooManyError


def _door(policy: doors.Access) -> Any:
    @doors.access(policy)
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{request.actor.kind.name} {request.actor.institution_id or '-'}")  # type: ignore[attr-defined]

    return view


@doors.access(doors.Everyone)
def refusing(request: HttpRequest) -> HttpResponse:
    raise NotAllowedError("cases.case.read")


@doors.access(doors.Everyone)
def limiting(request: HttpRequest) -> HttpResponse:
    raise TooManyError(600)


KINDS = {
    "everyone": doors.Everyone,
    "known": doors.KnownPerson,
    "account": doors.SignedInAccount,
    "fresh": doors.FreshAccount,
    "officer": doors.Officer,
    "authority": doors.Authority,
    "callback": doors.Callback("proved by a signature"),
}
urlpatterns = [
    path("api/v1/refusing", refusing),
    *i18n_patterns(
        path("", include("jumuishi.identity.web.urls")),
        path("refusing/", refusing),
        path("limiting/", limiting),
        *(path(f"door/{name}/", _door(policy)) for name, policy in KINDS.items()),
        prefix_default_language=False,
    ),
]
