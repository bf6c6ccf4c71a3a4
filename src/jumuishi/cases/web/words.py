"""Clocks, owners and histories of cases in words. Says the answer first: how much is left, who has it, by when."""

import math
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from jumuishi.cases.models import Case
from jumuishi.institutions import public as institutions
from jumuishi.institutions.types import InstitutionRef
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
    if case.merged_into is not None:
        return t("cases.ended_merged", lang)
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


def speak(home: InstitutionRef | None, case: Case) -> str:
    """What the page of complaints is asked with, so that nobody types again what is known; empty without a home."""
    return urlencode({"taasisi": home.slug, "huduma": case.service, "ombi": case.reference}) if home else ""


def complain(role: str, institution: str, lang: str) -> str:
    """Whom to turn to when the answer does not come or is not right; `role` may be empty."""
    return t("cases.complain", lang, who=role or t("cases.the_head", lang), institution=institution)


MOST_DOTS = 10


def clock_dots(opened: datetime, due: datetime | None, now: datetime, work: WorkingTime) -> dict[str, Any] | None:
    """The drawing of a wait, a dot a working hour: filled is passed; None where it would be too long to count.

    Late: one clay dot for each working hour past the due time.
    """
    if due is None:
        return None
    if due < now:
        late = min(_hours(work.elapsed(due, now)), MOST_DOTS)
        return _row_of_dots(late, late) if late else None
    total = _hours(work.elapsed(opened, due))
    left = _hours(work.elapsed(now, due))
    return _row_of_dots(max(total - left, 0), total) if 0 < total <= MOST_DOTS else None


def _hours(span: timedelta) -> int:
    return math.ceil(span / timedelta(hours=1))


def _row_of_dots(done: int, total: int) -> dict[str, Any]:
    return {
        "width": 16 * total,
        "em": 0.75 * total,
        "done": f"M8 8h{16 * (done - 1) + 0.5:g}" if done else "",
        "todo": f"M{8 + 16 * done} 8h{16 * (total - done - 1) + 0.5:g}" if total > done else "",
    }


def names_of(institution_id: Any) -> dict[Any, str]:
    """Names of an institution's staff by person id, one query."""
    return {one.person_id: one.name for one in institutions.people_in(institution_id)}
