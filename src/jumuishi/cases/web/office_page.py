"""What the officer's page of a case shows: answers, files, messages, history, and what may be done by whom by when."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from jumuishi.cases import duplicates, engine, form, queries
from jumuishi.cases.actions import deciding, merging
from jumuishi.cases.helping.queries import mandate_under
from jumuishi.cases.helping.wording import mark
from jumuishi.cases.lookups.web import beside as looks
from jumuishi.cases.models import Case, Task
from jumuishi.cases.policies import HEADS
from jumuishi.cases.sittings import queries as sittings
from jumuishi.cases.types import CaseError
from jumuishi.cases.web import answers, corrections, errors, history, remarks, widgets, words
from jumuishi.definitions.machine.types import CaseState
from jumuishi.definitions.types import EndStage, Error, Field, Package, ReviewStage, TaskStage
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_money
from jumuishi.kernel.text import t, texts
from jumuishi.kernel.worktime import WorkingTime
from jumuishi.messaging import public as messaging
from jumuishi.payments import public as payments

PICTURES = ("image/png", "image/jpeg")
NOW_AND_THEN = timedelta(minutes=15)
MORE_ITEMS = 3


def wrong_fields(error: CaseError) -> list[Error]:
    """The officer's fields that a refused act names."""
    found = error.values.get("errors", ())
    return [one for one in found if isinstance(one, Error)] if isinstance(found, tuple) else []


def refusal(error: CaseError, lang: str) -> str:
    """What to tell the officer."""
    if wrong_fields(error):
        return t("cases.errors", lang, n=len(wrong_fields(error)))
    return t(error.code, lang) if error.code in texts() else t("cases.refused", lang)


def label_of(task: Task, action: str, package: Package, lang: str) -> str:
    """What an action or a review's answer is called."""
    return next((one["label"] for one in _actions(task, package, lang, "") if one["key"] == action), action)


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


class _Desk:
    """What all open tasks of one page share; each is asked for once, however many tasks there are."""

    def __init__(self, actor: Actor, case: Case, lang: str) -> None:
        self.actor, self.case, self.lang, self.now = actor, case, lang, clock.now()
        self.state, self.frame = engine.state_of(case), engine.frame_of(case)
        self.package = self.frame.edition.package
        self.work = institutions.working_time(actor.workplace)
        self.names = words.names_of(actor.institution_id)
        self._deputies: dict[str, tuple[Actor, list[str]]] = {}
        self._people: dict[tuple[str, str, str], list[UUID]] = {}

    def deputy(self, role: str) -> tuple[Actor, list[str]]:
        """The actor as it acts in a role, and the ids that the case has for it and for whoever lent the role."""
        if role not in self._deputies:
            deputy = deciding.in_role(self.actor, self.actor.workplace, role)
            people = filter(None, (deputy.person_id, deputy.on_behalf_of))
            self._deputies[role] = deputy, list(engine.known_all(self.case, self.state, people).values())
        return self._deputies[role]

    def people(self, task: Task) -> list[UUID]:
        """Who may be given the task; nobody where the actor may not give it."""
        if not deciding.may_reassign(self.actor, task):
            return []
        key = (task.role, task.stage, task.review)
        if key not in self._people:
            self._people[key] = deciding.candidates(task, self.case)
        return self._people[key]


def _why_not(desk: _Desk, task: Task) -> str:
    """Why the actor may not decide here; empty when it may."""
    lang, state, names = desk.lang, desk.state, desk.names
    if task.kind == "sitting":
        return t("cases.committee_decides", lang, committee=desk.package.roles[task.role].name[lang])
    if task.role not in desk.actor.roles:
        return t("cases.other_role", lang, role=desk.package.roles[task.role].name[lang])
    deputy, ids = desk.deputy(task.role)
    for known in ids:
        if state.parties.includes(known):
            return t("cases.own_case", lang)
        if known in engine.barred_from(desk.frame, state, task):
            return t("definitions.refused_two_persons", lang)
    if task.assignee_id is not None and task.assignee_id not in (deputy.person_id, deputy.on_behalf_of):
        return t("cases.with_colleague", lang, who=names.get(task.assignee_id, ""))
    return ""


