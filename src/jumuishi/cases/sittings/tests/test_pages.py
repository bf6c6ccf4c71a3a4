"""A sitting by its pages: whoever has no part finds nothing, nothing typed is lost, one item asks as much as many."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.models import Case, Item, Sitting
from jumuishi.cases.sittings import queries
from jumuishi.cases.sittings.tests.conftest import ROLE, Find, Town, at
from jumuishi.evidence import public as evidence
from jumuishi.identity import testing
from jumuishi.kernel import clock

pytestmark = [pytest.mark.database, pytest.mark.slow]


def at_work(find: Find, slug: str, name: str) -> Client:
    client = Client()
    testing.sign_in(client, find(slug, name))
    return client


def plan(town: Town, stela: Client) -> Sitting:
    day = (clock.now() + timedelta(days=3)).date()
    page = f"/ofisi/vikao/kamati/{ROLE}/panga/"
    wrong = stela.post(page, {"day": "", "hour": "09:00", "place": "Ukumbi mdogo"})
    assert wrong.status_code == 400
    assert "Ukumbi mdogo" in wrong.content.decode()
    answer = stela.post(page, {"day": day.isoformat(), "hour": "09:00", "place": "Ukumbi mdogo"})
    assert answer.status_code == 302
    return Sitting.objects.get(state="planned")


def press(client: Client, sitting: Sitting, **given: str) -> int:
    answer = client.post(f"/ofisi/vikao/{sitting.id}/tenda/", given)
    return answer.status_code


def test_from_the_rules_to_the_extract(town: Town) -> None:
    cases = [town.case(), town.case()]
    stela, neema = at_work(town.find, "mfano", "Stela"), at_work(town.find, "mfano", "Neema")
    mbarouk = at_work(town.find, "mfano", "Mbarouk")
    sitting = plan(town, stela)
    here = f"/ofisi/vikao/{sitting.id}/"
    assert "Kanuni ambazo hazijawekwa" in stela.get(here).content.decode()
    rules = {"quorum": "3", "notice_days": "1", "casting_vote": "no", "source": "Kanuni za mfano"}
    body = f"/ofisi/vikao/kamati/{ROLE}/"
    wrong = neema.post(body, {**rules, "quorum": "1", "checked_on": "2026-11-01"})
    assert wrong.status_code == 400
    assert "Kanuni za mfano" in wrong.content.decode()
    assert neema.post(body, {**rules, "checked_on": "2026-11-01"}).status_code == 302
    assert "Kanuni za mfano" in mbarouk.get(body).content.decode()
    # A grave act is asked once more: nothing has happened yet.
    assert press(stela, sitting, do="call") == 200
    sitting.refresh_from_db()
    assert sitting.state == "planned"
    assert press(stela, sitting, do="call", sure="1") == 302
    with clock.frozen(at(sitting)):
        stela, mbarouk = at_work(town.find, "mfano", "Stela"), at_work(town.find, "mfano", "Mbarouk")
        people = [str(one) for one in queries.seats_of(sitting)]
        chair = str(town.who("Mbarouk").who)
        answer = stela.post(f"{here}mahudhurio/", {"present": people, "chair": chair})
        assert answer.status_code == 302
        for n, case in enumerate(cases):
            case.refresh_from_db()
            item = Item.objects.get(case_id=case.id)
            page = f"{here}hoja/{item.id}/"
            assert "Mgahawa wa Asha" in stela.get(page).content.decode()
            given = {"version": str(case.version), "act": "refuse", "for": "4", "against": "0", "abstained": "0",
                     "late": "Kikao kilisogezwa"}  # fmt: skip
            lost = stela.post(page, {**given, "for": "9", "text": "Eneo si la biashara."})
            assert lost.status_code == 400
            assert "Eneo si la biashara." in lost.content.decode()
            answer = stela.post(page, {**given, "text": "Eneo si la biashara."})
            assert answer.status_code == 302
            assert answer["Location"].endswith("/hoja/" + str(Item.objects.get(case_id=cases[1].id).id) + "/") is (
                n == 0
            )
        assert press(stela, sitting, do="hand_in", sure="1") == 302
        assert stela.get(f"{here}thibitisha/").status_code == 404
        assert mbarouk.get(f"{here}thibitisha/").status_code == 200
        assert mbarouk.post(f"{here}thibitisha/", {"do": "confirm"}).status_code == 302
        assert mbarouk.post(f"{here}thibitisha/", {"do": "confirm"}).status_code == 302
        minutes = mbarouk.get(f"{here}muhtasari/").content.decode()
        assert minutes.count("Eneo si la biashara.") == 2
        assert "Ndiyo 4, Hapana 0" in minutes
        assert "Mariamu" in minutes
        testing.sign_in_again(town.asha)
        extract = town.asha.get(f"/maombi/{cases[0].id}/kamati/").content.decode()
    testing.sign_in_again(town.asha)
    assert "Eneo si la biashara." in extract
    assert "Kamati ya Leseni" in extract
    assert "/kamati/" in town.asha.get(f"/maombi/{cases[0].id}/").content.decode()
    cases[0].refresh_from_db()
    assert cases[0].outcome == "refused"
    # The applicant sees who looked: the agenda's item and the minutes among them.
    looks = [one for one in evidence.history(thing_kind="case", thing_id=cases[0].id) if one.verb == "identity.look"]
    assert {"case", "minutes"} <= {(one.body or {})["after"]["what"] for one in looks}


def test_whoever_has_no_part_in_it_finds_nothing(town: Town) -> None:
    case = town.case()
    town.rules()
    sitting = town.sitting()
    item = Item.objects.get(case_id=case.id)
    here = f"/ofisi/vikao/{sitting.id}/"
    paths = [here, f"{here}ajenda/", f"{here}muhtasari/", f"{here}thibitisha/", f"{here}mahudhurio/",
             f"{here}hoja/{item.id}/", f"/ofisi/vikao/kamati/{ROLE}/",
             f"/ofisi/vikao/kamati/{ROLE}/panga/"]  # fmt: skip
    for slug, name in (("jirani", "Baraka"), ("jirani", "Subira"), ("mfano", "Juma")):
        client = at_work(town.find, slug, name)
        assert [client.get(one).status_code for one in paths] == [404] * len(paths)
        assert press(client, sitting, do="cancel", reason="x", sure="1") == 404
        assert "Kamati ya Leseni" not in client.get("/ofisi/vikao/").content.decode()
    # A member reads, and keeps no record.
    member = at_work(town.find, "mfano", "Mariamu")
    assert [member.get(one).status_code for one in paths[:2]] == [200, 200]
    assert [member.get(one).status_code for one in paths[4:6]] == [404, 404]
    stranger = Client()
    testing.sign_in(stranger, testing.citizen("0700 000 044", "Mwingine"))
    assert stranger.get(f"/maombi/{case.id}/kamati/").status_code == 404


def test_a_committees_case_is_not_decided_or_taken_by_one(town: Town) -> None:
    case = town.case()
    town.rules()
    sitting = town.sitting()
    member = at_work(town.find, "mfano", "Mariamu")
    page = member.get(f"/ofisi/ombi/{case.id}/").content.decode()
    assert "Kamati ya Leseni huamua ombi hili kwenye kikao chake" in page
    assert f"/ofisi/vikao/{sitting.id}/" in page
    assert 'name="act"' not in page
    assert "chukua/" not in page
    assert "chukua/" not in member.get("/ofisi/?v=all").content.decode()


def test_as_many_questions_for_one_item_as_for_many(town: Town) -> None:
    town.case()
    town.rules()
    sitting = town.sitting(days=3)
    stela, here = at_work(town.find, "mfano", "Stela"), f"/ofisi/vikao/{sitting.id}/"

    def asked(path: str) -> int:
        stela.get(path)
        with CaptureQueriesContext(connection) as queries_of_page:
            assert stela.get(path).status_code == 200
        return len(queries_of_page)

    before = asked(here), asked("/ofisi/vikao/")
    for _ in range(3):
        town.case()
    assert press(stela, sitting, do="fill") == 302
    town.sitting(days=5)
    assert len(re.findall("Asha Juma</b>", stela.get(here).content.decode())) == 4
    assert (asked(here), asked("/ofisi/vikao/")) == before
    assert Case.objects.count() == 4
