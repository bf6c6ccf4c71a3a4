"""A guest's work stays theirs, and a resume code opens no more than what a guest has."""

from uuid import UUID

import pytest

from jumuishi.identity import people
from jumuishi.identity.models import Person
from jumuishi.identity.testing import officer
from jumuishi.identity.types import Actor, TooManyError
from jumuishi.kernel import tenancy

pytestmark = pytest.mark.database
HERE = "192.0.2.1"


@pytest.fixture
def moved() -> object:
    found: list[tuple[UUID, UUID]] = []
    mover = people.on_guest_attached(lambda guest, person: found.append((guest, person)))
    yield found
    people._movers.remove(mover)


def test_a_guest_goes_on_with_the_code(db: None) -> None:
    with tenancy.acting_as(tenancy.Principal.person(None)):
        guest = people.new_guest()
        found = people.resume(f"{guest.resume_code[:4]} {guest.resume_code[4:8]}-{guest.resume_code[8:]}", HERE)
    assert found == guest.actor


@pytest.mark.usefixtures("still")
def test_wrong_and_absent_codes_are_alike_and_limited(db: None) -> None:
    guest = people.new_guest()
    assert people.resume("1234", HERE) is None
    for _ in range(30):
        assert people.resume("000000000000", HERE) is None
    with pytest.raises(TooManyError):
        people.resume(guest.resume_code, HERE)
    assert people.resume(guest.resume_code, "192.0.2.2") == guest.actor


def test_a_guest_who_proves_a_new_phone_is_that_person(db: None, moved: list[object]) -> None:
    guest = people.new_guest()
    actor = people.person_of_phone("0700000001", guest_id=guest.actor.person_id)
    assert actor.person_id == guest.actor.person_id
    assert not moved
    assert people.resume(guest.resume_code, HERE) is None


def test_a_guest_who_proves_a_known_phone_brings_the_drafts(db: None, moved: list[object]) -> None:
    asha = people.person_of_phone("0700000001")
    guest = people.new_guest()
    actor = people.person_of_phone("+255700000001", guest_id=guest.actor.person_id)
    assert actor.person_id == asha.person_id
    assert moved == [(guest.actor.person_id, asha.person_id)]
    assert people.resume(guest.resume_code, HERE) is None


def test_nobody_but_a_guest_is_swallowed(db: None, moved: list[object]) -> None:
    asha, juma = people.person_of_phone("0700000001"), people.person_of_phone("0700000002")
    assert people.person_of_phone("0700000001", guest_id=juma.person_id).person_id == asha.person_id
    assert not moved
    assert Person.objects.get(id=juma.person_id).phone == "+255700000002"


def test_one_corrects_oneself_only(db: None) -> None:
    asha = people.person_of_phone("0700000001")
    people.set_person(actor=asha, name="Asha")
    assert asha.person_id is not None
    assert people.people([asha.person_id])[asha.person_id].name == "Asha"
    with pytest.raises(ValueError, match="visitor"):
        people.set_person(actor=Actor.person(None), name="Baraka")


def test_an_officer_who_is_also_a_citizen_is_one_natural_person(db: None) -> None:
    asha = people.person_of_phone("0700000001")
    juma, _ = officer("Juma", "juma@mfano.go.tz")
    neema, _ = officer("Neema", "neema@mfano.go.tz")
    assert asha.person_id is not None
    assert people.natural_people([asha.person_id, juma]) == {asha.person_id: asha.person_id, juma: juma}
    people.prove_phone(actor=Actor.person(juma), phone="0700000001")
    people.prove_phone(actor=Actor.person(neema), phone="0700000002")
    assert people.natural_people([asha.person_id, juma, neema]) == {asha.person_id: juma, juma: juma, neema: neema}
    assert people.person_of_phone("0700000002").person_id == neema, "as a citizen too"
    people.prove_phone(actor=Actor.person(juma), phone="0700000002")
    assert people.natural_people([neema])[neema] == neema, "an account is never swallowed"
