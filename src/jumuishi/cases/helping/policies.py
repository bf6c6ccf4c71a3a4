"""Who may ask to help, see a mark, end a consent, agree with agents."""

from uuid import UUID

from jumuishi.cases.helping.models import Agreement, Mandate
from jumuishi.cases.policies import HEADS
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing


def mandate_thing(row: Mandate, home: UUID | None = None) -> Thing:
    """A consent: its owner's, and (`home`) known to the institution that offers the service."""
    return Thing("mandate", row.id, home, row.owner_id)


def agreement_thing(row: Agreement) -> Thing:
    """An agreement: the institution's that offers."""
    return Thing("agreement", row.id, row.institution_id)


@identity.policy("cases.mandate.ask")
def ask_mandate(actor: Actor, thing: Thing) -> bool:  # noqa: ARG001  # the shape of every rule
    """Whoever is known; as what, how far and for how much is the action's to check."""
    return actor.person_id is not None and actor.kind in (ActorKind.PERSON, ActorKind.OFFICER)


@identity.policy("cases.mandate.witness")
def witness_mandate(actor: Actor, thing: Thing) -> bool:
    """An officer of the counter at which the mark was put; that it is a second person is the action's to check."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing)


@identity.policy("cases.mandate.end")
def end_mandate(actor: Actor, thing: Thing) -> bool:
    """The owner at any time, for others; the platform, by the clock. A helper lets go by an act of one's own."""
    return identity.is_owner(actor, thing) or identity.is_system(actor, thing)


@identity.policy("cases.agreement.keep")
def keep_agreement(actor: Actor, thing: Thing) -> bool:
    """Whoever answers for the institution that offers."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing) and actor.has(*HEADS)


@identity.policy("cases.case.supply")
def supply_case(actor: Actor, thing: Thing) -> bool:
    """Officers of the institution to whose counter the file was promised."""
    return actor.kind is ActorKind.OFFICER and identity.is_of_institution(actor, thing)
