"""Alive and ready, and what somebody should look at before it stops anything."""

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse

from jumuishi.evidence import public as evidence
from jumuishi.exchange import public as exchange
from jumuishi.identity.doors import Callback, access
from jumuishi.kernel import clock, space, tenancy

# Two machines of one installation may differ by some seconds.
_ASTRAY = 60.0


def seconds_behind() -> float:
    """By how much this machine's clock is behind the newest act; 0 when it is not. Raises OperationalError."""
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        latest = evidence.latest_at()
    behind = (latest - clock.now()).total_seconds() if latest else 0.0
    return behind if behind > _ASTRAY else 0.0


def warnings() -> list[str]:
    """What does not stop the service yet; raises OperationalError when the database is away."""
    found = [f"little room is left ({name})" for name in space.low()]
    if behind := seconds_behind():
        found.append(f"the clock went back: it is {behind:.0f} s behind the newest act")
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        found += exchange.warnings(clock.now())
        return found + evidence.warnings(clock.now(), settings.EVIDENCE_COSIGNED_WITHIN)


@access(Callback("says ok or not, and what to look at"))
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # the shape of every view
    """200 "ok" when the process answers and its database does too, with a line a warning; 503 while it does not."""
    try:
        lines = ["ok", *(f"warning: {one}" for one in warnings())]
    except (OperationalError, InterfaceError):
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
