"""Who sits in a committee: its members, and whoever presides over it by office."""

from datetime import date
from uuid import UUID

from jumuishi.cases.sittings.rules import chair_of
from jumuishi.institutions import public as institutions


def seats_on(institution_id: UUID, role: str, day: date) -> dict[UUID, str]:
    """Who had a seat on a day, by name; a seat is not lent, so who only acts for a member has none."""
    chairs = institutions.members_on(institution_id, chair_of(role), day)
    seats = institutions.members_on(institution_id, role, day) | chairs
    return dict(sorted(seats.items(), key=lambda one: (one[1], one[0])))
