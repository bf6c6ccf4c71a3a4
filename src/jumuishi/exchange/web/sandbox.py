"""/exchange/sandbox/SERVICE/PATH: what a service would answer, made up; nothing is asked of it and nothing changes."""

from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from jumuishi.exchange import sandbox
from jumuishi.exchange.registering import KEEPERS
from jumuishi.exchange.xroad.identifiers import SAFE
from jumuishi.identity.doors import Callback, access, actor_of

WAYS_IN = Callback("the key of an institution's system, or the session of who looks after one; answers are made up")


@csrf_exempt
@access(WAYS_IN)
def played(request: HttpRequest, service_id: UUID, path: str) -> HttpResponse:
    """Any verb; `X-Jumuishi-Key` says who asks."""
    actor, key = actor_of(request), request.headers.get("X-Jumuishi-Key", "")
    who = sandbox.key_of(key) if key else actor.person_id if actor.institution_id and actor.has(*KEEPERS) else None
    if who is None:
        return JsonResponse({"status": 401, "detail": "X-Jumuishi-Key"}, status=401)
    if not sandbox.may_go_on(who):
        return JsonResponse({"status": 429, "detail": "wait a minute"}, status=429, headers={"Retry-After": "60"})
    found = sandbox.answer(service_id, str(request.method), f"/{quote(path, safe=f'{SAFE}/')}", request.GET.dict())
    if found is None:
        return JsonResponse({"status": 404, "detail": "no such service, or it has no description"}, status=404)
    answer = HttpResponse(found.body, status=found.status, content_type="application/json")
    answer["Jumuishi-Sandbox"], answer["Cache-Control"] = "made-up", "no-store"
    return answer
