"""Reads: consents that stand, what was done under them, agreements."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from jumuishi.cases.helping.models import Agreement, Mandate, Outlet
from jumuishi.cases.helping.rules import Post
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.text import fold
from jumuishi.services import public as services
from jumuishi.services.types import OfferingRef

SYSTEM = tenancy.Principal.system()


def _by(actor: Actor) -> Q:
    """What the actor asked for in the post that they act in; somebody at home outside of any."""
    home = actor.institution_id if actor.kind is ActorKind.OFFICER else None
    return Q(helper_id=actor.person_id, institution_id=home, ended_at=None)


def standing(actor: Actor) -> QuerySet[Mandate]:
    """The consents under which the actor may act now; the same question as the row policies ask."""
    return Mandate.objects.filter(_by(actor), given_at__isnull=False, until_at__gt=clock.now())


def acting_for(actor: Actor, mandate_id: UUID | None, owner: UUID) -> Actor:
    """The actor, openly acting for the owner where such a consent stands; else the actor alone."""
    if mandate_id is None or owner == actor.person_id or actor.person_id is None:
        return actor
    is_let = standing(actor).filter(id=mandate_id, owner_id=owner).exists()
    return actor.helping(owner) if is_let else actor


def of_helper(actor: Actor) -> QuerySet[Mandate]:
    """What the actor asked for and has not ended, newest first."""
    return Mandate.objects.filter(_by(actor)).order_by("-asked_at", "-id")


def mandate_of(actor: Actor, mandate_id: UUID) -> Mandate | None:
    """One of these."""
    return of_helper(actor).filter(id=mandate_id).first()


def together(row: Mandate) -> list[Mandate]:
    """All that was asked for with it in one breath and has not ended; itself alone where nothing was."""
    if row.together is None:
        return [row]
    return list(Mandate.objects.filter(together=row.together, ended_at=None).order_by("id"))


def to_witness(actor: Actor) -> QuerySet[Mandate]:
    """Marks at the actor's counter that a second officer is to see, oldest first; not one's own."""
    rows = Mandate.objects.filter(
        institution_id=actor.workplace, proof=Mandate.Proof.MARK, given_at=None, ended_at=None
    )
    return rows.exclude(helper_id=actor.who).order_by("asked_at", "id")


def phone_of(actor: Actor) -> str:
    """The actor's own proved phone; empty for a guest."""
    known = identity.person(actor.person_id) if actor.person_id is not None else None
    return known.phone if known is not None else ""


def of_owner(actor: Actor, phone: str = "") -> QuerySet[Mandate]:
    """What was consented to by the actor, or said so of the phone; newest first. As the system.

    `phone` is the one that the actor holds just now; the proved one where it is not said.
    """
    phone = phone or phone_of(actor)
    mine = Q(owner_id=actor.person_id) if actor.person_id is not None else Q(pk=None)
    # Of a mark nobody proved whose the phone is: its holder sees that it was said, and may say that it is not so.
    said = Q(owner_phone=phone, proof=Mandate.Proof.MARK) if phone else Q(pk=None)
    return Mandate.objects.filter(mine | said, given_at__isnull=False).order_by("-asked_at", "-id")


def mandate_under(mandate_id: UUID | None) -> Mandate | None:
    """The consent under which a case was begun, for whoever may see the case; read as the system."""
    if mandate_id is None:
        return None
    with tenancy.acting_as(SYSTEM):
        return Mandate.objects.filter(id=mandate_id).first()


def agreed_on(day: date, at: str = "") -> Q:
    """Agreements that two people let stand on a day; `at` where the row in question belongs to one."""
    said = {"approved_at__isnull": False, "ended_at": None, "from_on__lte": day}
    until = Q(**{f"{at}until_on": None}) | Q(**{f"{at}until_on__gte": day})
    return Q(**{f"{at}{key}": value for key, value in said.items()}) & until


def to_approve(actor: Actor) -> int:
    """How many agreements wait for the actor as the second person."""
    rows = Agreement.objects.filter(institution_id=actor.workplace, approved_at=None, ended_at=None)
    return rows.exclude(made_by=actor.who).count()


def under_agreement(row: Agreement) -> list[Mandate]:
    """Consents that the agent's staff ask for or have, and that no other agreement covers once this one has ended."""
    with tenancy.acting_as(SYSTEM):
        rows = Agreement.objects.filter(
            agreed_on(institutions.today()), institution_id=row.institution_id, agent_id=row.agent_id
        )
        left = set(rows.exclude(id=row.id).values_list("service", flat=True))
        offered = {one.id: one.service for one in services.offerings_of(row.institution_id)}
        bare = [key for key, name in offered.items() if row.service in ("", name) and not left & {"", name}]
        open_ones = Mandate.objects.filter(
            kind=Mandate.Kind.AGENT, institution_id=row.agent_id, offering_id__in=bare, ended_at=None
        )
        return list(open_ones.select_for_update())


def outlets_on(day: date, text: str = "", offering: OfferingRef | None = None) -> QuerySet[Outlet]:
    """Where agents are found whose agreements stand on a day, by place; of one service if asked. As the system."""
    rows = Outlet.objects.filter(agreed_on(day, "agreement__")).select_related("agreement")
    if offering is not None:
        rows = rows.filter(institution_id=offering.institution_id, agreement__service__in=("", offering.service))
    for word in fold(text).split()[:4]:
        rows = rows.filter(search__contains=word)
    return rows.order_by("search", "id")


class Place:
    """Where an officer helps from: with what roles, under which agreements; two questions for all services."""

    def __init__(self, actor: Actor) -> None:
        here, today = institutions.institution(actor.workplace), institutions.today()
        self.home = actor.workplace
        self.is_executive = here is not None and here.kind != "company" and actor.has(*settings.EXECUTIVE_ROLES)
        rows = Agreement.objects.filter(agreed_on(today), agent_id=actor.workplace).order_by("approved_at")
        self.most = {(home, service): most for home, service, most in rows.values_list(
            "institution_id", "service", "most"
        )}  # fmt: skip

    def post(self, home: UUID, service: str) -> Post:
        """Towards a service of an institution; what was agreed for the one service goes before what was for all."""
        most = self.most.get((home, service), self.most.get((home, "")))
        return Post(self.home == home, self.is_executive, most)
