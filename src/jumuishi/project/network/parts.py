"""Which nodes there are and where each keeps its things. No Django: the supervisor reads it at once."""

import json
from dataclasses import dataclass
from pathlib import Path

AUTHORITY = "exchange"
AGENCY, COUNCIL = "exchange-agency", "exchange-council"
# A node writes down where it is reached once it is ready, and strikes that out when it ends.
ADDRESSES = "addresses.json"
# Where this is, the node is left stopped: it is how a page plays that it is away.
AWAY = "away"


@dataclass(frozen=True)
class Part:
    """One node: what its data is, its folder, its name in the network, for whom it speaks, how far its ports lie."""

    kind: str
    folder: str
    node: str
    slug: str
    member: str
    steps: int

    def data(self, authority: Path) -> Path:
        """Its data folder, within the authority's."""
        return authority / "nodes" / self.folder


PARTS = (
    Part(AGENCY, "agency", "maji", "maji-mfano", "GOV/maji-mfano", 10),
    Part(COUNCIL, "council", "halmashauri", "mfano", "GOV/mfano", 20),
)
NAMES = {AUTHORITY: "kituo", **{one.kind: one.node for one in PARTS}}
HOMES = {AUTHORITY: "mamlaka", **{one.kind: one.slug for one in PARTS}}


@dataclass(frozen=True)
class Reached:
    """Where a node answers: its pages, its own systems' edge, the door for other nodes; its institution's system."""

    web: str
    edge: str
    door: str
    system: str = ""


def write_addresses(data: Path, reached: Reached) -> None:
    """Say where the node of this data folder is."""
    new = data / f"{ADDRESSES}.new"
    new.write_text(json.dumps(reached.__dict__))
    new.replace(data / ADDRESSES)


def addresses(data: Path) -> Reached | None:
    """Where the node of a data folder is; None while it isn't ready."""
    try:
        return Reached(**json.loads((data / ADDRESSES).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def moved(own: Reached, found: dict[str, Reached | None], told: dict[str, str]) -> dict[str, str] | None:
    """The doors by node, where every node is there and the network was last told others; None where it needn't be."""
    doors = {"authority": own.door, **{name: one.door for name, one in found.items() if one}}
    return doors if all(found.values()) and doors != told else None
