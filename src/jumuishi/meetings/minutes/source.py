"""A meeting's rows as the minutes take them. Read as the platform: a member owns no rows, the public even fewer."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.meetings.minutes.types import Happened, Matter, Seat, Sitting
from jumuishi.meetings.models import Body, Event, Item, Meeting, Member
from jumuishi.meetings.orders.types import Orders
from jumuishi.meetings.terms import members_at, orders_at

SYSTEM = tenancy.Principal.system()
# What councillors are called in their council; elsewhere members go by their names.
HONOURED = (Body.What.COUNCIL,)


def events_of(meeting: Meeting) -> list[Happened]:
    """All its events."""
    rows = Event.objects.filter(institution_id=meeting.institution_id, meeting=meeting).order_by("seq")
    return [Happened(one.seq, one.kind, one.at, one.body, one.is_closed) for one in rows]


def sitting_of(meeting: Meeting) -> Sitting:
    """What its events do not say."""
    home = institutions.institution(meeting.institution_id)
    if home is None:
        raise LookupError(str(meeting.institution_id))
    orders, body = orders_at(meeting), meeting.body
    rows = Item.objects.filter(institution_id=meeting.institution_id, meeting=meeting)
    return Sitting(
        slug=home.slug,
        institution=home.name,
        body=body.name,
        number=meeting.number,
        place=meeting.place,
        starts_at=meeting.starts_at,
        zone=institutions.working_time(meeting.institution_id).zone,
        seats={
            str(one.id): Seat(_called(body, orders, one), one.role, one.role in orders.voters)
            for one in members_at(meeting)
        },
        matters={str(one.id): Matter(one.number, one.title, one.is_closed) for one in rows},
        decided=decided_before(meeting),
        quorum_rule=orders.quorum.rule if orders.quorum else None,
    )


def _called(body: Body, orders: Orders, one: Member) -> str:
    """A councillor with the short form of the title, however it was entered; the secretary is none."""
    if body.what not in HONOURED or one.role not in orders.voters:
        return one.name
    return "Mhe. " + one.name.removeprefix("Mhe. ").removeprefix("Mheshimiwa ")


def decided_before(meeting: Meeting) -> int:
    """How many decisions the body made that year before: the next one bears the next number."""
    zone = ZoneInfo(institutions.working_time(meeting.institution_id).zone)
    year = meeting.starts_at.astimezone(zone).year
    rows = Event.objects.filter(
        institution_id=meeting.institution_id, kind="decision.made", meeting__body_id=meeting.body_id,
        meeting__number__lt=meeting.number, meeting__starts_at__gte=datetime(year, 1, 1, tzinfo=zone),
    )  # fmt: skip
    return rows.count()


def ended_at(meeting: Meeting) -> datetime:
    """When it ended, or now."""
    row = (
        Event.objects.filter(institution_id=meeting.institution_id, meeting=meeting, kind="meeting.ended")
        .order_by("seq")
        .last()
    )
    return row.at if row else clock.now()


def meeting_by_id(meeting_id: UUID) -> Meeting | None:
    """One meeting with its body and orders, whosever."""
    return Meeting.objects.filter(id=meeting_id).select_related("body", "edition").first()
