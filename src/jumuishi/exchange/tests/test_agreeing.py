"""A bank asks for the water authority's register; whoever leads the authority decides; nobody else has a part in it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from jumuishi.exchange import agreeing, ending, registering
from jumuishi.exchange.models import Agreement, Credential, Service, Subsystem
from jumuishi.exchange.types import ExchangeRefusedError, Terms
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy

Officer = Callable[[str, str], Actor]
CONTACT = {"contact_name": "Bakari", "contact_email": "bakari@maji-mfano.example"}


@pytest.fixture
def offered(officer: Officer) -> UUID:
    """The water authority's register of customers."""
    bakari = officer("maji-mfano", "Bakari")
    home = registering.register_subsystem(actor=bakari, code="wateja", name="Daftari la wateja", **CONTACT)
    return registering.register_service(
        actor=bakari, subsystem_id=home, code="customers", title={"sw": "Wateja"}, url="http://127.0.0.1:9/api"
    )


@pytest.fixture
def bank(officer: Officer) -> UUID:
    """The bank's lending system."""
    return registering.register_subsystem(
        actor=officer("benki-mfano", "Shabani"), code="mikopo", name="Mikopo", **CONTACT
    )


def wish(**other: Any) -> Terms:
    today = institutions.today()
    given: dict[str, Any] = {
        "purpose": "credit-check", "purpose_words": {"sw": "Kuhakiki anuani ya mkopaji"}, "legal_basis": "Mkataba",
        "fields": ["name", "address"], "rules": [{"method": "GET", "path": "/customers/*"}],
        "from_on": today, "until_on": today + timedelta(days=365), **other,
    }  # fmt: skip
    return Terms(**given)


def test_asked_approved_by_the_datas_owner_and_ended(officer: Officer, offered: UUID, bank: UUID) -> None:
    shabani, aisha = officer("benki-mfano", "Shabani"), officer("maji-mfano", "Aisha")
    made = agreeing.ask(actor=shabani, subsystem_id=bank, service_id=offered, terms=wish())
    assert agreeing.ask(actor=shabani, subsystem_id=bank, service_id=offered, terms=wish()) == made, (
        "sent twice, asked once"
    )
    row = Agreement.objects.get(id=made)
    assert (row.client, row.approved_at) == ("TZ/COM/benki-mfano/mikopo", None)
    agreeing.approve(actor=aisha, agreement_id=made)
    agreeing.approve(actor=aisha, agreement_id=made)
    assert Agreement.objects.get(id=made).approved_by == aisha.person_id
    with pytest.raises(ExchangeRefusedError, match="decided"):
        agreeing.refuse(actor=aisha, agreement_id=made, reason="Hapana")
    agreeing.end(actor=aisha, agreement_id=made, reason="Mkataba umeisha")
    assert Agreement.objects.get(id=made).ended_at is not None


def test_only_who_leads_the_owner_decides_and_never_what_they_asked(
    officer: Officer, offered: UUID, bank: UUID
) -> None:
    made = agreeing.ask(actor=officer("benki-mfano", "Shabani"), subsystem_id=bank, service_id=offered, terms=wish())
    for slug, name in (("maji-mfano", "Bakari"), ("benki-mfano", "Rose"), ("jirani", "Baraka"), ("jirani", "Subira")):
        for act in (agreeing.approve, agreeing.end, agreeing.refuse):
            given = {} if act is agreeing.approve else {"reason": "x"}
            with pytest.raises((NotAllowedError, ExchangeRefusedError)):
                act(actor=officer(slug, name), agreement_id=made, **given)
    assert Agreement.objects.get(id=made).approved_at is None
    aisha = officer("maji-mfano", "Aisha")
    own = agreeing.offer(actor=aisha, service_id=offered, client="TZ/GOV/mbali/mfumo", terms=wish())
    same = agreeing.offer(actor=aisha, service_id=offered, client="TZ/GOV/mbali/mfumo", terms=wish())
    assert same == own, "sent twice, written once"
    with pytest.raises(ExchangeRefusedError, match="two_people"):
        agreeing.approve(actor=aisha, agreement_id=own)


