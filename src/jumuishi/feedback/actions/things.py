"""Items as policies and the journal see them; clocks; what every act shares."""

from datetime import datetime
from typing import Any
from uuid import UUID

from jumuishi.feedback.models import Entry, Item, Terms
from jumuishi.feedback.rules import Reader
from jumuishi.feedback.types import FeedbackError
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.worktime import Span, WorkingTime

SYSTEM = tenancy.Principal.system()


def item_thing(item: Item) -> Thing:
    """An item: the institution's that it lies with, and its sender's where one is known."""
    return Thing("feedback", item.id, item.institution_id, item.person_id)


def locked(item_id: UUID, version: int | None = None) -> Item:
    """The item for changing; raises FeedbackError when somebody acted since the version that the actor saw."""
    with tenancy.acting_as(SYSTEM):
        item = Item.objects.select_for_update().get(id=item_id)
    if version is not None and item.version != version:
        raise FeedbackError("feedback.stale")
    return item


def keep(item: Item) -> None:
    """Store what an act changed."""
    item.version += 1
    with tenancy.acting_as(SYSTEM):
        item.save()


def move_entries(item: Item) -> None:
    """What was said goes where the item goes."""
    with tenancy.acting_as(SYSTEM):
        Entry.objects.filter(item=item).update(institution_id=item.institution_id)


def write_entry(item: Item, actor: Actor, kind: str, text: str = "", *, is_inner: bool = False) -> None:
    """Add to what was said. Nothing of a nameless sender is written with it."""
    is_sender = actor.institution_id is None
    with tenancy.acting_as(SYSTEM):
        Entry.objects.create(
            institution_id=item.institution_id, item=item, kind=kind, text=text.strip(), is_inner=is_inner,
            by_person_id=item.person_id if is_sender else actor.person_id, created_at=clock.now(),
        )  # fmt: skip


def reader_of(actor: Actor) -> Reader:
    """The officer with the units of the posts held today."""
    units = {one.unit_id for one in institutions.people_in(actor.workplace) if one.person_id == actor.who}
    return Reader(actor.who, actor.roles, frozenset(unit for unit in units if unit is not None))


def is_own(actor: Actor, item: Item) -> bool:
    """Whether the officer said it himself, as whichever of his two ids: nobody handles his own."""
    if item.person_id is None:
        return False
    natural = identity.natural_people([item.person_id, actor.who])
    return natural[item.person_id] == natural[actor.who]


def terms_of(institution_id: UUID) -> Terms | None:
    """How soon an institution answers: by its own terms, else by those of the authority."""
    own = Terms.objects.filter(institution_id=institution_id).first()
    if own is not None:
        return own
    above = institutions.authority()
    return Terms.objects.filter(institution_id=above).first() if above else None


def start_clock(item: Item, *, further: bool = False, now: datetime | None = None) -> None:
    """Begin to count, in the working time of where the item lies; raises FeedbackError where no terms are set."""
    terms = terms_of(item.institution_id)
    if terms is None:
        raise FeedbackError("feedback.not_yet")
    start = now or clock.now()
    work = institutions.working_time(item.institution_id)
    due = work.add(start, Span(terms.further_days if further else terms.days, "working_days"))
    item.clock_from, item.due_at = start, due
    item.clock_minutes = minutes(work, start, due)
    item.left_minutes, item.late_told_at, item.late_reason = None, None, ""


def minutes(work: WorkingTime, start: datetime, end: datetime) -> int:
    """Working time between two instants, in whole minutes."""
    return int(work.elapsed(start, end).total_seconds() // 60)


def is_late(item: Item) -> bool:
    """Whether the institution should have answered by now."""
    return item.state == "open" and item.due_at < clock.now()


def note_act(item: Item, actor: Actor, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The journal row of an act; it never holds what was said."""
    identity.record(actor, item_thing(item), before=before, after=after)
