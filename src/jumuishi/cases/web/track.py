"""Tracking: by number alone the stage and nothing else; after a code, everything that is the person's."""

import json
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from jumuishi.cases import engine, queries, tracking, uploads
from jumuishi.cases.actions import answering
from jumuishi.cases.actions.money import renew_bill
from jumuishi.cases.models import Case, Task
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import answers, errors, history, money, widgets, words
from jumuishi.cases.web.apply import prefix, says
from jumuishi.definitions.types import ApplicantStage, EndStage, Error, Field, Package, ReviewStage, TaskStage
from jumuishi.documents import public as documents
from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Everyone, KnownPerson, access, actor_of
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_clock
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t, texts
from jumuishi.services import public as services


@access(Everyone)
def track(request: HttpRequest) -> HttpResponse:
    """Ask for a number; wrong and absent look alike, and tries are bounded per number and address."""
    lang = language()
    typed = request.POST.get("reference", request.GET.get("n", ""))
    context: dict[str, Any] = {"reference": typed, "phone": request.POST.get("phone", "")}
    if not typed:
        return render(request, "cases/track.html", context)
    try:
        case = tracking.by_number(typed, context["phone"], identity.address_of(request))
    except CaseError as error:
        status = 429 if error.code == tracking.TOO_MANY else 404
        return render(request, "cases/track.html", {**context, "message": t(error.code, lang)}, status=status)
    home = institutions.institution(case.institution_id)
    work = institutions.working_time(case.institution_id)
    shown = {
        "headline": words.headline(case, lang),
        "service_name": case.service_name[lang],
        "institution": home.name[lang] if home else "",
        "case_number": group(case.reference),
        "reference": case.reference,
        "promised": words.at(case.promise_due_at, lang, work) if not case.outcome else "",
        "clock": words.clock_words(case.promise_due_at, clock.now(), lang, work),
        "promise": words.promise_line(case, lang, work),
    }
    return render(request, "cases/tracked.html", shown)


