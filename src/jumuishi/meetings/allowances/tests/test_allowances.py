"""Allowances follow the record, by amounts with a source, and leave the house only once two people agree."""

from datetime import date
from typing import Any

import pytest

from jumuishi.identity.types import NotAllowedError
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.allowances import actions
from jumuishi.meetings.allowances.actions import AllowanceError
from jumuishi.meetings.minutes.tests.conftest import Council
from jumuishi.meetings.models import Event, Meeting, Rate, Sheet

pytestmark = pytest.mark.database


def refused(code: str, verb: Any) -> None:
    with pytest.raises(AllowanceError) as error:
        verb()
    assert error.value.code == code


def rate(council: Council, amount: int = 50_000, **more: Any) -> None:
    given = {"role": "member", "source": "Waraka wa Mfano Na. 1", "from_on": date(2026, 1, 1), **more}
    actions.enter_rate(actor=council.find("mfano", "Neema"), body_id=council.body.id, amount=amount, **given)


def lines(meeting: Meeting) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in actions.rows_of(meeting)}


def test_lines_say_what_the_record_says(council: Council) -> None:
    meeting = council.met()
    found = lines(meeting)
    assert found["Rehema"]["minutes"] > found["Zainabu"]["minutes"] > 0
    assert (found["Zainabu"]["late"], found["Rehema"]["late"]) == (True, False)
    assert found["Josefu"]["left_early"] is True
    assert found["Josefu"]["way"] == "remote"
    assert (found["Neema"]["excused"], found["Neema"]["minutes"]) == (True, 0)
    assert {one["amount"] for one in found.values()} == {None}, "without a rate there are hours only"
    rate(council)
    rate(council, 70_000, from_on=date(2027, 1, 1))
    rate(council, 80_000, role="chair")
    found = lines(meeting)
    assert (found["Rehema"]["amount"], found["Mwajuma"]["amount"], found["Paulo"]["amount"]) == (50_000, 80_000, 0)
    assert found["Rehema"]["source"] == "Waraka wa Mfano Na. 1"
    refused("no_source", lambda: rate(council, source=" "))


def test_the_secretary_sets_no_rate_and_no_stranger_sees_one(council: Council) -> None:
    rate(council)
    with pytest.raises(NotAllowedError):
        actions.enter_rate(
            actor=council.stela, body_id=council.body.id, role="member", amount=1, source="x", from_on=date(2026, 1, 1)
        )
    assert Rate.objects.get().amount == 50_000


def test_two_people_agree_on_the_very_lines_before_the_file(council: Council) -> None:
    meeting, neema = council.met(), council.find("mfano", "Neema")
    rate(council)
    rate(council, 80_000, role="chair")
    export = lambda: actions.export(actor=neema, meeting_id=meeting.id)  # noqa: E731
    refused("not_agreed", export)
    mark = actions.propose(actor=council.stela, meeting_id=meeting.id)
    refused("not_agreed", export)
    with pytest.raises(NotAllowedError):
        actions.agree(actor=council.stela, meeting_id=meeting.id, sha256=mark)
    Sheet.objects.update(proposed_by=neema.who)
    refused("two_people", lambda: actions.agree(actor=neema, meeting_id=meeting.id, sha256=mark))
    Sheet.objects.update(proposed_by=council.stela.who)
    # The record is corrected: what was proposed is not what would be agreed to.
    arrived = Event.objects.filter(meeting=meeting, kind="member.arrived").order_by("seq")[0]
    last = Event.objects.filter(meeting=meeting).order_by("-seq")[0]
    Event.objects.create(
        institution_id=council.home, meeting=meeting, seq=last.seq + 1, kind="event.corrected", at=last.at,
        command=new_id(), body={"seq": arrived.seq, "why": "x", "body": {"member": str(council.members["Paulo"].id)}},
    )  # fmt: skip
    other = actions.propose(actor=council.stela, meeting_id=meeting.id)
    assert other != mark
    refused("changed", lambda: actions.agree(actor=neema, meeting_id=meeting.id, sha256=mark))
    actions.agree(actor=neema, meeting_id=meeting.id, sha256=other)
    actions.agree(actor=neema, meeting_id=meeting.id, sha256=other)
    assert {one["name"]: one["amount"] for one in export()}["Paulo"] == 50_000
    refused("agreed_already", lambda: actions.propose(actor=council.stela, meeting_id=meeting.id))


def test_the_pages_and_the_file_are_for_who_proposes_and_who_agrees(council: Council) -> None:
    meeting = council.met()
    here, rates = f"/ofisi/mabaraza/mkutano/{meeting.id}/posho/", f"/ofisi/mabaraza/{council.body.id}/posho/"
    stela, neema = council.enter("mfano", "Stela"), council.enter("mfano", "Neema")
    form = {"role": "member", "amount": "laki", "source": "Waraka wa Mfano", "from_on": "2026-01-01"}
    wrong = neema.post(rates, form)
    assert wrong.status_code == 400
    assert "Waraka wa Mfano" in wrong.content.decode()
    assert neema.post(rates, {**form, "amount": "50000"}).status_code == 302
    assert "50000" in stela.get(rates).content.decode()
    assert stela.post(here, {"do": "propose"}).status_code == 302
    assert stela.get(f"{here}faili.csv").status_code == 404
    assert neema.post(here, {"do": "agree", "sha256": Sheet.objects.get().sha256}).status_code == 302
    for kind in ("csv", "xlsx"):
        assert b"".join(neema.get(f"{here}faili.{kind}").streaming_content)
    assert "Rehema" in b"".join(neema.get(f"{here}faili.csv").streaming_content).decode()
    for slug, name in (("jirani", "Baraka"), ("mfano", "Juma")):
        client = council.enter(slug, name)
        for path in (here, f"{here}faili.csv", rates):
            assert client.get(path).status_code == 404, path
        assert client.post(here, {"do": "propose"}).status_code == 404
