"""Reads: inboxes, cases, tracking. Each names its tenant, so that an index serves it under the row policies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jumuishi.cases import search
from jumuishi.cases.models import Attachment, Case, Draft, Find, Hold, Note, Task
from jumuishi.identity.types import Actor
from jumuishi.institutions.types import Team
from jumuishi.kernel import bounded
from jumuishi.kernel.text import fold, number_in

PAGE = 25
LOOKED_AT = 50
WAITING = (Case.Waits.APPLICANT, Case.Waits.PAYMENT)


@dataclass(frozen=True)
class Wanted:
    """What an officer asked the inbox for.

    `view`: unit (mine and my unit's), mine (assigned to me, free and of my roles, or escalated to me), free, all (the
    whole institution's), away (of our cases, with another institution), absent (with
    somebody who is away or gone), cases (every case, closed ones too).
    `due`: late, today, later, waiting (cases that wait for their applicants), or "" for all of them.
    """

    view: str = "unit"
    due: str = ""
    text: str = ""
    stage: str = ""
    service: str = ""


@dataclass(frozen=True)
class Around:
    """With whom an officer works today: the unit, whose roles were lent, who is there, who is away or gone."""

    team: Team | None = None
    lenders: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    present: frozenset[UUID] = frozenset()
    absent: frozenset[UUID] = frozenset()


VIEWS = ("unit", "mine", "free", "all", "away", "absent", "cases")
COUNTED = VIEWS[:6]
DUES = ("late", "today", "later", "waiting")


def _mine(actor: Actor, around: Around) -> list[Q]:
    roles = sorted(actor.roles)
    told = Q(escalated_at__isnull=False) & (Q() if "head" in actor.roles else Q(escalate_role__in=roles))
    # What lies with a colleague who is away is the deputy's, for the roles that were lent.
    lent = [Q(assignee_id=lender, role__in=sorted(roles)) for lender, roles in around.lenders.items()]
    return [Q(assignee_id=actor.person_id), Q(assignee_id__isnull=True, role__in=roles), told, *lent]


def _unit(actor: Actor, around: Around) -> list[Q]:
    mine, team = _mine(actor, around), around.team
    if team is None:
        return mine
    return [*mine, Q(assignee_id__in=team.people), Q(assignee_id__isnull=True, role__in=sorted(team.roles))]


def _parts(actor: Actor, view: str, around: Around) -> list[Q]:
    """The view as conditions of which a task meets one or more; each has an index of its own."""
    here = Q(institution_id=actor.workplace)
    if view in ("mine", "unit"):
        return [here & one for one in (_mine if view == "mine" else _unit)(actor, around)]
    return [
        {
            "free": here & Q(assignee_id__isnull=True),
            "absent": here & Q(assignee_id__in=around.absent),
            "away": Q(home_id=actor.workplace) & ~Q(institution_id=F("home_id")),
        }.get(view, here)
    ]


def _by_due(due: str, now: datetime, tomorrow: datetime) -> Q:
    return {
        "late": Q(due_at__lt=now),
        "today": Q(due_at__gte=now, due_at__lt=tomorrow),
        "later": Q(due_at__gte=tomorrow) | Q(due_at__isnull=True),
    }.get(due, Q())


def words_in(text: str) -> list[str]:
    """What to look for: each word typed, or one number however it is grouped."""
    whole = number_in(text)
    return [whole] if whole else [word[: search.LONGEST] for word in fold(text).split()[:4]]


def _with(actor: Actor, word: str) -> QuerySet[Find, Any]:
    return Find.objects.filter(search.beginning(word), institution_id=actor.workplace).values("case_id")


def found_newest(actor: Actor, wanted: Wanted, before: UUID | None = None) -> QuerySet[Find, UUID]:
    """Ids of the cases that hold every word typed, the newest first in the search's own order.

    At most one more than a list counts. With `before`, those that come behind that case.

    Ids carry their time, so that a name which stands in thousands of cases is not read to its end for a page.
    """
    here = actor.workplace
    rows: QuerySet[Find] = Find.objects.filter(institution_id=here)
    first, *others = search.rarest_first(here, words_in(wanted.text))
    rows = rows.filter(first)
    for word in others:
        rows = rows.filter(Exists(Find.objects.filter(word, institution_id=here, case_id=OuterRef("case_id"))))
    if wanted.service:
        rows = rows.filter(case__service=wanted.service)
    if before is not None:
        rows = rows.filter(case_id__lt=before)
    return rows.order_by("-case_id").values_list("case_id", flat=True).distinct()[: bounded.MOST + 1]


def cases_by_id(ids: Sequence[UUID]) -> list[Case]:
    """The cases of these ids, in their order."""
    rows = Case.objects.in_bulk(ids)
    return [rows[one] for one in ids if one in rows]


def inbox(actor: Actor, wanted: Wanted, *, around: Around, now: datetime, tomorrow: datetime) -> QuerySet[Task]:
    """Open tasks by what falls due first."""
    any_part = reduce(or_, _parts(actor, wanted.view, around))
    rows = _narrowed(actor, Task.objects.filter(any_part), wanted, now=now, tomorrow=tomorrow)
    # The cases of a page are asked for afterwards: joined, the planner sorts all open tasks for it.
    return rows.prefetch_related("case").order_by("due_at", "id")


def inbox_parts(
    actor: Actor, wanted: Wanted, *, around: Around, now: datetime, tomorrow: datetime
) -> list[QuerySet[Task]]:
    """The sets that make up the inbox, which may overlap; to be counted, since one with OR is counted to its end."""
    parts = [Task.objects.filter(one) for one in _parts(actor, wanted.view, around)]
    return [_narrowed(actor, rows, wanted, now=now, tomorrow=tomorrow) for rows in parts]


def _narrowed(
    actor: Actor, rows: QuerySet[Task], wanted: Wanted, *, now: datetime, tomorrow: datetime
) -> QuerySet[Task]:
    rows = rows.filter(_by_due(wanted.due, now, tomorrow), state=Task.State.OPEN)
    if wanted.stage:
        rows = rows.filter(stage=wanted.stage)
    if wanted.service:
        rows = rows.filter(case__service=wanted.service)
    for word in words_in(wanted.text):
        # The words of a case are its own institution's; a review that lies here is found by what its row shows.
        elsewhere = Q(case__reference__startswith=word) | Q(case__title__icontains=word)
        rows = rows.filter(Q(case_id__in=_with(actor, word)) | (~Q(home_id=actor.workplace) & elsewhere))
    return rows


def cases_of(actor: Actor, wanted: Wanted) -> QuerySet[Case]:
    """Cases of the actor's institution: those that wait for applicants by what ends first, or all, newest first."""
    rows = Case.objects.filter(institution_id=actor.workplace, archived_at=None)
    if wanted.service:
        rows = rows.filter(service=wanted.service)
    for word in words_in(wanted.text):
        rows = rows.filter(id__in=_with(actor, word))
    if wanted.due == "waiting":
        return rows.filter(waits__in=WAITING).order_by("next_clock_at", "id")
    return rows.order_by("-submitted_at", "-id")


