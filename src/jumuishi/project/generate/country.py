"""Made-up institutions beside the demonstration's own: each a copy of one of those, with staff and offerings."""

from dataclasses import dataclass, replace
from uuid import UUID

from jumuishi.identity.models import Person
from jumuishi.institutions.models import Appointment, Institution
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.text import fold
from jumuishi.services import public as services
from jumuishi.services.models import Offering
from jumuishi.services.types import OfferingRef

# The demonstration's main council is copied most.
MAIN, EVERY = "mfano", 6


@dataclass(frozen=True)
class Home:
    """An institution that gets cases: what of its model's ids its own copies have instead."""

    id: UUID
    model: UUID
    instead: dict[UUID, UUID]


def models() -> list[tuple[UUID, list[OfferingRef]]]:
    """The demonstration's institutions that offer services, the main one first."""
    rows = list(Institution.objects.filter(state="approved").exclude(slug__startswith="kuigiza-").order_by("asked_at"))
    rows.sort(key=lambda one: one.slug != MAIN)
    published = {one.id: _published(one.id) for one in rows}
    return [(one.id, published[one.id]) for one in rows if published[one.id]]


def _published(institution_id: UUID) -> list[OfferingRef]:
    rows = Offering.objects.filter(institution_id=institution_id, state=Offering.State.PUBLISHED)
    return list(services.offerings(rows.values_list("id", flat=True)).values())


def homes(count: int) -> list[Home]:
    """So many institutions that get cases, the demonstration's own first; made where they are not there yet."""
    known = [one for one, _ in models()]
    found = [Home(one, one, {}) for one in known[:count]]
    for n in range(len(found), count):
        model = known[0] if n % EVERY else known[n // EVERY % len(known)]
        found.append(_home(model, n))
    return found


def _home(model_id: UUID, n: int) -> Home:
    slug, model, now = f"kuigiza-{n:03d}", Institution.objects.get(id=model_id), clock.now()
    row = Institution.objects.filter(slug=slug).first()
    if row is None:
        name = {"sw": f"{model.name['sw']} ya Kuigiza {n}", "en": f"{model.name['en']}, made-up {n}"}
        row = Institution.objects.create(
            id=new_id(), kind=model.kind, slug=slug, name=name, folded=fold(" ".join(name.values())),
            domain=f"{slug}.example", state=Institution.State.APPROVED, first_by=model.first_by,
            second_by=model.second_by, hours=model.hours, asked_at=now, decided_at=now,
        )  # fmt: skip
        _staff(model_id, row.id)
        _offer(model_id, row.id)
    return replace(Home(row.id, model_id, {}), instead=_instead(model_id, row.id))


def _staff(model_id: UUID, home_id: UUID) -> None:
    posts = list(Appointment.objects.filter(institution_id=model_id).order_by("created_at", "id"))
    people = [Person(id=new_id(), name=one.person_name, created_at=one.created_at) for one in posts]
    Person.objects.bulk_create(people)
    for post, person in zip(posts, people, strict=True):
        post.id, post.institution_id, post.person_id, post.unit_id = new_id(), home_id, person.id, None
    Appointment.objects.bulk_create(posts)


def _offer(model_id: UUID, home_id: UUID) -> None:
    rows = list(Offering.objects.filter(institution_id=model_id, state=Offering.State.PUBLISHED))
    for one in rows:
        one.id, one.institution_id = new_id(), home_id
    Offering.objects.bulk_create(rows)


def _instead(model_id: UUID, home_id: UUID) -> dict[UUID, UUID]:
    """The model's ids of institution, staff and offerings, and those of the copy."""
    theirs, ours = (
        dict(Appointment.objects.filter(institution_id=one).values_list("person_name", "person_id"))
        for one in (model_id, home_id)
    )
    found = {person: ours[name] for name, person in theirs.items() if name in ours}
    own = {one.service: one.id for one in Offering.objects.filter(institution_id=home_id)}
    offered = Offering.objects.filter(institution_id=model_id, state=Offering.State.PUBLISHED)
    return {model_id: home_id, **found, **{one.id: own[one.service] for one in offered if one.service in own}}
