"""Somebody without a phone: a mark that a second officer saw, a window to say that it is not so, the clock's end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client, override_settings

from jumuishi.cases import jobs
from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.helping.tests.conftest import Enter, consented, filled, mandate, sms
from jumuishi.cases.models import Case, Draft, Note
from jumuishi.identity import people, testing
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy

pytestmark = pytest.mark.database
SYSTEM = tenancy.Principal.system()
ELDER = "700000044"


def marked(at_work: Enter, licence: str, phone: str = "") -> tuple[Client, str]:
    """Juma asks, Salma saw the mark."""
    juma, salma = at_work("mfano", "Juma"), at_work("mfano", "Salma")
    asked = juma.post("/ofisi/kaunta/", {"phone": phone, "offering": licence, "name": "Bibi Rukia", "mark": "1"})
    at = str(asked["Location"])
    assert juma.get(f"{at}jaza/")["Location"] == at, "nothing is filled in before the second officer"
    assert "Bibi Rukia" in salma.get("/ofisi/kaunta/").content.decode()
    assert salma.post(f"{at}shuhudia/")["Location"] == "/ofisi/kaunta/"
    assert salma.post(f"{at}shuhudia/")["Location"] == "/ofisi/kaunta/"
    return juma, at


def test_a_person_without_a_phone(at_work: Enter, officer: Callable[[str, str], Actor], licence: str) -> None:
    juma, at = marked(at_work, licence)
    filled(juma, at)
    assert juma.post(f"{at}hakiki/")["Location"] == f"{at}risiti/"
    slip = juma.get(f"{at}risiti/").content.decode()
    assert "Bibi Rukia" in slip
    assert "shahidi Salma" in slip
    assert "Tunza karatasi hii" in slip
    row = mandate()
    assert (row.witness_id, row.owner_phone) == (officer("mfano", "Salma").who, "")
    with tenancy.acting_as(SYSTEM):
        case = Case.objects.get(mandate_id=row.id)
    known = people.person(case.person_id)
    assert known is not None
    assert (known.name, known.phone) == ("Bibi Rukia", "")
    # The case waits for nothing, and is marked.
    assert case.waits == "office"
    assert "Mwombaji anaweza kukana hadi" in at_work("mfano", "Neema").get(f"/ofisi/ombi/{case.id}/").content.decode()


def test_the_helper_is_no_witness_and_no_code_helps(at_work: Enter, licence: str) -> None:
    juma = at_work("mfano", "Juma")
    asked = {"phone": "", "offering": licence, "name": "Bibi Rukia", "mark": "1"}
    at = str(juma.post("/ofisi/kaunta/", asked)["Location"])
    refused = juma.post(f"{at}shuhudia/")
    assert refused.status_code == 400
    assert "Shahidi awe mtu mwingine" in refused.content.decode()
    assert juma.post(at, {"code": "123456"}).status_code == 400
    baraka = at_work("jirani", "Baraka")
    assert "Bibi Rukia" not in baraka.get("/ofisi/kaunta/").content.decode()
    assert baraka.post(f"{at}shuhudia/")["Location"] == "/ofisi/kaunta/"
    assert mandate().given_at is None


def test_the_helper_by_another_account_is_no_witness(
    at_work: Enter, officer: Callable[[str, str], Actor], licence: str
) -> None:
    """Two posts of one natural person are one person."""
    juma, salma = officer("mfano", "Juma"), officer("mfano", "Salma")
    at = str(at_work("mfano", "Juma").post(
        "/ofisi/kaunta/", {"phone": "", "offering": licence, "name": "Bibi Rukia", "mark": "1"}
    )["Location"])  # fmt: skip
    with tenancy.acting_as(SYSTEM):
        people.Person.objects.filter(id=salma.who).update(same_as=juma.who)
    assert at_work("mfano", "Salma").post(f"{at}shuhudia/").status_code == 400
    assert mandate().given_at is None


def test_repudiated_from_the_phone_that_was_named(at_work: Enter, licence: str) -> None:
    """The holder of the phone sees that it was said, and no answer; what was sent is marked, what was begun is gone."""
    juma, at = marked(at_work, licence, f"0{ELDER}")
    assert "mbele ya Salma" in sms(ELDER)[0]
    filled(juma, at)
    juma.post(f"{at}hakiki/")
    row = mandate()
    holder = Client()
    testing.sign_in(holder, testing.citizen("0700 000 044"))
    page = holder.get(f"/maombi/wasaidizi/{row.id}/").content.decode()
    assert "Sikukubali" in page
    assert "Mgahawa" not in page
    with tenancy.acting_as(SYSTEM):
        case = Case.objects.get(mandate_id=row.id)
    assert any(case.reference in text for text in sms(ELDER)), "what is told goes to the phone that was named"
    assert holder.get(f"/maombi/{case.id}/").status_code == 404
    assert holder.post(f"/maombi/wasaidizi/{row.id}/", {"not_so": "1"}).status_code == 302
    assert mandate().ended_why == Mandate.Why.REPUDIATED
    assert juma.get(f"{at}risiti/").status_code == 404
    with tenancy.acting_as(SYSTEM):
        assert Note.objects.get(case=case, kind="repudiated").text == "Juma"
    office = at_work("mfano", "Neema").get(f"/ofisi/ombi/{case.id}/").content.decode()
    assert "Mwombaji amekana kuwa alikubali" in office


def test_repudiated_drafts_are_thrown_away(at_work: Enter, licence: str) -> None:
    juma, at = marked(at_work, licence, f"0{ELDER}")
    filled(juma, at)
    holder = Client()
    testing.sign_in(holder, testing.citizen("0700 000 044"))
    holder.post(f"/maombi/wasaidizi/{mandate().id}/", {"not_so": "1"})
    with tenancy.acting_as(SYSTEM):
        assert not Draft.objects.exists()


def test_after_the_window_it_is_too_late_to_say_so(at_work: Enter, licence: str) -> None:
    with override_settings(HELP_REPUDIATE_DAYS=0):
        marked(at_work, licence, f"0{ELDER}")
    holder = Client()
    testing.sign_in(holder, testing.citizen("0700 000 044"))
    late = holder.post(f"/maombi/wasaidizi/{mandate().id}/", {"not_so": "1"})
    assert late.status_code == 409
    assert "Muda wa kukana umekwisha" in late.content.decode()
    assert holder.post(f"/maombi/wasaidizi/{mandate().id}/").status_code == 302
    assert mandate().ended_why == Mandate.Why.OWNER


def test_the_clock_ends_what_nobody_ended(at_work: Enter, licence: str) -> None:
    juma = at_work("mfano", "Juma")
    juma.post("/ofisi/kaunta/", {"phone": "0700000045", "offering": licence})
    at = consented(juma, licence)
    with clock.frozen(clock.now() + timedelta(hours=2)):
        jobs.lapse_mandates()
    assert mandate(owner_phone="+255700000045").ended_why == Mandate.Why.UNANSWERED
    assert mandate(owner_phone="+255700000041").ended_at is None
    with clock.frozen(clock.now() + timedelta(hours=13)):
        jobs.lapse_mandates()
    assert mandate(owner_phone="+255700000041").ended_why == Mandate.Why.OVER
    assert juma.get(f"{at}jaza/").status_code == 404
