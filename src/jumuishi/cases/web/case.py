"""My case: where it is, who has it, until when; what I am asked, must pay, may do."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases import engine, form, life, queries
from jumuishi.cases.actions import answering
from jumuishi.cases.actions.money import renew_bill
from jumuishi.cases.actions.things import case_thing
from jumuishi.cases.helping import queries as helping
from jumuishi.cases.lookups.web.beside import case_sources
from jumuishi.cases.models import Attachment, Case, Task
from jumuishi.cases.moving.actions import asked_of
from jumuishi.cases.resumable.dropping import on_their_way
from jumuishi.cases.sittings.queries import decided_of
from jumuishi.cases.types import CaseError
from jumuishi.cases.visits.web.mine import open_visit
from jumuishi.cases.web import answers, corrections, errors, history, keeping, money, widgets, words
from jumuishi.cases.web.ways import prefix, says, to
from jumuishi.definitions.types import (
    ApplicantStage,
    EndStage,
    Error,
    Field,
    IssueStage,
    Package,
    PaymentStage,
    ReviewStage,
    TaskStage,
)
from jumuishi.documents import public as documents
from jumuishi.documents.types import DocumentState, Issued
from jumuishi.identity import public as identity
from jumuishi.identity.doors import KnownPerson, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.institutions.types import InstitutionRef
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_date, say_span
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime


def own(request: HttpRequest, case_id: UUID) -> Case:
    """My case, or one of an owner whose consent to be helped stands: that look is journalled."""
    actor = actor_of(request)
    mine = Q(person_id=actor.who) | Q(mandate_id__in=helping.standing(actor).values("id"))
    found = Case.objects.filter(mine, id=case_id).first()
    if found is None:
        raise Http404
    if found.person_id != actor.person_id and request.method != "POST":
        identity.looked(actor.helping(found.person_id), case_thing(found), "helped")
    return found


@access(KnownPerson)
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """My case: where it is, who has it, until when; what I am asked, must pay, may do."""
    return render(request, "cases/case.html", _context(actor_of(request), own(request, case_id), {}, []))


def foot(case: Case, package: Package, tasks: list[Task], home: InstitutionRef | None, work: WorkingTime) -> Any:
    """What stands at the foot of every page of a case: its number, the promise, the way to complain."""
    lang = language()
    over = next((one.escalate_role for one in tasks if one.state == "open" and one.escalate_role), "")
    role = package.roles[over].name[lang] if over in package.roles else ""
    return {
        "case_number": group(case.reference),
        "promise": words.promise_line(case, lang, work),
        "complain": words.complain(role, home.name[lang] if home else "", lang),
        "speak": words.speak(home, case),
    }


def _context(
    actor: Actor, case: Case, raw: dict[str, Any], wrong: list[Error], message: str = "", add: str = ""
) -> dict[str, Any]:
    lang, now = language(), clock.now()
    frame = engine.frame_of(case)
    package, state = frame.edition.package, engine.state_of(case)
    home, work = institutions.institution(case.institution_id), institutions.working_time(case.institution_id)
    tasks = queries.tasks_of(case)
    notes = history.notes(case, package, lang, work)
    issued = documents.documents_of_cases([case.id])
    stage = package.stages.get(case.stage)
    may_appeal = isinstance(stage, EndStage) and state.appeal is not None and now <= state.appeal.at
    form_asked = _asked(case, frame, stage, raw, wrong, lang, add) if isinstance(stage, ApplicantStage) else []
    sends = {"sends": True, "kept": keeping.told(actor)} if any(one.get("to") for one in form_asked) else {}
    return {
        **foot(case, package, tasks, home, work),
        "headline": words.headline(case, lang),
        "service_name": case.service_name[lang],
        "institution": home.name[lang] if home else "",
        "case_id": case.id,
        "institution_id": case.institution_id,
        "version": case.version,
        "clock": "" if case.outcome else words.clock_words(case.promise_due_at, now, lang, work),
        "promised": words.at(case.promise_due_at, lang, work),
        "late": words.is_late(case, now),
        "late_reason": next((one.late_reason for one in tasks if one.state == "open" and one.late_reason), ""),
        "money": money.money_of(case, lang, work),
        "document": _document(case, issued, lang),
        "answer_form": form_asked,
        "asked_until": words.at(case.next_clock_at, lang, work) if isinstance(stage, ApplicantStage) else "",
        "message": message,
        **sends,
        "errors": errors.listed(wrong, package.all_fields(), lang),
        "requests": [one for one in notes if one["kind"] == "request"][-1:],
        "stages": journey(case, package, tasks, lang, work),
        "notes": notes,
        # Whoever was asked for a visit has a message that says so; nobody else's page asks for visits.
        "visit": open_visit(case, lang) if any(one["kind"] == "visit" for one in notes) else None,
        "by_committee": any(one.committee for one in package.roles.values()) and bool(decided_of(case.id)),
        "looks": history.looks(case, issued, lang, work),
        "answers": [
            row
            for section in answers.sections(
                package,
                case.state["answers"],
                lang,
                marks=corrections.marks(case, package, lang, work),
                sources=case_sources(case, package, lang, work),
            )
            for row in section["rows"]
        ],
        "moving": words.at(waits.asked_until, lang, work) if (waits := asked_of(case, now)) else "",
        "may_appeal": may_appeal,
        "appeal_until": words.at(state.appeal.at, lang, work) if may_appeal and state.appeal else "",
        "may_withdraw": package.withdraw and not case.outcome,
        "owner_id": case.person_id,
    }


def _document(case: Case, issued: list[Issued], lang: str) -> dict[str, Any] | None:
    if not issued:
        return None
    return {
        "title": issued[-1].title[lang],
        "number": group(issued[-1].number),
        "revoked": issued[-1].end_reason,
        "again": _again(case, issued[-1], lang),
        "stopped": _stopped(issued[-1], lang) if issued[-1].state is DocumentState.SUSPENDED else "",
        "url": f"{prefix()}/maombi/{case.id}/hati/{issued[-1].id}/",
    }


def _again(case: Case, issued: Issued, lang: str) -> dict[str, Any] | None:
    """For what its holder may apply with the document in hand."""
    found = life.purposes(case, issued)
    if found is None or not found[1]:
        return None
    ways = [{"purpose": key, "label": label[lang]} for key, label in found[1].items()]
    return {"url": f"{prefix()}/maombi/{case.id}/hati/{issued.id}/tena/", "ways": ways}


def _stopped(found: Issued, lang: str) -> str:
    until = found.suspended_until
    end = (
        t("cases.until_day", lang, day=say_date(until, lang, weekday=False))
        if until
        else t("cases.sms_until_lifted", lang)
    )
    return t("cases.document_suspended", lang, end=end)


def _asked(
    case: Case, frame: engine.Frame, stage: ApplicantStage, raw: dict[str, Any], wrong: list[Error], lang: str, add: str
) -> list[dict[str, Any]]:
    fields = {one.name: one for one in _fields(frame.edition.package, stage)}
    said, kept = errors.by_path(wrong, fields, lang), case.state["answers"]
    offered = form.form_of(frame, kept)
    taken = {name: raw[name] for name, one in fields.items() if one.type == "file" and raw.get(name)}
    has_files = any(one.type == "file" for one in fields.values())
    coming = list(on_their_way(case.person_id, case.id)) if has_files else []
    drawn = []
    for name, one in fields.items():
        value = raw[name] if raw.get(name) is not None else kept.get(name)
        if one.type == "group":
            drawn.append(widgets.group(one, value or [], said, lang, add=add == name))
            continue
        drawn.append(
            widgets.shown(
                one, value, lang, error=said.get(name, ""), offered=offered.choices(one) if one.choices else None,
                files=_files(case, name, taken.get(name) or kept.get(name)) if one.type == "file" else (),
                may_find=True, sends_to=f"{prefix()}/maombi/{case.id}/faili/",
                coming=next((f for f in coming if f.field == name), None),
            )
        )  # fmt: skip
    return drawn


def _files(case: Case, field: str, answer: Mapping[str, Any] | None) -> list[Attachment]:
    return list(queries.files_like(case, field, answer["sha256"])[:1]) if answer else []


def _fields(package: Package, stage: ApplicantStage) -> list[Field]:
    fields = package.all_fields()
    return [fields[one] if isinstance(one, str) else one for one in stage.fields]


def journey(case: Case, package: Package, tasks: list[Task], lang: str, work: WorkingTime) -> list[dict[str, Any]]:
    """The stages with owners and clocks: what is done, where it is now, what the usual road still holds."""
    rows = [
        {"name": t("cases.was_received", lang), "css": "ok", "lines": [words.at(case.submitted_at, lang, work)]},
    ]
    done = {task.stage for task in tasks if task.state != "open"}
    appeals = {one.appeal.to for one in package.stages.values() if isinstance(one, EndStage) and one.appeal}
    passed_now = False
    for key, stage in package.stages.items():
        if key == case.stage:
            passed_now = True
            lines = [_task_line(one, package, lang, work) for one in tasks if one.stage == key and one.state == "open"]
            if isinstance(stage, ApplicantStage | PaymentStage):
                lines = [_until(t("cases.you", lang), words.at(case.next_clock_at, lang, work), lang)]
            rows.append({"name": stage.name[lang], "css": "ok" if case.outcome else "now", "lines": lines})
        elif key in done:
            lines = [words.at(task.done_at, lang, work) for task in tasks if task.stage == key and task.state == "done"]
            rows.append({"name": stage.name[lang], "css": "ok", "lines": lines[-1:]})
        elif not case.outcome and key not in appeals and isinstance(stage, TaskStage | ReviewStage | IssueStage):
            rows.append({"name": stage.name[lang], "css": "", "lines": _owners(package, stage, lang)})
        elif not case.outcome and passed_now and isinstance(stage, PaymentStage):
            rows.append({"name": stage.name[lang], "css": "", "lines": [t("cases.you", lang)]})
    return rows


def _owners(package: Package, stage: TaskStage | ReviewStage | IssueStage, lang: str) -> list[str]:
    if isinstance(stage, TaskStage):
        return [package.roles[stage.role].name[lang]]
    if isinstance(stage, ReviewStage):
        return [", ".join(package.roles[one.role].name[lang] for one in stage.reviews.values())]
    return []


def _task_line(task: Task, package: Package, lang: str, work: WorkingTime) -> str:
    return _until(package.roles[task.role].name[lang], words.at(task.due_at, lang, work), lang)


def _until(who: str, due: str, lang: str) -> str:
    return t("cases.with_until", lang, who=who, at=due) if due else who


@access(KnownPerson)
def answer(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Answer what the office asked; what was typed, and a file that was taken, are there again after an error."""
    found = own(request, case_id)
    package = engine.frame_of(found).edition.package
    stage = package.stages.get(found.stage)
    sent = request.POST if request.method == "POST" else identity.typed_before_sign_in(request)
    if sent is None:
        return to(f"/maombi/{case_id}/")
    if not isinstance(stage, ApplicantStage):
        return says(request, "cases.nothing_asked", 409, f"/maombi/{case_id}/")
    fields = _fields(package, stage)
    found_in = {one.name: widgets.sent(one, sent) for one in fields if one.type != "file"}
    raw = {name: value for name, value in found_in.items() if value is not None}
    message, version = sent.get("message", ""), sent.get("version", "")
    if request.method != "POST" or {"add", "remove", "find"} & set(sent):
        return render(
            request, "cases/case.html", _context(actor_of(request), found, raw, [], message, sent.get("add", ""))
        )
    # Nobody answers without a file unawares.
    wrong = [Error((one.name,), "file_coming") for one in fields if one.name in sent.getlist("sending")]
    for one in fields:
        if one.type == "file":
            taken = take_file_of(request, found, one)
            wrong += [taken] if isinstance(taken, Error) else []
            raw |= {one.name: taken} if isinstance(taken, dict) else {}
    if not wrong:
        try:
            answering.answer_request(
                actor=actor_of(request), case_id=case_id, version=int(version) if version.isdecimal() else -1,
                changes=raw, message=message,
            )  # fmt: skip
            return to(f"/maombi/{case_id}/")
        except CaseError as error:
            named = error.values.get("errors", ())
            wrong = [one for one in named if isinstance(one, Error)] if isinstance(named, tuple | list) else []
            if not wrong:
                return says(request, error.code, 409, f"/maombi/{case_id}/")
    return render(request, "cases/case.html", _context(actor_of(request), found, raw, wrong, message), status=400)


