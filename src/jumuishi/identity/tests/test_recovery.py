"""Two others of the institution, in the named roles, together; nobody else, and nobody alone."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from jumuishi.identity import factors
from jumuishi.identity.accounts import account_of_token, check_password
from jumuishi.identity.appointments import AppointmentRef
from jumuishi.identity.models import Account, Recovery
from jumuishi.identity.public import approve_recovery, ask_recovery, open_recoveries
from jumuishi.identity.testing import Posts, officer
from jumuishi.identity.types import Actor, ActorKind, NotAllowedError
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id

pytestmark = pytest.mark.database


class Cast(NamedTuple):
    juma: Actor
    neema: Actor
    ict: Actor
    baraka: Actor


def hire(posts: Posts, name: str, office: UUID, role: str) -> Actor:
    person, _ = officer(name, f"{name.lower()}@mfano.go.tz")
    held = AppointmentRef(new_id(), office, "Mfano", "council", frozenset({role}), role)
    posts.held[person] = [held]
    return Actor(ActorKind.OFFICER, person, office, held.roles, held.id)


@pytest.fixture
def cast(db: None, posts: Posts) -> Cast:
    here, elsewhere = new_id(), new_id()
    return Cast(
        hire(posts, "Juma", here, "officer"),
        hire(posts, "Neema", here, "director"),
        hire(posts, "Rehema", here, "ict"),
        hire(posts, "Baraka", elsewhere, "director"),
    )


def test_two_others_let_an_officer_enrol_again(cast: Cast) -> None:
    assert cast.juma.person_id is not None
    asked = ask_recovery(actor=cast.ict, person_id=cast.juma.person_id, reason="Simu imepotea")
    assert [found.id for found in open_recoveries(cast.neema)] == [asked]
    given = approve_recovery(actor=cast.neema, recovery_id=asked)
    account = Account.objects.get(person_id=cast.juma.person_id)
    assert not factors.is_enrolled(account)
    assert account.epoch == 1
    assert given.token is not None
    assert account_of_token(given.token, "192.0.2.1").id == account.id
    assert not open_recoveries(cast.neema)
    with pytest.raises(NotAllowedError):
        approve_recovery(actor=cast.neema, recovery_id=asked)


def test_nobody_alone_nor_for_oneself_nor_from_elsewhere(cast: Cast) -> None:
    assert cast.juma.person_id is not None
    assert cast.neema.person_id is not None
    for who in (cast.baraka, cast.juma, Actor.person(cast.neema.person_id)):
        with pytest.raises(NotAllowedError):
            ask_recovery(actor=who, person_id=cast.juma.person_id, reason="x")
    with pytest.raises(NotAllowedError):
        ask_recovery(actor=cast.neema, person_id=cast.neema.person_id, reason="x")
    asked = ask_recovery(actor=cast.neema, person_id=cast.juma.person_id, reason="x")
    for who in (cast.neema, cast.juma, cast.baraka):
        with pytest.raises(NotAllowedError):
            approve_recovery(actor=who, recovery_id=asked)
    assert not open_recoveries(cast.baraka)
    assert not open_recoveries(cast.juma)
    assert factors.is_enrolled(Account.objects.get(person_id=cast.juma.person_id))


def test_an_old_request_is_over(cast: Cast) -> None:
    assert cast.juma.person_id is not None
    with clock.frozen(clock.now() - timedelta(hours=73)):
        asked = ask_recovery(actor=cast.ict, person_id=cast.juma.person_id, reason="x")
    with pytest.raises(NotAllowedError):
        approve_recovery(actor=cast.neema, recovery_id=asked)


def test_an_officer_who_left_is_nobodys_to_recover(cast: Cast, posts: Posts) -> None:
    assert cast.juma.person_id is not None
    posts.held.pop(cast.juma.person_id)
    with pytest.raises(NotAllowedError):
        ask_recovery(actor=cast.ict, person_id=cast.juma.person_id, reason="x")


def test_the_database_itself_wants_two(cast: Cast) -> None:
    assert cast.juma.person_id is not None
    asked = ask_recovery(actor=cast.ict, person_id=cast.juma.person_id, reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.filter(id=asked).update(approved_by=cast.ict.person_id)


def test_a_password_opens_by_either_name_and_only_while_active(cast: Cast) -> None:
    account = Account.objects.get(person_id=cast.juma.person_id)
    account.username = "juma"
    account.save()
    for name in ("juma", " JUMA@mfano.go.tz "):
        assert check_password(name, "mlango-wazi-2026", "192.0.2.9") == account
    account.is_active = False
    account.save()
    assert check_password("juma", "mlango-wazi-2026", "192.0.2.9") is None
