"""The same promises over real tables: drawn schedules, dead letters that a person ends, the walls, the evidence."""

import json
import os
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from jumuishi.exchange import public as exchange
from jumuishi.exchange.courier import dead, handing, handlers
from jumuishi.exchange.courier.handlers import Received, RefusedMessage
from jumuishi.exchange.courier.rules import Then
from jumuishi.exchange.courier.sending import send
from jumuishi.exchange.courier.states import Direction, InState, OutState
from jumuishi.exchange.courier.tables import DeadLetter, Inbox, Incoming, Outbox
from jumuishi.exchange.courier.tests.in_tables import TYPE, Tables
from jumuishi.exchange.courier.tests.schedules import Schedule
from jumuishi.exchange.courier.types import NotTaken
from jumuishi.exchange.tests.test_gateway import officer
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.identity.types import NotAllowedError
from jumuishi.kernel import clock, tenancy

Pair = tuple[Tables, Tables]
DRAWS = int(os.environ.get("JUMUISHI_COURIER_DRAWS", "20"))


def cross(sender: Tables, receiver: Tables) -> None:
    """A parcel, its answer, and what follows from it."""
    answer = receiver.take(sender.pack(500), killed=False)
    assert answer is not None
    sender.take(answer, killed=False)


def say(side: Tables, subject: str, *texts: str) -> None:
    for one in texts:
        side.send(subject, one, priority=4, lives=True)


@pytest.mark.slow
def test_drawn_schedules_converge(pair: Pair) -> None:
    """JUMUISHI_COURIER_DRAWS=200 draws so many."""
    for seed in range(DRAWS):
        with transaction.atomic():
            Schedule(seed, *pair, steps=40).play()
            transaction.set_rollback(True)


def test_a_message_goes_with_the_act_or_not_at_all(pair: Pair) -> None:
    bank, _ = pair
    with transaction.atomic():
        say(bank, "kesi", "haijatokea")
        transaction.set_rollback(True)
    say(bank, "kesi", "imetokea")
    (one,) = bank.pack(500).messages
    assert (one.sequence, one.data) == (1, b"imetokea")


def test_outside_a_transaction_nothing_is_sent(world: Any, committed_db: None) -> None:
    with transaction.atomic():
        bank = Tables("benki-mfano", "maji-mfano")
    with pytest.raises(TransactionManagementError):
        say(bank, "kesi", "x")


def test_what_came_twice_is_one(pair: Pair) -> None:
    bank, water = pair
    say(bank, "kesi", "a", "b")
    parcel = bank.pack(500)
    for _ in range(3):
        water.take(parcel, killed=False)
        water.hand(killed=False)
    assert water.effects() == [("kesi", "a"), ("kesi", "b")]
    cross(bank, water)
    assert bank.waiting() == 0


def test_what_came_out_of_turn_waits_for_its_forerunner(pair: Pair) -> None:
    bank, water = pair
    say(bank, "kesi", "a", "b", "c")
    parcel = bank.pack(500)
    first, second, third = parcel.messages
    for came, wanted in (((first, third), ["a"]), ((second,), ["a", "b", "c"])):
        answer = water.take(replace(parcel, messages=came), killed=False)
        water.hand(killed=False)
        assert [text for _, text in water.effects()] == wanted
        assert answer is not None
        missing = [(one.first, one.last) for one in answer.gaps]
        assert missing == ([(2, 2)] if wanted == ["a"] else [])


def test_a_poisoned_message_stops_its_subject_until_a_person_closes_it(pair: Pair) -> None:
    bank, water = pair
    say(bank, "kesi", "a", "poison", "b")
    say(bank, "nyingine", "c")
    cross(bank, water)
    water.hand(killed=False)
    assert sorted(water.effects()) == [("kesi", "a"), ("nyingine", "c")]
    (letter,) = DeadLetter.objects.filter(ended_at=None)
    assert (letter.direction, letter.reason, letter.detail, letter.stops) == (Direction.IN, "poison", "Haisomeki", True)
    with pytest.raises(ExchangeRefusedError, match="needs_reason"):
        dead.close(actor=officer("maji-mfano", "Bakari"), dead_id=letter.id, reason=" ")
    for _ in range(2):
        dead.close(actor=officer("maji-mfano", "Bakari"), dead_id=letter.id, reason="Imeandikwa kwa mkono")
    water.hand(killed=False)
    assert [text for subject, text in water.effects() if subject == "kesi"] == ["a", "b"]
    letter.refresh_from_db()
    assert (letter.end, letter.words) == ("closed", "Imeandikwa kwa mkono")


def test_a_message_that_is_tried_again_keeps_its_turn(pair: Pair) -> None:
    bank, water = pair
    say(bank, "kesi", "poison-1", "b")
    cross(bank, water)
    water.hand(killed=False)
    (letter,) = DeadLetter.objects.filter(ended_at=None)
    handlers.forget(TYPE)
    seen: list[str] = []
    handlers.receives(TYPE)(lambda got: seen.append(got.message.data.decode()))  # type: ignore[union-attr]
    dead.resend(actor=officer("maji-mfano", "Bakari"), dead_id=letter.id)
    dead.resend(actor=officer("maji-mfano", "Bakari"), dead_id=letter.id)
    handing.hand_over()
    assert seen == ["poison-1", "b"]
    letter.refresh_from_db()
    assert letter.end == "resent"


