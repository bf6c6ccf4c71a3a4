"""Who leads an institution ends the sessions of one of its staff: a phone or a computer that others may hold now."""

from uuid import UUID

from jumuishi.identity import appointments, open_sessions
from jumuishi.identity.actions import action, record
from jumuishi.identity.policy import is_of_institution, must, policy
from jumuishi.identity.principal import as_system
from jumuishi.identity.types import Actor, Thing


@policy("identity.session.end_staff")
def _may_end_staff(actor: Actor, thing: Thing) -> bool:
    """Whoever may let staff enrol again; one's own are ended on one's own page."""
    is_another = actor.person_id is not None and actor.person_id != thing.person_id
    return is_another and is_of_institution(actor, thing) and actor.has(*appointments.recovery_roles())


@action("identity.session.end_staff")
def end_staff_sessions(*, actor: Actor, person_id: UUID) -> None:
    """Every session at work of somebody who holds a post in the actor's institution ends. Raises NotAllowedError."""
    posts = appointments.appointments_of(person_id)
    here = any(post.institution_id == actor.institution_id for post in posts)
    thing = Thing("person", person_id, actor.institution_id if here else None, person_id)
    must(actor, "identity.session.end_staff", thing)
    with as_system():
        open_sessions.drop_officers(person_id)
    record(actor, thing)
