"""A subsystem publishes events at a topic; whoever has an agreement is sent them, from the position that it wished."""

import json
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from jumuishi.exchange import members
from jumuishi.exchange.courier.handlers import Received, RefusedMessage, receives
from jumuishi.exchange.courier.rules import Then
from jumuishi.exchange.courier.sending import send
from jumuishi.exchange.courier.tables import Event, Subscription, Topic
from jumuishi.exchange.courier.types import MOST_ID, MOST_INLINE, MOST_SUBJECT, MOST_TYPE, check_word
from jumuishi.exchange.granting import right_of
from jumuishi.exchange.models import Agreement, Service, Subsystem
from jumuishi.exchange.rights import Allowed, Denied, Rights
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import ClientId, ServiceId, read_client
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()
SUBSCRIBE, SUBSCRIBED = "jumuishi.courier.subscribe", "jumuishi.courier.subscribed"
# The verb and path that an agreement must give for a service's events to be read.
VERB, PATH = "GET", "/events"
BATCH = 500


def publish(
    *, subsystem: Subsystem, code: str, event_id: str, type: str, subject: str = "", at: datetime | None = None,
    data: bytes = b"", datacontenttype: str = "application/json",
) -> int:  # fmt: skip
    """Keep an event at the topic that is a service of this subsystem; its position. The same id again is the same.

    Needs a transaction. Raises ExchangeRefusedError for what can't travel, and where there is no such service.
    """
    try:
        for text, most, what in (
            (event_id, MOST_ID, "id"), (type, MOST_TYPE, "type"), (datacontenttype, 100, "datacontenttype"),
        ):  # fmt: skip
            check_word(text, most, what)
        if subject:
            check_word(subject, MOST_SUBJECT, "subject")
        if len(data) > MOST_INLINE:
            raise ValueError("data")
        if type.startswith("jumuishi."):
            raise ValueError("type")
    except ValueError as error:
        raise ExchangeRefusedError("exchange.courier_bad_event", str(error)) from None
    with tenancy.acting_as(SYSTEM):
        service = Service.objects.filter(subsystem=subsystem, code=code, ended_at=None).first()
        if service is None:
            raise ExchangeRefusedError("exchange.courier_no_topic", "topic")
        Topic.objects.bulk_create(
            [Topic(institution_id=service.institution_id, service=service, made_at=clock.now())], ignore_conflicts=True
        )
        topic = Topic.objects.select_for_update().get(service=service)
        known = Event.objects.filter(topic=topic, event_id=event_id).values_list("position", flat=True).first()
        if known is not None:
            return known
        topic.last += 1
        topic.save(update_fields=["last"])
        Event.objects.create(
            institution_id=service.institution_id, topic=topic, position=topic.last, event_id=event_id, type=type,
            subject=subject, at=at or clock.now(), datacontenttype=datacontenttype, data=data, made_at=clock.now(),
        )  # fmt: skip
        return topic.last


def _wire(service: Service) -> ServiceId:
    home = members.client_of(service.institution_id, service.subsystem.code)
    return ServiceId(home.instance, home.member_class, home.member_code, home.subsystem_code, service.code)


def decided(service: Service, client: ClientId) -> Allowed | Denied:
    """Whether a system may read a service's events now."""
    wire = _wire(service)
    rows = Agreement.objects.filter(service=service, client=client.wire).exclude(approved_at=None)
    rights = tuple(right_of(one, wire) for one in rows if one.ended_at is None)
    return Rights(rights, {wire: service.disabled_notice or None}).decide(client, wire, VERB, PATH, clock.now())