def take_file_of(request: HttpRequest, case: Case, field: Field) -> Error | dict[str, Any] | None:
    """The file of a field as canonical data: sent now, or taken a moment ago when something else was wrong."""
    sent = request.FILES.get(field.name)
    if sent is None:
        before = request.POST.get(f"{field.name}__kept", "")
        return next((queries.as_answer(one) for one in queries.files_like(case, field.name, before)), None)
    return answering.hand_in(actor=actor_of(request), case_id=case.id, field=field, file=sent)


@access(KnownPerson)
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the application back, after a page that says what that means."""
    found, lang = own(request, case_id), language()
    if request.method == "POST":
        try:
            answering.withdraw_case(actor=actor_of(request), case_id=case_id)
        except CaseError as error:
            return says(request, error.code, 409, f"/maombi/{case_id}/")
        return to(f"/maombi/{case_id}/")
    if found.outcome:
        return to(f"/maombi/{case_id}/")
    context = {
        "heading": t("cases.withdraw_ask", lang),
        "body": t("cases.withdraw_means", lang),
        "about": f"{found.service_name[lang]} · {group(found.reference)}",
        "act": t("cases.withdraw_do", lang),
        "back": f"{prefix()}/maombi/{case_id}/",
    }
    return render(request, "cases/confirm.html", context)


@access(KnownPerson)
def renew(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A new control number, once the time to pay the first one ran out."""
    own(request, case_id)
    if request.method == "POST":
        try:
            renew_bill(actor=actor_of(request), case_id=case_id)
        except CaseError as error:
            return says(request, error.code, 409, f"/maombi/{case_id}/")
    return to(f"/maombi/{case_id}/")


