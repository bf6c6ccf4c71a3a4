"""Where agents are found, as an officer types it: a line each, the ward (with its district if need be), the way.

Sekei, Arusha: Soko Kuu, duka namba 12
"""

from dataclasses import dataclass

from jumuishi.cases.types import CaseError
from jumuishi.institutions import public as institutions
from jumuishi.institutions.types import InstitutionRef, PlaceRef
from jumuishi.kernel.text import fold

MOST, LONGEST = 40, 120
LEVEL = "ward"


@dataclass(frozen=True)
class Spot:
    """A ward's code, and the way to the agent there."""

    place: str
    where: str


def spots(text: str) -> list[Spot]:
    """The places that lines name, each once. Raises CaseError with the line that names none, or more than one."""
    found: dict[Spot, None] = {}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise CaseError("cases.agents_outlets_many", n=MOST)
    for line in lines:
        ward, _, where = line.partition(":")
        found[Spot(_ward(ward).code, " ".join(where.split())[:LONGEST])] = None
    return list(found)


def _ward(typed: str) -> PlaceRef:
    name, _, around = (fold(part).strip() for part in typed.partition(","))
    near = institutions.search_places(f"{name} {around}", LEVEL, limit=200)
    exact = [one for one in near if fold(one.name) == name]
    if not exact:
        raise CaseError("cases.agents_outlet_unknown", line=typed.strip()[:60])
    if len(exact) > 1:
        those = "; ".join(f"{one.name}, {one.district}" for one in exact[:3])
        raise CaseError("cases.agents_outlet_which", line=typed.strip()[:60], those=those)
    return exact[0]


def said(code: str, where: str) -> str:
    """One of them: the way, the ward, the district."""
    place = institutions.place(code)
    around = [place.name, place.district] if place is not None else [code]
    return ", ".join(filter(None, [where, *dict.fromkeys(around)]))


def searched(spot: Spot, agent: InstitutionRef) -> str:
    """What an outlet is found by, beginning with its place."""
    place = institutions.place(spot.place)
    around = [place.name, place.district, place.region] if place is not None else []
    return fold(" ".join([*around, *dict.fromkeys(agent.name.values()), spot.where]))[:600]
