"""A node whose boxes are real tables. Both nodes lie in one database, walled from each other by their institutions."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction

from jumuishi.exchange.courier import dead, handing, handlers, packing, taking
from jumuishi.exchange.courier.handlers import Received, RefusedMessage
from jumuishi.exchange.courier.network import Network
from jumuishi.exchange.courier.sending import send
from jumuishi.exchange.courier.states import OutState
from jumuishi.exchange.courier.tables import DeadLetter, Incoming, Outbox
from jumuishi.exchange.courier.tests.schedules import POISON, Killed
from jumuishi.exchange.courier.types import Parcel
from jumuishi.exchange.tests.test_gateway import officer
from jumuishi.exchange.xroad.identifiers import ClientId
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock

TYPE = "test.noted"
KEEPERS = {"benki-mfano": "Shabani", "maji-mfano": "Bakari"}


class Tables:
    """As schedules.Side: one institution's node; a kill undoes what was not committed (a savepoint here).

    An effect is a row that the handler writes in the courier's transaction: it is there with the mark or not.
    """

    def __init__(self, name: str, other: str) -> None:
        self.name, self.other = name, other
        self.me, self.them = ClientId("TZ", "GOV", name), ClientId("TZ", "GOV", other)
        home = institutions.institution_by_slug(name)
        assert home is not None
        self.home = home.id
        self.network = Network(name, {self.me.member: home.id}, {self.them.member: other})

    def send(self, subject: str, text: str, *, priority: int, lives: bool) -> None:
        send(
            institution_id=self.home, source=self.me, destination=self.them, type=TYPE, subject=subject,
            data=text.encode(), priority=priority, expirytime=None if lives else clock.now() - timedelta(seconds=1),
        )  # fmt: skip

    def pack(self, most: int) -> Parcel:
        return packing.pack(self.other, self.network, most=most)

    def take(self, parcel: Parcel, *, killed: bool) -> Parcel | None:
        with patch.object(taking, "network", lambda: self.network), transaction.atomic():
            answer = taking.take(parcel, {"way": "test"})
            if killed:
                raise Killed
            return answer

    def hand(self, *, killed: bool) -> None:
        with contextlib.suppress(Killed), transaction.atomic():
            handing.hand_over()
            if killed:
                raise Killed

    def close_dead(self) -> None:
        actor = officer(self.name, KEEPERS[self.name])
        for one in DeadLetter.objects.filter(institution_id=self.home, ended_at=None):
            dead.close(actor=actor, dead_id=one.id, reason="Mtihani")

    def waiting(self) -> int:
        left = sum(one.upto - one.done for one in Incoming.objects.filter(institution_id=self.home))
        return Outbox.objects.filter(institution_id=self.home, state=OutState.WAITING).count() + left

    def effects(self) -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT subject, said FROM effect WHERE home = %s ORDER BY n", [self.home])
            return list(cursor.fetchall())


def note(received: Received) -> None:
    """The handler of these tests."""
    data: Any = received.message.data
    if data.decode().startswith(POISON):
        raise RefusedMessage("poison", "Haisomeki")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO effect (home, subject, said) VALUES (%s, %s, %s)",
            [received.institution_id, received.message.stream.subject, data.decode()],
        )


@contextmanager
def noting() -> Iterator[None]:
    """Within the block, and its transaction, there is somebody who takes messages of the tests' type."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE effect (n bigserial, home uuid, subject text, said text) ON COMMIT DROP")
    handlers.receives(TYPE)(note)
    try:
        yield
    finally:
        handlers.forget(TYPE)
