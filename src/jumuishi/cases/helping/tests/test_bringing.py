"""What was promised to the counter is brought there: found, taken in, off the list; by that office only."""

from uuid import UUID

import pytest

from jumuishi.cases.helping.tests.conftest import Enter, promise
from jumuishi.cases.models import Attachment, Case
from jumuishi.cases.tests.conftest import upload
from jumuishi.evidence.models import JournalRow
from jumuishi.kernel import tenancy
from jumuishi.kernel.numbers import group

pytestmark = pytest.mark.database
SYSTEM = tenancy.Principal.system()
PROMISED = {"tax_clearance", "registration", "lease"}


@pytest.fixture
def promised(country: dict[str, UUID], licence: str) -> Case:
    """An application by phone, whose three papers are to be brought."""
    case = promise(licence)
    assert set(case.state["awaited"]) == PROMISED
    return case


def test_brought_and_taken_in(promised: Case, at_work: Enter) -> None:
    juma, at = at_work("mfano", "Juma"), f"/ofisi/kaunta/mafaili/{promised.id}/"
    for typed in (group(promised.reference), promised.reference, "0700 000 041", "+255700000041"):
        assert juma.get("/ofisi/kaunta/mafaili/", {"n": typed})["Location"] == at
    page = juma.get(at).content.decode()
    assert all(f'name="{name}"' in page for name in PROMISED)
    assert juma.post(at).status_code == 400
    wrong = juma.post(at, {"lease": upload(b"hello", "x.txt"), "registration": upload()})
    assert wrong.status_code == 400
    with tenancy.acting_as(SYSTEM):
        promised.refresh_from_db()
    assert set(promised.state["awaited"]) == {"tax_clearance", "lease"}, "what was right is kept"
    rest = juma.post(at, {"lease": upload(), "tax_clearance": upload()})
    assert rest["Location"] == f"{at}?done=2"
    assert "Hakuna kinachosubiriwa tena" in juma.get(f"{at}?done=2").content.decode()
    assert "Hakuna ombi la namba hiyo" in juma.get("/ofisi/kaunta/mafaili/", {"n": "0700000041"}).content.decode()
    with tenancy.acting_as(SYSTEM):
        promised.refresh_from_db()
        assert "awaited" not in promised.state
        assert Attachment.objects.filter(case_id=promised.id).count() == 3
        rows = JournalRow.objects.filter(verb="cases.case.supply", thing_id=promised.id)
        assert {row.on_behalf_of for row in rows} == {promised.person_id}
    assert "lease" in promised.state["answers"]


def test_sent_again_changes_nothing(promised: Case, at_work: Enter) -> None:
    juma, at = at_work("mfano", "Juma"), f"/ofisi/kaunta/mafaili/{promised.id}/"
    juma.post(at, {"lease": upload()})
    with tenancy.acting_as(SYSTEM):
        promised.refresh_from_db()
    version = promised.version
    # The field is no longer asked for, and nothing is taken for it.
    assert juma.post(at, {"lease": upload()}).status_code == 400
    with tenancy.acting_as(SYSTEM):
        promised.refresh_from_db()
        assert (promised.version, Attachment.objects.filter(case_id=promised.id).count()) == (version, 1)


def test_the_outsider(promised: Case, at_work: Enter) -> None:
    baraka, at = at_work("jirani", "Baraka"), f"/ofisi/kaunta/mafaili/{promised.id}/"
    for typed in (promised.reference, "0700000041", ""):
        assert baraka.get("/ofisi/kaunta/mafaili/", {"n": typed}).status_code == 200
    assert baraka.get(at).status_code == 404
    assert baraka.post(at, {"lease": upload()}).status_code == 404
    with tenancy.acting_as(SYSTEM):
        assert not Attachment.objects.filter(case_id=promised.id).exists()