@access(Everyone)
@require_POST
def send_code(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # the shape of every view
    """Go and sign in by a code on the phone; what happens next is the same whether the number fits or not."""
    return HttpResponseRedirect(f"{prefix()}/ingia/?next={prefix()}/maombi/")


@access(KnownPerson)
def mine(request: HttpRequest) -> HttpResponse:
    """What I have begun and what I have submitted."""
    actor, lang = actor_of(request), language()
    assert actor.person_id is not None  # noqa: S101  # KnownPerson admits nobody without
    page = Paginator(queries.my_cases(actor.person_id), 20).get_page(request.GET.get("page"))
    begun = []
    for draft in queries.my_drafts(actor.person_id)[:20]:
        offering = services.offering(draft.offering_id)
        if offering is not None:
            work = institutions.working_time(offering.institution_id)
            at = say_clock(draft.saved_at, lang, work.zone)
            begun.append({"url": f"{prefix()}/omba/rasimu/{draft.id}/", "name": offering.name[lang], "at": at})
    rows = [
        {
            "url": f"{prefix()}/maombi/{case.id}/",
            "name": case.service_name[lang],
            "stage": words.headline(case, lang),
            "number": group(case.reference),
        }
        for case in page.object_list
    ]
    return render(request, "cases/mine.html", {"rows": rows, "page": page, "drafts": begun, "query": ""})


def _own(request: HttpRequest, case_id: UUID) -> Case:
    found = Case.objects.filter(id=case_id, person_id=actor_of(request).who).first()
    if found is None:
        raise Http404
    return found


@access(KnownPerson)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """My case: where it is, who has it, until when; what I am asked, must pay, may do."""
    return render(request, "cases/case.html", _context(_own(request, case_id), {}, []))


def _context(case: Case, raw: dict[str, Any], wrong: list[Error]) -> dict[str, Any]:
    lang, now = language(), clock.now()
    frame = engine.frame_of(case)
    package, state = frame.edition.package, engine.state_of(case)
    home, work = institutions.institution(case.institution_id), institutions.working_time(case.institution_id)
    tasks = queries.tasks_of(case)
    stage = package.stages.get(case.stage)
    ask = _asked(package, stage, state.answers, raw, wrong, lang) if isinstance(stage, ApplicantStage) else []
    issued = documents.documents_of_cases([case.id])
    end = stage if isinstance(stage, EndStage) else None
    late = next((one.late_reason for one in tasks if one.state == "open" and one.late_reason), "")
    return {
        "headline": words.headline(case, lang),
        "service_name": case.service_name[lang],
        "institution": home.name[lang] if home else "",
        "case_number": group(case.reference),
        "version": case.version,
        "clock": "" if case.outcome else words.clock_words(case.promise_due_at, now, lang, work),
        "promised": words.at(case.promise_due_at, lang, work),
        "late_reason": late,
        "promise": words.promise_line(case, lang, work),
        "money": money.money_of(case, lang, work),
        "document": {
            "title": issued[-1].title[lang],
            "number": group(issued[-1].number),
            "url": f"{prefix()}/maombi/{case.id}/hati/{issued[-1].id}/",
            "revoked": issued[-1].end_reason,
        }
        if issued
        else None,
        "answer_form": ask,
        "errors": errors.listed(wrong, package.all_fields(), lang),
        "requests": [one for one in history.notes(case, package, lang, work) if one["kind"] == "request"][-1:],
        "stages": journey(case, package, tasks, lang, work),
        "notes": history.notes(case, package, lang, work),
        "looks": history.looks(case, lang, work),
        "answers": [
            row for section in answers.sections(package, case.state["answers"], lang) for row in section["rows"]
        ],
        "may_appeal": end is not None
        and end.appeal is not None
        and state.appeal is not None
        and now <= state.appeal.at,
        "may_withdraw": package.withdraw and not case.outcome,
    }


def _asked(
    package: Package, stage: ApplicantStage, kept: Any, raw: dict[str, Any], wrong: list[Error], lang: str
) -> list[dict[str, Any]]:
    said = {one.field: one for one in wrong}
    fields = package.all_fields()
    return [
        widgets.shown(
            one, raw.get(one.name, kept.get(one.name)), lang,
            error=errors.words(said[one.name], one, lang) if one.name in said else "",
            files=[kept[one.name]] if one.type == "file" and kept.get(one.name) else (),
        )
        for one in _fields(stage, fields)
    ]  # fmt: skip


def _fields(stage: ApplicantStage, fields: dict[str, Field]) -> list[Field]:
    return [fields[one] if isinstance(one, str) else one for one in stage.fields]


def journey(case: Case, package: Package, tasks: list[Task], lang: str, work: Any) -> list[dict[str, Any]]:
    """The stages with owners and clocks: what is done, where it is now, what the usual road still holds."""
    rows = [
        {"name": t("cases.was_received", lang), "css": "ok", "lines": [words.at(case.submitted_at, lang, work)]},
    ]
    done = {task.stage for task in tasks if task.state != "open"}
    for key, stage in package.stages.items():
        if key == case.stage:
            lines = [
                _task_line(task, package, lang, work) for task in tasks if task.stage == key and task.state == "open"
            ]
            rows.append({"name": stage.name[lang], "css": "ok" if case.outcome else "now", "lines": lines})
        elif key in done:
            lines = [words.at(task.done_at, lang, work) for task in tasks if task.stage == key and task.state == "done"]
            rows.append({"name": stage.name[lang], "css": "ok", "lines": lines[-1:]})
        elif isinstance(stage, TaskStage | ReviewStage) and not case.outcome and not _is_appeal(package, key):
            rows.append({"name": stage.name[lang], "css": "", "lines": []})
    return rows


def _is_appeal(package: Package, key: str) -> bool:
    return any(isinstance(one, EndStage) and one.appeal and one.appeal.to == key for one in package.stages.values())


def _task_line(task: Task, package: Package, lang: str, work: Any) -> str:
    role = package.roles[task.role].name[lang]
    due = words.at(task.due_at, lang, work)
    return t("cases.with_until", lang, who=role, at=due) if due else role


@access(KnownPerson)
@require_POST
def answer(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Answer what the office asked; what was typed is shown again after an error."""
    found = _own(request, case_id)
    package = engine.frame_of(found).edition.package
    stage = package.stages.get(found.stage)
    if not isinstance(stage, ApplicantStage):
        return says(request, "cases.nothing_asked", 409)
    raw: dict[str, Any] = {}
    wrong: list[Error] = []
    for one in _fields(stage, package.all_fields()):
        if one.type != "file":
            raw[one.name] = widgets.sent(one, request.POST)
        elif sent := request.FILES.get(one.name):
            taken = uploads.read(one, sent)
            if isinstance(taken, uploads.RefusedUpload):
                wrong.append(Error((one.name,), taken.code))
            else:
                raw[one.name] = answering.take_file(
                    actor=actor_of(request), case_id=case_id, field=one.name, name=taken.name,
                    media_type=taken.media_type, chunks=taken.chunks(), limit=taken.limit,
                )  # fmt: skip
    if not wrong:
        try:
            answering.answer_request(
                actor=actor_of(request), case_id=case_id, version=int(request.POST.get("version", "0") or 0),
                changes=raw, message=request.POST.get("message", ""),
            )  # fmt: skip
            return HttpResponseRedirect(f"{prefix()}/maombi/{case_id}/")
        except CaseError as error:
            wrong = [one for one in error.values.get("errors", ()) or () if isinstance(one, Error)]  # type: ignore[attr-defined]
            if not wrong:
                return says(request, error.code if error.code in texts() else "cases.refused", 409)
    return render(request, "cases/case.html", _context(found, raw, wrong), status=400)


@access(KnownPerson)
@require_POST
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the application back."""
    return _then_back(request, case_id, lambda: answering.withdraw_case(actor=actor_of(request), case_id=case_id))


@access(KnownPerson)
@require_POST
def renew(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A new control number, once the time to pay the first one ran out."""
    return _then_back(request, case_id, lambda: renew_bill(actor=actor_of(request), case_id=case_id))


@access(KnownPerson)
@require_POST
def appeal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Appeal against a refusal."""
    reason = request.POST.get("reason", "")
    return _then_back(
        request, case_id, lambda: answering.appeal(actor=actor_of(request), case_id=case_id, reason=reason)
    )


def _then_back(request: HttpRequest, case_id: UUID, verb: Any) -> HttpResponse:
    _own(request, case_id)
    try:
        verb()
    except CaseError as error:
        return says(request, error.code if error.code in texts() else "cases.refused", 409)
    return HttpResponseRedirect(f"{prefix()}/maombi/{case_id}/")


@access(KnownPerson)
def receipt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The evidence bundle of the submission, or the signed promise while the proof is on its way (seconds)."""
    found = _own(request, case_id)
    body = evidence.receipt(found.submit_entry) or evidence.promise(found.submit_entry).as_json()
    answer = HttpResponse(json.dumps(body, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="jumuishi-{found.reference}.json"'
    return answer


@access(KnownPerson)
def document(request: HttpRequest, case_id: UUID, document_id: UUID) -> StreamingHttpResponse:
    """A document of my case, as a signed PDF."""
    found = _own(request, case_id)
    mine = next((one for one in documents.documents_of_cases([found.id]) if one.id == document_id), None)
    if mine is None:
        raise Http404
    issued, chunks = documents.open_pdf(actor=actor_of(request), number=mine.number)
    answer = StreamingHttpResponse(chunks, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.service}-{issued.number}.pdf"'
    answer["Content-Length"] = str(issued.size)
    return answer