def is_of_cases(wanted: Wanted) -> bool:
    """Whether the list is one of cases, not of tasks."""
    return wanted.view == "cases" or wanted.due == "waiting"


def cases_in_list(actor: Actor, wanted: Wanted, *, around: Around, now: datetime, tomorrow: datetime) -> QuerySet[Case]:
    """The cases of the actor's own institution that a list shows, each once, in no order."""
    if is_of_cases(wanted):
        return cases_of(actor, wanted).order_by()
    tasks = inbox(actor, wanted, around=around, now=now, tomorrow=tomorrow).order_by()
    return Case.objects.filter(institution_id=actor.workplace, id__in=tasks.values("case_id"))


def load(
    actor: Actor, view: str, *, around: Around, now: datetime, tomorrow: datetime
) -> tuple[dict[str, int], dict[str, int], int]:
    """The day in numbers: by due time within a view, by view, and how many are late without a reason.

    One question; each count goes up to bounded.COUNTED and no further.
    """
    open_ones = Task.objects.filter(state=Task.State.OPEN)
    chosen = [open_ones.filter(one) for one in _parts(actor, "all" if view == "cases" else view, around)]
    found = bounded.counts(
        *([rows.filter(_by_due(due, now, tomorrow)) for rows in chosen] for due in DUES[:3]),
        Case.objects.filter(institution_id=actor.workplace, waits__in=WAITING),
        *([open_ones.filter(part) for part in _parts(actor, one, around)] for one in COUNTED),
        open_ones.filter(institution_id=actor.workplace, due_at__lt=now, late_reason=""),
    )
    return dict(zip(DUES, found[:4], strict=True)), dict(zip(COUNTED, found[4:-1], strict=True)), found[-1]


