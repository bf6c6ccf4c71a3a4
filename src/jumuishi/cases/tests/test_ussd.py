"""A phone applies: from the first menu to the number, through the real callback."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.models import Case, Draft
from jumuishi.channels.ussd.handset import Handset
from jumuishi.kernel import tenancy

ASHA = "+255700000051"
NIN = "19000101000000000001"


@pytest.fixture
def phone(country: dict[str, UUID], client: Client) -> Callable[..., Handset]:
    def make(number: str = ASHA) -> Handset:
        return Handset(number, lambda form: client.post("/ussd/africastalking/", form).content.decode())

    return make


def letter(asha: Handset) -> None:
    """As far as the first question of an introduction letter."""
    asha.dial()
    asha.choose("Omba huduma")
    asha.choose("Barua ya utambulisho")
    asha.choose("Halmashauri ya Wilaya ya Mfano")
    asha.choose("Anza")


def test_from_the_first_menu_to_the_number(phone: Callable[..., Handset]) -> None:
    asha = phone()
    letter(asha)
    assert asha.screen.startswith("1/")
    asha.type("Asha Juma", "1")
    asha.type(NIN)
    asha.type("Sekei")
    asha.type("Sokoni", "99")
    assert "00. Rudi 000. Mwanzo" in asha.screen
    asha.type("0")
    asha.choose("Kata")
    asha.choose("Shule")
    asha.type("Mkuu wa shule")
    assert "1. Wasilisha" in asha.screen, asha.screen
    asha.type("1")
    assert asha.is_over
    assert asha.screen.startswith("Limepokelewa.\nOmbi "), asha.screen
    with tenancy.acting_as(tenancy.Principal.system()):
        case = Case.objects.get()
        assert Draft.objects.get().case_id == case.id
    assert case.door == "ussd"
    assert case.phone == ASHA
    assert case.state["answers"]["lived_years"] == 0
    assert case.state["answers"]["nin"] == "19000101-00000-00000-01"
    assert "address_number" not in case.state["answers"]
