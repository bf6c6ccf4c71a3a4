"""One duty: what was decided, whose it is until when, what was done, and what its doer or who asked may do."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import files, scanning
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.models import Duty
from jumuishi.meetings.resolutions import doing, queries
from jumuishi.meetings.resolutions.policies import is_doer, resolution_thing
from jumuishi.meetings.resolutions.web.frame import attempt, day_of, done, duty_words, page
from jumuishi.meetings.web.answering import uuid_of

HERE = "/ofisi/mabaraza/maazimio/"


def _found(request: HttpRequest, duty_id: UUID) -> Duty:
    duty = queries.duty_for(actor_of(request), duty_id)
    if duty is None:
        raise Http404
    return duty


@access(Officer)
@require_GET
def duty(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """The duty with its steps."""
    return _page(request, _found(request, duty_id))


def _page(request: HttpRequest, one: Duty, message: str = "", **typed: str) -> HttpResponse:
    actor, lang = actor_of(request), language()
    zone = institutions.working_time(one.institution_id).zone
    is_open = one.state in doing.OPEN
    context: dict[str, Any] = {
        **duty_words(one, queries.owners([one], lang)[one.id]),
        "here": f"{HERE}{one.id}/",
        "steps": [
            {"id": step.id, "kind": t(f"meetings.res_step_{step.kind}", lang), "text": step.text, "name": step.name,
             "at": say_instant(step.at, lang, zone), "file": step.file_name,
             "is_infected": step.scan == scanning.INFECTED}
            for step in queries.steps_of(one)
        ],
        "may_do": is_open and is_doer(actor, one),
        "may_acknowledge": one.state == Duty.State.WAITING,
        "may_judge": one.state == Duty.State.REPORTED
        and identity.may(actor, "meetings.resolution.accept", resolution_thing(one.resolution)),
        "command": typed.get("command") or new_id(),
        "typed": typed,
    }  # fmt: skip
    return page(request, "duty", context, message)


@access(Officer)
@require_POST
def act(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """One act; what was typed is there again after a refusal."""
    one, name = _found(request, duty_id), request.POST.get("do", "")
    upload = request.FILES.get("file")
    said = doing.Said(
        command=uuid_of(request.POST.get("command", "")) or new_id(),
        text=request.POST.get("text", ""),
        on=day_of(request.POST.get("on", "")),
        file=(upload.name or "", upload.chunks()) if upload else None,
    )
    given: dict[str, Any] = {"actor": actor_of(request), "duty_id": duty_id, "said": said}
    verb: Callable[[], object]
    if name in ("accept", "return"):
        verb = lambda: doing.judge(**given, accept=name == "accept")  # noqa: E731
    else:
        verb = lambda: doing.do(**given, act=name)  # noqa: E731
    message = attempt(verb)
    if message:
        typed = {key: request.POST.get(key, "") for key in ("text", "on", "command")}
        return _page(request, one, message, **typed)
    return done(request, f"{HERE}{duty_id}/", name)


@access(Officer)
@require_GET
def evidence(request: HttpRequest, duty_id: UUID, step_id: UUID) -> HttpResponseBase:
    """A piece of evidence, to keep: never shown as a page of ours."""
    one = _found(request, duty_id)
    step = next((each for each in queries.steps_of(one) if each.id == step_id and each.file_id), None)
    if step is None or step.file_id is None or step.scan == scanning.INFECTED:
        raise Http404
    found = StreamingHttpResponse(files.read(step.file_id), content_type=step.file_type)
    found["Content-Disposition"] = content_disposition_header(True, step.file_name) or "attachment"
    found["X-Content-Type-Options"] = "nosniff"
    return found
