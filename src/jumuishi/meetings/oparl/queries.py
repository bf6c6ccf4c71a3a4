"""What everybody may know, as objects: read as whoever asks, so that the database's own walls stand before it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.meetings.minutes.attendance import stays
from jumuishi.meetings.minutes.record import corrected
from jumuishi.meetings.minutes.types import Happened
from jumuishi.meetings.models import Body, Edition, Event, Item, Meeting, Member, Minutes, MinutesEdition
from jumuishi.meetings.oparl import objects
from jumuishi.meetings.orders.reading import read

ENDED, PLANNED = Meeting.State.ENDED, Meeting.State.PLANNED


@dataclass(frozen=True)
class Kind:
    """A kind of object: its rows, of an institution or all, and the rows of a page as objects."""

    rows: Callable[[UUID | None], QuerySet[Any]]
    shown: Callable[[Sequence[Any]], list[objects.Object]]


def homes() -> list[UUID]:
    """Institutions that have public bodies, in an order that stays."""
    rows = Body.objects.filter(is_public=True).values_list("institution_id", flat=True)
    return sorted(set(rows))


def _of(rows: QuerySet[Any], home: UUID | None) -> QuerySet[Any]:
    return (rows.filter(institution_id=home) if home else rows).order_by("id")


def _bodies(home: UUID | None) -> QuerySet[Body]:
    return _of(Body.objects.filter(is_public=True), home)


def _show_bodies(rows: Sequence[Body]) -> list[objects.Object]:
    members: dict[UUID, list[UUID]] = defaultdict(list)
    for body, key in Member.objects.filter(body__in=rows).order_by("id").values_list("body_id", "id"):
        members[body].append(key)
    return [objects.organization(one, members[one.id]) for one in rows]


def _members(home: UUID | None) -> QuerySet[Member]:
    return _of(Member.objects.filter(body__is_public=True), home)


def voters_of(bodies: Iterable[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The roles with a vote by the newest orders that were agreed on."""
    rows = Edition.objects.filter(body__in=set(bodies), state=Edition.State.AGREED).order_by("number")
    return {one.body_id: read(one.definition).voters for one in rows}


def _show_people(rows: Sequence[Member]) -> list[objects.Object]:
    voters = voters_of(one.body_id for one in rows)
    return [objects.person(one, voters.get(one.body_id, ())) for one in rows]


def _show_memberships(rows: Sequence[Member]) -> list[objects.Object]:
    voters = voters_of(one.body_id for one in rows)
    return [objects.membership(one, voters.get(one.body_id, ())) for one in rows]


def _meetings(home: UUID | None) -> QuerySet[Meeting]:
    rows = Meeting.objects.filter(is_public=True, body__is_public=True).exclude(state=PLANNED)
    return _of(rows.select_related("body"), home)


def _events(meetings: Iterable[UUID]) -> dict[UUID, list[Event]]:
    found: dict[UUID, list[Event]] = defaultdict(list)
    for one in Event.objects.filter(meeting__in=list(meetings), is_closed=False).order_by("seq"):
        found[one.meeting_id].append(one)
    return found


def _fixed(events: Sequence[Event]) -> list[Happened]:
    """Open events as corrected in the open."""
    return corrected(Happened(one.seq, one.kind, one.at, one.body) for one in events)


def _show_meetings(rows: Sequence[Meeting]) -> list[objects.Object]:
    keys = [one.id for one in rows]
    events, papers = _events(keys), papers_of(keys)
    items: dict[UUID, list[Item]] = defaultdict(list)
    for item in Item.objects.filter(meeting__in=keys, is_closed=False).order_by("position"):
        items[item.meeting_id].append(item)
    made = []
    for one in rows:
        said = _fixed(events[one.id])
        agenda = [objects.agenda_item(item, _as_events(said), alone=False) for item in items[one.id]]
        edition, number = papers.get(one.id, (None, ""))
        made.append(objects.meeting(one, agenda, _present(one, said), edition, number))
    return made


def _as_events(said: Sequence[Happened]) -> list[Event]:
    return [Event(seq=one.seq, kind=one.kind, body=dict(one.body), at=one.at) for one in said]


def _present(one: Meeting, said: Sequence[Happened]) -> list[str]:
    if one.state != ENDED:
        return []
    came = dict.fromkeys(str(each.body.get("member", "")) for each in said if each.kind == "member.arrived")
    return [key for key, stay in stays(said, came, one.ends_at).items() if stay.is_present]


def papers_of(meetings: Iterable[UUID]) -> dict[UUID, tuple[MinutesEdition, str]]:
    """The public edition of confirmed minutes with its document's number, by meeting."""
    rows = MinutesEdition.objects.filter(meeting__in=list(meetings), is_public=True).select_related("meeting__body")
    found = list(rows)
    # The number is on the document itself; the table that it is kept in is the office's.
    with tenancy.acting_as(tenancy.Principal.system()):
        known = Minutes.objects.filter(meeting__in=[one.meeting_id for one in found])
        numbers = dict(known.values_list("meeting_id", "number_public"))
    return {one.meeting_id: (one, numbers.get(one.meeting_id, "")) for one in found}


def _items(home: UUID | None) -> QuerySet[Item]:
    rows = Item.objects.filter(is_closed=False, meeting__is_public=True, meeting__body__is_public=True)
    return _of(rows.exclude(meeting__state=PLANNED), home)


def _show_items(rows: Sequence[Item]) -> list[objects.Object]:
    events = _events({one.meeting_id for one in rows})
    said = {key: _as_events(_fixed(each)) for key, each in events.items()}
    return [objects.agenda_item(one, said.get(one.meeting_id, [])) for one in rows]


def _papers(home: UUID | None) -> QuerySet[MinutesEdition]:
    return _of(MinutesEdition.objects.filter(is_public=True).select_related("meeting__body"), home)


def _numbered(rows: Sequence[MinutesEdition]) -> list[tuple[MinutesEdition, str]]:
    return list(papers_of([one.meeting_id for one in rows]).values())


def _show_papers(rows: Sequence[MinutesEdition]) -> list[objects.Object]:
    return [objects.paper(edition, number) for edition, number in _numbered(rows)]


def _show_files(rows: Sequence[MinutesEdition]) -> list[objects.Object]:
    return [objects.file(edition, number) for edition, number in _numbered(rows)]


def _none(_: UUID | None) -> QuerySet[Any]:
    return Body.objects.none()


def _nothing(_: Sequence[Any]) -> list[objects.Object]:
    return []


KINDS: dict[str, Kind] = {
    "organization": Kind(_bodies, _show_bodies),
    "person": Kind(_members, _show_people),
    "membership": Kind(_members, _show_memberships),
    "meeting": Kind(_meetings, _show_meetings),
    "agendaItem": Kind(_items, _show_items),
    "paper": Kind(_papers, _show_papers),
    "file": Kind(_papers, _show_files),
    # We hold none of these; their lists are there, and empty, as OParl asks.
    "consultation": Kind(_none, _nothing),
    "location": Kind(_none, _nothing),
    "legislativeTerm": Kind(_none, _nothing),
}


def home_of(key: UUID) -> objects.Object | None:
    """An institution with public bodies as an OParl body."""
    found = institutions.institution(key) if key in homes() else None
    return objects.body(found) if found else None
