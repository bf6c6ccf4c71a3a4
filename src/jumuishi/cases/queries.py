"""Reads: inboxes, cases, tracking. Each names its tenant, so that an index serves it under the row policies."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jumuishi.cases.models import Attachment, Case, Draft, Find, Note, Task
from jumuishi.identity.types import Actor
from jumuishi.kernel.text import fold

PAGE = 25


def inbox(actor: Actor, *, view: str = "mine", text: str = "", stage: str = "", now: datetime) -> QuerySet[Task]:
    """Open tasks of the actor's institution by what falls due first.

    `view`: mine (assigned to me, or to nobody and of a role that I hold), free (assigned to nobody),
    late, today, all.
    """
    rows = Task.objects.filter(institution_id=actor.workplace, state=Task.State.OPEN).select_related("case")
    if view == "mine":
        rows = rows.filter(Q(assignee_id=actor.person_id) | Q(assignee_id__isnull=True, role__in=sorted(actor.roles)))
    elif view == "free":
        rows = rows.filter(assignee_id__isnull=True)
    elif view == "late":
        rows = rows.filter(due_at__lt=now)
    elif view == "today":
        rows = rows.filter(due_at__gte=now, due_at__lt=now + timedelta(hours=24))
    if stage:
        rows = rows.filter(stage=stage)
    for word in fold(text).split()[:4]:
        rows = rows.filter(
            case_id__in=Find.objects.filter(institution_id=actor.workplace, token__startswith=word).values("case")
        )
    return rows.order_by("due_at", "id")


def load(actor: Actor, *, now: datetime) -> dict[str, int]:
    """The day in four numbers, one query: late, due within a day, later, waiting for applicants."""
    mine = Q(institution_id=actor.workplace, state=Task.State.OPEN)
    day = now + timedelta(hours=24)
    found: dict[str, Any] = Task.objects.filter(mine).aggregate(
        late=Count("id", filter=Q(due_at__lt=now)),
        today=Count("id", filter=Q(due_at__gte=now, due_at__lt=day)),
        later=Count("id", filter=Q(due_at__gte=day) | Q(due_at__isnull=True)),
    )
    return {key: int(value) for key, value in found.items()}


def case_for(case_id: UUID) -> Case | None:
    """The case, if the principal may see it."""
    return Case.objects.filter(id=case_id).first()


def tasks_of(case: Case) -> list[Task]:
    """All tasks of a case that the principal may see, oldest first."""
    return list(Task.objects.filter(case=case).order_by("opened_at", "id"))


def notes_of(case: Case) -> list[Note]:
    """Messages between office and applicant, oldest first."""
    return list(Note.objects.filter(institution_id=case.institution_id, case=case).order_by("created_at"))


def attachments_of(case: Case) -> list[Attachment]:
    """Files of a case."""
    return list(Attachment.objects.filter(case_id=case.id).order_by("created_at"))


def draft_files(draft: Draft) -> list[Attachment]:
    """What was handed in with a draft."""
    return list(Attachment.objects.filter(person_id=draft.person_id, draft_id=draft.id))


def files_like(case: Case, field: str, sha256: str) -> QuerySet[Attachment]:
    """Files of a case with this content that were handed in for a field, newest first."""
    return Attachment.objects.filter(case_id=case.id, field=field, sha256=sha256).order_by("-created_at")


def as_answer(kept: Attachment) -> dict[str, Any]:
    """A file as its field's answer."""
    return {"name": kept.name, "size": kept.size, "sha256": kept.sha256, "type": kept.media_type}


def my_cases(person_id: UUID) -> QuerySet[Case]:
    """A person's cases: those on their way first, then those that ended; the newest first of each."""
    return (
        Case.objects.filter(person_id=person_id)
        .annotate(has_ended=Q(ended_at__isnull=False))
        .order_by("has_ended", "-submitted_at")
    )


def my_drafts(person_id: UUID) -> QuerySet[Draft]:
    """What a person has begun and not submitted, newest first."""
    return Draft.objects.filter(person_id=person_id, case_id__isnull=True).order_by("-saved_at")


def by_reference(reference: str) -> Case | None:
    """The case of a number; meant for the system principal, whose caller shows the stage and nothing else."""
    return Case.objects.filter(reference=reference).first()


def overdue_clocks(now: datetime) -> int:
    """Cases of which a clock has run out and was not acted upon yet, over all institutions that the principal sees."""
    return Case.objects.filter(next_clock_at__lte=now).count()
