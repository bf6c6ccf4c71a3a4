"""A committee decides together: notice, quorum, interests, votes, two people, each decision in its case once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jumuishi.cases import engine, public
from jumuishi.cases.actions import deciding
from jumuishi.cases.models import Case, Item, Note, Sitting, Task
from jumuishi.cases.sittings import confirming, planning, queries, recording
from jumuishi.cases.sittings.tests.conftest import ROLE, Town, at
from jumuishi.cases.types import CaseError
from jumuishi.evidence import public as evidence
from jumuishi.identity import testing
from jumuishi.identity.types import NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.institutions import staff
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.tenancy import Principal
from jumuishi.messaging.models import Mail

pytestmark = [pytest.mark.database, pytest.mark.slow]
EVERYBODY = ("Mbarouk", "Mariamu", "Kassimu")


def refused(code: str) -> Any:
    return pytest.raises(CaseError, match=f"^{code}$")


def confirm(town: Town, sitting: Sitting, name: str = "Mbarouk") -> list[str]:
    items = [one for one in queries.items_of(sitting) if one.state != "left_out"]
    who = town.who(name)
    return [str(confirming.confirm_item(actor=who, sitting_id=sitting.id, item_id=one.id)) for one in items]


def test_three_cases_are_decided_deferred_and_refused_in_one_sitting(town: Town) -> None:
    cases = [town.case() for _ in range(3)]
    town.rules()
    sitting = town.sitting()
    items = queries.items_of(sitting)
    assert [one.case_id for one in items] == [one.id for one in cases]
    # Nobody decides it alone, a member neither.
    task = Task.objects.get(case=cases[0], state="open")
    assert task.kind == "sitting"
    with refused("definitions.refused_committee"):
        deciding.decide(actor=town.who("Mariamu"), task_id=task.id, version=cases[0].version, act="approve")
    with clock.frozen(at(sitting)):
        town.attend(sitting, *EVERYBODY)
        late = "Kikao kilisogezwa"
        town.record(items[0], "approve", vote=(2, 1, 0), late_reason=late)
        town.record(items[1], "defer", text="Wajumbe wakaone eneo.", late_reason=late)
        town.record(items[2], "refuse", text="Eneo si la biashara.", late_reason=late)
        recording.hand_in_record(actor=town.who("Stela"), sitting_id=sitting.id)
        before = {one.id: one.promise_due_at for one in Case.objects.all()}
        assert confirm(town, sitting) == ["decided", "deferred", "decided"]
        # Pressed twice: the same, and nothing happens again.
        assert confirm(town, sitting) == ["decided", "deferred", "decided"]
    for case in cases:
        case.refresh_from_db()
    assert [one.stage for one in cases] == ["payment", "approve", "refused"]
    deeds = engine.state_of(cases[0]).deeds
    assert [one.what for one in deeds].count("approve") == 1
    assert set(deeds[-1].together) == {str(town.who(one).who) for one in EVERYBODY}
    # What was put off keeps its clock and waits for the next sitting; its applicant reads why.
    assert cases[1].promise_due_at == before[cases[1].id]
    assert Note.objects.get(case=cases[1], kind="deferred").text == "Wajumbe wakaone eneo."
    with clock.frozen(at(sitting)):
        following = planning.make_sitting(
            actor=town.who("Stela"), role=ROLE, starts_at=clock.now() + timedelta(days=7), place="Ukumbi"
        )
    assert [one.case_id for one in Item.objects.filter(sitting_id=following)] == [cases[1].id]
    sitting.refresh_from_db()
    assert (sitting.state, sitting.recorded_by) == ("confirmed", town.who("Stela").who)
    verbs = [one.verb for one in evidence.history(thing_kind="case", thing_id=cases[0].id)]
    assert verbs.count("cases.task.decide_together") == 1


def test_without_a_rule_nothing_is_assumed(town: Town) -> None:
    case = town.case()
    made = planning.make_sitting(
        actor=town.who("Stela"), role=ROLE, starts_at=clock.now() + timedelta(days=2), place="Ukumbi"
    )
    with refused("cases.sit_no_notice_rule"):
        planning.call_members(actor=town.who("Stela"), sitting_id=made)
    town.rules(notice_days=3)
    with refused("cases.sit_short_notice"):
        planning.call_members(actor=town.who("Stela"), sitting_id=made)
    town.rules(notice_days=2)
    assert planning.call_members(actor=town.who("Stela"), sitting_id=made) == 4
    assert Mail.objects.filter(purpose="sitting").count() == 4
    assert planning.call_members(actor=town.who("Stela"), sitting_id=made) == 0
    sitting = Sitting.objects.get(id=made)
    [item] = queries.items_of(sitting)
    with refused("cases.sit_not_begun"):
        town.attend(sitting, *EVERYBODY)
    with clock.frozen(at(sitting)):
        with refused("cases.sit_attendance_first"):
            town.record(item)
        town.attend(sitting, *EVERYBODY)
        with refused("cases.sit_no_quorum_rule"):
            town.record(item, late_reason="x")
        town.rules(quorum=4)
        with refused("cases.sit_no_quorum"):
            town.record(item, late_reason="x")
        town.rules(quorum=3)
        # the case's own clock runs by working days: it is surely late only some days on
        with clock.frozen(at(sitting) + timedelta(days=6)), refused("cases.late_reason_needed"):
            town.record(item)
        with refused("cases.sit_votes_wrong"):
            town.record(item, vote=(3, 1, 0), late_reason="x")
        with refused("cases.sit_not_carried"):
            town.record(item, vote=(1, 1, 1), late_reason="x")
        with refused("cases.sit_no_casting_rule"):
            town.record(item, vote=(1, 1, 1), casting=True, late_reason="x")
        town.rules(casting_vote=False)
        with refused("cases.sit_casting_forbidden"):
            town.record(item, vote=(1, 1, 1), casting=True, late_reason="x")
        town.rules(casting_vote=True)
        with refused("cases.sit_casting_wrong"):
            town.record(item, vote=(2, 1, 0), casting=True, late_reason="x")
        town.record(item, vote=(1, 1, 1), casting=True, late_reason="x")
        with refused("definitions.refused_reason_missing"):
            town.record(item, "refuse", late_reason="x")
    case.refresh_from_db()
    assert case.stage == "approve"


def test_an_interest_and_an_earlier_act_keep_a_member_out(town: Town) -> None:
    """Juma checked the case: though he sits, he is out for it. Mariamu says that she has an interest."""
    case = town.case()
    town.rules(quorum=2, notice_days=1)
    post = next(one for one in _people(town) if one.name == "Juma")
    _give(town, post.appointment_id, ["trade-officer", ROLE])
    sitting = town.sitting()
    [item] = queries.items_of(sitting)
    with clock.frozen(at(sitting)):
        town.attend(sitting, *EVERYBODY, "Juma")
        mariamu = town.who("Mariamu").who
        town.record(item, vote=(2, 0, 0), interests=[mariamu], late_reason="x")
        item.refresh_from_db()
        assert {(one["person"], one["why"]) for one in item.out} == {
            (str(town.who("Juma").who), "barred"), (str(mariamu), "declared"),
        }  # fmt: skip
        recording.hand_in_record(actor=town.who("Stela"), sitting_id=sitting.id)
        assert confirm(town, sitting) == ["decided"]
    case.refresh_from_db()
    people = set(engine.state_of(case).deeds[-1].people)
    assert people == {str(town.who(one).who) for one in ("Mbarouk", "Kassimu")}
    # The machine holds it too, whoever calls it.
    other = town.case()
    task = Task.objects.get(case=other, state="open")
    both = [town.who("Juma").who, town.who("Kassimu").who]
    resolution = public.Resolution("approve", both, institutions.today(), "kikao", other.version)
    with refused("definitions.refused_two_persons"):
        public.decide_together(actor=town.who("Mbarouk"), task_id=task.id, resolution=resolution)
    stranger = public.Resolution(
        "approve", [town.who("Salma").who, town.who("Kassimu").who], institutions.today(), "kikao", other.version
    )
    with refused("cases.sit_no_member"):
        public.decide_together(actor=town.who("Mbarouk"), task_id=task.id, resolution=stranger)


def _people(town: Town) -> list[Any]:
    return institutions.people_in(town.home)


def _give(town: Town, appointment_id: Any, roles: list[str]) -> None:
    from jumuishi.institutions.models import Appointment  # noqa: PLC0415

    Appointment.objects.filter(id=appointment_id).update(roles=roles)


def test_the_record_is_confirmed_by_whoever_presided_and_by_another_where_that_person_was_out(town: Town) -> None:
    town.case()
    town.case()
    town.rules(quorum=2, notice_days=1)
    sitting = town.sitting()
    first, second = queries.items_of(sitting)
    with clock.frozen(at(sitting)):
        with refused("cases.sit_no_chair"):
            town.attend(sitting, *EVERYBODY, chair="Mariamu")
        town.attend(sitting, *EVERYBODY)
        mbarouk = town.who("Mbarouk")
        town.record(first, vote=(2, 0, 0), interests=[mbarouk.who], late_reason="x")
        with refused("cases.sit_items_open"):
            recording.hand_in_record(actor=town.who("Stela"), sitting_id=sitting.id)
        town.record(second, late_reason="x")
        recording.hand_in_record(actor=town.who("Stela"), sitting_id=sitting.id)
        for name, item in (("Stela", second), ("Mariamu", second), ("Mbarouk", first)):
            with pytest.raises((CaseError, NotAllowedError)):
                confirming.confirm_item(actor=town.who(name), sitting_id=sitting.id, item_id=item.id)
        assert confirming.confirm_item(actor=mbarouk, sitting_id=sitting.id, item_id=second.id) == "decided"
        sitting.refresh_from_db()
        assert sitting.state == "recorded"
        mariamu = town.who("Mariamu")
        assert confirming.confirm_item(actor=mariamu, sitting_id=sitting.id, item_id=first.id) == "decided"
        sitting.refresh_from_db()
        assert sitting.state == "confirmed"
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        Sitting.objects.filter(id=sitting.id).update(recorded_by=sitting.confirmed_by)


def test_whoever_presides_sits_by_office_and_a_lent_role_gives_no_seat(town: Town) -> None:
    case = town.case()
    town.rules(quorum=3, notice_days=1)
    post = next(one for one in _people(town) if one.name == "Mbarouk")
    _give(town, post.appointment_id, [f"{ROLE}-chair"])
    today = institutions.today()
    devota, salma = town.who("Devota"), town.who("Salma")
    staff.delegate(actor=devota, to_person=salma.who, roles=[ROLE], from_on=today, until_on=today)
    sitting = town.sitting()
    assert set(queries.seats_of(sitting).values()) == {"Mbarouk", "Mariamu", "Kassimu", "Devota"}
    [item] = queries.items_of(sitting)
    with clock.frozen(at(sitting)):
        town.attend(sitting, *EVERYBODY)
        town.record(item, late_reason="x")
        recording.hand_in_record(actor=town.who("Stela"), sitting_id=sitting.id)
        assert confirm(town, sitting) == ["decided"]
    case.refresh_from_db()
    assert str(post.person_id) in engine.state_of(case).deeds[-1].people


def test_a_case_that_is_another_by_now_is_named_and_not_decided(town: Town) -> None:
    case, other = town.case(), town.case()
    town.rules()
    sitting = town.sitting()
    with clock.frozen(at(sitting)):
        town.attend(sitting, *EVERYBODY)
        for item in queries.items_of(sitting):
            town.record(item, late_reason="x")
        recording.hand_in_record(actor=town.who("Stela"), sitting_id=sitting.id)
        testing.sign_in_again(town.asha)
        assert town.asha.post(f"/maombi/{case.id}/ondoa/").status_code == 302
        assert confirm(town, sitting) == ["undecided", "decided"]
    case.refresh_from_db()
    other.refresh_from_db()
    assert (case.outcome, other.stage) == ("withdrawn", "payment")
    assert Item.objects.get(case_id=case.id).code == "cases.stale"


def test_the_record_goes_back_with_a_reason_before_anything_is_carried(town: Town) -> None:
    town.case()
    town.rules()
    sitting = town.sitting()
    [item] = queries.items_of(sitting)
    with clock.frozen(at(sitting)):
        town.attend(sitting, *EVERYBODY)
        town.record(item, late_reason="x")
        recording.hand_in_record(actor=town.who("Stela"), sitting_id=sitting.id)
        with refused("cases.reason_missing"):
            confirming.return_record(actor=town.who("Mbarouk"), sitting_id=sitting.id, reason=" ")
        with refused("cases.sit_may_not_confirm"):
            confirming.return_record(actor=town.who("Mariamu"), sitting_id=sitting.id, reason="Kura")
        confirming.return_record(actor=town.who("Mbarouk"), sitting_id=sitting.id, reason="Kura zimekosewa")
        # Who was there changes: what was counted among others is asked again.
        town.attend(sitting, *EVERYBODY, "Devota")
        item.refresh_from_db()
        assert item.state == "agenda"


def test_an_agenda_holds_a_case_once_and_gives_it_back(town: Town) -> None:
    town.case()
    town.case()
    town.rules()
    stela, sitting = town.who("Stela"), town.sitting()
    first, second = queries.items_of(sitting)
    planning.move_item(actor=stela, sitting_id=sitting.id, item_id=second.id, up=True)
    assert [one.id for one in queries.items_of(sitting)] == [second.id, first.id]
    with refused("cases.reason_missing"):
        planning.leave_out(actor=stela, sitting_id=sitting.id, item_id=first.id, reason="")
    planning.leave_out(actor=stela, sitting_id=sitting.id, item_id=first.id, reason="Ramani haijaja")
    again = {"actor": stela, "role": ROLE, "starts_at": sitting.starts_at + timedelta(days=1), "place": "Ukumbi"}
    other = planning.make_sitting(**again)
    assert other == planning.make_sitting(**again)
    assert [one.thing_id for one in Item.objects.filter(sitting_id=other)] == [first.thing_id]
    with refused("cases.sit_elsewhere"):
        planning.take_back(actor=stela, sitting_id=sitting.id, item_id=first.id)
    with refused("cases.reason_missing"):
        planning.cancel_sitting(actor=stela, sitting_id=other, reason="")
    planning.cancel_sitting(actor=stela, sitting_id=other, reason="Mafuriko")
    planning.take_back(actor=stela, sitting_id=sitting.id, item_id=first.id)
    assert [one.state for one in queries.items_of(sitting)] == ["agenda", "agenda"]


def test_the_council_next_door_and_other_officers_have_no_part_in_it(town: Town) -> None:
    case = town.case()
    town.rules()
    sitting = town.sitting()
    [item] = queries.items_of(sitting)
    baraka = town.find("jirani", "Baraka")
    for who in (baraka, town.who("Juma"), town.who("Mariamu"), town.who("Mbarouk")):
        with pytest.raises(NotAllowedError):
            planning.cancel_sitting(actor=who, sitting_id=sitting.id, reason="x")
        with pytest.raises(NotAllowedError):
            recording.record_item(actor=who, sitting_id=sitting.id, item_id=item.id, said=recording.Said("approve", 1))
        with pytest.raises(NotAllowedError):
            planning.enter_figures(
                actor=who, role=ROLE, figures={"quorum": 1}, source="x", checked_on=institutions.today()
            )
    for who in (baraka, town.who("Juma")):
        with pytest.raises(NotAllowedError):
            confirming.confirm_item(actor=who, sitting_id=sitting.id, item_id=item.id)
    with tenancy.acting_as(Principal.institution(baraka.workplace, baraka.who)):
        assert not Sitting.objects.exists()
        assert not Item.objects.exists()
    with tenancy.acting_as(Principal.person(case.person_id)):
        assert [one.case_id for one in Item.objects.all()] == [case.id]
        assert not Sitting.objects.exists()
