"""An act leaves a journal row or does not happen; a command sent twice happens once; a look is written down."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from jumuishi.identity.actions import NAMES, action, record
from jumuishi.identity.looking import looked
from jumuishi.identity.models import Person
from jumuishi.identity.people import person_of_phone
from jumuishi.identity.types import Actor, ActorKind, Thing, UnrecordedActionError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id

pytestmark = pytest.mark.database


def rows(verb: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM evidence_journal WHERE verb = %s", [verb])
        found = cursor.fetchone()
        assert found is not None
        return int(found[0])


@pytest.fixture
def name() -> Any:
    before = set(NAMES)
    yield "identity.test.do"
    NAMES.clear()
    NAMES.update(before)


def test_an_unrecorded_act_is_undone(db: None, name: str) -> None:
    @action(name)
    def forget(*, actor: Actor) -> None:
        with tenancy.acting_as(tenancy.Principal.system()):
            Person.objects.create(name="Nobody", created_at=clock.now())

    with pytest.raises(UnrecordedActionError):
        forget(actor=Actor.person(new_id()))
    assert not Person.objects.filter(name="Nobody").exists()


def test_a_look_does_not_count_as_a_record(db: None, name: str) -> None:
    @action(name)
    def look(*, actor: Actor) -> None:
        looked(actor, Thing("case", new_id(), None, new_id()), "answers")

    with pytest.raises(UnrecordedActionError):
        look(actor=Actor.system())


def test_the_same_key_happens_once_and_answers_the_same(db: None, name: str) -> None:
    asha, baraka = person_of_phone("0700000001"), person_of_phone("0700000004")

    def again(*, actor: Actor, thing_id: UUID) -> UUID:
        return thing_id

    @action(name, replay=again)
    def make(*, actor: Actor) -> UUID:
        thing = Thing("thing", new_id(), person_id=actor.person_id)
        record(actor, thing)
        return thing.id

    first = make(actor=asha, idempotency_key="k")  # type: ignore[call-arg]
    assert make(actor=asha, idempotency_key="k") == first  # type: ignore[call-arg]
    assert make(actor=baraka, idempotency_key="k") != first  # type: ignore[call-arg]
    assert rows(name) == 2


def test_a_look_at_anothers_data_is_written_and_at_ones_own_is_not(db: None) -> None:
    asha = person_of_phone("0700000001")
    thing = Thing("case", new_id(), new_id(), asha.person_id)
    juma = Actor(ActorKind.OFFICER, new_id(), thing.institution_id)
    with tenancy.acting_as(tenancy.Principal.institution(new_id(), juma.person_id)):
        assert looked(juma, thing, "answers") is not None
    assert looked(asha, thing, "answers") is None
    assert rows("identity.look") == 1
