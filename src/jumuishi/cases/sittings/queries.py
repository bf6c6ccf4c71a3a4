"""Reads: bodies, their sittings, agendas, and who may take part in what; bulk first."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from jumuishi.cases import engine
from jumuishi.cases.models import Task
from jumuishi.cases.policies import HEADS
from jumuishi.cases.sittings.models import Body, Item, Sitting
from jumuishi.cases.sittings.rules import chair_of, secretary_of
from jumuishi.cases.sittings.seats import seats_on
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.services import public as services

OPEN = (Item.State.AGENDA, Item.State.RECORDED)
MOST_ITEMS = 100


def committees_at(institution_id: UUID) -> dict[str, dict[str, str]]:
    """Its committees by what it offers, and those that running cases of an earlier edition still wait for."""
    found = services.committees_of(institution_id)
    rows = Task.objects.filter(institution_id=institution_id, state=Task.State.OPEN, kind="sitting")
    for role, edition in rows.values_list("role", "case__edition_hash").distinct().order_by():
        if role not in found:
            found[role] = dict(services.definition(edition).package.roles[role].name)
    return found


def bodies_of(actor: Actor) -> dict[str, dict[str, str]]:
    """The committees of the actor's institution that the actor has a part in, with their names."""
    every = committees_at(actor.workplace)
    if actor.has(*HEADS):
        return every
    return {role: name for role, name in every.items() if actor.has(role, chair_of(role), secretary_of(role))}


def figures_of(institution_id: UUID, role: str) -> dict[str, Any]:
    """A body's figures as they were entered; empty where nobody did."""
    found = Body.objects.filter(institution_id=institution_id, role=role).values_list("figures", flat=True).first()
    return dict(found or {})


def sittings_of(actor: Actor, roles: Iterable[str]) -> QuerySet[Sitting]:
    """Sittings of these bodies, the newest first, with how much is on the agenda."""
    rows = Sitting.objects.filter(institution_id=actor.workplace, role__in=list(roles))
    on = ~Q(items__state=Item.State.LEFT_OUT)
    return rows.annotate(n=Count("items", filter=on)).order_by("-starts_at", "id")


def sitting_of(actor: Actor, sitting_id: UUID) -> Sitting | None:
    """One of the actor's institution."""
    return Sitting.objects.filter(institution_id=actor.workplace, id=sitting_id).first()


def waiting_by_role(institution_id: UUID, roles: Iterable[str]) -> dict[str, int]:
    """How much waits for each body, on an agenda or not."""
    rows = Task.objects.filter(
        institution_id=institution_id, state=Task.State.OPEN, kind="sitting", role__in=list(roles)
    )
    return dict(rows.values_list("role").annotate(n=Count("id")).order_by("role"))


def figures_by_role(institution_id: UUID, roles: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The figures of several bodies, one query."""
    rows = Body.objects.filter(institution_id=institution_id, role__in=list(roles))
    return dict(rows.values_list("role", "figures"))


def items_of(sitting: Sitting) -> list[Item]:
    """What lies on its agenda, in order; what was left out comes last."""
    rows = Item.objects.filter(institution_id=sitting.institution_id, sitting=sitting)
    return sorted(rows, key=lambda one: (one.state == Item.State.LEFT_OUT, one.position))


def waiting_tasks(institution_id: UUID, role: str) -> QuerySet[Task]:
    """Open tasks of a body that lie on no agenda yet, by what falls due first."""
    taken = Item.objects.filter(institution_id=institution_id, state__in=OPEN).values("thing_id")
    rows = Task.objects.filter(institution_id=institution_id, state=Task.State.OPEN, kind="sitting", role=role)
    return rows.exclude(id__in=taken).select_related("case").order_by("due_at", "id")


def seats_of(sitting: Sitting) -> dict[UUID, str]:
    """Members on the day of the sitting, by name."""
    zone = ZoneInfo(institutions.working_time(sitting.institution_id).zone)
    day = sitting.starts_at.astimezone(zone).date()
    return seats_on(sitting.institution_id, sitting.role, day)


def presiding(sitting: Sitting, present: Iterable[UUID]) -> set[UUID]:
    """Which of those present may preside: chair or deputy; any member where none of them came."""
    zone = ZoneInfo(institutions.working_time(sitting.institution_id).zone)
    day = sitting.starts_at.astimezone(zone).date()
    chairs = set(institutions.members_on(sitting.institution_id, chair_of(sitting.role), day))
    here = set(present)
    return (here & chairs) or here


def barred_members(items: Sequence[Item], members: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """For each item the members whom the definition or their side of the case keeps out; two queries."""
    wanted = list(members)
    tasks = {one.id: one for one in Task.objects.filter(id__in=[i.thing_id for i in items]).select_related("case")}
    states = {key: engine.state_of(task.case) for key, task in tasks.items()}
    kept = {key: engine.people_kept(tasks[key].case, state) for key, state in states.items()}
    natural_of = identity.natural_people([*wanted, *(one for people in kept.values() for one in people.values())])
    found: dict[UUID, set[UUID]] = {}
    for item in items:
        task = tasks.get(item.thing_id)
        if task is None:
            continue
        ids = engine.known_by(kept[task.id], natural_of, wanted)
        barred = engine.barred_from(engine.frame_of(task.case), states[task.id], task)
        found[item.id] = {person for person, known in ids.items() if known in barred}
    return found


def next_of(case_id: UUID, institution_id: UUID) -> Item | None:
    """Where a case lies on an agenda now."""
    rows = Item.objects.filter(institution_id=institution_id, case_id=case_id, state__in=OPEN)
    return rows.select_related("sitting").first()


def decided_of(case_id: UUID) -> list[Item]:
    """What sittings made of a case, the newest first, as far as the principal may see it."""
    rows = Item.objects.filter(case_id=case_id, state__in=[Item.State.DECIDED, Item.State.DEFERRED])
    return list(rows.order_by("-confirmed_at"))
