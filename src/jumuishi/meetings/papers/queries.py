"""Reads: what was asked, what came, what a member may read."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, scanning
from jumuishi.meetings.models import Meeting, Member
from jumuishi.meetings.papers.models import Ask, Pack, Paper
from jumuishi.meetings.papers.policies import units_of
from jumuishi.meetings.sitting.places import state_of


def papers_of(meeting: Meeting) -> list[Paper]:
    """Papers that stand, in the order of the agenda and of their coming; without their texts."""
    rows = Paper.objects.filter(institution_id=meeting.institution_id, item__meeting=meeting, replaced_at=None)
    return list(rows.select_related("item").defer("texts").order_by("item__position", "at", "id"))


def asks_of(meeting: Meeting) -> list[Ask]:
    """What was asked for a meeting, what is due first at the top."""
    rows = Ask.objects.filter(institution_id=meeting.institution_id, item__meeting=meeting)
    return list(rows.select_related("item").order_by("due_at", "at"))


def asked_of(actor: Actor) -> QuerySet[Ask]:
    """What the actor, or a unit of the actor's, was asked for and has not given; what is due first at the top."""
    mine = Q(asked_id=actor.person_id) | Q(unit_id__in=units_of(actor))
    rows = Ask.objects.filter(institution_id=actor.workplace, given_at=None).filter(mine)
    rows = rows.filter(item__meeting__state__in=(Meeting.State.PLANNED, Meeting.State.CALLED))
    return rows.select_related("item__meeting__body").order_by("due_at", "id")


def is_late(ask: Ask, now: datetime | None = None) -> bool:
    """Whether a paper is past its day and has not come."""
    return ask.given_at is None and ask.due_at < (now or clock.now())


def barred_items(meeting: Meeting, member: Member) -> set[UUID]:
    """Closed items that the member has declared an interest in, or is out for: their papers are not for this member."""
    state, me = state_of(meeting), str(member.id)
    declared = {one["item"] for one in state.interests if one["member"] == me}
    out = {item for item, members in state.recused.items() if me in members}
    return {UUID(one) for one in declared | out}


def readable(papers: Iterable[Paper], meeting: Meeting, member: Member) -> list[Paper]:
    """What a member may read: all that is bound, closed ones without those whose item the member has an interest in."""
    barred = barred_items(meeting, member)
    return [one for one in papers if one.labels and not (one.item.is_closed and one.item_id in barred)]


def open_to_all(meeting: Meeting) -> QuerySet[Paper]:
    """What the public may read of a meeting, in the order of the agenda; asked as a visitor, so that the wall agrees.

    While the session is closed for an item its papers are away too.
    """
    state = state_of(meeting)
    rows = Paper.objects.filter(
        institution_id=meeting.institution_id, item__meeting=meeting, item__is_closed=False, is_open=True,
        replaced_at=None,
    ).exclude(labels=[])  # fmt: skip
    if meeting.called_at is None or meeting.state == Meeting.State.CANCELLED or not meeting.is_public:
        return rows.none()
    if state.item and (state.is_closed or meeting.is_closed_now):
        rows = rows.exclude(item_id=state.item)
    return rows.select_related("item").defer("texts").order_by("item__position", "at", "id")


def pack_of(meeting: Meeting) -> Pack | None:
    """The pack, once it was bound."""
    return Pack.objects.filter(institution_id=meeting.institution_id, meeting=meeting).first()


def unscanned() -> list[tuple[UUID, UUID]]:
    """Papers that nobody looked through yet, oldest first: each with its file."""
    rows = Paper.objects.filter(scan=scanning.UNSCANNED).order_by("at")
    return list(rows.values_list("id", "file_id")[:50])
