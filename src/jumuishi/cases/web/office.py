"""The officer's page of a case: read it, act, take and give tasks, say why one is late, open a file."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from jumuishi.cases import engine, queries, uploads
from jumuishi.cases.actions import deciding
from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.models import Attachment, Case, Task
from jumuishi.cases.types import CaseError, StaleCaseError
from jumuishi.cases.web import foresight, office_page, remarks, widgets
from jumuishi.cases.web.archive import is_opened
from jumuishi.channels.middleware import POLICY
from jumuishi.definitions.machine import types as d
from jumuishi.definitions.types import Error, Field
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.kernel import files
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

# A document in place is framed by our own page and by no other; what is in it runs nothing and asks nobody.
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'none'; frame-src 'self'")
FILE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)


def _prefix(lang: str) -> str:
    return "/en" if lang == "en" else ""


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _case(case_id: UUID) -> Case:
    case = queries.case_for(case_id)
    if case is None:
        raise Http404
    return case


def _task(request: HttpRequest, case_id: UUID) -> Task:
    """The task that a form names, if it lies with the actor's institution."""
    rows = Task.objects.filter(case_id=case_id, institution_id=actor_of(request).workplace)
    task = rows.filter(id=_id(request.POST.get("task", ""))).first()
    if task is None:
        raise Http404
    return task


@access(Officer)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case as an officer sees it; that it was looked at is journalled, and the applicant sees that."""
    actor, lang = actor_of(request), language()
    found = _case(case_id)
    identity.must(actor, "cases.case.read", case_thing(found))
    if found.archived_at is not None and found.institution_id == actor.workplace and not is_opened(request, found.id):
        return HttpResponseRedirect(f"{_prefix(lang)}/ofisi/hifadhi/")
    identity.looked(actor, case_thing(found), "case")
    opened = request.GET.get("faili", "")
    context = office_page.build(actor, found, lang, opened=opened)
    context["done"] = t("cases.done", lang) if request.GET.get("done") else ""
    response = render(request, "cases/office_case.html", context)
    if any(one["shows"] == "page" for one in context["files"]):
        response.headers["Content-Security-Policy"] = FRAMED
    return response


def _again(request: HttpRequest, case_id: UUID, error: CaseError | None, typed: dict[str, Any]) -> HttpResponse:
    """The page once more, with what is wrong and with what the officer typed: nothing is lost."""
    actor, lang = actor_of(request), language()
    stale = isinstance(error, StaleCaseError)
    status = 200 if error is None else 409 if stale else 400
    message = office_page.refusal(error, lang) if error is not None else ""
    found = queries.case_for(case_id)
    if found is None:
        # A review of another institution's case that a colleague gave: the case is closed to us again.
        context = {"message": t("cases.review_given_by_other", lang), "text": typed.get("text", "")}
        return render(request, "cases/office_closed.html", context, status=status)
    typed["wrong"] = office_page.wrong_fields(error) if error is not None else ()
    context = {**office_page.build(actor, found, lang, typed=typed), "message": message, "stale": stale}
    return render(request, "cases/office_case.html", context, status=status)


def _do(request: HttpRequest, case_id: UUID, verb: Callable[[], None], typed: dict[str, Any]) -> HttpResponse:
    try:
        verb()
    except CaseError as error:
        return _again(request, case_id, error, typed)
    prefix = _prefix(language())
    if queries.case_for(case_id) is None:
        return HttpResponseRedirect(f"{prefix}/ofisi/?done=1")
    return HttpResponseRedirect(f"{prefix}/ofisi/ombi/{case_id}/?done=1")


@access(Officer)
@require_POST
def act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Do what was chosen: an action of the task, or pass or fail of a review. A grave one is shown first, then done."""
    actor, post, task = actor_of(request), request.POST, _task(request, case_id)
    found = queries.case_for(case_id)
    typed: dict[str, Any] = {key: post.get(key, "").strip() for key in ("act", "text", "late")}
    if found is None:
        return _again(request, case_id, StaleCaseError(), typed)
    given, wrong = sent_fields(request, found, task)
    typed["fields"] = given
    if "template" in post:
        typed["text"] = remarks.with_template(actor, found, post["template"], typed["text"])
    if "back" in post or "template" in post:
        return _again(request, case_id, None, typed)
    if wrong:
        return _again(request, case_id, CaseError("cases.errors", errors=tuple(wrong)), typed)
    if not typed["act"]:
        return _again(request, case_id, CaseError("cases.choose_act"), typed)
    version = int(post["version"]) if post.get("version", "").isdigit() else -1
    stage = engine.frame_of(found).edition.package.stages.get(task.stage)
    chosen = foresight.act_of(task, stage, typed, given)

    def verb() -> None:
        if isinstance(chosen, d.GiveReview):
            deciding.give_review(
                actor=actor, task_id=task.id, version=version, is_passed=chosen.passed, reason=chosen.reason,
                late_reason=typed["late"],
            )  # fmt: skip
            return
        deciding.decide(
            actor=actor, task_id=task.id, version=version, act=chosen.action, fields=chosen.fields,
            message=chosen.message, reason=chosen.reason, late_reason=typed["late"],
        )  # fmt: skip

    if "sure" not in post and task.state == Task.State.OPEN and found.version == version:
        try:
            grave = foresight.grave(actor, found, task, chosen, language())
        except CaseError as error:
            return _again(request, case_id, error, typed)
        if grave:
            return render(request, "cases/office_confirm.html", {**grave, "carried": _carried(request, given)})
    return _do(request, case_id, verb, typed)


