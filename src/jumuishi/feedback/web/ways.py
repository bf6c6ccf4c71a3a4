"""Where a page leads, in the language of the page; a page that says one thing; items in words."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.feedback.models import Entry, Item
from jumuishi.feedback.types import FeedbackError, State
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.numbers import group
from jumuishi.kernel.spoken import say_instant, say_span, say_work
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.kernel.worktime import WorkingTime


def prefix() -> str:
    """The language's part of an address."""
    return "/en" if language() == "en" else ""


def to(path: str) -> HttpResponseRedirect:
    """Go to a Kiswahili path, or its English twin on an English page."""
    return HttpResponseRedirect(prefix() + path)


def says(request: HttpRequest, key: str, status: int, back: str) -> HttpResponse:
    """A page with one message, and a way on."""
    context = {"heading": t(key, language()), "body": "", "back": prefix() + back}
    return render(request, "channels/message.html", context, status=status)


def status_of(error: FeedbackError) -> int:
    """What a refusal is in HTTP."""
    return {"feedback.too_many": 429, "feedback.no_such": 404}.get(error.code, 400)


def at(instant: datetime | None, lang: str, work: WorkingTime) -> str:
    """An instant as people say it; empty for none."""
    return say_instant(instant, lang, work.zone) if instant else ""


def clock_words(item: Item, lang: str, work: WorkingTime) -> str:
    """ "Zimebaki siku 7 za kazi", "Limechelewa saa 3 za kazi", "Linasubiri mtumaji ajibu"; empty once it has ended."""
    now = clock.now()
    if item.state == State.ASKED:
        return t("feedback.clock_asked", lang)
    if item.state != State.OPEN:
        return ""
    if item.due_at >= now:
        return t("feedback.clock_left", lang, span=_span(work.elapsed(now, item.due_at), work, lang))
    return t("feedback.clock_late", lang, span=_span(work.elapsed(item.due_at, now), work, lang))


def _span(passed: timedelta, work: WorkingTime, lang: str) -> str:
    """Whole working days, hours where it is less than one."""
    day = work.day_length()
    days = passed // day if day else 0
    return say_span(days, "working_days", lang) if days else say_work(passed, lang)


def say_taken(minutes: int | None, work: WorkingTime, lang: str) -> str:
    """How long an answer took: whole working days, hours where it was less than one."""
    if minutes is None:
        return ""
    day = int(work.day_length() / timedelta(minutes=1)) or 480
    if minutes < day:
        return say_work(timedelta(minutes=minutes), lang)
    days = round(minutes / day, 1)
    return t("feedback.days_taken", lang, n=f"{days:g}")


def state_words(item: Item, lang: str) -> str:
    """Where it stands, in one word or two."""
    return t(f"feedback.state_{item.state}", lang)


def facts(item: Item, lang: str, work: WorkingTime) -> dict[str, Any]:
    """What every page of an item says of it."""
    homes = institutions.institutions({item.institution_id, item.about_id})
    here, about = homes.get(item.institution_id), homes.get(item.about_id)
    return {
        "number": group(item.reference),
        "reference": item.reference,
        "kind": t(f"feedback.kind_{item.kind}", lang),
        "service": item.service_name.get(lang, "") if item.service_name else "",
        "case_number": group(item.case_reference) if item.case_reference else "",
        "about": about.name[lang] if about else "",
        "with": here.name[lang] if here else "",
        "is_elsewhere": item.institution_id != item.about_id,
        "level": t(f"feedback.level_{item.level}", lang),
        "state": state_words(item, lang),
        "text": item.text,
        "received": at(item.received_at, lang, work),
        "due": at(item.due_at, lang, work) if item.state in (State.OPEN, State.ASKED) else "",
        "clock": clock_words(item, lang, work),
        "late": item.state == State.OPEN and item.due_at < clock.now(),
        "late_reason": item.late_reason,
    }


def told(
    entries: list[Entry], lang: str, work: WorkingTime, names: dict[Any, str] | None = None
) -> list[dict[str, Any]]:
    """What was said after, each with when and by which side; with `names`, by whom."""
    return [
        {
            "heading": t(f"feedback.entry_{one.kind}", lang),
            "text": one.text,
            "at": at(one.created_at, lang, work),
            "by": (names or {}).get(one.by_person_id, ""),
            "css": one.kind,
            "inner": one.is_inner,
        }
        for one in entries
    ]
