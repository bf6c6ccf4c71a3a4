"""The demonstration's way to pay: through the simulated gateway and its real callback. Absent everywhere else."""

import json

import httpx
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jumuishi.identity.doors import Callback, access
from jumuishi.payments import options

_LOOPBACK = frozenset({"127.0.0.1", "::1"})


@csrf_exempt
@access(Callback("a demonstration on loopback only; the money is made up"))
@require_POST
def pay(request: HttpRequest) -> HttpResponse:
    """Pay a control number, with `amount` when not all of it; JSON, or back to `next` for a form."""
    if not options.is_demonstration() or request.META.get("REMOTE_ADDR") not in _LOOPBACK:
        raise Http404
    said = request.POST.dict()
    if request.content_type == "application/json":
        try:
            said = {str(key): str(value) for key, value in json.loads(request.body).items()}
        except (ValueError, AttributeError):
            return JsonResponse({"error": "json"}, status=400)
    number, amount = "".join(said.get("control_number", "").split()), said.get("amount", "")
    if not number.isdecimal() or (amount and not amount.isdecimal()):
        return JsonResponse({"error": "control_number"}, status=400)
    try:
        answer = httpx.post(
            f"{options.gateway_address()}/simulate/pay",
            json={"control_number": number, "amount": int(amount) if amount else None},
            timeout=5,
            trust_env=False,
        )
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL):
        return JsonResponse({"error": "gateway_away"}, status=503)
    onward = said.get("next", "")
    if onward.startswith("/") and not onward.startswith(("//", "/\\")):
        return redirect(onward)
    found = answer.json()
    return JsonResponse(found, status=200 if found.get("code") == "7101" else 409)
