"""Who may do what to drafts, cases and tasks."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, ActorKind, Thing

# The roles that answer for everybody's work in an institution: they assign and reassign.
HEADS = ("head", "director", "administrator")


@identity.policy("cases.draft.write")
def write_draft(actor: Actor, thing: Thing) -> bool:
    """The person whose draft it is, or a helper who openly fills it in."""
    return identity.is_owner(actor, thing) or (actor.on_behalf_of is not None and actor.on_behalf_of == thing.person_id)


@identity.policy("cases.case.read")
def read_case(actor: Actor, thing: Thing) -> bool:
    """The applicant, and officers of the institution (the database lets a reviewing one in as well)."""
    return identity.is_owner(actor, thing) or actor.kind is ActorKind.OFFICER


@identity.policy("cases.case.answer")
def answer_case(actor: Actor, thing: Thing) -> bool:
    """Only the applicant answers, withdraws, appeals."""
    return identity.is_owner(actor, thing)


@identity.policy("cases.money.renew")
def renew_bill(actor: Actor, thing: Thing) -> bool:
    """The applicant, who will pay it; the platform, for a bill that never got its number."""
    return identity.is_owner(actor, thing) or identity.is_system(actor, thing)


@identity.policy("cases.task.act")
def act_on_task(actor: Actor, thing: Thing) -> bool:
    """An officer of the institution that the task lies with; the role is the action's to check."""
    return identity.is_of_institution(actor, thing)


@identity.policy("cases.task.assign")
def assign_task(actor: Actor, thing: Thing) -> bool:
    """Any officer there may take one; giving it to somebody else is a head's, which the action checks."""
    return identity.is_of_institution(actor, thing)


@identity.policy("cases.clock.turn")
def turn_clock(actor: Actor, thing: Thing) -> bool:
    """Clocks are the platform's."""
    return identity.is_system(actor, thing)


@identity.policy("cases.file.scan")
def scan_file(actor: Actor, thing: Thing) -> bool:
    """What a scanner said is the platform's to write down."""
    return identity.is_system(actor, thing)
