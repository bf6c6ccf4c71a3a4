"""Whoever answers for a notice hears in time of whom it has not reached, each once, until nobody is left."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.kernel import clock, tenancy
from jumuishi.meetings.calling import planning, serving
from jumuishi.meetings.calling.tests.conftest import NOW, Council
from jumuishi.meetings.models import Meeting, Service, Unserved
from jumuishi.meetings.reminding import jobs, rules
from jumuishi.messaging.models import Mail

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
HOURS = st.integers(0, 24 * 30).map(lambda n: timedelta(hours=n))


@given(called=HOURS, left=HOURS, owner=HOURS, head=HOURS)
def test_the_owner_hears_before_the_head_and_nobody_once_it_begins(
    called: timedelta, left: timedelta, owner: timedelta, head: timedelta
) -> None:
    told, heard = START - called, set[str]()
    given_ = {"told_at": told, "starts_at": START, "owner": max(owner, head), "head": min(owner, head)}
    for hours in range(int(called.total_seconds() // 3600) + 2):
        now = told + timedelta(hours=hours)
        whose = rules.turn(now=now, has_heard=heard, **given_)
        if whose:
            assert whose not in heard
            assert now < START
            assert now - told >= (START - told) / 2, "who was called has had half of the time to say so"
            heard.add(whose)
    assert heard in (set(), {rules.OWNER}, {rules.HEAD}, {rules.OWNER, rules.HEAD})
    assert rules.turn(now=START + left, has_heard=set(), **given_) == ""


SECRETARY, HEAD = "tatu@mfano.example", "neema@mfano.example"


def told(*to: str) -> list[str]:
    return [one.subject for one in Mail.objects.filter(to__in=to, purpose="meetings.notice").order_by("id")]


def serve(meeting: Meeting, council: Council, *, but: int = 0) -> None:
    rows = list(Service.objects.filter(notice__meeting=meeting).order_by("id"))
    for one in rows[but:]:
        serving.give_by_hand(actor=council.secretary, meeting_id=meeting.id, service_id=one.id, how="Amepewa mkononi")


@pytest.mark.database
def test_the_secretary_hears_three_days_before_and_the_head_a_day_before(
    council: Council, homes: dict[str, object]
) -> None:
    meeting = council.called(days=10)
    serve(meeting, council, but=1)
    secretary, head = SECRETARY, HEAD
    with clock.frozen(NOW + timedelta(days=6)):
        jobs.sweep()
    assert not Unserved.objects.exists()
    for _ in range(2):
        with clock.frozen(NOW + timedelta(days=7, hours=1)):
            jobs.sweep()
    assert len(told(secretary)) == 1
    assert "1" in told(secretary)[0]
    assert not told(head)
    for _ in range(2):
        with clock.frozen(NOW + timedelta(days=9, hours=1)):
            jobs.sweep()
    assert (len(told(secretary)), len(told(head))) == (2, 1)
    row = Unserved.objects.get()
    assert (row.left, row.ended_at) == (1, None)
    with tenancy.acting_as(tenancy.Principal.institution(homes["jirani"], None)):  # type: ignore[arg-type]
        assert not Unserved.objects.exists(), "another institution's is nobody else's"
    with clock.frozen(NOW + timedelta(days=9, hours=2)):
        serve(meeting, council)
        jobs.sweep()
        jobs.sweep()
    assert (len(told(secretary)), len(told(head))) == (2, 1)
    row.refresh_from_db()
    assert (row.left, row.ended_at) == (0, NOW + timedelta(days=9, hours=2))


@pytest.mark.database
def test_the_wait_ends_with_the_meeting_and_one_that_was_called_off_reminds_nobody(council: Council) -> None:
    secretary = SECRETARY
    first, second = council.called(days=10), council.called(days=11)
    with clock.frozen(NOW + timedelta(days=9)):
        planning.cancel_meeting(actor=council.secretary, meeting_id=second.id, reason="Mafuriko")
        jobs.sweep()
    assert [one.notice.meeting_id for one in Unserved.objects.all()] == [first.id]
    assert len(told(secretary)) == 1
    with clock.frozen(NOW + timedelta(days=11)):
        jobs.sweep()
    assert Unserved.objects.get().ended_at == NOW + timedelta(days=11)
    assert len(told(secretary)) == 1