def _appeal_words(case: Case, lang: str) -> dict[str, Any]:
    """Who decides an appeal and in what time, until when it may be made; why it was refused."""
    frame, state = engine.frame_of(case), engine.state_of(case)
    package, work = frame.edition.package, institutions.working_time(case.institution_id)
    end = package.stages.get(case.stage)
    over = package.stages.get(end.appeal.to) if isinstance(end, EndStage) and end.appeal else None
    if not isinstance(over, TaskStage):
        return {}
    due = over.due.within if over.due else None
    n = (due.n or frame.settings.get(due.setting or "")) if due else None
    refusals = [one["text"] for one in history.notes(case, package, lang, work) if one["kind"] == "reason"]
    return {
        "appeal_to": package.roles[over.role].name[lang],
        "appeal_within": say_span(int(n), due.unit, lang) if due and n else "",
        "appeal_until": words.at(state.appeal.at, lang, work) if state.appeal else "",
        "refusal": refusals[-1] if refusals else "",
    }


@access(KnownPerson)
def appeal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Appeal against a refusal: a page of its own, where the reason is written and kept after an error."""
    found, lang = own(request, case_id), language()
    typed = request.POST if request.method == "POST" else identity.typed_before_sign_in(request)
    reason = typed.get("reason", "").strip()[:2000] if typed else ""
    context: dict[str, Any] = {"service_name": found.service_name[lang], "reason": reason}
    context |= _appeal_words(found, lang)
    context |= {"case_number": group(found.reference), "back": f"{prefix()}/maombi/{case_id}/"}
    if request.method == "POST" and reason:
        try:
            answering.appeal(actor=actor_of(request), case_id=case_id, reason=reason)
        except CaseError as error:
            return says(request, error.code, 409, f"/maombi/{case_id}/")
        return to(f"/maombi/{case_id}/")
    if request.method == "POST":
        said = t("cases.reason_missing", lang)
        context["errors"] = [{"label": t("cases.appeal_reason", lang), "text": said, "url": "#f-reason"}]
        return render(request, "cases/appeal.html", context, status=400)
    return render(request, "cases/appeal.html", context)
