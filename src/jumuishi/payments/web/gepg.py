"""The gateway's callbacks: its signature is its sign-in."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jumuishi.identity.doors import Callback, access
from jumuishi.kernel import tenancy
from jumuishi.payments.gateways import gepg_inbound, gepg_wire
from jumuishi.payments.gateways.gepg_keys import KeysAbsentError

log = logging.getLogger("jumuishi.payments")


@csrf_exempt
@access(Callback("the gateway's signature over the message"))
@require_POST
def callback(request: HttpRequest, what: str = "") -> HttpResponse:  # noqa: ARG001  # the message says what it is
    """One message from GePG, answered by its Ack; what is no message of GePG's gets 400 and no detail."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = -1
    if not 0 < length <= gepg_wire.RECONCILIATION_LIMIT:
        return HttpResponse(status=413)
    body = request.read(length)
    try:
        with tenancy.acting_as(tenancy.Principal.system()):
            answer = gepg_inbound.hear(body)
    except gepg_wire.WireError as error:
        log.warning("a callback that is not GePG's: %s", error)
        return HttpResponse(status=400)
    except KeysAbsentError:
        log.error("a callback of GePG's, and no keys to read it with")
        return HttpResponse(status=503)
    return HttpResponse(answer, content_type="application/xml")
