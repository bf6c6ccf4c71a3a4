"""Who may do what to bodies and their sittings. Roles of a body are its own: member, chair, secretary."""

from uuid import UUID

from jumuishi.cases.policies import HEADS
from jumuishi.cases.sittings.models import Sitting
from jumuishi.cases.sittings.rules import chair_of, secretary_of
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing


def body_thing(institution_id: UUID, role: str) -> Thing:
    """A body as policies see it: its kind carries the role, for the policy is asked about that one body."""
    return Thing(f"body:{role}", institution_id, institution_id)


def sitting_thing(sitting: Sitting) -> Thing:
    """A sitting: its institution's."""
    return Thing("sitting", sitting.id, sitting.institution_id)


@identity.policy("cases.body.rule")
def rule_body(actor: Actor, thing: Thing) -> bool:
    """Whoever answers for the institution enters a body's figures."""
    return identity.is_of_institution(actor, thing) and actor.has(*HEADS)


@identity.policy("cases.body.read")
def read_body(actor: Actor, thing: Thing) -> bool:
    """Members, chair and secretary of the body, and whoever answers for the institution."""
    role = thing.kind.partition(":")[2]
    return identity.is_of_institution(actor, thing) and actor.has(role, chair_of(role), secretary_of(role), *HEADS)


@identity.policy("cases.body.keep")
def keep_body(actor: Actor, thing: Thing) -> bool:
    """Its secretary calls and records."""
    return identity.is_of_institution(actor, thing) and actor.has(secretary_of(thing.kind.partition(":")[2]))


def must_keep(actor: Actor, sitting: Sitting) -> None:
    """Raises NotAllowedError for anybody but the body's secretary."""
    identity.must(actor, "cases.body.keep", body_thing(sitting.institution_id, sitting.role))
