"""Dead letters: kept with an owner until a person sends them again or closes them with a reason."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from jumuishi.exchange.courier.handlers import Received
from jumuishi.exchange.courier.letters import stream_id
from jumuishi.exchange.courier.sending import send
from jumuishi.exchange.courier.states import Direction, InState
from jumuishi.exchange.courier.tables import DeadLetter, Inbox, Incoming, Letter, Outbox, Stream
from jumuishi.exchange.courier.types import Body
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, tenancy

KEEPERS = ("ict-officer", "head")
SYSTEM = tenancy.Principal.system()


def keep_all(
    direction: Direction, stream: Stream, rows: Iterable[Letter], reason: str, now: datetime, *, detail: str = "",
    stops: bool = False,
) -> None:  # fmt: skip
    """Keep messages as dead letters of their institution; one that is open already is the same."""
    DeadLetter.objects.bulk_create(
        [
            DeadLetter(
                institution_id=stream.institution_id, direction=direction, letter_id=one.id, source=stream.source,
                destination=stream.destination, subject=stream.subject, type=one.type, reason=reason,
                detail=detail[:300], stops=stops, made_at=now,
            )
            for one in rows
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def open_about(letter_id: UUID) -> DeadLetter | None:
    """The open dead letter about a row, locked."""
    return DeadLetter.objects.select_for_update().filter(letter_id=letter_id, ended_at=None).first()


def still(row: DeadLetter | None, reason: str, detail: str, now: datetime) -> None:
    """It was tried again in vain; its owner is told anew."""
    if row is not None:
        DeadLetter.objects.filter(id=row.id).update(reason=reason, detail=detail[:300], told_at=None, made_at=now)


def ended(row: DeadLetter | None, end: str, words: str, person_id: UUID | None, now: datetime) -> None:
    """Nobody needs to do anything more about it."""
    if row is not None:
        DeadLetter.objects.filter(id=row.id).update(ended_at=now, end=end, words=words, ended_by=person_id)


@identity.policy("exchange.dead_letter.manage")
def may_manage(actor: Actor, thing: Thing) -> bool:
    """Who looks after the institution's systems, or leads it."""
    return identity.is_of_institution(actor, thing) and actor.has(*KEEPERS)


def _locked(actor: Actor, dead_id: UUID) -> DeadLetter:
    row = DeadLetter.objects.select_for_update().filter(id=dead_id, institution_id=actor.workplace).first()
    if row is None:
        raise ExchangeRefusedError("exchange.not_there")
    identity.must(actor, "exchange.dead_letter.manage", _thing(row))
    return row


def _thing(row: DeadLetter) -> Thing:
    return Thing("dead_letter", row.id, row.institution_id)


@identity.action("exchange.dead_letter.resend")
def resend(*, actor: Actor, dead_id: UUID) -> None:
    """Try a message again: ours is sent anew at the end of its subject, another's is handed over once more.

    Twice is once. Raises ExchangeRefusedError, also for one whose message came no more.
    """
    row, now = _locked(actor, dead_id), clock.now()
    with tenancy.acting_as(SYSTEM):
        if row.ended_at is None and row.direction == Direction.OUT:
            _anew(row, now)
            ended(row, "resent", "", actor.who, now)
        elif row.ended_at is None:
            found = Inbox.objects.filter(id=row.letter_id, state__in=[InState.DEAD, InState.AGAIN])
            if not found.update(state=InState.AGAIN):
                raise ExchangeRefusedError("exchange.courier_no_message")
    identity.record(actor, _thing(row), after={"resend": row.letter_id, "reason": row.reason})


def _anew(row: DeadLetter, now: datetime) -> None:
    one = Outbox.objects.select_related("stream").get(id=row.letter_id)
    stream = stream_id(one.stream)
    send(
        institution_id=one.institution_id, source=stream.source, destination=stream.destination, type=one.type,
        subject=stream.subject, data=Body(one.body_sha256, one.body_size) if one.body_sha256 else bytes(one.data),
        body_file=one.body_file, datacontenttype=one.datacontenttype, time=one.at, priority=one.priority,
        expirytime=one.expires_at if one.expires_at and one.expires_at > now else None, agreement=one.agreement,
        purpose=one.purpose, extensions=one.extensions,
    )  # fmt: skip


@identity.action("exchange.dead_letter.close")
def close(*, actor: Actor, dead_id: UUID, reason: str) -> None:
    """Nothing more is done about a message, for a reason; a subject that waited for it goes on. Twice is once.

    Raises ExchangeRefusedError.
    """
    row, now, words = _locked(actor, dead_id), clock.now(), reason.strip()[:500]
    if not words:
        raise ExchangeRefusedError("exchange.needs_reason", "reason")
    with tenancy.acting_as(SYSTEM):
        if row.ended_at is None:
            ended(row, "closed", words, actor.who, now)
            if row.direction == Direction.IN:
                closed = Inbox.objects.filter(id=row.letter_id, state__in=[InState.DEAD, InState.AGAIN])
                closed.update(state=InState.CLOSED)
                if row.stops:
                    Incoming.objects.filter(letters__id=row.letter_id).update(
                        is_stopped=False, next_at=None, failures=0
                    )
    identity.record(actor, _thing(row), after={"closed": row.letter_id, "reason": words})


def refused_elsewhere(received: Received, message_id: str, reason: str, now: datetime) -> None:
    """The other end would not have a message of ours: it is a dead letter here."""
    rows = Outbox.objects.select_related("stream").filter(institution_id=received.institution_id, message_id=message_id)
    source = received.message.stream.source.member
    for one in rows:
        if stream_id(one.stream).destination.member == source:
            keep_all(Direction.OUT, one.stream, [one], reason[:40], now)
