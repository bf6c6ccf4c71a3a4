"""The officers' inbox: what is mine and my unit's by what falls due first, late ones with why."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.cases import queries
from jumuishi.cases.actions import lists as kept_lists
from jumuishi.cases.models import Case, Task
from jumuishi.cases.policies import HEADS
from jumuishi.cases.web import listing, lists, remarks, waiting, words
from jumuishi.identity.doors import Officer, access, actor_of
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import bounded, clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_clock, say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime

_Listed: TypeAlias = tuple[Page[Any], list[dict[str, Any]]]


class _Desk:
    """What each row is written with: who looks, when, in which language, whose names are known."""

    def __init__(self, actor: Actor, lang: str, around: queries.Around) -> None:
        self.actor, self.lang, self.now, self.around = actor, lang, clock.now(), around
        self.work: WorkingTime = institutions.working_time(actor.workplace)
        self.names = words.names_of(actor.workplace)
        self.prefix = "/en" if lang == "en" else ""
        local = self.now.astimezone(ZoneInfo(self.work.zone))
        self.today = local.date()
        self.tomorrow: datetime = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)

    def task(self, task: Task, homes: dict[UUID, str]) -> dict[str, Any]:
        """One task, wherever it lies."""
        actor, lang = self.actor, self.lang
        here = task.institution_id == actor.institution_id
        owner = self._owner(task) if here else homes.get(task.institution_id, "")
        told = task.escalated_at is not None and (actor.has(task.escalate_role) or actor.has("head"))
        return {
            **self._case(task.case),
            "task": task.id,
            "stage": task.name[lang],
            "clock": words.clock_words(task.due_at, self.now, lang, self.work),
            "due": words.at(task.due_at, lang, self.work),
            "dots": words.clock_dots(task.opened_at, task.due_at, self.now, self.work),
            "late": task.due_at is not None and task.due_at < self.now,
            "reason": task.late_reason,
            "asks_reason": here and actor.has(task.role, task.escalate_role, *HEADS),
            "owner": owner,
            "told": t("cases.escalated_to_you", lang) if told and here else "",
            "moved": t("cases.due_moved", lang, at=words.at(task.moved_from, lang, self.work))
            if task.moved_from
            else "",
            "home": "" if task.home_id == actor.institution_id else homes.get(task.home_id, ""),
            "may_take": here and task.assignee_id is None and actor.has(task.role) and task.kind != "sitting",
            "is_mine": here and task.assignee_id == actor.person_id,
            "is_here": here and task.kind != "sitting",
        }

    def _owner(self, task: Task) -> str:
        """Whose it is, and that the owner is away or gone where that is so; a committee's is no one person's."""
        if task.kind == "sitting":
            return t("cases.owner_committee", self.lang)
        name = self.names.get(task.assignee_id, "")
        if task.assignee_id is None or task.assignee_id in self.around.present:
            return name
        return t("cases.owner_away", self.lang, who=name) if name else t("cases.owner_gone", self.lang)

    def case(self, case: Case) -> dict[str, Any]:
        """One case, where no task of ours is open or all are listed."""
        lang = self.lang
        ends = words.at(case.next_clock_at, lang, self.work) if case.waits in queries.WAITING else ""
        return {
            **self._case(case),
            "stage": case.stage_name[lang],
            "clock": words.at(case.ended_at, lang, self.work)
            if case.outcome
            else words.clock_words(case.promise_due_at, self.now, lang, self.work),
            "due": t("cases.waits_until", lang, at=ends) if ends else "",
            "owner": t(f"cases.waits_{case.waits or 'nobody'}", lang),
            "state": t(f"cases.outcome_{case.outcome}", lang) if case.outcome else "",
        }

    def _case(self, case: Case) -> dict[str, Any]:
        return {
            "url": f"{self.prefix}/ofisi/ombi/{case.id}/",
            "title": case.title,
            "number": group(case.reference),
            "service": case.service_name[self.lang],
        }


def _cases(desk: _Desk, wanted: queries.Wanted, around: queries.Around, given: Mapping[str, str]) -> _Listed:
    del around
    if queries.words_in(wanted.text) and wanted.due != "waiting":
        newest = partial(queries.found_newest, desk.actor, wanted)
        found = bounded.ids_page_of(newest, queries.PAGE, given)
        return found, [desk.case(one) for one in queries.cases_by_id(list(found.object_list))]
    page = bounded.page_of(queries.cases_of(desk.actor, wanted), queries.PAGE, given)
    return page, [desk.case(one) for one in page.object_list]


def _tasks(desk: _Desk, wanted: queries.Wanted, around: queries.Around, given: Mapping[str, str]) -> _Listed:
    asked: dict[str, Any] = {"around": around, "now": desk.now, "tomorrow": desk.tomorrow}
    parts = queries.inbox_parts(desk.actor, wanted, **asked)
    page = bounded.page_of(queries.inbox(desk.actor, wanted, **asked), queries.PAGE, given, parts=parts)
    tasks = list(page.object_list)
    others = {home for one in tasks for home in (one.institution_id, one.home_id)}
    homes = {one.id: one.name[desk.lang] for one in institutions.institutions(others).values()}
    return page, [desk.task(one, homes) for one in tasks]


@access(Officer)
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, its figures and filters; as many queries for one row as for a full page."""
    actor, lang = actor_of(request), language()
    around = listing.around(actor)
    desk = _Desk(actor, lang, around)
    saved = kept_lists.lists_of(actor)
    first = next((one for one in saved if one.is_first and one.owner_id == actor.person_id), None)
    wanted = listing.read(request.GET, has_team=around.team is not None)
    if first is not None and not set(request.GET) - {"done", "none"}:
        wanted = kept_lists.wanted_of(first)
    dues, views, silent = queries.load(actor, wanted.view, around=around, now=desk.now, tomorrow=desk.tomorrow)
    of_cases = queries.is_of_cases(wanted)
    page, rows = (_cases if of_cases else _tasks)(desk, wanted, around, request.GET)
    stages = queries.stages_at_work(actor)
    shown = [one for one in queries.VIEWS if one != "unit" or around.team is not None]
    context = {
        "headline": t("cases.work_today", lang, day=say_date(desk.today, lang),
                      clock=say_clock(desk.now, lang, desk.work.zone)),
        "done": t("cases.done", lang) if request.GET.get("done") else "",
        "late": bounded.said(dues["late"]) if dues["late"] else "",
        "load": [_figure(wanted, due, dues[due], lang) for due in queries.DUES],
        "of_tasks": not of_cases,
        "called": remarks.called(actor),
        **waiting.elsewhere(actor),
        "kept": lists.shown(actor, saved, wanted),
        "owns_some": any(row.get("is_mine") for row in rows),
        "none_ticked": bool(request.GET.get("none")),
        "silent": bounded.said(silent) if silent and actor.has(*HEADS) and not of_cases else "",
        "rows": rows,
        "page": page,
        "wanted": wanted,
        "query": listing.address(wanted),
        "is_narrowed": bool(wanted.text or wanted.stage or wanted.due or wanted.service),
        "wider": listing.address(queries.Wanted(view=wanted.view)),
        "widest": listing.address(wanted, v="cases", due=""),
        "views": [
            {"key": one, "label": t(f"cases.view_{one}", lang), "n": bounded.said(views[one]) if one in views else None,
             "current": wanted.view == one}
            for one in shown
            if one not in ("away", "absent") or views[one] or wanted.view == one
        ],
        "stages": [{"key": key, "label": name[lang], "current": key == wanted.stage} for key, name in stages],
        "services": [
            {"key": key, "label": name, "current": key == wanted.service}
            for key, name in listing.offered(actor, lang).items()
        ],
    }  # fmt: skip
    return render(request, "cases/inbox.html", context)


def _figure(wanted: queries.Wanted, due: str, n: int, lang: str) -> dict[str, Any]:
    current = wanted.due == due
    return {
        "n": bounded.said(n),
        "count": n,
        "label": t(f"cases.load_{due}", lang),
        "css": {"late": "late", "waiting": "wait"}.get(due, "") if n else "",
        "current": current,
        "query": listing.address(wanted, due="" if current else due),
        "dots": {"width": 16 * min(n, 10), "em": 0.875 * min(n, 10), "done": f"M8 8h{16 * (min(n, 10) - 1) + 0.5:g}"},
    }
