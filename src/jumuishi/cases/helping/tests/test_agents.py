"""Licensed agents: no agreement of two, no help; the fee is shown before the consent and never over what was agreed."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.helping import outlets
from jumuishi.cases.helping.models import Agreement, Mandate
from jumuishi.cases.helping.tests.conftest import Enter, agreed, code, consented, filled, mandate, proposed, sms
from jumuishi.cases.models import Case, Draft
from jumuishi.cases.types import CaseError
from jumuishi.identity.models import Person
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.tenancy import Principal
from jumuishi.services import public as services

pytestmark = pytest.mark.database
SYSTEM = Principal.system()
ASHA = "700000041"


def the(**given: object) -> Agreement:
    with tenancy.acting_as(SYSTEM):
        return Agreement.objects.get(**given)


def test_an_agents_fee_is_shown_before_the_consent_and_capped(
    at_work: Enter, country: dict[str, UUID], officer: Callable[[str, str], Actor], licence: str
) -> None:
    rose = at_work("benki-mfano", "Rose")
    asked = {"phone": f"0{ASHA}", "offering": licence, "fee": "800"}
    refused = rose.post("/ofisi/kaunta/", asked)
    assert refused.status_code == 400
    assert "haina makubaliano" in refused.content.decode()
    agreed(at_work)
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


def test_a_mark_is_no_agents(at_work: Enter, licence: str) -> None:
    agreed(at_work)
    rose = at_work("benki-mfano", "Rose")
    refused = rose.post("/ofisi/kaunta/", {"phone": "", "name": "Bibi", "mark": "1", "offering": licence})
    assert refused.status_code == 400
    assert "ofisi ya umma" in refused.content.decode()


def test_one_person_alone_makes_no_agreement(
    at_work: Enter, officer: Callable[[str, str], Actor], licence: str, country: dict[str, UUID]
) -> None:
    neema, imani, rose = at_work("mfano", "Neema"), at_work("mfano", "Imani"), at_work("benki-mfano", "Rose")
    at = proposed(at_work)
    assert proposed(at_work) == at, "sent twice it is one"
    page = neema.get(at).content.decode()
    assert "Yanasubiri uamuzi wa: Imani" in page
    assert 'value="approve"' not in page
    own = neema.post(at, {"do": "approve"})
    assert own.status_code == 400
    assert "Uliyaandika wewe" in own.content.decode()
    assert neema.post(at, {"do": "refuse", "reason": "x"}).status_code == 400
    assert rose.post("/ofisi/kaunta/", {"phone": f"0{ASHA}", "offering": licence}).status_code == 400
    with tenancy.acting_as(SYSTEM):
        people = officer("mfano", "Neema").who, officer("mfano", "Imani").who
        Person.objects.filter(id=people[1]).update(same_as=people[0])
    assert imani.post(at, {"do": "approve"}).status_code == 400, "two accounts of one natural person are one"
    with tenancy.acting_as(SYSTEM):
        Person.objects.filter(id=people[1]).update(same_as=None)
    assert "Benki ya Mfano" in imani.get("/ofisi/mawakala/?hali=waits").content.decode()
    assert imani.post(at, {"do": "approve"}).status_code == 302
    assert imani.post(at, {"do": "approve"}).status_code == 302
    assert the().approved_by == people[1]
    assert rose.post("/ofisi/kaunta/", {"phone": f"0{ASHA}", "offering": licence}).status_code == 302
    assert "Benki ya Mfano" not in imani.get("/ofisi/mawakala/?hali=waits").content.decode()
    assert "Benki ya Mfano" in imani.get("/ofisi/mawakala/?hali=stands&q=benki").content.decode()
    assert "Benki ya Mfano" not in imani.get("/ofisi/mawakala/?q=chuo").content.decode()


def test_the_database_knows_two_from_one(country: dict[str, UUID], at_work: Enter) -> None:
    proposed(at_work)
    row = the()
    with tenancy.acting_as(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(id=row.id).update(approved_by=row.made_by, approved_at=clock.now())


def test_refused_with_a_reason(at_work: Enter, licence: str) -> None:
    at, imani = proposed(at_work), at_work("mfano", "Imani")
    bare = imani.post(at, {"do": "refuse", "reason": "  "})
    assert bare.status_code == 400
    assert "Andika sababu ya kukataa" in bare.content.decode()
    assert imani.post(at, {"do": "end"}).status_code == 400, "to take back is the writer's"
    assert imani.post(at, {"do": "refuse", "reason": "Ada ni kubwa mno"}).status_code == 302
    assert "Ada ni kubwa mno" in at_work("mfano", "Neema").get(at).content.decode()
    assert imani.post(at, {"do": "approve"}).status_code == 400
    rose = at_work("benki-mfano", "Rose")
    assert rose.post("/ofisi/kaunta/", {"phone": f"0{ASHA}", "offering": licence}).status_code == 400
    again = proposed(at_work)
    assert again != at
    assert at_work("mfano", "Neema").post(again, {"do": "end"}).status_code == 302
    assert "Yameondolewa" in imani.get(again).content.decode()


def test_outsiders_neither_read_nor_decide(
    at_work: Enter, officer: Callable[[str, str], Actor], country: dict[str, UUID]
) -> None:
    at = proposed(at_work)
    for who, where in (("jirani", "Subira"), ("benki-mfano", "Rose")):
        assert at_work(who, where).get(at).status_code in (403, 404)
        assert at_work(who, where).post(at, {"do": "approve"}).status_code in (403, 404)
    juma = at_work("mfano", "Juma")
    for path in ("/ofisi/mawakala/", "/ofisi/mawakala/mapya/", at):
        assert juma.get(path).status_code == 403
        assert juma.post(path, {"do": "approve"}).status_code == 403
    rose = officer("benki-mfano", "Rose")
    with tenancy.acting_as(Principal.institution(rose.workplace, rose.who)):
        assert not Agreement.objects.exists(), "what waits is the writers'"
    assert at_work("mfano", "Imani").post(at, {"do": "approve"}).status_code == 302
    with tenancy.acting_as(Principal.institution(rose.workplace, rose.who)):
        assert Agreement.objects.exists()


def test_ended_at_once_closes_what_is_in_hand(at_work: Enter, licence: str) -> None:
    at = agreed(at_work)
    rose, imani = at_work("benki-mfano", "Rose"), at_work("mfano", "Imani")
    desk = consented(rose, licence)
    filled(rose, desk)
    assert "(1)" in imani.get(at).content.decode()
    assert imani.post(at, {"do": "end"}).status_code == 302
    assert imani.post(at, {"do": "end"}).status_code == 302
    assert mandate().ended_why == Mandate.Why.AGREEMENT
    assert rose.get(f"{desk}hakiki/").status_code == 404
    assert "hana tena makubaliano" in sms(ASHA)[-1]
    with tenancy.acting_as(SYSTEM):
        assert Draft.objects.count() == 1, "what was begun is the owner's"
    assert rose.post("/ofisi/kaunta/", {"phone": f"0{ASHA}", "offering": licence}).status_code == 400


def test_what_another_agreement_covers_goes_on(at_work: Enter, licence: str) -> None:
    agreed(at_work, service="")
    at = agreed(at_work)
    rose = at_work("benki-mfano", "Rose")
    desk = consented(rose, licence)
    at_work("mfano", "Imani").post(at, {"do": "end"})
    assert mandate().ended_at is None
    assert rose.get(f"{desk}jaza/").status_code == 200


def test_ended_by_a_day_by_one_and_lengthened_by_two(at_work: Enter, licence: str) -> None:
    at, imani, rose = agreed(at_work), at_work("mfano", "Imani"), at_work("benki-mfano", "Rose")
    today = institutions.today()
    assert imani.post(at, {"do": "end_on", "last": "kesho"}).status_code == 400
    assert imani.post(at, {"do": "end_on", "last": (today - timedelta(days=1)).isoformat()}).status_code == 400
    assert imani.post(at, {"do": "end_on", "last": (today + timedelta(days=9)).isoformat()}).status_code == 302
    longer = imani.post(at, {"do": "end_on", "last": (today + timedelta(days=10)).isoformat()})
    assert longer.status_code == 400, "longer than agreed takes two"
    assert rose.post("/ofisi/kaunta/", {"phone": f"0{ASHA}", "offering": licence}).status_code == 302
    with clock.frozen(clock.now() + timedelta(days=10)):
        rose = at_work("benki-mfano", "Rose")
        assert rose.post("/ofisi/kaunta/", {"phone": f"0{ASHA}", "offering": licence}).status_code == 400
        assert Client().get("/mawakala/").content.decode().count("Benki ya Mfano") == 0


def test_a_newer_one_takes_the_place_of_the_one_before(at_work: Enter, licence: str) -> None:
    first = agreed(at_work)
    later = (institutions.today() + timedelta(days=5)).isoformat()
    agreed(at_work, most="300", from_on=later)
    rose = at_work("benki-mfano", "Rose")
    asked = {"phone": f"0{ASHA}", "offering": licence, "fee": "900"}
    assert rose.post("/ofisi/kaunta/", asked).status_code == 302, "until then the first one counts"
    row = the(id=UUID(first.split("/")[-2]))
    assert (row.ended_at, row.until_on) == (None, institutions.today() + timedelta(days=4))
    with clock.frozen(clock.now() + timedelta(days=5)):
        assert "TZS 300" in at_work("benki-mfano", "Rose").post("/ofisi/kaunta/", asked).content.decode()
    agreed(at_work, most="500")
    with tenancy.acting_as(SYSTEM):
        assert list(Agreement.objects.filter(ended_at=None).values_list("most", flat=True)) == [500]


def test_an_executive_helps_with_anybodys_service(at_work: Enter, licence: str) -> None:
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
     ("until_on", "2020-01-01", "siku ya mwisho"), ("outlets", "", "angalau kata moja"),
     ("outlets", "Kusikojulikana: duka", "Hatujui kata inayoitwa Kusikojulikana"), ("service", "none-such", "huduma")],
)  # fmt: skip
def test_a_wrong_agreement_is_not_kept(at_work: Enter, field: str, value: str, said: str) -> None:
    bank = institutions.institution_by_slug("benki-mfano")
    assert bank is not None
    good = {"agent": str(bank.id), "service": "", "most": "1000", "source": "MKT/1", "outlets": "Sekei: Sokoni"}
    answer = at_work("mfano", "Neema").post("/ofisi/mawakala/mapya/", good | {field: value})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    with tenancy.acting_as(SYSTEM):
        assert not Agreement.objects.exists()


def test_places_are_read_line_by_line(country: dict[str, UUID]) -> None:
    with tenancy.acting_as(SYSTEM):
        sekei = institutions.search_places("Sekei", "ward")[0]
        assert outlets.spots(f"\n sekei , {sekei.district}:  Soko   Kuu \nSekei: Soko Kuu\n") == [
            outlets.Spot(sekei.code, "Soko Kuu")
        ]
        assert outlets.said(sekei.code, "Soko Kuu") == f"Soko Kuu, {sekei.name}, {sekei.district}"
        with pytest.raises(CaseError, match="outlets_many"):
            outlets.spots("Sekei\n" * 41)


def test_everybody_finds_an_agent_by_place_and_name(
    at_work: Enter, country: dict[str, UUID], licence: str, client: Client
) -> None:
    empty = client.get("/mawakala/").content.decode()
    assert "Hakuna wakala aliyeidhinishwa bado" in empty
    at = proposed(at_work, outlets="Sekei: Soko Kuu, duka namba 12")
    assert "Benki ya Mfano" not in client.get("/mawakala/").content.decode(), "what waits is not public"
    at_work("mfano", "Imani").post(at, {"do": "approve"})
    for query in ("", "?q=sekei", "?q=benki+sekei", "?q=soko", f"?huduma={licence}", f"?huduma={licence}&q=arusha"):
        page = client.get(f"/mawakala/{query}").content.decode()
        assert "Benki ya Mfano" in page, query
        assert "Soko Kuu, duka namba 12, Sekei" in page
        assert "si zaidi ya TZS 1,000, kwa Halmashauri ya Wilaya ya Mfano: Leseni ya biashara" in page
    for query in ("?q=mbeya", "?q=chuo", f"?huduma={_other(country)}"):
        assert "Hakuna wakala hapo" in client.get(f"/mawakala/{query}").content.decode(), query
    english = client.get("/en/mawakala/?huduma=rubbish").content.decode()
    assert "Example Bank" in english
    assert "at most TZS 1,000" in english
    at_work("mfano", "Imani").post(at, {"do": "end"})
    assert "Benki ya Mfano" not in client.get("/mawakala/").content.decode()


def _other(country: dict[str, UUID]) -> UUID:
    return next(one.id for one in services.offerings_of(country["mfano"]) if one.service != "business-licence")


def test_a_full_list_is_light_and_asks_no_more_than_a_short_one(at_work: Enter, client: Client) -> None:
    agreed(at_work)
    client.get("/mawakala/")
    with CaptureQueriesContext(connection) as short:
        client.get("/mawakala/")
    with tenancy.acting_as(SYSTEM):
        one = Agreement.objects.get().outlets.get()
        for n in range(45):
            one.id, one.where = new_id(), f"Mtaa wa Soko Kuu jengo la pili, duka namba {n * 7919}"
            one.save(force_insert=True)
    with CaptureQueriesContext(connection) as full:
        page = client.get("/mawakala/")
    assert len(full) == len(short) <= 12, [one["sql"] for one in full]
    assert page.content.decode().count("Benki ya Mfano") == 20
    assert 'rel="next"' in page.content.decode()
    assert client.get("/mawakala/?page=3").content.decode().count("Benki ya Mfano") == 6
    assert len(gzip.compress(page.content)) < 14_336


def test_several_applications_of_one_person_with_one_code(
    at_work: Enter, country: dict[str, UUID], licence: str
) -> None:
    """Each with its own consent, its own fee within its own cap; the visit ends them all."""
    other = str(_other(country))
    agreed(at_work)
    agreed(at_work, service="", most="500", source="MKT/2026/5")
    rose = at_work("benki-mfano", "Rose")
    asked = {"phone": f"0{ASHA}", "offering": licence, "also": [licence, other], "lang": "sw", "fee": "800"}
    over = rose.post("/ofisi/kaunta/", asked)
    assert over.status_code == 400
    assert "si zaidi ya TZS 500" in over.content.decode(), "the lower cap of the two holds for its own"
    assert sms(ASHA) == []
    at = str(rose.post("/ofisi/kaunta/", asked | {"fee": "400"})["Location"])
    assert str(rose.post("/ofisi/kaunta/", asked | {"fee": "400"})["Location"]) == at, "the same question, no new code"
    assert len(sms(ASHA)) == 1
    assert "Ada yake TZS 400 kwa kila ombi" in sms(ASHA)[0]
    with tenancy.acting_as(SYSTEM):
        rows = list(Mandate.objects.order_by("id"))
        names = [one.name["sw"] for one in services.offerings([UUID(licence), UUID(other)]).values()]
    assert {str(one.offering_id) for one in rows} == {licence, other}
    assert all(name in sms(ASHA)[0] for name in names)
    assert rose.post(at, {"code": code(ASHA)})["Location"] == f"{at}jaza/"
    assert len(sms(ASHA)) == 2, "one message for both"
    filled(rose, at)
    rose.post(f"{at}hakiki/")
    slip = rose.get(f"{at}risiti/").content.decode()
    second = next(f"/ofisi/kaunta/{one.id}/" for one in rows if str(one.offering_id) == other)
    assert f'href="{second}jaza/" autofocus' in slip
    assert rose.get(f"{second}jaza/").status_code == 200
    rose.post(f"{at}maliza/")
    assert rose.get(f"{second}jaza/").status_code == 404
    with tenancy.acting_as(SYSTEM):
        assert set(Mandate.objects.values_list("ended_why", flat=True)) == {Mandate.Why.HELPER}
    six = [str(new_id()) for _ in range(6)]
    many = at_work("mfano", "Juma").post("/ofisi/kaunta/", asked | {"fee": "", "also": six})
    assert "yasizidi 5" in many.content.decode()


def test_several_people_at_a_time_and_nothing_is_mixed_up(at_work: Enter, licence: str) -> None:
    agreed(at_work)
    rose = at_work("benki-mfano", "Rose")
    desks = {
        phone: consented(rose, licence, phone, fee=fee) for phone, fee in (("700000041", "800"), ("700000042", "0"))
    }
    for phone in reversed(desks):
        filled(rose, desks[phone])
    for phone, at in desks.items():
        assert rose.post(f"{at}hakiki/")["Location"] == f"{at}risiti/"
        assert ("TZS 800" in rose.get(f"{at}risiti/").content.decode()) is (phone == "700000041")
    rose.post(f"{desks['700000041']}maliza/")
    assert rose.get(f"{desks['700000042']}risiti/").status_code == 200, "who is not done is not closed"
    with tenancy.acting_as(SYSTEM):
        owners = {one.person_id for one in Case.objects.all()}
        assert owners == set(Mandate.objects.values_list("owner_id", flat=True))
        assert len(owners) == 2
