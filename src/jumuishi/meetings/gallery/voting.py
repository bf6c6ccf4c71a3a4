"""How it was voted, read from what happened: results, and who voted how; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jumuishi.meetings.hall.state import State
from jumuishi.meetings.live.screens import Happened, Names, about


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


def votes(events: Iterable[Happened], state: State, names: Names) -> list[Voted]:
    """The votes that are over, in their order; of those that ended in the open, what they were about."""
    found = []
    for one in events:
        if one.kind != "vote.ended" or one.body["vote"] not in state.votes:
            continue
        body, vote = one.body, state.votes[one.body["vote"]]
        if vote.is_closed:
            continue
        counts = {name: int(body.get(name, 0)) for name in ("for", "against", "abstain")}
        roll = tuple(
            sorted((names.members.get(str(each["member"]), "?"), each["choice"]) for each in body.get("roll") or ())
        )
        rule, needed = body.get("rule") or {}, body.get("needed")
        found.append(Voted(body["vote"], vote.item, about(state, vote), counts, body["result"], rule, needed, roll))
    return found


def decisions(events: Iterable[Happened]) -> list[tuple[str, str]]:
    """(item, text) of each decision, in their order."""
    return [(str(one.body.get("item", "")), str(one.body["text"])) for one in events if one.kind == "decision.made"]
