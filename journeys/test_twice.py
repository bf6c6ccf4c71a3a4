"""A button pressed twice, a form sent again over a bad link: what was done once is not done again.

Whatever the scene of the walks sends is sent twice; how each address recognises it is told in project/tests/twice.csv.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from journeys.happenings import happen
from jumuishi.cases.models import Case
from jumuishi.cases.tests.test_sms import write
from jumuishi.cases.tests.test_ussd_life import decide
from jumuishi.cases.tests.test_ussd_services import Applicant, stories
from jumuishi.channels.ussd.handset import Handset
from jumuishi.kernel import tenancy
from jumuishi.project.tests.scene import Scene
from jumuishi.project.tests.twice import sent_twice

SYSTEM = tenancy.Principal.system()
pytestmark = [pytest.mark.database, pytest.mark.slow]


def test_what_the_scene_sends_twice_happens_once(world: Any, db: None, run_jobs: Callable[[], int]) -> None:
    with sent_twice() as told:
        happen(Scene(run_jobs))
    assert told.wrong() == []
    assert len(told.played) >= 28, sorted(told.played)


def test_what_a_phone_sends_twice_happens_once(world: Any, db: None, client: Client) -> None:
    """An operator that had no answer calls again; a gateway tells of the same message again."""
    service, story = next(one.values for one in stories() if one.values[0] == "introduction-letter")
    with sent_twice() as told:
        phone = Handset("+255700000046", lambda sent: client.post("/ussd/africastalking/", sent).content.decode())
        Applicant(phone, service, story, "sw").apply()
        with tenancy.acting_as(SYSTEM):
            case = Case.objects.get()
        assert case.reference in write(f"HALI {case.reference}", phone.phone)
        decide(case, "ask", fields={"known_by": "not_confirmed"}, message="Eleza ulipohamia.")
        assert write(f"JIBU {case.reference} Nyumba ya mjomba", phone.phone).startswith("Jibu lako")
    assert told.wrong() == []
    assert set(told.played) == {"POST ussd/<slug:operator>/", "POST sms/<slug:name>/"}
    assert told.played["POST ussd/<slug:operator>/"] > 15
