"""A notice reaches a member: opened, acknowledged, given by hand, sent again; and the member's apology.

What a member does is checked as that person, and written as the platform, for members own no rows.
"""

from uuid import UUID

from jumuishi.evidence import public as evidence
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.meetings.calling import notices, queries
from jumuishi.meetings.calling.holding import held
from jumuishi.meetings.calling.models import Apology, Notice, Service
from jumuishi.meetings.calling.platform import as_system
from jumuishi.meetings.calling.policies import meeting_thing, seat_thing
from jumuishi.meetings.models import Meeting, Member
from jumuishi.meetings.orders.types import RefusedError
from jumuishi.meetings.terms import in_office

PAGE, SMS, USSD, HAND = "page", "sms", "ussd", "hand"


def seat_in(actor: Actor, meeting_id: UUID) -> tuple[Meeting, Member]:
    """The meeting and the actor's own seat in its body today; raises NotAllowedError for whoever has none."""
    found = None
    with as_system():
        meeting = Meeting.objects.select_related("body", "edition").filter(id=meeting_id).first()
        if meeting is not None and actor.person_id is not None:
            rows = Member.objects.filter(body=meeting.body, person_id=actor.person_id)
            found = rows.filter(in_office(institutions.today())).first()
    if meeting is None or found is None:
        raise NotAllowedError("meetings.seat.act")
    identity.must(actor, "meetings.seat.act", seat_thing(found))
    return meeting, found


def _of_member(actor: Actor, service_id: UUID) -> Service:
    """The service, where it is the actor's own; raises NotAllowedError."""
    with as_system():
        found = Service.objects.select_related("member", "notice").filter(id=service_id).first()
    if found is None:
        raise NotAllowedError("meetings.seat.act")
    identity.must(actor, "meetings.seat.act", seat_thing(found.member))
    return found


@identity.action("meetings.notice.open")
def open_notice(*, actor: Actor, service_id: UUID) -> None:
    """The member has the notice before their eyes: the first time is kept."""
    service = _of_member(actor, service_id)
    with as_system():
        rows = Service.objects.filter(id=service.id, opened_at=None)
        rows.update(opened_at=clock.now())
    identity.record(actor, seat_thing(service.member), after={"opened": service.notice_id})


@identity.action("meetings.notice.acknowledge")
def acknowledge(*, actor: Actor, service_id: UUID, way: str = PAGE) -> None:
    """The member says that they have the notice; again is the same. The journal's row is the proof of service."""
    service = _of_member(actor, service_id)
    now = clock.now()
    after = {"notice": service.notice_id, "meeting": service.notice.meeting_id, "way": way, "at": now}
    journal = identity.record(actor, seat_thing(service.member), after=after)
    with as_system():
        rows = Service.objects.filter(id=service.id, acknowledged_at=None)
        rows.update(acknowledged_at=now, way=way, journal_id=journal)


@identity.action("meetings.notice.give")
def give_by_hand(*, actor: Actor, meeting_id: UUID, service_id: UUID, how: str) -> None:
    """The secretary says how the notice was given to a member whom nothing else reached: to whom, when, who saw it."""
    meeting = held(actor, meeting_id, *queries.AHEAD)
    if not how.strip():
        raise RefusedError("how_missing")
    rows = Service.objects.select_related("member").filter(
        institution_id=meeting.institution_id, notice__meeting=meeting
    )
    service = rows.filter(id=service_id).first()
    if service is None:
        raise NotAllowedError("meetings.meeting.keep")
    now = clock.now()
    after = {"by_hand": service.notice_id, "how": how.strip(), "at": now}
    journal = identity.record(actor, seat_thing(service.member), after=after)
    rows = Service.objects.filter(id=service.id, acknowledged_at=None)
    rows.update(acknowledged_at=now, way=HAND, noted=how.strip()[:200], journal_id=journal)


@identity.action("meetings.notice.send_again")
def send_again(*, actor: Actor, meeting_id: UUID) -> int:
    """Send the newest notice once more to whom it has not reached, and to members who came since; how many.

    Within the hour the same message is not sent twice. Raises NotAllowedError, RefusedError.
    """
    meeting = held(actor, meeting_id, Meeting.State.CALLED)
    told = Notice.objects.filter(institution_id=meeting.institution_id, meeting=meeting).select_related("item")
    notice = told.order_by("-sequence").first()
    if notice is None:
        raise RefusedError("past_that")
    notice.meeting = meeting
    lines = queries.served(notice)
    mark = f":{clock.now():%Y%m%d%H}"
    there = {one.member.id for one in lines}
    members = {one.id: one for one in queries.members_of(meeting.body, institutions.today())}
    sent = 0
    for line in lines:
        if line.at is None and line.member.id in members:
            sent += notices.send(notice, line.service, members[line.member.id], mark)
            line.service.save(update_fields=["sms_id", "mail_id"])
    new = [one for one in members.values() if one.id not in there]
    rows = [notices.new_service(notice, one) for one in new]
    sent += sum([notices.send(notice, row, member) for row, member in zip(rows, new, strict=True)])
    Service.objects.bulk_create(rows)
    identity.record(actor, meeting_thing(meeting), after={"sent_again": sent, "new_members": len(new)})
    return sent


@identity.action("meetings.apology.make")
def apologise(*, actor: Actor, meeting_id: UUID, reason: str, way: str = PAGE) -> None:
    """The member says why they will not come; once more replaces the reason. Raises NotAllowedError, RefusedError."""
    meeting, member = seat_in(actor, meeting_id)
    _check_ahead(meeting)
    said = reason.strip()[:500]
    if not said:
        raise RefusedError("reason_missing")
    with as_system():
        Apology.objects.update_or_create(
            institution_id=meeting.institution_id, meeting=meeting, member=member,
            defaults={"reason": said, "way": way, "at": clock.now(), "withdrawn_at": None},
        )  # fmt: skip
    identity.record(actor, seat_thing(member), after={"apology": meeting.id, "reason": said, "way": way})


@identity.action("meetings.apology.withdraw")
def withdraw_apology(*, actor: Actor, meeting_id: UUID) -> None:
    """The member will come after all."""
    meeting, member = seat_in(actor, meeting_id)
    _check_ahead(meeting)
    with as_system():
        rows = Apology.objects.filter(meeting=meeting, member=member, withdrawn_at=None)
        rows.update(withdrawn_at=clock.now())
    identity.record(actor, seat_thing(member), after={"apology_withdrawn": meeting.id})


def _check_ahead(meeting: Meeting) -> None:
    if meeting.state != Meeting.State.CALLED:
        raise RefusedError("past_that")


def proof_of(service: Service) -> dict[str, object] | None:
    """The evidence that a notice was acknowledged, as anybody can check it without us; None while it has no leaf yet.

    For the present principal; a row that it may not see is no proof to it.
    """
    if service.journal_id is None:
        return None
    found = evidence.receipt(service.journal_id)
    return found or {"promise": evidence.promise(service.journal_id).as_json()}
