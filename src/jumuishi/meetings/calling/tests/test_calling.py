"""From planned to served: the acts, what members are told, what stands against them."""

from datetime import timedelta
from typing import Any

import icalendar
import pytest

from jumuishi.evidence import public as evidence
from jumuishi.identity.types import NotAllowedError
from jumuishi.kernel import clock, tenancy
from jumuishi.meetings.calling import agenda, calls, planning, queries, serving
from jumuishi.meetings.calling.models import Apology, Notice, Service
from jumuishi.meetings.calling.tests.conftest import NOW, Council
from jumuishi.meetings.models import Body, Item, Meeting
from jumuishi.meetings.orders.types import Kind, RefusedError
from jumuishi.messaging import inbound
from jumuishi.messaging.models import Mail, Message

pytestmark = [pytest.mark.database, pytest.mark.slow]


def refused(verb: Any, **given: Any) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        verb(**given)
    return caught.value


def invitations(meeting: Meeting) -> list[icalendar.Calendar]:
    rows = Mail.objects.filter(invitation__contains=str(meeting.id)).order_by("created_at", "to")
    found = [icalendar.Calendar.from_ical(one.invitation) for one in rows]
    return sorted(found, key=lambda one: int(one.walk("VEVENT")[0]["sequence"]))


def test_a_call_serves_every_member_and_keeps_the_edition(council: Council) -> None:
    meeting = council.called()
    assert meeting.state == "called"
    assert meeting.edition_id == council.edition.id
    notice = Notice.objects.get(meeting=meeting)
    assert notice.rule["clause"] == "Kanuni 8(1)"
    assert Service.objects.filter(notice=notice).count() == 4
    texts = list(Message.objects.filter(purpose="meeting").values_list("text", flat=True))
    assert len(texts) == 3
    codes = set(Service.objects.filter(notice=notice).exclude(sms_id=None).values_list("code", flat=True))
    assert {text.rsplit(" ", 1)[1] for text in texts} == codes
    lines = {one.member.name.split()[0]: one for one in queries.served(notice)}
    assert lines["Upendo"].sms is None
    assert all(one.at is None for one in lines.values())
    # Sent again, nobody is told again.
    assert calls.call_members(actor=council.secretary, meeting_id=meeting.id) == 0
    assert Message.objects.filter(purpose="meeting").count() == 3


def test_too_late_is_refused_with_the_rule_and_a_missing_rule_by_its_name(council: Council) -> None:
    late = council.plan(days=3)
    error = refused(calls.call_members, actor=council.secretary, meeting_id=late.id)
    assert error.rule is not None
    assert (error.code, error.rule.clause) == ("late_notice", "Kanuni 8(1)")
    budget = council.plan(days=30, kind=Kind.BUDGET)
    assert refused(calls.call_members, actor=council.secretary, meeting_id=budget.id).missing == "notice.budget"
    council.orders(gazette="")
    assert refused(calls.call_members, actor=council.secretary, meeting_id=late.id).missing == "gazette"
    assert Notice.objects.count() == 0
    assert Message.objects.filter(purpose="meeting").count() == 0


def test_the_emergency_path_keeps_who_ordered_it_and_why(council: Council) -> None:
    meeting = council.plan(days=2)
    ask = {"actor": council.secretary, "meeting_id": meeting.id, "reason": "Mafuriko kata ya Sekei"}
    assert refused(calls.call_urgently, ordered_by=council.members["Salum"].id, **ask).code == "emergency_role"
    calls.call_urgently(ordered_by=council.members["Rehema"].id, **ask)
    notice = Notice.objects.get(meeting=meeting)
    assert notice.ordered_by_id == council.members["Rehema"].id
    assert notice.serve_by == meeting.starts_at - timedelta(hours=24)
    assert notice.reason == "Mafuriko kata ya Sekei"
    # It goes out at night too.
    assert set(Message.objects.filter(text__contains="NIMEPATA").values_list("purpose", flat=True)) == {
        "notice.meeting"
    }


