"""Licensed agents: no agreement, no help; the fee is shown before the consent and never over what was agreed."""

from collections.abc import Callable
from uuid import UUID

import pytest

from jumuishi.cases.helping.models import Agreement
from jumuishi.cases.helping.tests.conftest import Enter, consented, filled, mandate, sms
from jumuishi.cases.models import Case
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.kernel.tenancy import Principal

pytestmark = pytest.mark.database
SYSTEM = Principal.system()
ASHA = "700000041"


def agreed(at_work: Enter, country: dict[str, UUID], most: str = "1,000") -> None:
    """Neema lets the bank's staff help with the trade licence."""
    bank = _bank()
    said = {"agent": str(bank), "service": "business-licence", "most": most, "source": "MKT/2026/4"}
    assert at_work("mfano", "Neema").post("/ofisi/mawakala/", said).status_code == 302


def _bank() -> UUID:
    from jumuishi.institutions import public as institutions  # noqa: PLC0415

    found = institutions.institution_by_slug("benki-mfano")
    assert found is not None
    return found.id


def test_an_agents_fee_is_shown_before_the_consent_and_capped(
    at_work: Enter, country: dict[str, UUID], officer: Callable[[str, str], Actor], licence: str
) -> None:
    rose = at_work("benki-mfano", "Rose")
    asked = {"phone": f"0{ASHA}", "offering": licence, "fee": "800"}
    refused = rose.post("/ofisi/kaunta/", asked)
    assert refused.status_code == 400
    assert "haina makubaliano" in refused.content.decode()
    agreed(at_work, country)
    start = rose.get("/ofisi/kaunta/").content.decode()
    assert licence in start
    assert "Ada yako" in start
    assert "Hana simu" not in start
    over = rose.post("/ofisi/kaunta/", asked | {"fee": "1001"})
    assert over.status_code == 400
    assert "si zaidi ya TZS 1,000" in over.content.decode()
    assert sms(ASHA) == []
    at = consented(rose, licence, fee="800")
    assert "Ada yake TZS 800" in sms(ASHA)[0]
    assert "Benki ya Mfano" in sms(ASHA)[0]
    assert mandate().kind == "agent"
    filled(rose, at)
    assert "TZS 800" in rose.get(f"{at}hakiki/").content.decode()
    assert rose.post(f"{at}hakiki/")["Location"] == f"{at}risiti/"
    assert "TZS 800" in rose.get(f"{at}risiti/").content.decode()
    actor = officer("benki-mfano", "Rose")
    with tenancy.acting_as(Principal.institution(actor.workplace, actor.who)):
        assert Case.objects.count() == 1
    rose.post(f"{at}maliza/")
    with tenancy.acting_as(Principal.institution(actor.workplace, actor.who)):
        assert Case.objects.count() == 0, "once done, an agent reads nothing"


def test_a_mark_is_no_agents(at_work: Enter, country: dict[str, UUID], licence: str) -> None:
    agreed(at_work, country)
    rose = at_work("benki-mfano", "Rose")
    refused = rose.post("/ofisi/kaunta/", {"phone": "", "name": "Bibi", "mark": "1", "offering": licence})
    assert refused.status_code == 400
    assert "ofisi ya umma" in refused.content.decode()


def test_an_agreement_that_ended_helps_nobody(at_work: Enter, country: dict[str, UUID], licence: str) -> None:
    agreed(at_work, country)
    agreed(at_work, country)
    with tenancy.acting_as(SYSTEM):
        row = Agreement.objects.get()
    agreed(at_work, country, "500")
    with tenancy.acting_as(SYSTEM):
        assert [one.most for one in Agreement.objects.filter(ended_at=None)] == [500]
        row = Agreement.objects.get(ended_at=None)
    baraka = at_work("jirani", "Subira")
    assert baraka.post(f"/ofisi/mawakala/{row.id}/maliza/").status_code == 409
    assert at_work("mfano", "Juma").get("/ofisi/mawakala/").status_code == 403
    assert at_work("mfano", "Juma").post(f"/ofisi/mawakala/{row.id}/maliza/").status_code == 403
    assert at_work("mfano", "Neema").post(f"/ofisi/mawakala/{row.id}/maliza/").status_code == 302
    rose = at_work("benki-mfano", "Rose")
    assert rose.post("/ofisi/kaunta/", {"phone": f"0{ASHA}", "offering": licence}).status_code == 400


def test_an_executive_helps_with_anybodys_service(at_work: Enter, country: dict[str, UUID], licence: str) -> None:
    """A ward executive of another council looks for a service and helps with it; a trade officer there does not."""
    bahati = at_work("jirani", "Bahati")
    assert licence in bahati.get("/ofisi/kaunta/?q=leseni").content.decode()
    at = consented(bahati, licence)
    assert mandate().kind == "executive"
    filled(bahati, at)
    assert bahati.post(f"{at}hakiki/")["Location"] == f"{at}risiti/"
    fee = bahati.post("/ofisi/kaunta/", {"phone": "0700000045", "offering": licence, "fee": "100"})
    assert fee.status_code == 400


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("agent", "", "Chagua taasisi"), ("most", "mia", "namba kamili"), ("source", "", "yameandikwa wapi"),
     ("until_on", "2020-01-01", "siku ya mwisho")],
)  # fmt: skip
def test_a_wrong_agreement_is_not_kept(
    at_work: Enter, country: dict[str, UUID], field: str, value: str, said: str
) -> None:
    good = {"agent": str(_bank()), "service": "", "most": "1000", "source": "MKT/1"}
    answer = at_work("mfano", "Neema").post("/ofisi/mawakala/", good | {field: value})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    with tenancy.acting_as(SYSTEM):
        assert not Agreement.objects.exists()
