"""A large body is asked for part by part, goes on where it stopped, and counts only where it is the one."""

import json
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from django.test import Client, override_settings

from jumuishi.exchange import node
from jumuishi.exchange.courier import taking
from jumuishi.exchange.courier.bodies import forgetting, leaving
from jumuishi.exchange.courier.bodies.tables import Coming, Wanted
from jumuishi.exchange.courier.carrying.tests.keyboard import made_of
from jumuishi.exchange.courier.handing import hand_over
from jumuishi.exchange.courier.sending import send
from jumuishi.exchange.courier.tables import Inbox, Incoming, Outbox
from jumuishi.exchange.courier.types import Body, Message, Parcel, Part, PartWish, StreamId
from jumuishi.exchange.tests.sticks import OURS, SYSTEM, WILAYA, home
from jumuishi.exchange.tests.test_carrying_pages import at_work, bakari
from jumuishi.exchange.xroad.identifiers import read_client
from jumuishi.kernel import clock, files, parts, tenancy

__all__ = ["at_work", "bakari"]
DATA = b"".join(made_of(1_300_000))
SHA = sha256(DATA).hexdigest()


def took(number: int, **what: object) -> Parcel:
    """A parcel of the district's node is taken; the answer."""
    with tenancy.acting_as(SYSTEM):
        parcel = Parcel("wilaya", node.own().name, number, clock.now(), **what)  # type: ignore[arg-type]
        answer = taking.take(parcel, {})
    assert answer is not None
    return answer


def announced(place: int = 1, subject: str = "picha") -> Message:
    stream = StreamId(read_client(WILAYA), read_client(OURS), subject)
    return Message(str(uuid4()), stream, place, "mfano.picha", clock.now(), "image/jpeg", Body(SHA, len(DATA)))


def body_here() -> UUID | None:
    with tenancy.acting_as(SYSTEM):
        return Inbox.objects.get().body_file


@override_settings(EXCHANGE_MOST=len(DATA) - 1)
def test_one_that_is_larger_than_this_node_takes_is_told_back_and_its_subject_goes_on(bakari: Client) -> None:
    assert took(1, messages=(announced(), announced(2))).part_wishes == ()
    hand_over(1)
    with tenancy.acting_as(SYSTEM):
        assert set(Inbox.objects.values_list("state", flat=True)) == {"refused"}
        back = Outbox.objects.filter(type="jumuishi.courier.refused")
        assert [json.loads(bytes(one.data))["reason"] for one in back] == ["too_large"] * 2
        assert Incoming.objects.get().done == 2


def test_it_is_asked_for_until_it_is_here_and_what_came_is_kept(bakari: Client) -> None:
    assert took(1, messages=(announced(),)).part_wishes == (PartWish(SHA, 0),)
    assert took(2, parts=(Part(SHA, 0, DATA[:500_000]),)).part_wishes == (PartWish(SHA, 500_000),)
    # A part from further on is none, a part again is nothing new, one that overlaps counts as far as it is new.
    assert took(3, parts=(Part(SHA, 900_000, DATA[900_000:]),)).part_wishes == (PartWish(SHA, 500_000),)
    again = (Part(SHA, 0, DATA[:500_000]), Part(SHA, 400_000, DATA[400_000:700_000]))
    assert took(4, parts=again).part_wishes == (PartWish(SHA, 700_000),)
    assert body_here() is None
    assert took(5, parts=(Part(SHA, 700_000, DATA[700_000:]),)).part_wishes == (PartWish(SHA, len(DATA)),)
    found = body_here()
    assert found is not None
    assert b"".join(files.read(found)) == DATA
    assert took(6).part_wishes == ()
    # What said so was lost: its node sends on, and is told once more.
    assert took(7, parts=(Part(SHA, 0, DATA[:10]),)).part_wishes == (PartWish(SHA, len(DATA)),)


def test_a_body_that_is_another_is_not_taken(bakari: Client) -> None:
    took(1, messages=(announced(),))
    wrong = DATA[:-1] + bytes([DATA[-1] ^ 1])
    assert took(2, parts=(Part(SHA, 0, wrong),)).part_wishes == (PartWish(SHA, 0),)
    assert body_here() is None
    too_long = took(3, parts=(Part(SHA, 0, DATA + b"x"),))
    assert too_long.part_wishes == (PartWish(SHA, 0),)
    took(4, parts=(Part(SHA, 0, DATA),))
    assert body_here() is not None


def test_a_disk_that_somebody_cleared_begins_anew(bakari: Client) -> None:
    took(1, messages=(announced(),))
    took(2, parts=(Part(SHA, 0, DATA[:500_000]),))
    with tenancy.acting_as(SYSTEM):
        parts.drop(Coming.objects.get().id)
    assert took(3, parts=(Part(SHA, 500_000, DATA[500_000:]),)).part_wishes == (PartWish(SHA, 0),)


def test_ours_goes_as_it_is_wished_for_and_to_nobody_else(bakari: Client) -> None:
    kept = files.put(iter([DATA]), len(DATA))
    with tenancy.acting_as(SYSTEM):
        send(
            institution_id=home(), source=read_client(OURS), destination=read_client(WILAYA), type="mfano.picha",
            data=Body(kept.sha256, kept.size), body_file=kept.id,
        )  # fmt: skip
        others = files.put(iter([b"siri"]), 10)
        send(
            institution_id=home(), source=read_client(OURS), destination=read_client("TZ/GOV/jirani"),
            type="mfano.picha", data=Body(others.sha256, others.size), body_file=others.id,
        )  # fmt: skip
    assert took(1, part_wishes=(PartWish(others.sha256, 0), PartWish("0" * 64, 0))).parts == ()
    (part,) = took(2, part_wishes=(PartWish(SHA, 0),)).parts
    assert part == Part(SHA, 0, DATA[: leaving.SIZE])
    # It goes on where the other end is, and ends where that has all.
    assert took(3, part_wishes=(PartWish(SHA, 1_299_990),)).parts == (Part(SHA, 1_299_990, DATA[-10:]),)
    assert took(4, part_wishes=(PartWish(SHA, len(DATA)),)).parts == ()
    with tenancy.acting_as(SYSTEM):
        assert not Wanted.objects.exists()


def test_its_file_goes_with_the_last_message_that_has_it(bakari: Client) -> None:
    kept = files.put(iter([DATA]), len(DATA))
    with tenancy.acting_as(SYSTEM):
        send(
            institution_id=home(), source=read_client(OURS), destination=read_client(WILAYA), type="mfano.picha",
            data=Body(kept.sha256, kept.size), body_file=kept.id,
        )  # fmt: skip
        forgetting.drop_unused([kept.id, None], clock.now())
        assert files.path_of(kept.id).exists()
        Outbox.objects.all().delete()
        forgetting.drop_unused([kept.id, None], clock.now())
    assert not files.path_of(kept.id).exists()


@pytest.fixture(autouse=True)
def _inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test's transaction never commits: what waits for that is done at once."""
    for module in (forgetting, taking):
        monkeypatch.setattr(module.transaction, "on_commit", lambda act: act())
