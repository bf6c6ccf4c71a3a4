"""The officers' workspace: the inbox by what falls due first, and the page of a case where they act."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from jumuishi.cases import queries
from jumuishi.cases.actions import deciding
from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.models import Attachment, Case, Task
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import office_page, words
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, files
from jumuishi.kernel.spoken import say_clock, say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

VIEWS = ("mine", "free", "all")


def _prefix(lang: str) -> str:
    return "/en" if lang == "en" else ""


@access(Officer)
def inbox(request: HttpRequest) -> HttpResponse:
    """What is mine and my unit's, by what falls due; late ones with why. Five queries, however long the list."""
    actor, lang, now = actor_of(request), language(), clock.now()
    assert actor.institution_id is not None  # noqa: S101  # Officer admits nobody without
    view, q = request.GET.get("v", "mine"), request.GET.get("q", "").strip()[:60]
    work = institutions.working_time(actor.institution_id)
    names = words.names_of(actor.institution_id)
    page = Paginator(queries.inbox(actor, view=view, text=q, now=now), queries.PAGE).get_page(request.GET.get("page"))
    load = queries.load(actor, now=now)
    from_today = say_date(now.date(), lang)
    context = {
        "headline": t("cases.work_today", lang, day=from_today, clock=say_clock(now, lang, work.zone)),
        "load": [
            {
                "view": key,
                "n": load[number],
                "label": t(f"cases.load_{number}", lang),
                "late": number == "late",
                "current": view == key,
                "dots": {
                    "width": 16 * min(load[number], 12),
                    "em": 0.875 * min(load[number], 12),
                    "done": f"M8 8h{16 * (min(load[number], 12) - 1) + 0.5:g}",
                },
            }
            for key, number in (("late", "late"), ("today", "today"), ("all", "later"))
        ],
        "rows": [words.task_row(task, now, lang, work, names, _prefix(lang)) for task in page.object_list],
        "page": page,
        "q": q,
        "query": f"v={view}" + (f"&q={q}" if q else ""),
        "views": [{"key": key, "label": t(f"cases.view_{key}", lang), "current": view == key} for key in VIEWS],
    }
    return render(request, "cases/inbox.html", context)


def _case(case_id: UUID) -> Case:
    case = queries.case_for(case_id)
    if case is None:
        raise Http404
    return case


@access(Officer)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A case as an officer sees it; that it was looked at is journalled, and the applicant sees that."""
    actor, lang = actor_of(request), language()
    found = _case(case_id)
    identity.must(actor, "cases.case.read", case_thing(found))
    identity.looked(actor, case_thing(found), "case")
    done = t("cases.done", lang) if request.GET.get("done") else ""
    return render(request, "cases/office_case.html", {**office_page.build(actor, found, lang), "done": done})


def _again(request: HttpRequest, case_id: UUID, message: str, typed: dict[str, Any]) -> HttpResponse:
    """The page once more, with what is wrong and with what the officer typed: nothing is lost."""
    actor, lang = actor_of(request), language()
    context = {**office_page.build(actor, _case(case_id), lang, typed=typed), "message": message}
    return render(request, "cases/office_case.html", context, status=409 if "act" in typed else 400)


def _do(request: HttpRequest, case_id: UUID, verb: Callable[[], None], typed: dict[str, Any]) -> HttpResponse:
    lang = language()
    try:
        verb()
    except CaseError as error:
        return _again(request, case_id, office_page.refusal(error, lang), typed)
    return HttpResponseRedirect(f"{_prefix(lang)}/ofisi/ombi/{case_id}/?done=1")


@access(Officer)
@require_POST
def act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Do what was chosen: an action of the task, or pass or fail of a review."""
    actor, post = actor_of(request), request.POST
    task = Task.objects.select_related("case").filter(id=post.get("task", ""), case_id=case_id).first()
    if task is None:
        raise Http404
    chosen, text = post.get("act", ""), post.get("text", "").strip()
    typed = {"act": chosen, "text": text, "post": post}

    def verb() -> None:
        version = int(post.get("version", "0") or 0)
        if not chosen:
            raise CaseError("cases.choose_act")
        if task.kind == "review":
            deciding.give_review(actor=actor, task_id=task.id, version=version, is_passed=chosen == "pass", reason=text)
            return
        needs = office_page.requires_of(task, chosen)
        deciding.decide(
            actor=actor,
            task_id=task.id,
            version=version,
            act=chosen,
            fields=office_page.sent_fields(task, post),
            message=text if "reason" not in needs else "",
            reason=text if "reason" in needs else "",
        )

    return _do(request, case_id, verb, typed)


@access(Officer)
@require_POST
def assign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give the task to a colleague."""
    actor = actor_of(request)

    def verb() -> None:
        deciding.assign(actor=actor, task_id=UUID(request.POST["task"]), to_person=UUID(request.POST["who"]))

    return _do(request, case_id, verb, {})


@access(Officer)
@require_POST
def take(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the first free task of the case that the officer may take."""
    actor = actor_of(request)

    def verb() -> None:
        task = Task.objects.filter(
            institution_id=actor.workplace, case_id=case_id, state=Task.State.OPEN, assignee_id=None,
            role__in=sorted(actor.roles),
        ).first()  # fmt: skip
        if task is None or actor.person_id is None:
            raise CaseError("cases.nothing_to_take")
        deciding.assign(actor=actor, task_id=task.id, to_person=actor.person_id)

    return _do(request, case_id, verb, {})


@access(Officer)
@require_POST
def explain(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Say why a task is late."""
    actor = actor_of(request)
    reason = request.POST.get("reason", "")

    def verb() -> None:
        deciding.explain_delay(actor=actor, task_id=UUID(request.POST["task"]), reason=reason)

    return _do(request, case_id, verb, {"late": reason})


@access(Officer)
def file(request: HttpRequest, case_id: UUID, attachment_id: UUID) -> FileResponse:
    """A file of the case, streamed; never run by the browser as anything of ours."""
    actor = actor_of(request)
    found = _case(case_id)
    kept = Attachment.objects.filter(id=attachment_id, case_id=case_id).first()
    if kept is None:
        raise Http404
    identity.looked(actor, case_thing(found), f"file {kept.field}")
    response = FileResponse(files.path_of(kept.file_id).open("rb"), content_type=kept.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(False, kept.name) or "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