@receives(SUBSCRIBE, then=Then.GO_ON)
def subscribe(received: Received) -> None:
    """A system elsewhere wishes to be told of a topic of ours, from a position on (-1: from now on), or no more."""
    try:
        said = json.loads(received.message.data if isinstance(received.message.data, bytes) else b"")
        wire, client, start = ServiceId(*str(said["topic"]).split("/")), read_client(str(said["client"])), said["from"]
        if type(start) is not int and start is not None:
            raise TypeError
    except (ValueError, KeyError, TypeError, XRoadError):
        raise RefusedMessage("unread") from None
    if client.member != received.message.stream.source.member:
        raise RefusedMessage("not_its_own")
    service = Service.objects.filter(
        institution_id=received.institution_id, subsystem__code=wire.subsystem_code, code=wire.service_code,
        ended_at=None,
    ).select_related("subsystem").first()  # fmt: skip
    denied = ""
    if service is None or _wire(service) != wire:
        denied = "exchange.denied_service_unknown"
    elif start is None:
        Subscription.objects.filter(topic__service=service, client=client.wire).update(ended_at=clock.now())
        denied = "exchange.courier_ended"
    else:
        found = decided(service, client)
        denied = found.key if isinstance(found, Denied) else ""
        if not denied:
            _stand(service, client, start)
    _say(received.institution_id, str(said["topic"]), client, denied)


def _stand(service: Service, client: ClientId, start: int) -> None:
    Topic.objects.bulk_create(
        [Topic(institution_id=service.institution_id, service=service, made_at=clock.now())], ignore_conflicts=True
    )
    topic = Topic.objects.select_for_update().get(service=service)
    position = topic.last if start < 0 else min(start, topic.last)
    Subscription.objects.update_or_create(
        topic=topic, client=client.wire, defaults={"position": position, "denied": "", "ended_at": None},
        create_defaults={
            "id": new_id(), "institution_id": topic.institution_id, "position": position, "made_at": clock.now(),
        },
    )  # fmt: skip


def _say(institution_id: UUID, topic: str, client: ClientId, denied: str) -> None:
    here = members.member_of(institution_id)
    send(
        institution_id=institution_id, source=ClientId(here.instance, here.member_class, here.member_code),
        destination=ClientId(client.instance, client.member_class, client.member_code), type=SUBSCRIBED,
        subject=topic[:200],
        data=json.dumps({"topic": topic, "client": client.wire, "denied": denied}).encode(),
    )  # fmt: skip


def feed() -> int:
    """Send what was published to whoever subscribed and still may; how many messages."""
    count = 0
    with tenancy.acting_as(SYSTEM):
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute(
                "SELECT s.id FROM exchange_courier_subscription s JOIN exchange_courier_topic t ON t.id = s.topic_id "
                "WHERE s.ended_at IS NULL AND s.position < t.last LIMIT 200"
            )
            behind = [one for (one,) in cursor.fetchall()]
        for one in behind:
            count += _feed(one)
    return count


def _feed(subscription: UUID) -> int:
    with transaction.atomic():
        rows = Subscription.objects.select_for_update(skip_locked=True, of=("self",))
        row = rows.filter(id=subscription, ended_at=None).select_related("topic__service__subsystem").first()
        if row is None:
            return 0
        client, service = read_client(row.client), row.topic.service
        found = decided(service, client)
        denied = found.key if isinstance(found, Denied) else ""
        if denied != row.denied:
            row.denied = denied
            row.save(update_fields=["denied"])
            _say(row.institution_id, _wire(service).wire, client, denied)
        if isinstance(found, Denied):
            return 0
        wire = _wire(service)
        events = list(Event.objects.filter(topic=row.topic, position__gt=row.position).order_by("position")[:BATCH])
        for one in events:
            send(
                institution_id=row.institution_id, source=wire.provider, destination=client, type=one.type,
                subject=one.subject, data=bytes(one.data), datacontenttype=one.datacontenttype, time=one.at,
                agreement=found.agreement.id, purpose=found.agreement.purpose,
                extensions={"topic": wire.wire, "position": str(one.position), "eventid": one.event_id},
            )  # fmt: skip
        if events:
            row.position = events[-1].position
            row.save(update_fields=["position"])
        return len(events)
