"""A relative or guardian applies from the own account, with the owner's code, as far as the owner let them."""

import re
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.helping.tests.conftest import code, mandate, sms
from jumuishi.cases.models import Case, Draft
from jumuishi.cases.tests.conftest import fill
from jumuishi.identity import testing
from jumuishi.kernel import tenancy
from jumuishi.kernel.tenancy import Principal

pytestmark = pytest.mark.database
SYSTEM = Principal.system()
BIBI = "700000046"


@pytest.fixture
def mjukuu(country: dict[str, UUID]) -> Client:
    """The grandchild, with an account of their own."""
    client = Client()
    testing.sign_in(client, testing.citizen("0700 000 047", "Mjukuu Ally"))
    return client


def let(client: Client, licence: str, scope: str = "case") -> str:
    """Asked and consented to; the address."""
    asked = {"phone": f"0{BIBI}", "kind": "relative", "scope": scope, "offering": licence}
    at = str(client.post("/maombi/kwa-mwingine/", asked)["Location"])
    assert client.post(at, {"code": code(BIBI)})["Location"] == at
    return at


def test_a_relative_applies_and_is_stopped(mjukuu: Client, licence: str) -> None:
    assert licence in mjukuu.get("/maombi/kwa-mwingine/?q=leseni").content.decode()
    at = let(mjukuu, licence)
    assert "Mjukuu Ally (Ndugu)" in sms(BIBI)[0]
    draft = str(mjukuu.post(f"{at}anza/")["Location"])
    assert mjukuu.post(f"{at}anza/")["Location"] == draft, "one application: begun twice it is the same"
    fill(mjukuu, draft)
    sent = mjukuu.post(f"{draft}hakiki/", {"phone": "0700 000 047"})
    assert sent.status_code == 302
    with tenancy.acting_as(SYSTEM):
        case = Case.objects.get()
    bibi = testing.citizen("0700 000 046")
    assert (case.person_id, case.phone, case.door) == (bibi.who, "+255700000046", "web"), "the owner's phone is told"
    assert any(case.reference in text for text in sms(BIBI))
    assert mjukuu.get(str(sent["Location"])).status_code == 200
    mine = mjukuu.get(f"/maombi/{case.id}/").content.decode()
    assert "/ondoa/" not in mine
    assert mjukuu.post(f"/maombi/{case.id}/ondoa/").status_code == 403, "to withdraw is the owner's"
    assert case.reference not in mjukuu.get("/maombi/").content.decode().replace(" ", "")
    owner = Client()
    testing.sign_in(owner, bibi)
    assert owner.get(f"/maombi/{case.id}/").status_code == 200
    looked = owner.get(f"/maombi/wasaidizi/{mandate().id}/").content.decode()
    assert "Alituma ombi" in looked
    assert "Alisoma" in looked
    owner.post(f"/maombi/wasaidizi/{mandate().id}/")
    for path in (f"/maombi/{case.id}/", f"/maombi/{case.id}/imepokelewa/", f"/maombi/{case.id}/stakabadhi/", draft, at):
        assert mjukuu.get(path).status_code == 404, path
    helper = testing.citizen("0700 000 047")
    with tenancy.acting_as(Principal.person(helper.who)):
        assert not Draft.objects.exists()
        assert not Case.objects.exists()


def test_all_services_is_every_service_and_one_is_one(mjukuu: Client, country: dict[str, UUID], licence: str) -> None:
    from jumuishi.services import public as services  # noqa: PLC0415

    letter = services.offering_of(country["mfano"], "introduction-letter")
    assert letter is not None
    at = let(mjukuu, "", "all")
    begun = mjukuu.post(f"{at}anza/", {"offering": str(letter.id)})
    assert begun.status_code == 302
    assert mjukuu.get(str(begun["Location"])).status_code == 302
    assert "anza/" in mjukuu.get(f"{at}?q=leseni").content.decode()
    one = let(mjukuu, licence, "service")
    with tenancy.acting_as(SYSTEM):
        before = set(Draft.objects.values_list("offering_id", flat=True))
    mjukuu.post(f"{one}anza/", {"offering": str(letter.id)})
    with tenancy.acting_as(SYSTEM):
        after = set(Draft.objects.values_list("offering_id", flat=True))
    assert {str(new) for new in after - before} == {licence}, "nothing but what was consented to"


@pytest.mark.parametrize(
    ("more", "said"),
    [({"kind": ""}, "ndugu au mlezi"), ({"offering": ""}, "Chagua huduma"), ({"phone": "1"}, "namba ya simu"),
     ({"kind": "agent"}, "haina makubaliano")],
)  # fmt: skip
def test_wrong_questions_are_not_asked(mjukuu: Client, licence: str, more: dict[str, str], said: str) -> None:
    asked = {"phone": f"0{BIBI}", "kind": "guardian", "scope": "case", "offering": licence}
    answer = mjukuu.post("/maombi/kwa-mwingine/", asked | more)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert sms(BIBI) == []


def test_the_owner_learns_who_asks(country: dict[str, UUID], licence: str) -> None:
    nameless = Client()
    testing.sign_in(nameless, testing.citizen("0700 000 048"))
    page = nameless.get("/maombi/kwa-mwingine/").content.decode()
    assert re.search(r'name="me"', page)
    asked = {"phone": f"0{BIBI}", "kind": "guardian", "scope": "case", "offering": licence}
    assert nameless.post("/maombi/kwa-mwingine/", asked).status_code == 400
    assert nameless.post("/maombi/kwa-mwingine/", asked | {"me": "Mlezi Mwema"}).status_code == 302
    assert "Mlezi Mwema (Mlezi)" in sms(BIBI)[0]


def test_an_officers_session_has_no_relatives(at_work: object, licence: str) -> None:
    assert callable(at_work)
    assert at_work("mfano", "Juma").get("/maombi/kwa-mwingine/").status_code == 404
    assert Client().get("/maombi/wasaidizi/").status_code == 302
