"""Which services somebody may apply for, for others."""

from collections.abc import Iterable
from uuid import UUID

from jumuishi.cases.helping.queries import Place
from jumuishi.cases.helping.rules import Post, kind_at
from jumuishi.institutions import public as institutions
from jumuishi.services import public as services
from jumuishi.services.types import OfferingRef

MOST = 30
DOOR = "counter"


def for_counter(place: Place, text: str = "") -> list[tuple[OfferingRef, Post]]:
    """One's own institution's, those of the agreements, and what an executive looks for among everybody's."""
    every = services.offerings_of(place.home)
    for home in {home for home, _ in place.most}:
        every += services.offerings_of(home)
    if text.strip():
        every += found(text)
    open_ones = {one.id: one for one in every if one.is_open and DOOR in one.doors}
    posts = {key: place.post(one.institution_id, one.service) for key, one in open_ones.items()}
    return [(open_ones[key], post) for key, post in posts.items() if kind_at(post)][:MOST]


def found(text: str, door: str = DOOR) -> list[OfferingRef]:
    """Services whose words match, whoever offers them."""
    ids: list[UUID] = []
    for service, _ in services.offered_by_door(door, text)[:MOST]:
        ids += services.homes_by_door(service, door).values()
    return list(services.offerings(ids[:MOST]).values())


def labels(offered: Iterable[OfferingRef], lang: str, own: UUID | None = None) -> list[tuple[str, str]]:
    """Each by its id: the service, and who offers it where that is somebody else."""
    rows = list(offered)
    homes = institutions.institutions({one.institution_id for one in rows} - {own})
    return [
        (
            str(one.id),
            f"{one.name[lang]}, {homes[one.institution_id].name[lang]}"
            if one.institution_id in homes
            else one.name[lang],
        )
        for one in rows
    ]
