"""Which services somebody behind a counter may apply for, for others."""

from uuid import UUID

from jumuishi.cases.helping import queries
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.services import public as services
from jumuishi.services.types import OfferingRef

MOST = 30
DOOR = "counter"


def for_counter(actor: Actor, text: str = "") -> list[OfferingRef]:
    """One's own institution's, those of the agreements, and what an executive looks for among everybody's."""
    own = services.offerings_of(actor.workplace)
    for home, names in queries.homes_of_agent(actor).items():
        own += [one for one in services.offerings_of(home) if "" in names or one.service in names]
    if text.strip():
        own += found(text)
        own = [one for one in own if queries_kind(actor, one)]
    ready = {one.id: one for one in own if one.is_open and DOOR in one.doors}
    return list(ready.values())[:MOST]


def queries_kind(actor: Actor, one: OfferingRef) -> bool:
    """Whether the actor may help with it at all."""
    post = queries.post_of(actor, one.institution_id, one.service)
    return post.is_of_home or post.is_executive or post.most is not None


def found(text: str, door: str = DOOR) -> list[OfferingRef]:
    """Services whose words match, whoever offers them."""
    ids: list[UUID] = []
    for service, _ in services.offered_by_door(door, text)[:MOST]:
        ids += services.homes_by_door(service, door).values()
    return list(services.offerings(ids[:MOST]).values())


def label(one: OfferingRef, lang: str, home: UUID | None = None) -> str:
    """The service, and who offers it where that is somebody else."""
    if one.institution_id == home:
        return one.name[lang]
    where = institutions.institution(one.institution_id)
    return f"{one.name[lang]}, {where.name[lang]}" if where is not None else one.name[lang]
