"""A button pressed twice, a form sent again over a bad link: what was done once is not done again.

Whatever the scene of the walks sends is sent twice; how each address recognises it is told in project/tests/twice.csv.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from journeys.happenings import happen
from jumuishi.cases.helping.tests.conftest import consented, filled, mandate, promise
from jumuishi.cases.helping.tests.test_relatives import let
from jumuishi.cases.models import Case
from jumuishi.cases.tests.by_doors import staff
from jumuishi.cases.tests.conftest import begin, upload
from jumuishi.cases.tests.test_sms import write
from jumuishi.cases.tests.test_ussd_life import decide
from jumuishi.cases.tests.test_ussd_services import Applicant, stories
from jumuishi.channels.ussd.handset import Handset
from jumuishi.identity import testing
from jumuishi.identity.models import Recovery
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.project.tests.scene import Scene
from jumuishi.project.tests.twice import sent_twice
from jumuishi.services import public as services

SYSTEM = tenancy.Principal.system()
pytestmark = [pytest.mark.database, pytest.mark.slow]


def test_what_the_scene_sends_twice_happens_once(world: Any, db: None, run_jobs: Callable[[], int]) -> None:
    with sent_twice() as told:
        happen(Scene(run_jobs))
    assert told.wrong() == []
    assert len(told.played) >= 28, sorted(told.played)


def enter(slug: str, name: str) -> Client:
    """An officer's browser."""
    client = Client()
    testing.sign_in(client, next(one for one in staff(home_of(slug)) if one.name == name))
    return client


def test_what_an_office_sends_twice_happens_once(world: Any, db: None) -> None:
    """A unit, a day off, a lent role, a lost second factor: recognised by what they are about."""
    day, post = institutions.today(), "/ofisi/watu/"
    with sent_twice() as told:
        neema, imani, juma, bahati = (
            enter(*one) for one in (("mfano", "Neema"), ("mfano", "Imani"), ("mfano", "Juma"), ("jirani", "Bahati"))
        )
        neema.post(f"{post}vitengo/", {"name_sw": "Masoko", "name_en": "Markets", "parent": ""})
        holiday = {"do": "holiday", "day": "2031-12-09", "name_sw": "Uhuru", "name_en": "Independence", "source": "M"}
        neema.post("/ofisi/kalenda/", holiday)
        salma = next(one for one in institutions.people_in(home_of("mfano")) if one.name == "Salma")
        lent = {"do": "lend", "to_person": str(salma.person_id), "lent": ["trade-officer"]}
        juma.post(f"{post}kaimu/", {**lent, "from_on": day, "until_on": day})
        petro = next(one for one in institutions.people_in(home_of("mfano")) if one.name == "Petro")
        neema.post(f"{post}{petro.appointment_id}/", {"do": "recover", "reason": "Simu imepotea"})
        imani.post(f"{post}jiandikishe-upya/{Recovery.objects.get().id}/")
        bahati.post("/ofisi/usalama/mfumo/")
        bahati.post("/ofisi/usalama/vikao/", {"do": "others"})
    assert told.wrong() == []
    assert len(told.played) == 7, sorted(told.played)


def test_what_owners_and_helpers_send_twice_happens_once(world: Any, db: None) -> None:
    """From the consent to its end, a paper brought to the counter, a draft thrown away."""
    offering = services.offering_of(home_of("mfano"), "business-licence")
    assert offering is not None
    licence = str(offering.id)
    with sent_twice() as told:
        juma, owner, relative = enter("mfano", "Juma"), Client(), Client()
        testing.sign_in(owner, testing.citizen("0700 000 046"))
        testing.sign_in(relative, testing.citizen("0700 000 047", "Mjukuu Ally"))
        at = let(relative, licence)
        relative.post(f"{at}anza/")
        owner.post(f"/maombi/wasaidizi/{mandate().id}/", {"do": "end"})
        desk = consented(juma, licence)
        filled(juma, desk)
        juma.post(f"{desk}hakiki/")
        juma.post(f"{desk}maliza/")
        waits = promise(licence, "0700 000 046")
        papers = {name: upload() for name in waits.state["awaited"]}
        assert juma.post(f"/ofisi/kaunta/mafaili/{waits.id}/", papers).status_code == 302
        draft = begin(owner)
        owner.post(f"{draft}futa/")
        owner.post(f"/maombi/{waits.id}/ondoa/")
        owner.post("/ingia/vikao/", {"do": "others"})
        owner.post("/toka/")
    assert told.wrong() == []
    assert len(told.played) >= 14, sorted(told.played)


def home_of(slug: str) -> UUID:
    """The id of an institution."""
    found = institutions.institution_by_slug(slug)
    assert found is not None
    return found.id


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
