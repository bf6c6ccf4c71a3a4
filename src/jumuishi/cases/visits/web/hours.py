"""The hours one may choose from, a week at a time, and what a visit is in words."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jumuishi.cases.visits import queries
from jumuishi.cases.visits.models import Desk, Visit
from jumuishi.cases.visits.rules import is_open_to_change
from jumuishi.cases.web import words
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.spoken import say_clock, say_date
from jumuishi.kernel.text import t

WEEK = 7


def parsed(text: str) -> datetime | None:
    """An instant as a form sends it back; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def choices(desk: Desk, given: Mapping[str, str], lang: str) -> dict[str, Any]:
    """Free hours by day, from the day asked for on (else the first that has room), and the ways on and back."""
    zone = ZoneInfo(institutions.working_time(desk.institution_id).zone)
    today = clock.now().astimezone(zone).date()
    before = ""
    try:
        first = max(date.fromisoformat(given.get("kuanzia", "")), today)
        before = max(first - timedelta(days=WEEK), today).isoformat() if first > today else ""
    except ValueError:
        ahead = queries.free_hours(desk, today, desk.ahead_days + 1)
        first = ahead[0].astimezone(zone).date() if ahead else today
    days: dict[date, list[dict[str, str]]] = {}
    for one in queries.free_hours(desk, first, WEEK):
        day = one.astimezone(zone).date()
        days.setdefault(day, []).append({"value": one.isoformat(), "label": say_clock(one, lang, zone.key)})
    last = today + timedelta(days=desk.ahead_days)
    after = first + timedelta(days=WEEK)
    return {
        "days": [{"name": say_date(day, lang), "hours": hours} for day, hours in days.items()],
        "after": after.isoformat() if after <= last else "",
        "before": before,
    }


def in_words(visit: Visit, desk: Desk, lang: str) -> dict[str, Any]:
    """A visit as both sides read it."""
    work = institutions.working_time(visit.institution_id)
    now = clock.now()
    return {
        "id": visit.id,
        "case_id": visit.case_id,
        "state": visit.state,
        "state_name": t(f"cases.visit_{visit.state}", lang),
        "kind": desk.kind,
        "headline": t(f"cases.visit_head_{desk.kind}", lang),
        "desk": desk.name,
        "place": desk.place,
        "what": visit.what,
        "why": visit.why,
        "at": words.at(visit.starts_at, lang, work),
        "until": words.at(visit.choose_by, lang, work),
        "is_open": visit.state in queries.OPEN,
        "has_begun": visit.starts_at is not None and visit.starts_at <= now,
        "may_change": visit.starts_at is None or is_open_to_change(visit.starts_at, desk.cutoff_hours, now),
        "cutoff": t("cases.visit_cutoff", lang, n=desk.cutoff_hours),
    }
