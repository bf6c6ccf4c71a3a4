"""Clocks, owners and histories of cases in words. Says the answer first: how much is left, who has it, by when."""

from datetime import datetime
from typing import Any

from jumuishi.cases.models import Case, Task
from jumuishi.institutions import public as institutions
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_instant, say_work
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime


def at(instant: datetime | None, lang: str, work: WorkingTime) -> str:
    """An instant as people say it, in the institution's zone; empty for none."""
    return say_instant(instant, lang, work.zone) if instant else ""


def clock_words(due: datetime | None, now: datetime, lang: str, work: WorkingTime) -> str:
    """ "Zimebaki saa 7 za kazi", "Imechelewa saa 3 za kazi", "Saa imesimama"."""
    if due is None:
        return t("cases.clock_stopped", lang)
    if due >= now:
        return t("cases.clock_left", lang, span=say_work(work.elapsed(now, due), lang))
    return t("cases.clock_late", lang, span=say_work(work.elapsed(due, now), lang))


def headline(case: Case, lang: str) -> str:
    """What the person came to learn, in one line."""
    if case.outcome:
        return t(f"cases.ended_{case.outcome}", lang)
    return t("cases.is_at", lang, stage=case.stage_name[lang])


def promise_line(case: Case, lang: str, work: WorkingTime) -> str:
    """The promise at the foot of each page of a case."""
    if case.ended_at:
        return t("cases.ended_at", lang, at=at(case.ended_at, lang, work))
    if case.promise_due_at is None:
        return t("cases.promise_paused", lang)
    return t("cases.promise_before", lang, at=at(case.promise_due_at, lang, work))


def is_late(case: Case, now: datetime) -> bool:
    """Whether the promise is broken already."""
    return not case.outcome and case.promise_due_at is not None and case.promise_due_at < now


def complain(role: str, institution: str, lang: str) -> str:
    """Whom to turn to when the answer does not come or is not right; `role` may be empty."""
    return t("cases.complain", lang, who=role or t("cases.the_head", lang), institution=institution)


def task_row(
    task: Task, now: datetime, lang: str, work: WorkingTime, names: dict[Any, str], prefix: str
) -> dict[str, Any]:
    """A task as a row of the inbox."""
    late = task.due_at is not None and task.due_at < now
    return {
        "url": f"{prefix}/ofisi/ombi/{task.case_id}/",
        "title": task.case.title,
        "number": group(task.case.reference),
        "service": task.case.service_name[lang],
        "stage": task.name[lang],
        "clock": clock_words(task.due_at, now, lang, work),
        "due": at(task.due_at, lang, work),
        "late": late,
        "reason": task.late_reason,
        "owner": names.get(task.assignee_id, t("cases.nobody", lang)),
        "free": task.assignee_id is None,
    }


def names_of(institution_id: Any) -> dict[Any, str]:
    """Names of an institution's staff by person id, one query."""
    return {one.person_id: one.name for one in institutions.people_in(institution_id)}
