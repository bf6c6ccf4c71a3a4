"""Who may see which figures: services' are public, an officer's are the officer's own and those of the heads."""

from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor, Thing

HEADS = ("head", "director", "administrator")


@identity.policy("insights.figures.read")
def read_figures(actor: Actor, thing: Thing) -> bool:
    """Services and units: any officer of the institution."""
    return identity.is_of_institution(actor, thing)


@identity.policy("insights.officers.read")
def read_officers(actor: Actor, thing: Thing) -> bool:
    """Each officer's: the heads of the institution; `person_id` of the thing is the officer, who may read the own."""
    if not identity.is_of_institution(actor, thing):
        return False
    return actor.has(*HEADS) or (thing.person_id is not None and thing.person_id == actor.person_id)