def test_the_database_shows_both_sides_and_nobody_else(officer: Officer, offered: UUID, bank: UUID) -> None:
    made = agreeing.ask(actor=officer("benki-mfano", "Shabani"), subsystem_id=bank, service_id=offered, terms=wish())

    def seen(slug: str, model: Any = Agreement) -> int:
        home = institutions.institution_by_slug(slug)
        assert home is not None
        with tenancy.acting_as(tenancy.Principal.institution(home.id, None)):
            return int(model.objects.count())

    assert [seen(one) for one in ("benki-mfano", "maji-mfano", "jirani")] == [1, 1, 0]
    home = institutions.institution_by_slug("benki-mfano")
    assert home is not None
    with tenancy.acting_as(tenancy.Principal.institution(home.id, None)):
        # Who asked may read the answer, and can't write it.
        assert Agreement.objects.filter(id=made).update(reason="ndiyo") == 0
    assert [seen("jirani", one) for one in (Subsystem, Service, Credential)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"purpose": "Kila kitu"}, "bad_purpose"),
        ({"purpose_words": {"sw": " "}}, "needs_purpose"),
        ({"legal_basis": ""}, "needs_basis"),
        ({"until_on": institutions.today() - timedelta(days=1)}, "bad_days"),
        ({"rules": [{"method": "GET", "path": "customers"}]}, "bad_rule"),
        ({"rules": [{"method": "GET", "path": "/../customers"}]}, "bad_rule"),
        ({"rules": [{"method": "STEAL", "path": "/customers"}]}, "bad_rule"),
    ],
)
def test_what_can_not_be_agreed_on(
    officer: Officer, offered: UUID, bank: UUID, change: dict[str, Any], key: str
) -> None:
    with pytest.raises(ExchangeRefusedError, match=key):
        agreeing.ask(
            actor=officer("benki-mfano", "Shabani"), subsystem_id=bank, service_id=offered, terms=wish(**change)
        )


@pytest.mark.parametrize("code", ["", "a/b", "a b", "..", "getOpenAPI", "x" * 61])
def test_a_code_that_others_can_not_write(officer: Officer, offered: UUID, code: str) -> None:
    bakari = officer("maji-mfano", "Bakari")
    home = Subsystem.objects.get(code="wateja").id
    with pytest.raises(ExchangeRefusedError, match="_code"):
        registering.register_service(actor=bakari, subsystem_id=home, code=code, title={"sw": "X"}, url="http://a/b")


@pytest.mark.parametrize("url", ["ftp://a/b", "http://a/b?c", "http://u:p@a/", "http://", "//a", "http://a/#b", "a\nb"])
def test_an_address_that_is_none(officer: Officer, offered: UUID, url: str) -> None:
    with pytest.raises(ExchangeRefusedError, match="bad_url"):
        registering.checked_url(url)


def test_a_key_is_shown_once_and_kept_as_a_hash(officer: Officer, bank: UUID) -> None:
    shabani = officer("benki-mfano", "Shabani")
    made, key = registering.make_key(actor=shabani, subsystem_id=bank)
    row = Credential.objects.get(id=made)
    assert key.startswith("jmx_")
    assert key not in row.value
    assert row.hint == key[-4:]
    with pytest.raises(ExchangeRefusedError, match="not_there"):
        registering.end_credential(actor=officer("jirani", "Subira"), credential_id=made)
    registering.end_credential(actor=shabani, credential_id=made)
    assert Credential.objects.get(id=made).ended_at is not None
    for network in ("0.0.0.0/0", "10.0.0.0/7", "nowhere"):
        with pytest.raises(ExchangeRefusedError, match="network"):
            registering.add_network(actor=shabani, subsystem_id=bank, network=network)


def test_what_ends_takes_its_agreements_along_and_brings_none_back(officer: Officer, offered: UUID, bank: UUID) -> None:
    bakari, shabani, aisha = (
        officer("maji-mfano", "Bakari"), officer("benki-mfano", "Shabani"), officer("maji-mfano", "Aisha"),
    )  # fmt: skip

    def agreed() -> Agreement:
        made = agreeing.ask(actor=shabani, subsystem_id=bank, service_id=offered, terms=wish())
        agreeing.approve(actor=aisha, agreement_id=made)
        return Agreement.objects.get(id=made)

    first = agreed()
    ending.end_service(actor=bakari, service_id=offered)
    home = Subsystem.objects.get(code="wateja")
    again = registering.register_service(
        actor=bakari, subsystem_id=home.id, code="customers", title={"sw": "Wengine"}, url="http://127.0.0.1:9/api"
    )
    assert again == offered
    first.refresh_from_db()
    assert first.ended_at is not None
    second = agreed()
    ending.end_subsystem(actor=shabani, subsystem_id=bank)
    second.refresh_from_db()
    assert second.ended_at is not None, "who asked is no more"
    with pytest.raises(ExchangeRefusedError, match="not_there"):
        ending.end_subsystem(actor=bakari, subsystem_id=bank)
