"""What the officer's page of a case shows: answers, files, messages, history, and what may be done by whom by when."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import QueryDict

from jumuishi.cases import engine, form, queries
from jumuishi.cases.models import Case, Task
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import answers, history, widgets, words
from jumuishi.definitions.types import Field, Package, TaskStage
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_money
from jumuishi.kernel.text import t, texts
from jumuishi.payments import public as payments


def refusal(error: CaseError, lang: str) -> str:
    """What to tell the officer."""
    first = next(iter(error.values.get("errors", ()) or ()), None)  # type: ignore[call-overload]  # a tuple of errors
    if first is not None:
        return t("cases.refused_field", lang, field=getattr(first, "field", ""))
    if error.code == "cases.stale":
        return t("cases.stale", lang, by=error.values.get("by") or t("cases.a_colleague", lang))
    return t(error.code, lang) if error.code in texts() else t("cases.refused", lang)


def _stage(task: Task) -> TaskStage | None:
    stage = engine.frame_of(task.case).edition.package.stages.get(task.stage)
    return stage if isinstance(stage, TaskStage) else None


def requires_of(task: Task, action: str) -> tuple[str, ...]:
    """What an action of the task requires: message, reason."""
    stage = _stage(task)
    return stage.actions[action].requires if stage is not None and action in stage.actions else ()


def sent_fields(task: Task, post: QueryDict) -> dict[str, Any]:
    """The officer's fields as the browser sent them."""
    stage = _stage(task)
    if stage is None:
        return {}
    return {field.name: widgets.sent(field, post) for field in form.flat(stage.fields)}


def _actions(task: Task, package: Package, lang: str, chosen: str) -> list[dict[str, Any]]:
    stage = package.stages.get(task.stage)
    if task.kind == "review":
        pairs = [
            ("pass", t("cases.review_pass", lang), ""),
            ("fail", t("cases.review_fail", lang), t("cases.needs_reason", lang)),
        ]
    elif isinstance(stage, TaskStage):
        pairs = [
            (key, action.label[lang], " ".join(t(f"cases.needs_{need}", lang) for need in action.requires))
            for key, action in stage.actions.items()
        ]
    else:
        pairs = []
    return [{"key": key, "label": label, "sub": sub, "chosen": key == chosen} for key, label, sub in pairs]


def _task(actor: Actor, case: Case, package: Package, lang: str, typed: Mapping[str, Any]) -> dict[str, Any] | None:
    now, state = clock.now(), engine.state_of(case)
    rows = [one for one in queries.tasks_of(case) if one.state == "open" and one.institution_id == actor.institution_id]
    rows.sort(key=lambda one: (one.role not in actor.roles, one.due_at is None, one.due_at))
    if not rows:
        return None
    task = rows[0]
    work = institutions.working_time(task.institution_id)
    names = words.names_of(task.institution_id)
    why_not = ""
    if actor.person_id is not None and state.parties.includes(str(engine.natural(actor.person_id))):
        why_not = t("cases.own_case", lang)
    elif task.role not in actor.roles:
        why_not = t("cases.other_role", lang, role=package.roles[task.role].name[lang])
    stage = package.stages.get(task.stage)
    fields: list[Field] = list(form.flat(stage.fields)) if isinstance(stage, TaskStage) else []
    post = typed.get("post")
    return {
        "id": task.id,
        "name": task.name[lang],
        "clock": words.clock_words(task.due_at, now, lang, work),
        "due": words.at(task.due_at, lang, work),
        "escalate": t("cases.escalates_to", lang, role=package.roles[task.escalate_role].name[lang])
        if task.escalate_role
        else "",
        "late": task.due_at is not None and task.due_at < now,
        "reason": typed.get("late", task.late_reason),
        "may_act": not why_not,
        "why_not": why_not,
        "owner": names.get(task.assignee_id, ""),
        "assignee": task.assignee_id,
        "role": task.role,
        "actions": _actions(task, package, lang, str(typed.get("act", ""))),
        "fields": [
            widgets.shown(one, post.get(one.name) if post else state.answers.get(one.name), lang) for one in fields
        ],
    }


def _label(fields: Mapping[str, Field], name: str, lang: str) -> str:
    field = fields.get(name)
    return field.label[lang] if field is not None and field.label is not None else name


def build(actor: Actor, case: Case, lang: str, *, typed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The template's context; `typed` is what the officer had entered, shown again after an error."""
    typed = typed or {}
    package = engine.frame_of(case).edition.package
    work = institutions.working_time(case.institution_id)
    task = _task(actor, case, package, lang, typed)
    holders = institutions.role_holders(actor.institution_id, task["role"]) if task and actor.institution_id else ()
    names = words.names_of(actor.institution_id)
    bills = payments.bills_of_cases([case.id]).get(case.id, [])
    fields = package.all_fields()
    return {
        "title": case.title,
        "service_name": case.service_name[lang],
        "case_number": group(case.reference),
        "door": t(f"cases.door_{case.door}", lang),
        "stage_name": case.stage_name[lang],
        "version": case.version,
        "promise": words.promise_line(case, lang, work),
        "task": task,
        "people": [
            {"id": one, "name": names.get(one, ""), "current": task is not None and one == task["assignee"]}
            for one in holders
        ],
        "sections": answers.sections(package, case.state["answers"], lang, awaited=engine.state_of(case).awaited),
        "files": [
            {
                "label": _label(fields, one.field, lang),
                "url": f"faili/{one.id}/",
                "name": one.name,
                "kb": max(1, one.size // 1024),
                "scan": t(f"cases.scan_{one.scan}", lang),
            }
            for one in queries.attachments_of(case)
        ],
        "bill": {
            "amount": say_money(bills[-1].amount.amount, settings.CURRENCY),
            "state": t(f"cases.money_{bills[-1].state}", lang),
            "control_number": bills[-1].control_number,
        }
        if bills
        else None,
        "notes": history.notes(case, package, lang, work),
        "history": history.office(case, package, lang, work),
        "text": typed.get("text", ""),
    }
