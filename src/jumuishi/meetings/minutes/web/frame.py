"""What the pages of minutes share: paragraphs as they are shown, refusals in words, a page that says what was done."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from jumuishi.institutions import public as institutions
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.minutes import merging, queries
from jumuishi.meetings.minutes.types import MinutesError
from jumuishi.meetings.models import Meeting, Minutes
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.meetings.orders.words import refusal as refused_by_rule
from jumuishi.meetings.web import answering

PARAGRAPHS = 60


def attempt(verb: Callable[[], object]) -> str:
    """Do it; what to tell the person where it was refused, empty when it was done."""
    try:
        verb()
    except MinutesError as error:
        return t(f"meetings.minutes_no_{error.code}", language(), **error.given)
    except RefusedError as error:
        return refused_by_rule(error, language())
    return ""


def done(request: HttpRequest, path: str, key: str) -> HttpResponse:
    """On to a page, which says what was done."""
    return answering.done(request, path, f"meetings.minutes_done_{key}")


def page(request: HttpRequest, template: str, context: dict[str, Any], message: str = "") -> HttpResponse:
    """A page of this folder; with a message it answers what could not be done."""
    return answering.page(request, f"meetings/minutes/{template}.html", context, message)


def at(instant: datetime | None, meeting: Meeting) -> str:
    """An instant as people there say it; empty for none."""
    zone = institutions.working_time(meeting.institution_id).zone
    return say_instant(instant, language(), zone) if instant else ""


def heading_of(meeting: Meeting) -> dict[str, Any]:
    """Which meeting it is."""
    lang = language()
    body = meeting.body.name.get(lang, "")
    return {
        "meeting_id": meeting.id,
        "heading": t("meetings.minutes_title", lang, body=body, number=meeting.number),
        "when": at(meeting.starts_at, meeting),
        "where": meeting.place,
    }


def shown(kept: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Paragraphs for a page: what is edited with what had been written beside it."""
    lang = language()
    made = []
    for one in kept:
        now = merging.as_paragraph(one)
        made.append(
            {
                "key": one["key"],
                "kind": one["kind"],
                "text": now.text[lang],
                "written": one[lang] if one.get("edited") and one["kind"] != "own" else "",
                "closed": one["closed"],
                "moved": one.get("moved", False),
                "gone": one.get("gone", False),
                "item": one["kind"] == "item",
                "strong": one["kind"] == "decision.made",
            }
        )
    return made


def paged(request: HttpRequest, paragraphs: list[dict[str, Any]]) -> dict[str, Any]:
    """Paragraphs by pages: minutes of a long day shall not cost a phone more than those of a short one."""
    found = Paginator(paragraphs, PARAGRAPHS).get_page(request.GET.get("page"))
    return {"paragraphs": list(found.object_list), "page": found, "query": ""}


def standing(meeting: Meeting, minutes: Minutes | None) -> dict[str, Any]:
    """Where the minutes stand: who has them, since when, until when; confirmed how; signed by whom."""
    lang = language()
    if minutes is None:
        return {"state": "", "state_words": t("meetings.minutes_state_none", lang)}
    confirmed = ""
    if minutes.state == Minutes.State.CONFIRMED:
        key = "in" if minutes.confirmed_in else "by"
        number = minutes.confirmed_in.number if minutes.confirmed_in else ""
        confirmed = t(f"meetings.minutes_confirmed_{key}", lang, number=number, at=at(minutes.confirmed_at, meeting))
    return {
        "state": minutes.state,
        "state_words": t(f"meetings.minutes_state_{minutes.state}", lang),
        "owner": t(f"meetings.minutes_owner_{minutes.state}", lang),
        "since": at(minutes.waits_since, meeting),
        "closes": at(minutes.closes_at, meeting) if minutes.state == Minutes.State.OPEN else "",
        "confirmed": confirmed,
        "document": minutes.number,
        "sha256": minutes.sha256,
        "signatures": [
            {"role": t(f"meetings.minutes_signs_{one.role}", lang), "name": one.name, "at": at(one.at, meeting)}
            for one in queries.signatures_of(minutes)
        ]
        if minutes.sha256
        else [],
    }


def history(meeting: Meeting) -> list[dict[str, Any]]:
    """Its editions, the newest first."""
    return [
        {
            "number": one.number,
            "what": t(f"meetings.minutes_edition_{one.what}", language()),
            "at": at(one.made_at, meeting),
            "mark": one.sha256[:16],
        }
        for one in queries.editions_of(meeting)
    ]
