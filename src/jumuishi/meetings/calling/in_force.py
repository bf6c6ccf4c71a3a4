"""Which edition of a body's orders counts, and what it says."""

from datetime import date

from jumuishi.meetings.bodies.queries import edition_on
from jumuishi.meetings.models import Edition, Meeting
from jumuishi.meetings.orders.reading import read
from jumuishi.meetings.orders.types import Orders, RefusedError


def orders_of(meeting: Meeting, day: date) -> tuple[Edition, Orders]:
    """The orders that a meeting is under: those it was called by, else those in force on a day.

    Raises RefusedError where the body has none.
    """
    edition = meeting.edition or edition_on(meeting.body, day)
    if edition is None:
        raise RefusedError("not_entered", missing="orders")
    return edition, read(edition.definition)
