"""Cases that wait for a committee come onto its agenda: by number and service, closed, linked for who may see them."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.sittings import confirming, recording
from jumuishi.cases.sittings import queries as sittings
from jumuishi.cases.sittings.tests.conftest import ROLE, Town, at, build
from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.bodies import making
from jumuishi.meetings.bodies.types import BodyRefusedError, BodySaid
from jumuishi.meetings.calling import agenda, planning
from jumuishi.meetings.calling.tests.conftest import DEFINITION
from jumuishi.meetings.models import Body, Edition, Item, Meeting, Member
from jumuishi.meetings.orders.types import Kind

pytestmark = [pytest.mark.database, pytest.mark.slow]
NAME = {"sw": "Kamati ya Leseni", "en": "Licensing committee"}
AtWork = Callable[[str, str], Client]


@pytest.fixture
def town(country: dict[str, UUID], officer: Callable[[str, str], Actor], asha: Client, tmp_path: Path) -> Town:
    return build(officer, asha, tmp_path)


def committee(town: Town) -> Body:
    """The body that is the committee, with orders that have a place for cases."""
    said = BodySaid("committee", NAME, cases_role=ROLE)
    body = Body.objects.get(id=making.make_body(actor=town.who("Tatu"), said=said))
    sections = [*DEFINITION["order"]["sections"], {"key": "cases", "sw": "Maombi", "en": "Cases", "comes": "cases"}]
    Edition.objects.create(
        institution_id=town.home, body=body, number=1, state="agreed", from_on=date(2026, 1, 1), made_by=new_id(),
        definition={**DEFINITION, "order": {**DEFINITION["order"], "sections": sections}}, made_at=clock.now(),
        agreed_by=new_id(), agreed_at=clock.now(),
    )  # fmt: skip
    return body


def planned(town: Town, body: Body, *, days: int = 20) -> Meeting:
    starts = clock.now() + timedelta(days=days)
    made = planning.plan_meeting(
        actor=town.who("Tatu"), body_id=body.id, kind=Kind.ORDINARY, starts_at=starts,
        ends_at=starts + timedelta(hours=3), place="Ukumbi mdogo", title={}, is_public=False,
    )  # fmt: skip
    return Meeting.objects.get(id=made)


def cases_on(meeting: Meeting) -> list[Item]:
    return list(Item.objects.filter(meeting=meeting, thing="case").order_by("position"))


def test_what_waits_comes_by_number_and_service_and_is_closed(town: Town) -> None:
    first, second = town.case(), town.case("0700 000 002")
    meeting = planned(town, committee(town))
    items = cases_on(meeting)
    assert {one.thing_id for one in items} == {first.id, second.id}
    assert all(one.is_closed for one in items)
    found = next(one for one in items if one.thing_id == first.id)
    assert found.title["sw"].startswith(f"Ombi Na. {first.reference}: ")
    said = str([one.title for one in items])
    assert first.service_name["en"] in said
    for word in ("Asha", "Mgahawa", first.title, "0700"):
        assert word not in said, "behind each is somebody"
    assert agenda.fill_agenda(actor=town.who("Tatu"), meeting_id=meeting.id) == 0


def test_what_the_committee_decided_comes_no_more(town: Town) -> None:
    town.rules()
    first, second = town.case(), town.case("0700 000 002")
    body, sitting = committee(town), town.sitting()
    with clock.frozen(at(sitting)):
        town.attend(sitting, "Mbarouk", "Mariamu", "Kassimu")
        items = {one.case_id: one for one in sittings.items_of(sitting)}
        # By which day of the week this runs, the committee is late or not.
        town.record(items[first.id], late_reason="Wajumbe walikuwa safarini")
        late = {"text": "Ramani haijafika", "late_reason": "Wajumbe walikuwa safarini"}
        town.record(items[second.id], "defer", vote=(0, 0, 0), **late)
        recording.hand_in_record(actor=town.who("Stela"), sitting_id=sitting.id)
        for one in items.values():
            confirming.confirm_item(actor=town.who("Mbarouk"), sitting_id=sitting.id, item_id=one.id)
        assert [one.thing_id for one in cases_on(planned(town, body))] == [second.id]


def test_an_item_leads_to_the_case_and_its_decision_for_who_may_see_them(town: Town, at_work: AtWork) -> None:
    case = town.case()
    body = committee(town)
    meeting = planned(town, body)
    page, link = f"/ofisi/mabaraza/mkutano/{meeting.id}/", f'href="/ofisi/ombi/{case.id}/"'
    place = f'href="/ofisi/vikao/kamati/{ROLE}/"'
    keeper, head = at_work("mfano", "Tatu"), at_work("mfano", "Neema")
    shown = keeper.get(page).content.decode()
    assert link in shown
    assert place not in shown, "no part in the committee"
    assert place in head.get(page).content.decode()
    town.rules()
    sitting = town.sitting()
    assert f'href="/ofisi/vikao/{sitting.id}/"' in head.get(page).content.decode()
    assert at_work("jirani", "Baraka").get(page).status_code == 404
    member = testing.citizen("+255700000777", "Zawadi")
    Member.objects.create(
        institution_id=town.home, body=body, person_id=member.person_id, name="Zawadi", role="member",
        from_on=date(2026, 1, 1),
    )  # fmt: skip
    Meeting.objects.filter(id=meeting.id).update(state="called", called_at=clock.now())
    browser = Client()
    testing.sign_in(browser, member)
    mine = browser.get(f"/mimi/vikao/{meeting.id}/ukumbi/").content.decode()
    assert case.reference in mine
    assert str(case.id) not in mine


def test_a_long_list_asks_as_much_as_a_short_one(town: Town, at_work: AtWork) -> None:
    body, keeper = committee(town), at_work("mfano", "Tatu")

    def asked() -> int:
        page = f"/ofisi/mabaraza/mkutano/{planned(town, body).id}/"
        keeper.get(page)
        with CaptureQueriesContext(connection) as found:
            assert keeper.get(page).status_code == 200
        return len(found)

    town.case()
    one = asked()
    town.case("0700 000 002")
    town.case("0700 000 003")
    assert asked() == one


def test_only_a_committee_is_one_of_cases_and_only_one_body_the_same(town: Town, at_work: AtWork) -> None:
    def refused(said: BodySaid) -> Any:
        with pytest.raises(BodyRefusedError) as error:
            making.make_body(actor=town.who("Tatu"), said=said)
        return error.value.key, error.value.field

    assert refused(BodySaid("board", {"sw": "Bodi"}, cases_role=ROLE)) == (
        "meetings.cases_committee_only", "cases_role",
    )  # fmt: skip
    assert refused(BodySaid("committee", {"sw": "Kamati"}, cases_role="x"))[0] == "meetings.bad_cases_role"
    body = committee(town)
    assert refused(BodySaid("committee", {"sw": "Kamati"}, cases_role=ROLE))[0] == "meetings.cases_role_taken"
    keeper = at_work("mfano", "Tatu")
    page = f"/ofisi/mabaraza/{body.id}/"
    assert "Kamati ya Leseni" in keeper.get(page).content.decode()
    shown = keeper.get(f"{page}badili/").content.decode()
    assert f'<option value="{ROLE}" selected>' in shown
    typed = {"what": "committee", "name_sw": "Kamati ya Leseni", "name_en": "Licensing", "seats": "5", "cases_role": ""}
    assert keeper.post(f"{page}badili/", typed).status_code == 302
    body.refresh_from_db()
    assert body.cases_role == ""
    assert not cases_on(planned(town, body))
