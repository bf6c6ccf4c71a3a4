"""How it was voted, read from what happened: results, and who voted how; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from jumuishi.meetings.live.screens import Fold, Happened, Names, about

# What there is to read for it.
KINDS = ("motion.moved", "amendment.moved", "vote.opened", "vote.ended", "decision.made")


@dataclass(frozen=True)
class Voted:
    """A vote that is over. `roll` is (name, choice) of those who voted by name; `rule` {clause, words}."""

    id: str
    item: str
    about: str
    counts: dict[str, int]
    result: str
    rule: dict[str, str] = field(default_factory=dict)
    needed: int | None = None
    roll: tuple[tuple[str, str], ...] = ()

    @property
    def filled(self) -> dict[str, int]:
        """The counts as the texts of a result want them."""
        return {"yes": self.counts["for"], "no": self.counts["against"], "none": self.counts["abstain"]}


def votes(events: Iterable[Happened], names: Names) -> list[Voted]:
    """The votes that are over, in their order."""
    found, hall, opened = [], Fold(), {}
    for one in events:
        body: dict[str, Any] = dict(one.body)
        hall.apply(one)
        if one.kind == "vote.opened":
            opened[body["vote"]] = (str(body.get("item", "")), about(hall, body.get("about") or {}))
        elif one.kind == "vote.ended" and body.get("result"):
            item, words = opened.get(body["vote"], ("", ""))
            counts = {name: int(body.get(name, 0)) for name in ("for", "against", "abstain")}
            roll = tuple(
                sorted((names.members.get(str(each["member"]), "?"), each["choice"]) for each in body.get("roll") or ())
            )
            found.append(
                Voted(
                    body["vote"], item, words, counts, body["result"], body.get("rule") or {}, body.get("needed"), roll
                )
            )
    return found


def decisions(events: Iterable[Happened]) -> list[tuple[str, str]]:
    """(item, text) of each decision, in their order."""
    return [(str(one.body.get("item", "")), str(one.body["text"])) for one in events if one.kind == "decision.made"]
