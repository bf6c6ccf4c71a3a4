"""One act on many tasks: what may be done, what each will come to, how it goes, and what it came to."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jumuishi.cases import bulk
from jumuishi.cases import jobs as own_jobs
from jumuishi.cases.actions import batches
from jumuishi.cases.models import Batch, BatchItem, Task
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import batch_words, listing
from jumuishi.cases.web.ways import prefix, to
from jumuishi.channels import sheets
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, jobs
from jumuishi.kernel.numbers import group
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

PAGE = 50
State = Batch.State


@access(Officer)
def batches_of(request: HttpRequest) -> HttpResponse:
    """Lay the tasks that were ticked, or the whole list, on the table; or what was done together before."""
    actor, lang = actor_of(request), language()
    if request.method != "POST":
        return _before(request, actor, lang)
    moment = listing.moment_of(actor)
    wanted = listing.read(request.GET, has_team=moment.around.team is not None)
    rows = listing.tasks_of(actor, wanted, moment).filter(institution_id=actor.workplace)
    if "owned" in request.POST:
        # Whoever leaves or goes away hands over all that lies with them, whatever the list shows.
        rows = Task.objects.filter(institution_id=actor.workplace, assignee_id=actor.who, state=Task.State.OPEN)
        rows = rows.select_related("case").order_by("due_at", "id")
    elif "all" not in request.POST:
        rows = rows.filter(id__in=[one for one in map(_id, request.POST.getlist("task")[: bulk.MOST]) if one])
    try:
        made = batches.choose(actor, rows[: bulk.MOST], left_out=max(0, rows.count() - bulk.MOST))
    except CaseError:
        return to(f"/ofisi/?{listing.address(wanted, none='1')}")
    return to(f"/ofisi/pamoja/{made.id}/")


def _before(request: HttpRequest, actor: Actor, lang: str) -> HttpResponse:
    rows = Batch.objects.filter(institution_id=actor.workplace, officer_id=actor.who).exclude(state=State.CHOSEN)
    page = Paginator(rows.order_by("-created_at"), PAGE).get_page(request.GET.get("page"))
    work = institutions.working_time(actor.workplace)
    counts = {
        one["batch_id"]: one
        for one in BatchItem.objects.filter(batch_id__in=[one.id for one in page])
        .values("batch_id")
        .annotate(all=Count("id"), done=Count("id", filter=Q(result__ok=True)))
    }
    shown = [
        {
            "url": f"{prefix()}/ofisi/pamoja/{one.id}/",
            "what": batch_words.verb(one, lang),
            "at": batch_words.at(one.created_at, lang, work),
            "state": t(f"cases.batch_{one.state}", lang),
            **counts.get(one.id, {}),
        }
        for one in page
    ]
    return render(request, "cases/batches.html", {"rows": shown, "page": page})


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@access(Officer)
@transaction.non_atomic_requests
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """One batch, wherever it stands; each task of it has a transaction of its own."""
    actor, lang = actor_of(request), language()
    if request.method != "POST":
        with transaction.atomic():
            return _shown(request, _own(actor, batch_id), actor, lang)
    with transaction.atomic():
        message, typed, goes_on = _told(request, batches.own_batch(actor, batch_id), actor)
        if message:
            found = _own(actor, batch_id)
            return _shown(request, found, actor, lang, message=t(message, lang), typed=typed)
    if goes_on:
        batches.work(batch_id)
    return to(f"/ofisi/pamoja/{batch_id}/")


def _own(actor: Actor, batch_id: UUID) -> Batch:
    found = Batch.objects.filter(id=batch_id, institution_id=actor.workplace, officer_id=actor.who).first()
    if found is None:
        raise Http404
    return found


def _told(request: HttpRequest, found: Batch, actor: Actor) -> tuple[str, dict[str, str], bool]:
    """Take in what was said: a text key of what is wrong, what was typed, whether to go on with the work here."""
    post, size = request.POST, found.items.count()
    typed = {key: post.get(key, "").strip() for key in ("what", "text", "late", "who")}
    if "back" in post and found.state == State.READY:
        found.state = State.CHOSEN
        found.save(update_fields=["state"])
        return "", typed, False
    if "sure" in post:
        try:
            first = batches.start_batch(actor=actor, batch_id=found.id)
        except CaseError as error:
            return error.code, typed, False
        return "", typed, first and _go(found, size)
    if found.state != State.CHOSEN:
        return "", typed, False
    verb, _, act = typed["what"].partition(":")
    if verb not in bulk.VERBS:
        return "cases.choose_act", typed, False
    if verb == "assign" and _id(typed["who"]) is None:
        return "cases.choose_person", typed, False
    if verb in ("explain", "message") and not typed["text"]:
        return "cases.message_missing" if verb == "message" else "cases.reason_missing", typed, False
    same = batch_words.common(found)
    said = {"act": act, **{key: typed[key] for key in ("text", "late", "who")}, **(same.said if same else {})}
    batches.say(found, verb, said)
    return "", typed, _go(found, size)


def _go(found: Batch, size: int) -> bool:
    """Whether the work is done here and now; a job does what is too long to wait for, or what was cut short."""
    here = size <= bulk.AT_ONCE
    later = clock.now() + clock.seconds(60) if here else None
    jobs.later(own_jobs.work_on_batch, schedule_at=later, lock=f"batch:{found.id}", batch_id=str(found.id))
    return here


def _shown(
    request: HttpRequest,
    found: Batch,
    actor: Actor,
    lang: str,
    *,
    message: str = "",
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    is_done, items = found.state == State.DONE, found.items.select_related("case", "task")
    column = "result" if found.state in (State.RUNNING, State.DONE) else "foreseen"
    told = Q(**{f"{column}__isnull": False})
    counts = found.items.aggregate(
        all=Count("id"), told=Count("id", filter=told), ok=Count("id", filter=Q(**{f"{column}__ok": True}))
    )
    page = Paginator(items.order_by(f"{column}__ok", "position"), PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "here": f"{prefix()}/ofisi/pamoja/{found.id}/",
        "state": found.state,
        "is_done": is_done,
        "message": message,
        "typed": typed or {key: found.said.get(key, "") for key in ("text", "late", "who")},
        "counts": {**counts, "no": counts["told"] - counts["ok"]},
        "left_out": found.left_out,
        "what": batch_words.verb(found, lang),
        "text": found.said.get("text", ""),
        "ends": batch_words.endings(found, lang) if found.state == State.READY else [],
        "page": page,
        "rows": [
            {
                "url": f"{prefix()}/ofisi/ombi/{one.case_id}/",
                "title": one.case.title,
                "number": group(one.case.reference),
                "service": one.case.service_name[lang],
                "stage": one.task.name[lang],
                "told": batch_words.told(getattr(one, column), found.verb, lang, is_done=column == "result"),
                "ok": bool((getattr(one, column) or {}).get("ok")),
            }
            for one in page
        ],
    }
    if found.state == State.CHOSEN:
        context |= batch_words.choices(found, actor, lang)
    return render(request, f"cases/batch_{'chosen' if found.state == State.CHOSEN else 'told'}.html", context,
                  status=422 if message else 200)  # fmt: skip


@access(Officer)
@require_GET
def results(request: HttpRequest, batch_id: UUID, kind: str) -> StreamingHttpResponse:
    """What each came to, as a file."""
    actor, lang = actor_of(request), language()
    found = _own(actor, batch_id)
    head = [t(f"cases.column_{one}", lang) for one in ("reference", "service", "stage")] + [t("cases.result", lang)]
    rows = [
        (group(one.case.reference), one.case.service_name[lang], one.task.name[lang],
         batch_words.told(one.result or one.foreseen, found.verb, lang, is_done=one.result is not None))
        for one in found.items.select_related("case", "task").order_by("position")
    ]  # fmt: skip
    return sheets.answer(f"matokeo-{found.created_at:%Y-%m-%d}", kind, head, rows)
