"""/exchange/events/...: systems publish at topics, subscribe, pull and confirm, in the shape of GovStack's PubSub.

`X-Jumuishi-Key` says whose system it is. Events are CloudEvents 1.0 in their JSON form.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from jumuishi.exchange import sandbox
from jumuishi.exchange.courier import following, topics
from jumuishi.exchange.courier.tables import Following, Inbox
from jumuishi.exchange.models import Subsystem
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.identity import public as identity
from jumuishi.identity.doors import Callback, access
from jumuishi.identity.types import Actor, ActorKind, Thing
from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language
from jumuishi.kernel.text import t

WAYS_IN = Callback("the key of an institution's system, in X-Jumuishi-Key")
MOST = 200
Answer = HttpResponse
View = Callable[..., Answer]


def _by_key(view: Callable[..., Answer]) -> View:
    """One transaction for the system whose key it is; 401 for anybody else, a refusal in words."""

    @wraps(view)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer:
        key = sandbox.key_of(request.headers.get("X-Jumuishi-Key", ""))
        system = following.subsystem_of_key(key) if key is not None else None
        if system is None:
            return JsonResponse({"status": 401, "detail": "X-Jumuishi-Key"}, status=401)
        who = Actor(
            ActorKind.OFFICER, institution_id=system.institution_id, roles=frozenset({"program"}), name=system.code
        )
        try:
            with tenancy.acting_as(identity.principal_of(who)), transaction.atomic():
                return view(request, who, system, *args, **kwargs)
        except ExchangeRefusedError as error:
            said = {"status": 422, "code": error.key, "detail": t(error.key, language()), "field": error.field}
            return JsonResponse(said, status=422)
        except (ValueError, KeyError, TypeError, AttributeError):
            said = {
                "status": 400,
                "code": "exchange.courier_unread",
                "detail": t("exchange.courier_unread", language()),
            }
            return JsonResponse(said, status=400)

    return enter


def _body(request: HttpRequest) -> dict[str, Any]:
    found = json.loads(request.body)
    if not isinstance(found, dict):
        raise TypeError("an object")
    return found


@csrf_exempt
@access(WAYS_IN)
@_by_key
def publish(request: HttpRequest, who: Actor, system: Subsystem, code: str) -> Answer:
    """POST an event to a topic, which is a service of the system; its position. The same id again is the same."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    said = _body(request)
    data = said.get("data")
    raw = b64decode(said["data_base64"], validate=True) if "data_base64" in said else b""
    at = datetime.fromisoformat(said["time"]) if "time" in said else None
    if at is not None and at.tzinfo is None:
        raise ValueError("time")
    kind = str(said.get("datacontenttype", "application/json"))
    position = topics.publish(
        subsystem=system, code=code, event_id=str(said["id"]), type=str(said["type"]),
        subject=str(said.get("subject", "")), at=at, datacontenttype=kind,
        data=raw if data is None else json.dumps(data, ensure_ascii=False).encode(),
    )  # fmt: skip
    identity.record(
        who, Thing("event", new_id(), system.institution_id), verb="exchange.event.publish",
        after={"topic": code, "event": str(said["id"])[:100], "position": position},
    )  # fmt: skip
    return JsonResponse({"position": position}, status=201)


@csrf_exempt
@access(WAYS_IN)
@_by_key
def subscriptions(request: HttpRequest, who: Actor, system: Subsystem) -> Answer:
    """GET what was wished for and what its publishers say; POST {"topic", "from"} to wish; DELETE ?topic= to end."""
    if request.method == "GET":
        rows = Following.objects.filter(institution_id=system.institution_id, client__endswith=f"/{system.code}")
        found = [
            {"topic": one.topic, "state": one.state, "why": t(one.reason, language()) if one.reason else ""}
            for one in rows.order_by("topic")
        ]
        return JsonResponse({"subscriptions": found})
    if request.method == "POST":
        said = _body(request)
        topic, start = str(said["topic"]), said.get("from", -1)
        if type(start) is not int or start < -1:
            raise ValueError("from")
    elif request.method == "DELETE":
        topic, start = request.GET["topic"], None
    else:
        return HttpResponse(status=405, headers={"Allow": "GET, POST, DELETE"})
    following.follow(subsystem=system, topic=topic, start=start)
    identity.record(
        who, Thing("subscription", new_id(), system.institution_id), verb="exchange.subscription.wish",
        after={"topic": topic[:500], "from": start},
    )  # fmt: skip
    return JsonResponse({"topic": topic}, status=202)


@csrf_exempt
@access(WAYS_IN)
@_by_key
def pull(request: HttpRequest, who: Actor, system: Subsystem) -> Answer:  # noqa: ARG001  # the shape of these views
    """POST for the next events, each subject in order; `?topic=&after=POSITION` gives those after a position again."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    most = min(MOST, max(1, int(request.GET.get("most", "100"))))
    if "topic" in request.GET:
        rows = following.again(
            subsystem=system, topic=request.GET["topic"], after=int(request.GET.get("after", "0")), most=most
        )
    else:
        rows = following.fetch(subsystem=system, most=most)
    return JsonResponse({"events": [_event(one) for one in rows]})


def _event(row: Inbox) -> dict[str, Any]:
    found: dict[str, Any] = {
        "specversion": "1.0", "id": row.extensions.get("eventid", row.message_id), "source": row.stream.source,
        "type": row.type, "time": row.at.isoformat(), "datacontenttype": row.datacontenttype,
        "topic": row.topic, "position": row.position, "agreement": row.agreement, "purpose": row.purpose,
    }  # fmt: skip
    if row.stream.subject:
        found["subject"] = row.stream.subject
    data = bytes(row.data)
    if row.datacontenttype.endswith("json") and data:
        try:
            return found | {"data": json.loads(data)}
        except ValueError:
            pass
    return found | ({"data_base64": b64encode(data).decode()} if data else {})


@csrf_exempt
@access(WAYS_IN)
@_by_key
def confirm(request: HttpRequest, who: Actor, system: Subsystem) -> Answer:  # noqa: ARG001  # the shape of these views
    """POST {"events": [[topic, position], ...]}: the system has these safely; what is confirmed comes no more."""
    if request.method not in ("POST", "DELETE"):
        return HttpResponse(status=405, headers={"Allow": "POST, DELETE"})
    pairs = [(str(topic), int(position)) for topic, position in _body(request)["events"]][:1000]
    return JsonResponse({"confirmed": following.confirm(subsystem=system, events=pairs)})
