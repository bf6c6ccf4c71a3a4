"""The page that makes a story of a case for the service's author."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases import queries
from jumuishi.cases.actions.retelling import make_story
from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.types import CaseError
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


@access(Officer)
def story(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What will be made and what will not be in it; pressed, the story as a file."""
    actor, wrong = actor_of(request), ""
    case = queries.case_for(case_id)
    if case is None or case.institution_id != actor.workplace:
        raise Http404
    identity.must(actor, "cases.story.make", case_thing(case))
    if request.method == "POST":
        try:
            made = make_story(actor=actor, case_id=case.id)
        except CaseError as error:
            wrong = t(error.code, language())
        else:
            name = f'attachment; filename="{case.service}-hadithi.yaml"'
            return HttpResponse(
                made, content_type="application/yaml; charset=utf-8", headers={"Content-Disposition": name}
            )
    context = {"case": case, "wrong": wrong}
    return render(request, "cases/retell.html", context, status=422 if wrong else 200)
