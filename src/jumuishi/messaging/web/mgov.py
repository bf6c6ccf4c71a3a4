"""Delivery reports of mGov: `{"messageId", "status"}` with the same hash header as our own messages carry.

No document of the gateway's report was at hand: this form is our assumption, to be compared before going live.
"""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jumuishi.identity.doors import Callback, access
from jumuishi.kernel import tenancy
from jumuishi.messaging import actions, options
from jumuishi.messaging.gateways import mgov_wire

_LIMIT = 16 * 1024


@csrf_exempt
@access(Callback("the hash of the body under the gateway's key"))
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Note that a message reached its phone, or never will."""
    body = request.read(_LIMIT + 1)
    key = options.option("JUMUISHI_MGOV_KEY", "")
    if len(body) > _LIMIT or not mgov_wire.is_signed(key, body, request.headers.get("hash", "")):
        return JsonResponse({"success": False}, status=403)
    try:
        said = json.loads(body)
        message_id, status = UUID(str(said["messageId"])), str(said["status"]).upper()
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"success": False}, status=400)
    if status not in ("DELIVERED", "FAILED"):
        return JsonResponse({"success": False}, status=400)
    with tenancy.acting_as(tenancy.Principal.system()):
        known = actions.report(message_id, delivered=status == "DELIVERED")
    return JsonResponse({"success": known}, status=200 if known else 404)