def sent_fields(request: HttpRequest, case: Case, task: Task) -> tuple[dict[str, Any], list[Error]]:
    """The officer's fields as sent, for definitions' reading, and the files among them that can't be taken."""
    given: dict[str, Any] = {}
    wrong: list[Error] = []
    for field in office_page.fields_of(task, engine.frame_of(case).edition.package):
        if field.type != "file":
            given[field.name] = _sent(field, request)
            continue
        given[field.name] = _kept_file(case, field, request)
        sent = request.FILES.get(field.name)
        if sent is None:
            continue
        upload = uploads.read(field, sent)
        if isinstance(upload, uploads.RefusedUpload):
            wrong.append(Error((field.name,), upload.code))
            continue
        given[field.name] = deciding.attach_file(
            actor=actor_of(request), task_id=task.id, field=field.name, name=upload.name,
            media_type=upload.media_type, chunks=upload.chunks(), limit=upload.limit,
        )  # fmt: skip
    return given, wrong


def _sent(field: Field, request: HttpRequest) -> Any:
    value = widgets.sent(field, request.POST)
    if field.type == "group" and field.repeat is not None:
        return [item for item in value if any(item.values())]
    return value


def _kept_file(case: Case, field: Field, request: HttpRequest) -> Any:
    """A file that came with the same form before it was shown again, by its digest; else what the case has."""
    digest = request.POST.get(f"{field.name}{widgets.SEPARATOR}kept", "")
    kept = queries.files_like(case, field.name, digest).first() if digest else None
    if kept is None:
        return case.state["answers"].get(field.name)
    return {"name": kept.name, "size": kept.size, "sha256": kept.sha256, "type": kept.media_type}


def _carried(request: HttpRequest, given: dict[str, Any]) -> list[tuple[str, str]]:
    """Everything typed, through the confirmation and back again."""
    own = ("csrfmiddlewaretoken", "sure", "back")
    pairs = [(key, value) for key in request.POST if key not in own for value in request.POST.getlist(key)]
    files = {name: one["sha256"] for name, one in given.items() if isinstance(one, dict) and "sha256" in one}
    return [*pairs, *((f"{name}{widgets.SEPARATOR}kept", digest) for name, digest in files.items())]


@access(Officer)
@require_POST
def assign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give the task to a colleague."""
    actor, task, who = actor_of(request), _task(request, case_id), request.POST.get("who", "")

    def verb() -> None:
        if not who:
            raise CaseError("cases.choose_person")
        deciding.assign(actor=actor, task_id=task.id, to_person=_id(who))

    return _do(request, case_id, verb, {})


@access(Officer)
@require_POST
def take(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take a task for oneself."""
    actor, task = actor_of(request), _task(request, case_id)
    return _do(request, case_id, lambda: deciding.assign(actor=actor, task_id=task.id, to_person=actor.who), {})


@access(Officer)
@require_POST
def aside(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Say to be the applicant's relative; asked once more first, for it can't be taken back."""
    actor, task = actor_of(request), _task(request, case_id)
    if "sure" not in request.POST:
        lang = language()
        context = {
            "heading": t("cases.aside", lang), "title": _case(case_id).title, "lines": [t("cases.aside_means", lang)],
            "yes": t("cases.aside_yes", lang), "action": "../kando/", "carried": [("task", str(task.id))],
        }  # fmt: skip
        return render(request, "cases/office_confirm.html", context)
    if "back" in request.POST:
        return HttpResponseRedirect(f"{_prefix(language())}/ofisi/ombi/{case_id}/")
    return _do(request, case_id, lambda: deciding.stand_aside(actor=actor, task_id=task.id), {})


@access(Officer)
@require_POST
def explain(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Say why a task is late."""
    actor, task, reason = (
        actor_of(request),
        _task(request, case_id),
        request.POST.get("reason") or request.POST.get("late", ""),
    )
    return _do(
        request,
        case_id,
        lambda: deciding.explain_delay(actor=actor, task_id=task.id, reason=reason),
        {"late": reason},
    )


@access(Officer)
def file(request: HttpRequest, case_id: UUID, attachment_id: UUID) -> FileResponse:
    """A file of the case, in place or to keep; nothing in it is run as ours. Each look is journalled."""
    actor = actor_of(request)
    found = _case(case_id)
    identity.must(actor, "cases.case.read", case_thing(found))
    kept = Attachment.objects.filter(id=attachment_id, case_id=case_id).exclude(scan="infected").first()
    if kept is None or not files.path_of(kept.file_id).exists():
        raise Http404
    identity.looked(actor, case_thing(found), f"file {kept.field}")
    response = FileResponse(files.path_of(kept.file_id).open("rb"), content_type=kept.media_type)
    keep = request.GET.get("pakua") == "1"
    response.headers["Content-Disposition"] = content_disposition_header(keep, kept.name) or "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    # A sandbox would keep Chromium's own viewer from showing a PDF; what is no PDF gets one.
    is_document = kept.media_type == "application/pdf"
    response.headers["Content-Security-Policy"] = FILE_POLICY if is_document else f"{FILE_POLICY}; sandbox"
    return response
