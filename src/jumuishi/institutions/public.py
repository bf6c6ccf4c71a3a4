"""The face: places, institutions, who works where and when. Delegates, decides nothing."""

from jumuishi.institutions.actions import (
    add_unit,
    announce_holiday,
    appoint,
    approve,
    ask_to_join,
    delegate,
    end_appointment,
    refuse,
)
from jumuishi.institutions.invitations import invite_head, invite_staff, set_hours
from jumuishi.institutions.places import import_places, import_ward_councils, load_places
from jumuishi.institutions.queries import (
    approved,
    holidays_of,
    institution,
    institution_by_slug,
    institutions,
    may_collect_money,
    people_in,
    place,
    role_counts,
    role_holders,
    search_places,
    units_of,
    working_time,
)

__all__ = [
    "add_unit",
    "announce_holiday",
    "appoint",
    "approve",
    "approved",
    "ask_to_join",
    "delegate",
    "end_appointment",
    "holidays_of",
    "import_places",
    "import_ward_councils",
    "institution",
    "institution_by_slug",
    "institutions",
    "invite_head",
    "invite_staff",
    "load_places",
    "may_collect_money",
    "people_in",
    "place",
    "refuse",
    "role_counts",
    "role_holders",
    "search_places",
    "set_hours",
    "units_of",
    "working_time",
]
