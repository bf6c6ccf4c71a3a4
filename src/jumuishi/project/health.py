"""Alive and ready."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

from jumuishi.identity.doors import Callback, access


@access(Callback("says ok and nothing else"))
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # the shape of every view
    """200 "ok" when the process answers and its database does too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
