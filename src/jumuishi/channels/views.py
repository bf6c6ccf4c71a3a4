"""Pages for what went wrong before any room was asked: no such address, no form's mark, a fault of ours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jumuishi.channels import faults
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t


def _page(request: HttpRequest, key: str, status: int) -> HttpResponse:
    lang = language()
    context = {"heading": t(f"channels.{key}", lang), "body": t(f"channels.{key}_body", lang), "home_too": True}
    return render(request, "channels/message.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's shape
    """404, the same for what is absent and for what is somebody else's."""
    return _page(request, "not_found", 404)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what no browser sends; reads nothing of the form again, for that is what could not be read.

    A session that could not be kept since the database went away in that moment comes here too, and is no such thing.
    """
    if faults.status_of(exception) != faults.BROKEN:
        return broken(request)
    return _page(request, "unreadable", 400)


def no_mark(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django's shape
    """403 for a form without its CSRF mark: mostly a browser that keeps no cookies."""
    return _page(request, "no_cookie", 403)


def broken(request: HttpRequest) -> HttpResponse:
    """500, 503 while the database is away, 507 while there is no room on the disk; asks the database nothing."""
    status = faults.status_of_now()
    answer = _page(request, {faults.FULL: "full", faults.AWAY: "away"}.get(status, "broken"), status)
    if status in faults.AGAIN:
        answer.headers["Retry-After"] = faults.AGAIN[status]
    return answer
