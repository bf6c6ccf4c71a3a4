"""How a page of this room answers: on to a page that says what was done, or the same page with what could not be."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

TOLD = "meetings.told"


def prefix() -> str:
    """The language's part of an address."""
    return "/en" if language() == "en" else ""


def done(request: HttpRequest, path: str, key: str) -> HttpResponse:
    """On to a page, which says what was done, by the text's key."""
    request.session[TOLD] = key
    return HttpResponseRedirect(prefix() + path)


def page(request: HttpRequest, template: str, context: dict[str, Any], message: str = "") -> HttpResponse:
    """A page; with a message it answers what could not be done."""
    if taken := {"message", "told"} & context.keys():
        raise ValueError(f"a page's own words are called {taken}")
    key = request.session.pop(TOLD, "") if request.method == "GET" else ""
    context |= {"prefix": prefix(), "message": message, "told": t(key, language()) if key else ""}
    return render(request, template, context, status=400 if message else 200)


def uuid_of(text: str) -> UUID | None:
    """An id as typed."""
    try:
        return UUID(text)
    except ValueError:
        return None
