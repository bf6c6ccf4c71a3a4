"""Reads: what was asked of a meeting, what waits for an officer, what a member may see."""

from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.meetings.models import Meeting, Member
from jumuishi.meetings.papers.queries import barred_items
from jumuishi.meetings.questions.models import Question


def of_meeting(meeting: Meeting) -> QuerySet[Question]:
    """All questions, what waits first, then in the order of the agenda."""
    rows = Question.objects.filter(institution_id=meeting.institution_id, meeting=meeting)
    return rows.select_related("item", "member").order_by("answered_at", "item__position", "at", "id")


def waiting_for(actor: Actor) -> QuerySet[Question]:
    """What the actor owns and has not answered, of meetings that are not cancelled; the next meeting's first."""
    rows = Question.objects.filter(institution_id=actor.workplace, owner_id=actor.who, answered_at=None)
    rows = rows.exclude(meeting__state=Meeting.State.CANCELLED)
    return rows.select_related("item", "meeting__body").order_by("meeting__starts_at", "at", "id")


def seen_by(meeting: Meeting, member: Member) -> QuerySet[Question]:
    """The member's own, and what was answered for all, but of closed items that the member has an interest in."""
    rows = of_meeting(meeting).filter(Q(member=member) | Q(is_for_all=True, answered_at__isnull=False))
    return rows.exclude(item__is_closed=True, item_id__in=barred_items(meeting, member))


def day_of(meeting: Meeting, zone: str) -> datetime:
    """When the day of a meeting begins where it is held."""
    here = ZoneInfo(zone)
    return datetime.combine(meeting.starts_at.astimezone(here).date(), time(0), here)


def counts(meeting: Meeting) -> tuple[int, int]:
    """(all, without an answer)."""
    found = list(of_meeting(meeting).values_list("answered_at", flat=True))
    return len(found), found.count(None)


def is_late(question: Question, day: datetime) -> bool:
    """Whether the day of its meeting has come and it has no answer."""
    return question.answered_at is None and clock.now() >= day


def one_of(institution_id: UUID, question_id: UUID) -> Question | None:
    """A question of an institution, with its meeting and item."""
    rows = Question.objects.select_related("meeting__body", "item", "member")
    return rows.filter(institution_id=institution_id, id=question_id).first()
