"""Every service that ships, by every door that it offers: one canonical form and one digest.

The answers are those of the authors' own stories. A paper that the phone left to the counter is brought there, after
which that case is equal too. Answers drawn by chance: test_one_form_drawn.py.
"""

import re
from typing import Any

import pytest
from django.test import Client

from jumuishi.cases import sameness
from jumuishi.cases.models import Case
from jumuishi.cases.tests.by_doors import SYSTEM, Filing, bring, by_api, by_browser, by_relative
from jumuishi.cases.tests.drawing import Application
from jumuishi.cases.tests.test_api import Api
from jumuishi.cases.tests.test_ussd_services import Applicant, stories, world
from jumuishi.channels.ussd.handset import Handset
from jumuishi.evidence.models import JournalRow
from jumuishi.identity import testing
from jumuishi.identity.session import new_token
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.services import public as services

pytestmark = pytest.mark.slow
__all__ = ["world"]


@pytest.mark.parametrize(("service", "given"), list(stories()))
def test_one_form_and_one_digest_by_every_door(
    service: str, given: dict[str, Any], world: Any, db: None, client: Client
) -> None:
    phone = Handset("+255700000046", lambda sent: client.post("/ussd/africastalking/", sent).content.decode())
    applicant = Applicant(phone, service, given, "sw")
    with clock.frozen(clock.now()):
        receipt = applicant.apply()
        with tenancy.acting_as(SYSTEM):
            phoned = Case.objects.get(reference="".join(re.findall(r"\d{4}", receipt)[:4]))
        files = {name for name in phoned.state.get("awaited", ()) if applicant.fields[name].type == "file"}
        carried = {name: value for name, value in given.items() if applicant.fields[name].type != "file"}
        filing = Filing(str(applicant.offering.id), Application(carried, frozenset(files)))
        others = [one(filing) for one in (by_browser, by_relative, by_api)]
        digests = [sameness.digest_of(one) for one in others]
        forms = [sameness.form_of_case(one) for one in others]
        assert forms[0] == forms[1] == forms[2]
        assert len(set(digests)) == 1
        assert [one.door for one in others] == ["web", "web", "api"]
        if phoned.state.get("awaited"):
            assert sameness.digest_of(phoned) != digests[0]
            bring(phoned, applicant.fields, filing.said)
        assert sameness.form_of_case(phoned) == forms[0]
        assert sameness.digest_of(phoned) == digests[0]
    # What is in the journal of a submission is what the case's owner reads.
    with tenancy.acting_as(SYSTEM):
        row = JournalRow.objects.get(id=others[2].submit_entry)
    program = Api(new_token(testing.citizen(filing.owner).who))
    assert program("get", f"/cases/{others[2].id}", status=200)["digest"] == digests[0]
    assert digests[0] in str(row.body)


def test_another_answer_is_another_digest_and_a_files_name_is_none(world: Any, db: None) -> None:
    state = {"answers": {"full_name": "Asha", "lease": {"name": "a.pdf", "size": 1, "sha256": "0", "type": "x"}}}
    with tenancy.acting_as(SYSTEM):
        home = institutions.institution_by_slug("mfano")
        assert home is not None
        found = services.offering_of(home.id, "business-licence")
        assert found is not None
        package = services.definition(found.edition_hash).package

    def of(**answers: Any) -> dict[str, Any]:
        changed = {"answers": {**state["answers"], **answers}}
        return sameness.canonical_form(package, service="s", edition="e", state=changed)

    assert of() == of(lease={**state["answers"]["lease"], "name": "b.pdf"})  # type: ignore[dict-item]
    assert of() != of(full_name="asha")
    assert of() != of(lease={**state["answers"]["lease"], "sha256": "1"})  # type: ignore[dict-item]
