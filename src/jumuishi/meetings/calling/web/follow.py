"""/vikao/kalenda/: calendars that other programs follow."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from jumuishi.identity.doors import Callback, Everyone, access
from jumuishi.kernel.templatetags.text import language
from jumuishi.meetings.calling import feeds


def _calendar(found: bytes | None, *, is_open: bool) -> HttpResponse:
    if found is None:
        raise Http404
    answer = HttpResponse(found, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=900" if is_open else "private, no-store"
    return answer


@access(Callback("the address itself is the secret, made by the person whose calendar it is, and can be taken back"))
def own(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001  # a view's shape
    """A person's own meetings."""
    return _calendar(feeds.own(token, language()), is_open=False)


@access(Everyone)
def body(request: HttpRequest, body_id: UUID) -> HttpResponse:  # noqa: ARG001  # a view's shape
    """The open meetings of a public body."""
    return _calendar(feeds.of_body(body_id, language()), is_open=True)
