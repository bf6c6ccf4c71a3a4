"""Who may do what to what people said. Whom an item itself keeps out is rules.may_read's, and the database's."""

from jumuishi.feedback import rules
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing


@identity.policy("feedback.item.say")
def say(actor: Actor, thing: Thing) -> bool:  # noqa: ARG001  # the shape of every rule
    """Anybody, also without a name."""
    return actor.kind is ActorKind.PERSON


@identity.policy("feedback.item.follow")
def follow(actor: Actor, thing: Thing) -> bool:
    """The person who said it; of a nameless sender the action asks for the code."""
    return identity.is_owner(actor, thing) or (thing.person_id is None and actor.kind is ActorKind.PERSON)


@identity.policy("feedback.item.handle")
def handle(actor: Actor, thing: Thing) -> bool:
    """An officer of the institution that it lies with."""
    return identity.is_of_institution(actor, thing)


@identity.policy("feedback.terms.set")
def set_terms(actor: Actor, thing: Thing) -> bool:
    """Who answers for the promise: the head, the administration, the complaints officer."""
    return identity.is_system(actor, thing) or (identity.is_of_institution(actor, thing) and actor.has(*rules.SETTERS))


@identity.policy("feedback.list.export")
def export_list(actor: Actor, thing: Thing) -> bool:
    """The desk's people."""
    return identity.is_of_institution(actor, thing) and actor.has(*rules.DESK)


@identity.policy("feedback.clock.turn")
def turn_clock(actor: Actor, thing: Thing) -> bool:
    """Clocks are the platform's."""
    return identity.is_system(actor, thing)


@identity.policy("feedback.item.forget")
def forget_item(actor: Actor, thing: Thing) -> bool:
    """The institution's data protection officer, whom the sender asked; the platform."""
    return identity.is_system(actor, thing) or (
        identity.is_of_institution(actor, thing) and actor.has("data-protection-officer")
    )
