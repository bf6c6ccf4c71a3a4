"""The owner reads on an old phone who helps, and ends it at once."""

from django.test import Client

from jumuishi.cases.helping.tests.conftest import Enter, consented, mandate
from jumuishi.channels.ussd.handset import Handset
from jumuishi.identity import pins, testing

ASHA, BARAKA, PIN = "+255700000041", "+255700000042", "2580"


def phone(client: Client, number: str) -> Handset:
    pins.set_pin(actor=testing.citizen(number), pin=PIN)
    return Handset(number, lambda form: client.post("/ussd/africastalking/", form).content.decode())


def test_a_helper_is_ended_from_any_phone_after_the_pin(at_work: Enter, licence: str, client: Client) -> None:
    helper = at_work("mfano", "Juma")
    at = consented(helper, licence)
    assert helper.get(f"{at}jaza/").status_code == 200
    baraka = phone(client, BARAKA)
    baraka.dial()
    baraka.choose("Wasaidizi wangu")
    assert baraka.type(PIN).startswith("Huna msaidizi.")
    asha = phone(client, ASHA)
    asha.dial()
    assert len(asha.screen) <= 160
    asha.choose("Wasaidizi wangu")
    assert asha.screen.startswith("Andika PIN")
    asha.type(PIN)
    asha.choose("Juma")
    assert "Leseni ya biashara" in asha.screen
    asha.choose("Msitishe sasa")
    assert asha.screen.startswith("Amesitishwa")
    assert mandate().ended_why == "owner"
    assert helper.get(f"{at}jaza/").status_code != 200
    asha.choose("Wasaidizi wangu")
    assert asha.screen.startswith("Huna msaidizi.")