def _task(desk: _Desk, task: Task, why_not: str) -> dict[str, Any]:
    """An open task of the actor's institution: its clock and its owner, and who may have it instead."""
    actor, package, names, lang, now, work = desk.actor, desk.package, desk.names, desk.lang, desk.now, desk.work
    people = desk.people(task)
    return {
        "id": task.id,
        "name": task.name[lang],
        "clock": words.clock_words(task.due_at, now, lang, work),
        "due": words.at(task.due_at, lang, work),
        "dots": words.clock_dots(task.opened_at, task.due_at, now, work),
        "moved": t("cases.due_moved", lang, at=words.at(task.moved_from, lang, work)) if task.moved_from else "",
        "escalate": t("cases.escalates_to", lang, role=package.roles[task.escalate_role].name[lang])
        if task.escalate_role and task.escalated_at is None
        else "",
        "escalated": t(
            "cases.escalated_at",
            lang,
            role=package.roles[task.escalate_role].name[lang],
            at=words.at(task.escalated_at, lang, work),
        )
        if task.escalated_at
        else "",
        "late": task.due_at is not None and task.due_at < now,
        "reason": task.late_reason,
        "may_explain": actor.has(task.role, task.escalate_role, *HEADS),
        "may_act": not why_not,
        "why_not": why_not,
        "owner": names.get(task.assignee_id, ""),
        "may_take": task.assignee_id is None and actor.person_id in people,
        "people": [{"id": one, "name": names.get(one, "")} for one in people if one != task.assignee_id],
    }


def fields_of(task: Task, package: Package) -> list[Field]:
    """The officer's own questions at a task."""
    stage = package.stages.get(task.stage)
    return form.asked_of(stage.fields) if isinstance(stage, TaskStage) else []