def test_an_invitation_its_change_and_its_end_are_one_event(council: Council) -> None:
    meeting = council.called()
    starts = meeting.starts_at + timedelta(hours=1)
    change = {
        "actor": council.secretary, "meeting_id": meeting.id, "starts_at": starts,
        "ends_at": starts + timedelta(hours=2), "place": "Shule ya msingi",
    }  # fmt: skip
    assert refused(planning.change_meeting, reason="", **change).code == "reason_missing"
    planning.change_meeting(reason="Ukumbi una ukarabati", **change)
    planning.change_meeting(reason="Ukumbi una ukarabati", **change)
    planning.cancel_meeting(actor=council.secretary, meeting_id=meeting.id, reason="Hakuna akidi")
    planning.cancel_meeting(actor=council.secretary, meeting_id=meeting.id, reason="Hakuna akidi")
    found = invitations(meeting)
    events = [one.walk("VEVENT")[0] for one in found]
    assert len(found) == 9
    assert {str(one["uid"]) for one in events} == {f"{meeting.id}@jumuishi"}
    assert [(str(cal["method"]), one["sequence"]) for cal, one in zip(found, events, strict=True)] == (
        [("REQUEST", 0)] * 3 + [("REQUEST", 1)] * 3 + [("CANCEL", 2)] * 3
    )
    assert str(events[-1]["status"]) == "CANCELLED"
    assert str(events[0]["dtstart"].params["TZID"]) == "Africa/Dar_es_Salaam"
    assert [str(zone["tzid"]) for zone in found[0].walk("VTIMEZONE")] == ["Africa/Dar_es_Salaam"]
    assert events[0]["dtstart"].dt == NOW + timedelta(days=10)
    assert Notice.objects.filter(meeting=meeting).count() == 3


def test_another_day_asks_for_the_whole_notice_anew(council: Council) -> None:
    meeting = council.called()
    with clock.frozen(NOW + timedelta(days=5)):
        starts = meeting.starts_at + timedelta(days=1)
        ask = {
            "actor": council.secretary, "meeting_id": meeting.id, "place": meeting.place, "reason": "Mvua",
        }  # fmt: skip
        error = refused(planning.change_meeting, starts_at=starts, ends_at=starts + timedelta(hours=1), **ask)
        assert error.code == "late_notice"
        later = meeting.starts_at + timedelta(hours=2)
        planning.change_meeting(starts_at=later, ends_at=later + timedelta(hours=1), **ask)
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.sequence) == (later, 1)


def test_sms_acknowledges_once_with_evidence_and_no_other_phone_can(council: Council) -> None:
    meeting = council.called()
    service = Service.objects.get(notice__meeting=meeting, member=council.members["Salum"])

    def write(phone: str, text: str, their_id: str) -> str:
        inbound.hear(gateway="x", their_id=their_id, phone=phone, text=text, at=None)
        with tenancy.acting_as(tenancy.Principal.system()):
            return Message.objects.filter(purpose="reply").latest("created_at", "id").text

    assert "Hakuna taarifa" in write("+255700000073", f"nimepata {service.code}", "1")
    service.refresh_from_db()
    assert service.acknowledged_at is None
    assert "Asante" in write("+255700000072", f"NIMEPATA {service.code}", "2")
    service.refresh_from_db()
    first = service.acknowledged_at
    assert (service.way, first) == ("sms", NOW)
    assert service.journal_id is not None
    with clock.frozen(NOW + timedelta(hours=1)):
        write("+255700000072", "nimepata", "3")
    service.refresh_from_db()
    assert service.acknowledged_at == first
    rows = evidence.history(thing_kind="meeting_seat", thing_id=council.members["Salum"].id)
    assert {one.journal_id for one in rows} >= {service.journal_id}
    assert serving.proof_of(service) is not None


