"""A system of ours wishes to be told of another's topic; it fetches what came, in order, and says what it has."""

import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from jumuishi.exchange import members
from jumuishi.exchange.courier.handlers import Received, RefusedMessage, receives
from jumuishi.exchange.courier.rules import Then, is_over
from jumuishi.exchange.courier.sending import send
from jumuishi.exchange.courier.states import FollowState, InState
from jumuishi.exchange.courier.tables import Following, Inbox, Incoming
from jumuishi.exchange.courier.topics import SUBSCRIBE, SUBSCRIBED
from jumuishi.exchange.models import Subsystem
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.exchange.xroad.errors import XRoadError
from jumuishi.exchange.xroad.identifiers import ClientId, read_service
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

SYSTEM = tenancy.Principal.system()
# What was fetched and not confirmed is given again after so long.
LEASE = timedelta(minutes=2)
MOST = 200


def follow(*, subsystem: Subsystem, topic: str, start: int | None) -> None:
    """Ask a topic's publisher for its events after a position: 0 for all it keeps, -1 for new ones, None for no more.

    The answer comes when it comes. Needs a transaction; raises ExchangeRefusedError for what names no topic.
    """
    try:
        wire = read_service(topic)
    except XRoadError:
        raise ExchangeRefusedError("exchange.courier_no_topic", "topic") from None
    home = members.client_of(subsystem.institution_id, subsystem.code)
    with tenancy.acting_as(SYSTEM):
        now = clock.now()
        state = FollowState.ENDED if start is None else FollowState.ASKED
        Following.objects.update_or_create(
            institution_id=subsystem.institution_id, topic=wire.wire, client=home.wire,
            defaults={"state": state, "reason": "", "asked_at": now, "told_at": None}, create_defaults={
                "id": new_id(), "state": state, "asked_at": now,
            },
        )  # fmt: skip
        send(
            institution_id=subsystem.institution_id, source=_platform(home), destination=_platform(wire.provider),
            type=SUBSCRIBE, subject=wire.wire[:200],
            data=json.dumps({"topic": wire.wire, "client": home.wire, "from": start}).encode(),
        )  # fmt: skip


def _platform(one: ClientId) -> ClientId:
    return ClientId(one.instance, one.member_class, one.member_code)


@receives(SUBSCRIBED, then=Then.GO_ON)
def answered(received: Received) -> None:
    """A publisher says what it makes of a wish of ours."""
    try:
        said = json.loads(received.message.data if isinstance(received.message.data, bytes) else b"")
        topic, client, denied = str(said["topic"]), str(said["client"]), str(said["denied"])
        is_its_own = read_service(topic).provider.member == received.message.stream.source.member
    except (ValueError, KeyError, TypeError, XRoadError):
        raise RefusedMessage("unread") from None
    if not is_its_own:
        raise RefusedMessage("not_its_own")
    rows = Following.objects.filter(institution_id=received.institution_id, topic=topic, client=client)
    state = FollowState.REFUSED if denied else FollowState.STANDING
    rows.exclude(state=FollowState.ENDED).update(state=state, reason=denied[:60], told_at=clock.now())


def is_followed(one: Inbox) -> bool:
    """Whether a system of ours asked for the event that a message is."""
    if not one.topic or not one.topic.startswith(f"{one.stream.source}/"):
        return False
    rows = Following.objects.filter(institution_id=one.institution_id, topic=one.topic, client=one.stream.destination)
    return rows.exclude(state=FollowState.ENDED).exists()


def fetch(*, subsystem: Subsystem, most: int = MOST) -> list[Inbox]:
    """The next events for a system, each subject in its order; given again after 2 minutes until they are confirmed.

    What is over is passed by. Needs a transaction.
    """
    home, now = members.client_of(subsystem.institution_id, subsystem.code), clock.now()
    with tenancy.acting_as(SYSTEM):
        streams = list(
            Incoming.objects.select_for_update(skip_locked=True)
            .filter(institution_id=subsystem.institution_id, destination=home.wire, upto__gt=F("done"))
            .order_by("-priority", "id")[:most]
        )
        found: list[Inbox] = []
        for end in streams:
            _pass_by(end)
            rows = Inbox.objects.filter(stream=end, sequence__gt=end.done, sequence__lte=end.upto).order_by("sequence")
            for row in rows[: most - len(found)]:
                if row.state != InState.WAITING:
                    continue
                if row.leased_until is not None and row.leased_until > now:
                    break
                if is_over(row.expires_at, now):
                    Inbox.objects.filter(id=row.id).update(state=InState.EXPIRED, ended_at=now)
                    continue
                row.stream = end
                found.append(row)
        Inbox.objects.filter(id__in=[one.id for one in found]).update(leased_until=now + LEASE)
        return found


def confirm(*, subsystem: Subsystem, events: Sequence[tuple[str, int]]) -> int:
    """A system has these events, by topic and position, safely; how many waited. Twice is once. Needs a transaction."""
    home, now = members.client_of(subsystem.institution_id, subsystem.code), clock.now()
    with tenancy.acting_as(SYSTEM):
        ends = Incoming.objects.filter(institution_id=subsystem.institution_id, destination=home.wire)
        named = Q(pk__in=[])
        for topic, position in events:
            named |= Q(topic=topic, position=position)
        rows = Inbox.objects.filter(
            named,
            institution_id=subsystem.institution_id,
            stream__in=ends.filter(upto__gt=F("done")),
            state=InState.WAITING,
        )
        streams = set(rows.values_list("stream_id", flat=True))
        locked = list(Incoming.objects.select_for_update().filter(id__in=streams).order_by("id"))
        count = rows.update(state=InState.DONE, ended_at=now)
        for end in locked:
            _pass_by(end)
        return count


def again(*, subsystem: Subsystem, topic: str, after: int, most: int = MOST) -> list[Inbox]:
    """Events of a topic after a position, whether confirmed or not, as long as they are kept here; changes nothing."""
    home = members.client_of(subsystem.institution_id, subsystem.code)
    with tenancy.acting_as(SYSTEM):
        rows = Inbox.objects.filter(
            institution_id=subsystem.institution_id, topic=topic, position__gt=after, stream__destination=home.wire,
            state__in=[InState.WAITING, InState.DONE],
        )  # fmt: skip
        return list(rows.select_related("stream").order_by("position", "id")[:most])


_DONE = """
UPDATE exchange_courier_incoming s SET done = coalesce(
  (SELECT min(sequence) - 1 FROM exchange_courier_inbox i WHERE i.stream_id = s.id AND i.state = 'waiting'
     AND i.sequence > s.done AND i.sequence <= s.upto), s.upto)
WHERE id = %s RETURNING done
"""


def _pass_by(end: Incoming) -> None:
    """How far a stream is dealt with, without a gap."""
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [end.id])
        (end.done,) = cursor.fetchone()


def subsystem_of_key(key_id: UUID) -> Subsystem | None:
    """Whose key it is, while the subsystem stands."""
    with tenancy.acting_as(SYSTEM):
        return Subsystem.objects.filter(credentials__id=key_id, ended_at=None).first()
