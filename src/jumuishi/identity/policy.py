"""May this actor do this to that? One registry for pages, API, USSD and commands; what is not registered is refused."""

from collections.abc import Callable

from jumuishi.identity.types import Actor, ActorKind, NotAllowedError, Thing

Rule = Callable[[Actor, Thing], bool]
_rules: dict[str, Rule] = {}


def policy(verb: str) -> Callable[[Rule], Rule]:
    """Register who may do a verb ("cases.case.read"); a verb has one rule."""

    def register(rule: Rule) -> Rule:
        if verb in _rules:
            raise ValueError(f"two policies for {verb}")
        _rules[verb] = rule
        return rule

    return register


def may(actor: Actor, verb: str, thing: Thing) -> bool:
    """Whether the policy lets the actor; raises LookupError for a verb that nobody registered."""
    if verb not in _rules:
        raise LookupError(f"no policy for {verb}")
    return _rules[verb](actor, thing)


def must(actor: Actor, verb: str, thing: Thing) -> None:
    """Raise NotAllowedError unless the policy lets the actor."""
    if not may(actor, verb, thing):
        raise NotAllowedError(verb)


def verbs() -> frozenset[str]:
    """Every verb that has a policy."""
    return frozenset(_rules)


def is_owner(actor: Actor, thing: Thing) -> bool:
    """The person whom the thing belongs to, or somebody who openly acts for that person."""
    return actor.kind is ActorKind.PERSON and thing.person_id is not None and actor.person_id == thing.person_id


def is_of_institution(actor: Actor, thing: Thing) -> bool:
    """An officer at work in the institution that holds the thing."""
    return (
        actor.kind in (ActorKind.OFFICER, ActorKind.AUTHORITY)
        and thing.institution_id is not None
        and actor.institution_id == thing.institution_id
    )


def is_system(actor: Actor, thing: Thing) -> bool:  # noqa: ARG001  # the shape of every rule
    """The platform itself."""
    return actor.kind is ActorKind.SYSTEM


def is_authority(actor: Actor, thing: Thing) -> bool:  # noqa: ARG001  # the shape of every rule
    """An officer of the e-government authority."""
    return actor.kind is ActorKind.AUTHORITY
