"""What the pages of resolutions share."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse

from jumuishi.kernel.spoken import say_date
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t
from jumuishi.meetings.models import Duty
from jumuishi.meetings.resolutions.doing import is_late
from jumuishi.meetings.resolutions.types import ResolutionError
from jumuishi.meetings.web import answering


def attempt(verb: Callable[[], object]) -> str:
    """Do it; what to tell the person where it was refused, empty when it was done."""
    try:
        verb()
    except ResolutionError as error:
        return t(f"meetings.res_no_{error.code}", language())
    return ""


def done(request: HttpRequest, path: str, key: str) -> HttpResponse:
    """On to a page, which says what was done."""
    return answering.done(request, path, f"meetings.res_done_{key}")


def page(request: HttpRequest, template: str, context: dict[str, Any], message: str = "") -> HttpResponse:
    """A page of this folder; with a message it answers what could not be done."""
    return answering.page(request, f"meetings/resolutions/{template}.html", context, message)


def day_of(text: str) -> date | None:
    """A day as typed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def duty_words(duty: Duty, owner: str) -> dict[str, Any]:
    """A duty as a list or a page says it."""
    lang, resolution = language(), duty.resolution
    return {
        "id": duty.id,
        "number": t("meetings.res_number", lang, number=str(resolution)),
        "body": resolution.body.name.get(lang, ""),
        "text": resolution.text,
        "owner": owner,
        "due": say_date(duty.due_on, lang, weekday=False),
        "committed": say_date(duty.committed_on, lang, weekday=False) if duty.committed_on else "",
        "state": t(f"meetings.res_state_{duty.state}", lang),
        "late": is_late(duty),
        "budget_line": resolution.budget_line,
    }
