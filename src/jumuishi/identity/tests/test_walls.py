"""A person sees itself, an account is its own person's, secrets are the platform's."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from jumuishi.identity.models import Account, Attempt, Command, OneTimeCode, Person
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.tenancy import Principal

pytestmark = pytest.mark.database


def person(name: str, phone: str = "") -> Person:
    return Person.objects.create(name=name, phone=phone, created_at=clock.now())


@pytest.fixture
def juma(db: None) -> Account:
    return Account.objects.create(person=person("Juma"), email="juma@mfano.go.tz", created_at=clock.now())


@pytest.mark.parametrize("kind", ["person", "institution", "authority"])
def test_a_person_sees_only_itself(juma: Account, kind: str) -> None:
    baraka = person("Baraka")
    with tenancy.acting_as(Principal(kind, new_id(), baraka.id)):
        assert [p.name for p in Person.objects.all()] == ["Baraka"]
        assert not Account.objects.exists()
    with tenancy.acting_as(Principal(kind, new_id(), juma.person_id)):
        assert Account.objects.get().id == juma.id


def test_a_visitor_sees_nobody(juma: Account) -> None:
    with tenancy.acting_as(Principal.person(None)):
        assert not Person.objects.exists()
        assert not Account.objects.exists()


def test_nobody_writes_an_account_but_the_platform(juma: Account) -> None:
    with tenancy.acting_as(Principal.person(juma.person_id)):
        assert Account.objects.update(is_active=False) == 0


def test_codes_and_factors_are_hidden_from_their_owner(juma: Account) -> None:
    now = clock.now()
    OneTimeCode.objects.create(sent_to="+255700000001", purpose="x", code_hash="", expires_at=now, created_at=now)
    Attempt.objects.create(key="k", count=1, ends_at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mfa_authenticator (type, data, user_id, created_at) VALUES ('totp', '{}', %s, now())",
            [juma.id],
        )
        with tenancy.acting_as(Principal.person(juma.person_id)):
            for table in ("identity_code", "identity_attempt", "mfa_authenticator"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,), table


def test_a_command_is_written_in_ones_own_name_only(juma: Account) -> None:
    asha = person("Asha")
    with tenancy.acting_as(Principal.person(asha.id)):
        Command.objects.create(id=new_id(), scope=asha.id, action="a", key="1", created_at=clock.now())
        with pytest.raises(ProgrammingError), transaction.atomic():
            Command.objects.create(id=new_id(), scope=juma.person_id, action="a", key="1", created_at=clock.now())
    with tenancy.acting_as(Principal.institution(new_id(), juma.person_id)):
        assert not Command.objects.exists()
        Command.objects.create(id=new_id(), scope=juma.person_id, action="a", key="1", created_at=clock.now())