def test_by_hand_and_again_reach_whom_nothing_reached(council: Council) -> None:
    meeting = council.called()
    notice = Notice.objects.get(meeting=meeting)
    upendo = Service.objects.get(notice=notice, member=council.members["Upendo"])
    give = {"actor": council.secretary, "meeting_id": meeting.id, "service_id": upendo.id}
    assert refused(serving.give_by_hand, how=" ", **give).code == "how_missing"
    serving.give_by_hand(how="Mhudumu Ali, leo asubuhi, nyumbani", **give)
    upendo.refresh_from_db()
    assert (upendo.way, upendo.noted) == ("hand", "Mhudumu Ali, leo asubuhi, nyumbani")
    before = Message.objects.filter(purpose="meeting").count()
    with clock.frozen(NOW + timedelta(hours=2)):
        assert serving.send_again(actor=council.secretary, meeting_id=meeting.id) == 3
        serving.send_again(actor=council.secretary, meeting_id=meeting.id)
    assert Message.objects.filter(purpose="meeting").count() == before + 3
    line = next(one for one in queries.served(notice) if one.member.id == council.members["Salum"].id)
    Message.objects.filter(id=line.service.sms_id).update(state="delivered", delivered_at=NOW)
    line = next(one for one in queries.served(notice) if one.member.id == council.members["Salum"].id)
    assert line.at == NOW


def test_the_agenda_numbers_by_section_and_is_fixed_with_the_notice(council: Council) -> None:
    ward = Body.objects.create(
        institution_id=council.home, what="ward", slug="sekei", name={"sw": "Kata ya Sekei", "en": "Sekei ward"},
        parent=council.body, made_at=clock.now(),
    )  # fmt: skip
    past = [council.plan(days=2), council.plan(days=1, body=ward, is_public=False)]
    Meeting.objects.filter(id__in=[one.id for one in past]).update(state="ended")
    with clock.frozen(NOW + timedelta(days=3)):
        meeting = council.plan(days=10)
        numbers = [(one.number, one.thing) for one in queries.items_of(meeting)]
        assert numbers == [("1", "section"), ("2.1", "minutes"), ("3.1", "arising"), ("4", "section")]
        # The ward met after the council did last: its report comes too.
        Meeting.objects.filter(id=past[1].id).update(starts_at=past[0].starts_at + timedelta(hours=5))
        do = {"actor": council.secretary, "meeting_id": meeting.id}
        agenda.fill_agenda(**do)
        agenda.fill_agenda(**do)
        assert [one.title["en"] for one in queries.items_of(meeting)][3].startswith("Report of Sekei ward, meeting 1")
        first = agenda.add_item(section="business", title={"sw": "Bajeti"}, decision="ordinary", **do)
        second = agenda.add_item(section="business", title={"sw": "Maji"}, is_closed=True, **do)
        assert agenda.add_item(section="business", title={"sw": "Maji"}, **do) == second
        agenda.move_item(item_id=second, up=True, **do)
        assert {one.id: one.number for one in queries.items_of(meeting)}[first] == "5.2"
        calls.call_members(**do)
        for verb, more in ((agenda.move_item, {"item_id": first, "up": True}), (agenda.drop_item, {"item_id": first})):
            assert refused(verb, **do, **more).code == "agenda_is_fixed"  # type: ignore[operator]
        late = agenda.add_item(section="minutes", title={"sw": "Nyongeza"}, **do)
        council.orders(late={"allowed": False, "clause": "Kanuni 10(3)"})
        assert refused(agenda.add_item, section="business", title={"sw": "Nyingine"}, **do).code == "late_item"
        council.orders(late=None)
        assert refused(agenda.add_item, section="business", title={"sw": "Nyingine"}, **do).missing == "late"
    item = Item.objects.get(id=late)
    assert item.number == "2.2"
    assert item.late_at is not None
    assert Item.objects.get(id=first).number == "5.2"


