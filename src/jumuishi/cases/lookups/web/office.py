"""One press on the officer's page of a case: a register that gave nothing is asked again."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from jumuishi.cases.lookups.submitting import ask_later
from jumuishi.cases.models import Case
from jumuishi.cases.types import CaseError
from jumuishi.cases.web.ways import says, to
from jumuishi.identity.doors import Officer, access, actor_of


@access(Officer)
@require_POST
def later(request: HttpRequest, case_id: UUID, look_id: UUID) -> HttpResponse:
    """Ask, and show the case with what came."""
    actor, here = actor_of(request), f"/ofisi/ombi/{case_id}/"
    if not Case.objects.filter(id=case_id, institution_id=actor.workplace).exists():
        raise Http404
    try:
        ask_later(actor=actor, case_id=case_id, look_id=look_id)
    except CaseError as error:
        return says(request, error.code, 409, here)
    return to(here)
