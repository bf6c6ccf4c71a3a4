"""Reads of the gallery. Each is done as a visitor, whoever asks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Q, QuerySet, When
from django.utils.timezone import localtime

from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.text import fold
from jumuishi.meetings.hall.state import State, from_json
from jumuishi.meetings.live import reading
from jumuishi.meetings.live.screens import Happened, Names
from jumuishi.meetings.models import Body, Edition, Event, Item, Meeting, Member
from jumuishi.meetings.terms import in_office

VISITOR = tenancy.Principal.person(None)
# States of a meeting that everybody may know of; a cancelled one stays on the calendar as cancelled.
KNOWN = (*reading.TOLD, Meeting.State.CANCELLED)
# A meeting that began so long ago may still be going on.
BEGUN = timedelta(hours=12)


def zone() -> str:
    """In whose time the gallery speaks."""
    return str(settings.TIME_ZONE)


@contextmanager
def as_visitor() -> Iterator[None]:
    """What is read within is what a visitor may read."""
    with tenancy.acting_as(VISITOR):
        yield


def bodies(text: str) -> QuerySet[Body]:
    """Public bodies by name, those whose own name, ward or institution holds each word."""
    rows = Body.objects.filter(is_public=True, ended_at=None)
    for word in fold(text).split()[:4]:
        wards = [one.code for one in institutions.search_places(word, "ward", limit=50)]
        homes = [one.id for one in institutions.approved(text=word)[:50]]
        rows = rows.filter(Q(name__icontains=word) | Q(place__in=wards) | Q(institution_id__in=homes))
    return rows.order_by("name__sw", "id")


def body(body_id: UUID) -> Body | None:
    """A public body, ended or not."""
    return Body.objects.filter(id=body_id, is_public=True).first()


def meetings(body_id: UUID | None = None) -> QuerySet[Meeting]:
    """Open meetings that were called, of one body or of all."""
    rows = Meeting.objects.filter(is_public=True, body__is_public=True, state__in=KNOWN).select_related("body")
    return rows.filter(body_id=body_id) if body_id else rows


def ahead(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Those that are going on or still to come, the next first."""
    since = clock.now() - BEGUN
    return rows.filter(starts_at__gte=since).exclude(state=Meeting.State.ENDED).order_by("starts_at", "id")


def behind(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Those that are over, the last first."""
    since = clock.now() - BEGUN
    return rows.filter(Q(starts_at__lt=since) | Q(state=Meeting.State.ENDED)).order_by("-starts_at", "-id")


def meeting(meeting_id: UUID) -> Meeting | None:
    """One of them."""
    return meetings().filter(id=meeting_id).first()


def items(of: Meeting) -> Sequence[Item]:
    """The open agenda; what is closed is not there."""
    return list(Item.objects.filter(meeting=of, is_closed=False).order_by("position"))


def members(of: Body) -> QuerySet[Member]:
    """Who sits in a body today: who presides first, then by name."""
    today = localtime(clock.now()).date()
    rows = Member.objects.filter(in_office(today), body=of)
    return rows.order_by(Case(When(role="chair", then=0), When(role="vice", then=1), default=2), "name", "id")


def edition(of: Body) -> Edition | None:
    """The standing orders in force today."""
    today = localtime(clock.now()).date()
    rows = Edition.objects.filter(body=of, state=Edition.State.AGREED, from_on__lte=today)
    return rows.order_by("-from_on", "-number").first()


def events(of: Meeting, *kinds: str) -> list[Happened]:
    """What happened in the open, in its order; of some kinds, or all."""
    rows = Event.objects.filter(meeting=of, is_closed=False).order_by("seq")
    rows = rows.filter(kind__in=kinds) if kinds else rows
    return [Happened(one.seq, one.kind, one.body, one.at) for one in rows]


def names(of: Meeting) -> Names:
    """What ids mean; closed items stay without a name."""
    found = {str(key): name for key, name in Member.objects.filter(body_id=of.body_id).values_list("id", "name")}
    return Names(found, {str(one.id): (one.number, one.title, False) for one in items(of)})


def hall(of: Meeting) -> State:
    """How the hall stands; what of it is for the public `live.screens` knows."""
    return from_json(of.hall)


def is_closed(of: Meeting) -> bool:
    """Whether the session is closed now."""
    return of.is_closed_now or hall(of).is_closed
