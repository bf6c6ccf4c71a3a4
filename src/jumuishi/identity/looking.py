"""Each look at personal data is a journal row of its own: the person sees who looked."""

from collections.abc import Iterable
from uuid import UUID

from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor, Thing

VERB = "identity.look"


def looked(actor: Actor, thing: Thing, what: str) -> UUID | None:
    """Write down that `actor` saw `what` ("answers", "file cheti.pdf") of a thing; one's own things are not written.

    Returns the journal row's id. It never counts as an action's own record.
    """
    if actor.person_id is not None and actor.person_id == thing.person_id:
        return None
    return evidence.record(
        actor_ref=actor.reference(),
        verb=VERB,
        thing_kind=thing.kind,
        thing_id=thing.id,
        institution_id=thing.institution_id,
        person_id=thing.person_id,
        before=None,
        after={"what": what},
        on_behalf_of=actor.on_behalf_of,
    ).journal_id


def looked_at_many(actor: Actor, kind: str, things: Iterable[tuple[UUID, UUID | None]], what: str) -> int:
    """The same for many things (id, person) of the actor's workplace, in one statement: a list that was taken out."""
    return evidence.record_many(
        actor_ref=actor.reference(),
        verb=VERB,
        thing_kind=kind,
        things=[(thing_id, person_id) for thing_id, person_id in things if person_id != actor.person_id],
        institution_id=actor.workplace,
        after={"what": what},
        on_behalf_of=actor.on_behalf_of,
    )
