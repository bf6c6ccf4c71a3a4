"""Reads: bodies, who sits in them today, which orders are in force."""

from datetime import date
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.meetings.bodies.types import SEATED
from jumuishi.meetings.models import Body, Contact, Edition, Member
from jumuishi.meetings.orders.reading import read
from jumuishi.meetings.orders.shape import ROLES
from jumuishi.meetings.orders.types import Orders
from jumuishi.meetings.terms import NOTHING, in_office

SYSTEM = tenancy.Principal.system()


def bodies_of(institution_id: UUID, text: str = "") -> QuerySet[Body]:
    """An institution's bodies that have not ended, by name, with `filled` seats and whether orders are in force."""
    today = institutions.today()
    rows = Body.objects.filter(institution_id=institution_id, ended_at=None)
    if text:
        rows = rows.filter(Q(name__sw__icontains=text) | Q(name__en__icontains=text))
    agreed = Edition.objects.filter(
        institution_id=institution_id, body=OuterRef("pk"), state=Edition.State.AGREED, from_on__lte=today
    )
    sits = Q(members__role__in=SEATED) & in_office(today, "members__")
    return rows.annotate(filled=Count("members", filter=sits), has_orders=Exists(agreed)).order_by("name__sw", "id")


def body_of(actor: Actor, body_id: UUID) -> Body | None:
    """A body of the institution that the actor works in, ended or not."""
    return (
        Body.objects.filter(id=body_id, institution_id=actor.workplace).select_related("parent").first()
        if actor.institution_id
        else None
    )


def members_of(body: Body, day: date | None = None) -> QuerySet[Member]:
    """Who sits in it on a day (today), the chair first, then by role and name."""
    rows = Member.objects.filter(in_office(day or institutions.today()), institution_id=body.institution_id, body=body)
    place = Case(*(When(role=role, then=n) for n, role in enumerate(ROLES)), default=len(ROLES))
    return rows.order_by(place, "name", "id")


def all_members(body: Body) -> QuerySet[Member]:
    """Who ever sat in it, the latest term first."""
    return Member.objects.filter(institution_id=body.institution_id, body=body).order_by("-from_on", "name", "id")


def contacts_of(members: list[Member]) -> dict[UUID, Contact]:
    """How members are reached, by the member's id: the office's alone to see."""
    return {one.member_id: one for one in Contact.objects.filter(member__in=members)}


def vacancies(body: Body, day: date | None = None) -> int | None:
    """How many seats are empty on a day; None where the number of seats is not entered."""
    if body.seats is None:
        return None
    return max(body.seats - members_of(body, day).filter(role__in=SEATED).count(), 0)


def editions_of(body: Body) -> QuerySet[Edition]:
    """All editions of its orders, the newest first."""
    return Edition.objects.filter(institution_id=body.institution_id, body=body).order_by("-number")


def edition_on(body: Body, day: date | None = None) -> Edition | None:
    """The edition in force on a day (today)."""
    rows = editions_of(body).filter(state=Edition.State.AGREED, from_on__lte=day or institutions.today())
    return rows.order_by("-from_on", "-number").first()


def orders_of(edition: Edition | None) -> Orders:
    """The orders of an edition; of none, orders that say nothing, by which everything is refused by name."""
    return read(edition.definition) if edition is not None else NOTHING


def orders_on(body: Body, day: date | None = None) -> tuple[Edition | None, Orders]:
    """The edition in force on a day (today), and what it says."""
    edition = edition_on(body, day)
    return edition, orders_of(edition)


def _myself(person_id: UUID) -> set[UUID]:
    """A person's ids: a citizen's phone and an officer's account may be one natural person's."""
    return {person_id, identity.natural_people([person_id])[person_id]}


def memberships_of(person_id: UUID) -> list[Member]:
    """Where a person sits today, with the bodies; read as the system, for members own no rows."""
    with tenancy.acting_as(SYSTEM):
        rows = Member.objects.filter(
            in_office(institutions.today()), person_id__in=_myself(person_id), body__ended_at=None
        )
        return list(rows.select_related("body").order_by("body__name__sw", "id"))


def member_of(actor: Actor, body_id: UUID) -> Member | None:
    """The actor's own seat in a body today, as a citizen or at work."""
    if actor.person_id is None:
        return None
    return next((one for one in memberships_of(actor.person_id) if one.body_id == body_id), None)


def claimable(person_id: UUID) -> list[Member]:
    """Seats without a person whose phone is this person's proved one."""
    me = identity.person(person_id)
    if me is None or not me.phone:
        return []
    with tenancy.acting_as(SYSTEM):
        rows = Member.objects.filter(
            in_office(institutions.today()), person_id=None, contact__phone=me.phone, body__ended_at=None
        )
        return list(rows.select_related("body").order_by("body__name__sw", "id"))
