"""The face: places, institutions, who works where and when. Delegates, decides nothing."""

from jumuishi.institutions.heads import agree_head, drop_head_change, invite_head_again, propose_head
from jumuishi.institutions.holidays import announce_holiday
from jumuishi.institutions.invitations import (
    invite_staff,
    invite_staff_again,
    set_hours,
    withdraw_staff_invitation,
)
from jumuishi.institutions.joining import approve, ask_to_join, prove_mail, refuse
from jumuishi.institutions.place_tables import councils_of_ward, import_places, import_ward_councils
from jumuishi.institutions.places import load_places
from jumuishi.institutions.queries import (
    approved,
    authority,
    holidays_of,
    institution,
    institution_by_slug,
    institutions,
    lender_of,
    may_collect_money,
    people_in,
    place,
    role_counts,
    role_holders,
    search_places,
    team_of,
    units_of,
    working_time,
)
from jumuishi.institutions.roles import known_roles, register_roles, role_words
from jumuishi.institutions.staff import (
    add_unit,
    appoint,
    change_post,
    delegate,
    end_appointment,
    end_delegation,
    hand_over,
    rename_unit,
)

__all__ = [
    "add_unit",
    "agree_head",
    "announce_holiday",
    "appoint",
    "approve",
    "approved",
    "ask_to_join",
    "authority",
    "change_post",
    "councils_of_ward",
    "delegate",
    "drop_head_change",
    "end_appointment",
    "end_delegation",
    "hand_over",
    "holidays_of",
    "import_places",
    "import_ward_councils",
    "institution",
    "institution_by_slug",
    "institutions",
    "invite_head_again",
    "invite_staff",
    "invite_staff_again",
    "known_roles",
    "lender_of",
    "load_places",
    "may_collect_money",
    "people_in",
    "place",
    "propose_head",
    "prove_mail",
    "refuse",
    "register_roles",
    "rename_unit",
    "role_counts",
    "role_holders",
    "role_words",
    "search_places",
    "set_hours",
    "team_of",
    "units_of",
    "withdraw_staff_invitation",
    "working_time",
]
