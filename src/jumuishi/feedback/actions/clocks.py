"""What happens by itself: an answer that is late is told to the head, a question that nobody answers comes back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jumuishi.feedback import messages
from jumuishi.feedback.actions.sender import run_on
from jumuishi.feedback.actions.things import SYSTEM, item_thing, keep, locked, note_act, write_entry
from jumuishi.feedback.models import Item
from jumuishi.feedback.types import State
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy


@identity.action("feedback.clock.turn")
def turn_clock(*, actor: Actor, item_id: UUID) -> None:
    """Do what is due: once for each due time."""
    item = locked(item_id)
    identity.must(actor, "feedback.clock.turn", item_thing(item))
    now, done = clock.now(), "nothing"
    if item.due_at <= now and item.state == State.ASKED:
        done = "unanswered"
        run_on(item)
        write_entry(item, actor, "silent")
        keep(item)
    elif item.due_at <= now and item.state == State.OPEN and item.late_told_at is None:
        done = "late"
        item.late_told_at = now
        keep(item)
        messages.tell_head(item)
    note_act(item, actor, {}, {"clock": done})


@identity.action("feedback.clock.reckon")
def reckon_anew(*, actor: Actor, item_id: UUID) -> None:
    """Count the due time again after a day off was announced or hours changed."""
    item = locked(item_id)
    identity.must(actor, "feedback.clock.turn", item_thing(item))
    before, work = item.due_at, institutions.working_time(item.institution_id)
    if item.state == State.OPEN and item.late_told_at is None:
        item.due_at = work.add_work(item.clock_from, clock.seconds(60 * item.clock_minutes))
        if item.due_at != before:
            keep(item)
    note_act(item, actor, {"due": before}, {"due": item.due_at})


@identity.action("feedback.item.release")
def release(*, actor: Actor, item_id: UUID) -> None:
    """Whoever had it has left: it is the desk's again."""
    item = locked(item_id)
    identity.must(actor, "feedback.clock.turn", item_thing(item))
    before = {"owner": item.owner_id}
    item.owner_id = None
    keep(item)
    note_act(item, actor, before, {"owner": None})


def due_items(now: datetime, limit: int = 5_000) -> list[UUID]:
    """Items of which a clock has run out and nobody was told yet."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        rows = Item.objects.filter(state__in=[State.OPEN, State.ASKED], late_told_at=None, due_at__lte=now)
        return list(rows.order_by("due_at").values_list("id", flat=True)[:limit])
