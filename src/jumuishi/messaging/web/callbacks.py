"""Where gateways call: a message reached its phone, or a phone wrote to us."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jumuishi.identity import public as identity
from jumuishi.identity.doors import Callback, access
from jumuishi.messaging import inbound, reports
from jumuishi.messaging.gateways.calls import CALLERS, Call, Inbound, Report, Said

_LIMIT = 16 * 1024


@transaction.non_atomic_requests
@csrf_exempt
@access(Callback("the hash of the body under the gateway's key, or the secret path and the gateway's own networks"))
@require_POST
def callback(request: HttpRequest, name: str, secret: str = "") -> HttpResponse:
    """One report or one message. What is done is committed before it is acknowledged; a stranger's id does nothing."""
    caller = CALLERS.get(name)
    if caller is None:
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > _LIMIT:
        return JsonResponse({"success": False}, status=413)
    call = Call(request.body, request.POST.dict(), request.headers.get("hash", ""), secret, identity.peer_of(request))
    if not caller.is_genuine(call):
        return JsonResponse({"success": False}, status=403)
    said = caller.read(call)
    if said is None:
        return JsonResponse({"success": False}, status=400)
    do(name, said)
    return JsonResponse({"success": True})


def do(name: str, said: Said) -> None:
    """What a genuine call leads to; the same one heard again leads to nothing more."""
    if isinstance(said, Report):
        reports.report(gateway=name, their_id=said.their_id, is_delivered=said.is_delivered)
    elif isinstance(said, Inbound):
        inbound.hear(gateway=name, their_id=said.their_id, phone=said.phone, text=said.text, at=said.at)
