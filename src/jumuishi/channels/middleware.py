"""The page as it leaves the house: a strict content policy, and what it weighs."""

import gzip
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
MARK = b"@@KB@@"
SCRIPTS_OF_HALLS = ("meetings/live.js", "meetings/acts.js")


@cache
def file_weight(name: str) -> int:
    """Compressed bytes of one of our style sheets or scripts."""
    path = finders.find(name)
    if not isinstance(path, str):
        return 0
    with open(path, "rb") as file:
        return len(gzip.compress(file.read(), 6))


class FrameMiddleware:
    """Adds the content security policy to each answer and writes a page's own weight into it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        # Browsers of before 2016 know only this word of the same.
        own = "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN" if own else "DENY")
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            if not settings.DEBUG:
                response.headers.setdefault("Cache-Control", "no-store" if request.COOKIES else "no-cache")
            self._weigh(response)
        return response

    def _weigh(self, response: HttpResponse) -> None:
        page = response.content
        if MARK not in page:
            return
        weight = len(gzip.compress(page, 6)) + file_weight("channels/jumuishi.css")
        if b"channels/office" in page:
            weight += file_weight("channels/office.css")
        if b"cases/draft" in page:
            weight += file_weight("cases/draft.js")
        if b"cases/upload" in page:
            weight += file_weight("cases/upload.js")
        for script in SCRIPTS_OF_HALLS:
            if script.removesuffix(".js").encode() in page:
                weight += file_weight(script)
        response.content = page.replace(MARK, f"{weight / 1024:.1f}".encode())
        if response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))
