"""Who is in office on a day, and on the day of a meeting: who votes, is served and is listed goes by this one rule."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q

from jumuishi.institutions import public as institutions
from jumuishi.meetings.models import Meeting, Member
from jumuishi.meetings.orders.reading import read
from jumuishi.meetings.orders.types import Orders

# What a body that has agreed on nothing says: nothing, not even a gazette number; everything is refused by name.
NOTHING = Orders(gazette="")


def in_office(day: date, prefix: str = "") -> Q:
    """The condition of a term that holds on a day; `prefix` leads to the member's columns."""
    return Q(**{f"{prefix}from_on__lte": day}) & (
        Q(**{f"{prefix}until_on": None}) | Q(**{f"{prefix}until_on__gte": day})
    )


def day_of(meeting: Meeting) -> date:
    """The day on which it meets, where its institution is."""
    zone = ZoneInfo(institutions.working_time(meeting.institution_id).zone)
    return meeting.starts_at.astimezone(zone).date()


def members_at(meeting: Meeting) -> list[Member]:
    """Members in office on the meeting's day, by name."""
    rows = Member.objects.filter(institution_id=meeting.institution_id, body_id=meeting.body_id)
    return list(rows.filter(in_office(day_of(meeting))).order_by("name", "id"))


def orders_at(meeting: Meeting) -> Orders:
    """The orders that it was called under; with none, every rule is missing, the gazette number first."""
    return read(meeting.edition.definition) if meeting.edition else NOTHING
