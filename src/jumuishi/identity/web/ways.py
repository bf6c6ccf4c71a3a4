"""Where a page leads: in the language of the page, and never out of this house."""

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from jumuishi.kernel.templatetags.text import language


def to(path: str) -> HttpResponseRedirect:
    """Go to a Kiswahili path, or its English twin on an English page."""
    return HttpResponseRedirect(("/en" if language() == "en" else "") + path)


def back_to(path: str, default: str) -> HttpResponseRedirect:
    """To a way back that next_of gave earlier (with its language), else to a Kiswahili path or its English twin."""
    return HttpResponseRedirect(path) if path else to(default)


def next_of(request: HttpRequest) -> str:
    """The way back that was asked for, if it stays in this house; empty otherwise."""
    found = request.POST.get("next") or request.GET.get("next") or ""
    safe = found.startswith("/") and url_has_allowed_host_and_scheme(found, allowed_hosts=None)
    return found if safe else ""


def onward(request: HttpRequest, default: str) -> HttpResponseRedirect:
    """To the way back, else to a Kiswahili path or its English twin."""
    return back_to(next_of(request), default)
