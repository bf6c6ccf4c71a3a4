"""A copy of all that is held, given to its person: that it was given is on the record."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing


@identity.action("privacy.copy.give")
def give_copy(*, actor: Actor, way: str) -> None:
    """The person takes the whole copy; called once the phone was shown to be theirs at this moment."""
    thing = Thing("person", actor.who, None, actor.who)
    identity.must(actor, "privacy.own", thing)
    identity.record(actor, thing, after={"way": way})