def test_a_late_item_is_told_to_whom_the_notice_went_once(council: Council) -> None:
    meeting = council.called()
    do = {"actor": council.secretary, "meeting_id": meeting.id, "section": "business"}

    def told() -> list[str]:
        with tenancy.acting_as(tenancy.Principal.system()):
            return list(Message.objects.filter(text__contains="Ajenda imeongezwa").values_list("text", flat=True))

    with clock.frozen(NOW + timedelta(days=1)):
        late = agenda.add_item(title={"sw": "Mafuriko kata ya Sekei", "en": "Floods in Sekei"}, **do)
        for _ in range(2):
            assert agenda.add_item(title={"sw": "Mafuriko kata ya Sekei", "en": "Floods in Sekei"}, **do) == late
        assert len(told()) == 3
        assert "2.1 Mafuriko kata ya Sekei" in told()[0]
        meeting.refresh_from_db()
        notice = Notice.objects.get(meeting=meeting, what="added")
        assert (meeting.sequence, notice.sequence, notice.item_id) == (1, 1, late)
        assert notice.rule["clause"] == "Kanuni 10(3)"
        assert Service.objects.filter(notice=notice).count() == 4
        salum = council.member("Salum")
        page = salum.get(f"/mimi/vikao/{meeting.id}/").content.decode()
        assert "Taarifa ya ajenda iliyoongezwa" in page
        assert "Nimepata taarifa" in page
        # What is closed is not named in a message.
        agenda.add_item(title={"sw": "Nidhamu ya mtumishi"}, is_closed=True, **do)
        assert len(told()) == 6
        assert not [text for text in told() if "Nidhamu" in text]
        assert [text for text in told() if "2.2 Ya faragha" in text]
        # The first notice and who had it are still there to be read.
        neema, here = council.at_work(), f"/ofisi/mabaraza/mkutano/{meeting.id}/wito/"
        assert "2.2 Nidhamu ya mtumishi" in neema.get(here).content.decode()
        first = neema.get(f"{here}?taarifa=0").content.decode()
        assert "Taarifa ya mkutano" in first
        assert "Tuma tena" not in first
        assert council.at_work("jirani", "Baraka").get(here).status_code == 404


def test_minutes_that_were_dealt_with_come_no_more(council: Council) -> None:
    before = council.plan(days=1)
    Meeting.objects.filter(id=before.id).update(state="ended")
    with clock.frozen(NOW + timedelta(days=2)):
        meeting = council.plan(days=1)
        assert Item.objects.filter(meeting=meeting, thing="minutes", thing_id=before.id).exists()
        Item.objects.filter(meeting=meeting, thing="minutes").update(outcome="done")
        Meeting.objects.filter(id=meeting.id).update(state="ended")
    with clock.frozen(NOW + timedelta(days=4)):
        after = council.plan(days=10)
    found = list(Item.objects.filter(meeting=after, thing="minutes").values_list("thing_id", flat=True))
    assert found == [meeting.id]
    # What arises from the first was not dealt with, and comes again.
    arising = Item.objects.filter(meeting=after, thing="arising").order_by("position")
    assert list(arising.values_list("thing_id", flat=True)) == [before.id, meeting.id]


def test_whoever_has_no_part_is_refused(council: Council) -> None:
    meeting = council.called()
    service = Service.objects.get(notice__meeting=meeting, member=council.members["Salum"])
    outsider = council.find("jirani", "Baraka")
    for verb, more in (
        (calls.call_members, {}),
        (planning.cancel_meeting, {"reason": "x"}),
        (serving.send_again, {}),
    ):
        with pytest.raises(NotAllowedError):
            verb(actor=outsider, meeting_id=meeting.id, **more)  # type: ignore[operator]
    with pytest.raises(NotAllowedError):
        serving.apologise(actor=outsider, meeting_id=meeting.id, reason="x")
    with pytest.raises(NotAllowedError):
        serving.acknowledge(actor=outsider, service_id=service.id)
    with pytest.raises(NotAllowedError):
        # One member does not speak for another.
        serving.acknowledge(actor=council.find("mfano", "Juma"), service_id=service.id)
    with tenancy.acting_as(tenancy.Principal.institution(outsider.workplace, outsider.who)):
        assert Notice.objects.count() + Service.objects.count() + Apology.objects.count() == 0
