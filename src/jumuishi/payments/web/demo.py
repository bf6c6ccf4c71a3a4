"""The demonstration's till: pays through the simulated gateway and its real callback. Absent everywhere else."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from jumuishi.identity.doors import Callback, access
from jumuishi.kernel.lazily import lazily
from jumuishi.payments import options
from jumuishi.payments.gateways import gepg_codes as codes

httpx = lazily("httpx")

_LOOPBACK = frozenset({"127.0.0.1", "::1"})


@csrf_exempt
@access(Callback("a demonstration on loopback only; the money is made up"))
@require_POST
def pay(request: HttpRequest) -> HttpResponse:
    """Pay a control number, with `amount` when not all of it, `force` when the gateway would not take it.

    JSON `{code, receipt, amount}` (409 when refused), or back to `next` with the same as its query, for a form.
    """
    if not options.is_demonstration() or request.META.get("REMOTE_ADDR") not in _LOOPBACK:
        raise Http404
    said = request.POST.dict()
    if request.content_type == "application/json":
        try:
            said = {str(key): str(value) for key, value in json.loads(request.body).items() if value is not None}
        except (ValueError, AttributeError):
            return JsonResponse({"error": "json"}, status=400)
    onward = said.get("next", "")
    status, found = _pay(said)
    if onward.startswith("/") and not onward.startswith(("//", "/\\")):
        return redirect(f"{onward}?{urlencode({'paid': found.get('code') or found.get('error', '')})}#malipo")
    return JsonResponse(found, status=status)


def _pay(said: dict[str, str]) -> tuple[int, dict[str, Any]]:
    number, amount = "".join(said.get("control_number", "").split()), "".join(said.get("amount", "").split())
    if not number.isdecimal() or (amount and not amount.isdecimal()):
        return 400, {"error": "control_number"}
    wanted = {"control_number": number, "amount": int(amount) if amount else None, "force": bool(said.get("force"))}
    try:
        answer = httpx.post(f"{options.gateway_address()}/simulate/pay", json=wanted, timeout=5, trust_env=False)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return 503, {"error": "gateway_away"}
    return (200 if found.get("code") == codes.OK else 409), found


def unpaid(limit: int = 10) -> list[dict[str, Any]] | None:
    """The newest bills that the simulated gateway waits to be paid for; None while it is away."""
    try:
        answer = httpx.get(f"{options.gateway_address()}/simulate/bills", timeout=2, trust_env=False)
        answer.raise_for_status()
        return [one for one in answer.json() if not one["cancelled"] and one["paid"] < one["amount"]][:limit]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError):
        return None
