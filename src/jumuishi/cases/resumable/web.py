"""The pages' door to sending a file in parts: what a phone does by itself while its person fills in the rest."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from jumuishi.cases.resumable import targets, wire
from jumuishi.cases.web.ways import prefix
from jumuishi.identity.doors import KnownPerson, access, actor_of


def address(upload_id: UUID) -> str:
    """Where an upload is gone on with."""
    return f"{prefix()}/faili/{upload_id}/"


def _begin(request: HttpRequest, found: targets.Find, thing_id: UUID, field: str) -> HttpResponse:
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    actor = actor_of(request)
    return wire.begin(request, lambda: found(actor, thing_id, field), address)


@access(KnownPerson)
def begin(request: HttpRequest, draft_id: UUID, field: str) -> HttpResponse:
    """A file for a question of a draft."""
    return _begin(request, targets.of_draft, draft_id, field)


@access(KnownPerson)
def begin_for_case(request: HttpRequest, case_id: UUID, field: str) -> HttpResponse:
    """A file that the office asked for."""
    return _begin(request, targets.of_case, case_id, field)


@access(KnownPerson)
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """One file on its way."""
    return wire.go_on(request, actor_of(request), upload_id)