def decision_form(task: Task, case: Case, package: Package, lang: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What may be done, unticked, and the officer's own fields with their earlier values."""
    given = {**case.state["answers"], **typed.get("fields", {})}
    wrong = {one.field: one for one in typed.get("wrong", ())}
    said = {name: errors.words(one, package.all_fields()[name], lang) for name, one in wrong.items()}
    fields = fields_of(task, package)
    return {
        "actions": _actions(task, package, lang, str(typed.get("act", ""))),
        "fields": [_field(case, one, given.get(one.name), said.get(one.name, ""), lang) for one in fields],
        "errors": errors.listed(wrong.values(), {one.name: one for one in fields}, lang),
    }


def _field(case: Case, field: Field, value: Any, error: str, lang: str) -> dict[str, Any]:
    """One question to the officer; a group is drawn with room for a few more items than it has."""
    if field.type == "file":
        digest = value.get("sha256") if isinstance(value, dict) else None
        kept = list(queries.files_like(case, field.name, digest)[:1]) if digest else []
        return widgets.shown(field, None, lang, error=error, files=kept)
    if field.type != "group" or field.repeat is None:
        return widgets.shown(field, value, lang, error=error)
    items = list(value or [])
    room = min(max(len(items) + MORE_ITEMS, field.repeat.min), field.repeat.max or len(items) + MORE_ITEMS)
    return {
        "widget": "group",
        "name": field.name,
        "label": field.label[lang] if field.label else "",
        "hint": field.hint[lang] if field.hint else "",
        "error": error,
        "items": [
            {
                "fields": [
                    widgets.shown(member, item.get(member.name), lang, name=f"{field.name}__{n}__{member.name}")
                    for member in field.fields
                ]
            }
            for n, item in enumerate([*items, *({} for _ in range(room - len(items)))])
        ],
    }


def _seats(case: Case, state: CaseState, package: Package, names: Mapping[Any, str], lang: str) -> list[dict[str, Any]]:
    """Reviews side by side, those of other institutions too: who, what it came to, until when."""
    stage = package.stages.get(state.stage)
    if not isinstance(stage, ReviewStage):
        return []
    homes = institutions.institutions({UUID(seat.institution) for seat in state.seats})
    rows = {task.review: task for task in queries.tasks_of(case) if task.visit == state.visit}
    found = []
    for seat in state.seats:
        work = institutions.working_time(UUID(seat.institution))
        role, home, row = package.roles[seat.role].name[lang], homes.get(UUID(seat.institution)), rows.get(seat.review)
        is_away = UUID(seat.institution) != case.institution_id
        owner = home.name[lang] if is_away and home else names.get(row.assignee_id, "") if row else ""
        waiting = words.clock_words(seat.due.at if seat.due else None, clock.now(), lang, work)
        found.append(
            {
                "name": (stage.reviews[seat.review].name or package.roles[seat.role].name)[lang],
                "who": ", ".join(filter(None, (role, owner))),
                "state": t(f"cases.seat_{_said(seat.passed)}", lang),
                "css": _said(seat.passed),
                "at": words.at(seat.at, lang, work) if seat.at else waiting,
                "late": seat.is_open and seat.due is not None and seat.due.at < clock.now(),
                "reason": seat.reason or (row.late_reason if row else ""),
            }
        )
    return found


def _said(passed: bool | None) -> str:
    return "open" if passed is None else "passed" if passed else "failed"


def _label(fields: Mapping[str, Field], name: str, lang: str) -> str:
    field = fields.get(name)
    return field.label[lang] if field is not None and field.label is not None else name


def _files(case: Case, fields: Mapping[str, Field], lang: str, opened: str) -> list[dict[str, Any]]:
    """Files with the one that was asked for in place: each look is one that the applicant can read of."""
    return [
        {
            "id": one.id,
            "label": _label(fields, one.field, lang),
            "url": f"faili/{one.id}/",
            "name": one.name,
            "kb": max(1, one.size // 1024),
            "scan": t(f"cases.scan_{one.scan}", lang),
            "is_safe": one.scan != "infected",
            "shows": "" if str(one.id) != opened else "picture" if one.media_type in PICTURES else "page",
        }
        for one in queries.attachments_of(case)
    ]


def _bill(case: Case, lang: str) -> dict[str, Any] | None:
    bills = payments.bills_of_cases([case.id]).get(case.id, [])
    if not bills:
        return None
    return {
        "amount": say_money(bills[-1].amount.amount, settings.CURRENCY),
        "state": t(f"cases.money_{bills[-1].state}", lang),
        "control_number": bills[-1].control_number,
    }


def _sms(case: Case, lang: str) -> str:
    """What the messages about the case took so far; empty where none went out."""
    cost = messaging.cost_of_case(case.id)
    if not cost.messages:
        return ""
    amount = f"{settings.CURRENCY} {cost.amount:,.2f}"
    said = t("cases.sms_cost", lang, n=cost.messages, parts=cost.parts, amount=amount)
    return f"{said} {t('cases.sms_unpriced', lang, n=cost.unpriced)}" if cost.unpriced else said


def _appeal(case: Case, package: Package, notes: list[dict[str, Any]]) -> dict[str, str] | None:
    """At the stage of an appeal: what the applicant says against the refusal, and the reason that it was given."""
    ends = [one for one in package.stages.values() if isinstance(one, EndStage) and one.appeal]
    if case.outcome or all(one.appeal is None or one.appeal.to != case.stage for one in ends):
        return None
    last = {one["kind"]: one["text"] for one in notes}
    return {"text": last.get("appeal", ""), "refusal": last.get("reason", "")}


def _of_home(actor: Actor, case: Case, package: Package, names: Mapping[Any, str], lang: str) -> dict[str, Any]:
    """What only the institution whose case it is sees: money, messages, history, the other reviews."""
    work = institutions.working_time(case.institution_id)
    state = engine.state_of(case)
    told, said = history.office(case, package, lang, work), history.notes(case, package, lang, work)
    recent = clock.now() - NOW_AND_THEN
    others = [one for one in told if one["look"] and one["officer"] and one["person"] != str(actor.person_id)]
    return {
        "seats": _seats(case, state, package, names, lang),
        "appeal": _appeal(case, package, said),
        "bill": _bill(case, lang),
        "sms": _sms(case, lang),
        "notes": said,
        **remarks.shown(actor, case, names, lang, work),
        "duplicates": _duplicates(actor, case, lang, work),
        "history": told,
        "with_me": next((one for one in others if one["when"] > recent), None),
        "last_act": next((one for one in told if not one["look"] and one["person"] != str(actor.person_id)), None),
        "promise": words.promise_line(case, lang, work),
        "waits": t(f"cases.waits_{case.waits}_long", lang) if case.waits in queries.WAITING else "",
    }


def on_agenda(case: Case, lang: str) -> dict[str, str] | None:
    """The sitting that has the case on its agenda: when, and its page."""
    found = sittings.next_of(case.id, case.institution_id)
    if found is None:
        return None
    prefix, work = "/en" if lang == "en" else "", institutions.working_time(case.institution_id)
    at = words.at(found.sitting.starts_at, lang, work)
    return {"text": t("cases.sit_on_agenda", lang, at=at), "url": f"{prefix}/ofisi/vikao/{found.sitting_id}/"}


def _prefix(lang: str) -> str:
    return "/en" if lang == "en" else ""


def _duplicates(actor: Actor, case: Case, lang: str, work: WorkingTime) -> list[dict[str, Any]]:
    """The cases that may be this one once more, for whoever may join them."""
    found = duplicates.duplicates_of(case)
    if not found or not merging.may_merge(actor, case):
        return []
    return [
        {
            "url": f"{_prefix(lang)}/ofisi/ombi/{case.id}/unganisha/{one.id}/",
            "number": group(one.reference),
            "title": one.title,
            "at": words.at(one.submitted_at, lang, work),
        }
        for one in found
    ]


def build(
    actor: Actor, case: Case, lang: str, *, typed: Mapping[str, Any] | None = None, opened: str = ""
) -> dict[str, Any]:
    """The template's context.

    `typed` is what the officer had entered, shown again after an error; `opened` the id of the file to show in place.
    """
    typed = typed or {}
    desk = _Desk(actor, case, lang)
    package, names = desk.package, desk.names
    fields = package.all_fields()
    rows = queries.open_tasks_here(actor, case)
    reasons = {one.id: _why_not(desk, one) for one in rows}
    rows.sort(key=lambda one: (bool(reasons[one.id]), one.role not in actor.roles))
    tasks = [_task(desk, one, reasons[one.id]) for one in rows]
    task = tasks[0] if tasks else None
    is_home = case.institution_id == actor.institution_id
    home = None if is_home else institutions.institution(case.institution_id)
    return {
        # The page is shown again under the address of a refused act: its forms name their whole address.
        "here": f"{'/en' if lang == 'en' else ''}/ofisi/ombi/{case.id}/",
        "title": case.title,
        "service_name": case.service_name[lang],
        "home_name": home.name[lang] if home else "",
        "helped": mark(mandate_under(case.mandate_id), lang),
        "case_number": group(case.reference),
        "door": t(f"cases.door_{case.door}", lang),
        "stage_name": case.stage_name[lang],
        "version": case.version,
        "task": task,
        "others": tasks[1:],
        "agenda": on_agenda(case, lang) if rows and rows[0].kind == "sitting" else None,
        "form": decision_form(rows[0], case, package, lang, typed) if task and task["may_act"] else None,
        "sections": answers.sections(
            package,
            case.state["answers"],
            lang,
            awaited=desk.state.awaited,
            marks=corrections.marks(case, package, lang, desk.work),
            sources=looks.case_sources(case, package, lang, desk.work),
        ),
        "may_ask": looks.may_ask(case, package, lang) if is_home else [],
        "erased": case.erased_at is not None,
        "files": _files(case, fields, lang, opened),
        "text": typed.get("text", ""),
        "prints": is_home,
        "tells": is_home and actor.has(*HEADS, "ict-officer"),
        "merged_into": f"{_prefix(lang)}/ofisi/ombi/{case.merged_into}/" if is_home and case.merged_into else "",
        "remark_text": typed.get("remark", ""),
        "templates": remarks.offered(case) if is_home and task and task["may_act"] else [],
        "late_text": typed.get("late", ""),
        **(_of_home(actor, case, package, names, lang) if is_home else {}),
    }
