"""Alive and ready."""

from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse

from jumuishi.identity.doors import Callback, access


@access(Callback("says ok or not, and nothing else"))
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # the shape of every view
    """200 "ok" when the process answers and its database does too; 503 while the database does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