def stages_at_work(actor: Actor) -> list[tuple[str, dict[str, str]]]:
    """The stages of the open tasks that fall due first, by id with their names; for a filter."""
    first = Task.objects.filter(institution_id=actor.workplace, state=Task.State.OPEN).order_by("due_at", "id")
    one_of = dict(first.values_list("stage", "case_id")[:LOOKED_AT])
    names = dict(Case.objects.filter(id__in=one_of.values()).values_list("id", "stage_name"))
    return [(stage, names[case_id]) for stage, case_id in one_of.items() if case_id in names]


def kept_until_by_day(actor: Actor) -> QuerySet[Case]:
    """Archived cases of the actor's institution by the day on which they are erased; `is_held` with a hold."""
    held = Hold.objects.filter(institution_id=actor.workplace, case=OuterRef("id"), lifted_at=None)
    rows = Case.objects.filter(institution_id=actor.workplace, keep_until__isnull=False)
    return rows.defer("state", "settings").annotate(is_held=Exists(held)).order_by("keep_until", "id")


def holds_of(actor: Actor) -> QuerySet[Hold]:
    """What an institution holds from being erased, the newest first."""
    rows = Hold.objects.filter(institution_id=actor.workplace, lifted_at=None).select_related("case")
    return rows.defer("case__state", "case__settings").order_by("-put_at", "-id")


def case_for(case_id: UUID) -> Case | None:
    """The case, if the principal may see it."""
    return Case.objects.filter(id=case_id).first()


def tasks_of(case: Case) -> list[Task]:
    """All tasks of a case that the principal may see, oldest first."""
    return list(Task.objects.filter(case=case).order_by("opened_at", "id"))


def open_tasks_here(actor: Actor, case: Case) -> list[Task]:
    """Open tasks of a case that lie with the actor's institution, by what falls due first."""
    rows = Task.objects.filter(case=case, institution_id=actor.workplace, state=Task.State.OPEN)
    return list(rows.order_by("due_at", "id"))


def notes_of(case: Case) -> list[Note]:
    """Messages between office and applicant, oldest first."""
    return list(Note.objects.filter(institution_id=case.institution_id, case=case).order_by("created_at"))


def attachments_of(case: Case) -> list[Attachment]:
    """Files of a case."""
    return list(Attachment.objects.filter(institution_id=case.institution_id, case_id=case.id).order_by("created_at"))


def draft_files(draft: Draft) -> list[Attachment]:
    """What was handed in with a draft."""
    return list(Attachment.objects.filter(person_id=draft.person_id, draft_id=draft.id))


def files_like(case: Case, field: str, sha256: str) -> QuerySet[Attachment]:
    """Files of a case with this content that were handed in for a field, newest first."""
    rows = Attachment.objects.filter(institution_id=case.institution_id, case_id=case.id)
    return rows.filter(field=field, sha256=sha256).order_by("-created_at")


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