def test_by_its_types_rule_a_subject_goes_on(pair: Pair) -> None:
    bank, water = pair
    seen: list[str] = []

    def picky(got: Received) -> None:
        if got.message.data == b"1":
            raise RefusedMessage("no")
        seen.append(str(got.message.data))

    handlers.receives("test.picky", then=Then.GO_ON)(picky)
    try:
        for text in (b"1", b"2"):
            send(institution_id=bank.home, source=bank.me, destination=bank.them, type="test.picky", data=text)
        cross(bank, water)
        water.hand(killed=False)
        assert seen == ["b'2'"]
        assert [one.stops for one in DeadLetter.objects.all()] == [False]
    finally:
        handlers.forget("test.picky")


def test_an_error_that_passes_costs_nothing(pair: Pair) -> None:
    bank, water = pair
    say(bank, "kesi", "a", "b")
    cross(bank, water)
    handlers.forget(TYPE)
    water.hand(killed=False)
    end = Incoming.objects.get(institution_id=water.home)
    assert (end.done, end.failures, DeadLetter.objects.count()) == (0, 1, 0)
    handlers.receives(TYPE)(lambda _: None)
    water.hand(killed=False)
    assert Inbox.objects.filter(state=InState.WAITING).count() == 2, "it waits for its clock"
    with clock.frozen(clock.now() + clock.seconds(3600)):
        water.hand(killed=False)
    assert Inbox.objects.filter(state=InState.DONE).count() == 2


def test_what_expires_leaves_its_place_and_a_dead_letter_and_can_be_sent_anew(pair: Pair) -> None:
    bank, water = pair
    bank.send("kesi", "late-1", priority=4, lives=False)
    say(bank, "kesi", "b")
    cross(bank, water)
    water.hand(killed=False)
    assert water.effects() == [("kesi", "b")]
    (letter,) = DeadLetter.objects.filter(ended_at=None)
    assert (letter.direction, letter.reason, letter.institution_id) == (Direction.OUT, "expired", bank.home)
    assert bytes(Outbox.objects.get(id=letter.letter_id).data) == b"late-1", "never dropped"
    dead.resend(actor=officer("benki-mfano", "Shabani"), dead_id=letter.id)
    cross(bank, water)
    water.hand(killed=False)
    assert [text for _, text in water.effects()] == ["b", "late-1"]


def test_baraka_and_the_other_end_have_no_say(pair: Pair) -> None:
    bank, water = pair
    say(bank, "kesi", "poison")
    cross(bank, water)
    water.hand(killed=False)
    (letter,) = DeadLetter.objects.filter(ended_at=None)
    for who in (officer("jirani", "Baraka"), officer("benki-mfano", "Shabani")):
        for act in (lambda who=who: dead.resend(actor=who, dead_id=letter.id),
                    lambda who=who: dead.close(actor=who, dead_id=letter.id, reason="x")):  # fmt: skip
            with pytest.raises((ExchangeRefusedError, NotAllowedError)):
                act()
        with tenancy.acting_as(tenancy.Principal.institution(who.workplace, who.person_id)):
            assert not DeadLetter.objects.exists()
            assert not Inbox.objects.exists()


def test_a_parcel_for_another_node_or_with_foreign_messages_changes_nothing(pair: Pair) -> None:
    bank, water = pair
    say(bank, "kesi", "a")
    parcel = bank.pack(500)
    with pytest.raises(NotTaken):
        bank.take(parcel, killed=False)
    water.network = type(water.network)("maji-mfano", water.network.homes, {bank.me.member: "nodi-nyingine"})
    water.take(parcel, killed=False)
    assert not Inbox.objects.exists(), "the node that brings it does not speak for its source"


def test_a_receiver_that_is_restored_asks_for_what_it_lost(pair: Pair) -> None:
    bank, water = pair
    say(bank, "kesi", "a")
    cross(bank, water)
    kept = transaction.savepoint()
    say(bank, "kesi", "b", "c")
    cross(bank, water)
    assert bank.waiting() == 0
    left = list(Outbox.objects.filter(institution_id=bank.home).values())
    transaction.savepoint_rollback(kept)
    # The sender goes on with what it knew, the receiver is as it was.
    Outbox.objects.filter(institution_id=bank.home).delete()
    Outbox.objects.bulk_create(Outbox(**one) for one in left)
    Outbox.objects.filter(sequence__gt=1).update(state=OutState.ARRIVED)
    connection.cursor().execute("UPDATE exchange_courier_outgoing SET last = 3")
    say(bank, "kesi", "d")
    for _ in range(3):
        cross(bank, water)
    water.hand(killed=False)
    assert [text for _, text in water.effects()] == ["a", "b", "c", "d"]


def test_each_end_has_a_leaf_that_names_what_crossed(pair: Pair) -> None:
    bank, water = pair
    say(bank, "kesi", "a", "b")
    cross(bank, water)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT institution_id, body FROM evidence_journal WHERE verb = 'exchange.parcel.take' ORDER BY id"
        )
        rows = [(home, json.loads(bytes(body))["after"]) for home, body in cursor.fetchall()]
    (here, came), (there, gone) = rows
    assert (here, there) == (water.home, bank.home)
    assert [one[0] for one in came["messages"]] == gone["arrived"]
    assert all(len(one[3]) == 64 for one in came["messages"])


def test_rooms_speak_by_the_face(pair: Pair) -> None:
    bank, water = pair
    name = exchange.send_message(
        institution_id=bank.home, member="TZ/GOV/maji-mfano", type=TYPE, subject="k", data=b"a"
    )
    (one,) = bank.pack(500).messages
    assert (one.id, one.stream.source.wire, one.stream.destination.wire) == (name, "TZ/COM/benki-mfano", water.me.wire)
    for wrong in ("TZ/GOV/maji-mfano/wateja", "maji", ""):
        with pytest.raises(ExchangeRefusedError):
            exchange.send_message(institution_id=bank.home, member=wrong, type=TYPE)
