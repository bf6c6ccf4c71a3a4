"""A made-up body with made-up orders, and a hall that keeps its events: what the tests of this folder begin with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall import votes
from jumuishi.meetings.hall.events import Event
from jumuishi.meetings.hall.machine import decide, fold
from jumuishi.meetings.hall.state import Facts, Matter, Seat, State
from jumuishi.meetings.orders.types import Base, Casting, Majority, Orders, Quorum, Rule, Speaking

NINE = datetime(2026, 11, 27, 6, tzinfo=UTC)
RULE = {name: Rule(f"Kanuni {n}", f"Maneno ya {name}.") for n, name in enumerate(
    ("voters", "quorum", "ordinary", "removal", "casting", "seconder", "speaking", "recusal", "closing", "remote"), 1
)}  # fmt: skip
MEMBERS = {"chair": "chair", "vice": "vice", **{f"m{n}": "member" for n in range(1, 6)}, "adviser": "adviser"}


def orders(**change: Any) -> Orders:
    """Made-up rules: a quorum of half the voters, more than half of the votes cast, a second vote of the chair."""
    given: dict[str, Any] = {
        "gazette": "Mfano 1/1900", "voters": ("chair", "vice", "member"), "voters_rule": RULE["voters"],
        "quorum": Quorum(RULE["quorum"], share=Fraction(1, 2), of=Base.MEMBERS),
        "majorities": {
            "ordinary": Majority(Fraction(1, 2), Base.CAST, RULE["ordinary"]),
            "removal": Majority(Fraction(2, 3), Base.MEMBERS, RULE["removal"], more_than=False),
        },
        "casting": Casting.SECOND, "casting_rule": RULE["casting"], "seconder": False,
        "seconder_rule": RULE["seconder"], "recusal_rule": RULE["recusal"], "closing_rule": RULE["closing"],
        "speaking": Speaking(RULE["speaking"], seconds=300, times=1, reply_seconds=120),
        "remote": True, "remote_rule": RULE["remote"],
    }  # fmt: skip
    return Orders(**(given | change))


def facts(**change: Any) -> Facts:
    """Seven voters and an adviser; three items, of which the last is closed."""
    given: dict[str, Any] = {
        "members": {key: Seat(f"Mhe. {key}", role) for key, role in MEMBERS.items()},
        "items": {"i1": Matter("1"), "i2": Matter("2", decision="removal"), "i3": Matter("3", is_closed=True)},
        "seats": 9, "is_public": True,
    }  # fmt: skip
    return Facts(**(given | change))


@dataclass
class Hall:
    """Events in their order, and the state that is kept beside them; ballots as the shell keeps them."""

    orders: Orders = field(default_factory=orders)
    facts: Facts = field(default_factory=facts)
    state: State = field(default_factory=State)
    events: list[Event] = field(default_factory=list)
    ballots: dict[str, dict[str, str]] = field(default_factory=dict)
    at: datetime = NINE
    n: int = 0

    def do(self, kind: type[c.Command], /, **given: Any) -> list[Event]:
        """A command with an id of its own, half a minute after the last."""
        self.n += 1
        self.at += timedelta(seconds=30)
        happened = decide(self.orders, self.facts, self.state, kind(id=f"c{self.n}", **given), self.at)
        self.events += happened
        self.state = fold(happened, self.state)
        return happened

    def kinds(self, kind: type[c.Command], /, **given: Any) -> list[str]:
        """The kinds of what happened."""
        return [one.kind for one in self.do(kind, **given)]

    def begin(self, *members: str, item: str = "i1") -> None:
        """These are there, the first of them presides, and an item is open."""
        for one in members:
            self.do(c.Arrive, member=one, way="hall")
        self.do(c.Open, presiding=members[0])
        if item:
            self.do(c.OpenItem, item=item)

    def vote(self, key: str, **given: Any) -> None:
        """A vote about a text by device."""
        self.do(c.OpenVote, **({"vote": key, "about": {"text": "Tukubali."}, "ways": ("device",)} | given))

    def give(self, key: str, **choices: str) -> None:
        """Ballots of members, as far as they are taken."""
        for member, choice in choices.items():
            if votes.may_vote(self.state, key, member):
                self.ballots.setdefault(key, {}).setdefault(member, choice)

    def roll(self, key: str) -> tuple[Mapping[str, str], ...]:
        """The ballots as the shell hands them in."""
        kept = self.ballots.get(key, {})
        return tuple({"member": one, "choice": choice, "way": "device"} for one, choice in kept.items())

    def end_vote(self, key: str) -> Mapping[str, Any]:
        """The body of how it ended (or that it is tied)."""
        happened = self.do(c.EndVote, vote=key, roll=self.roll(key))
        return next(one.body for one in happened if one.kind in ("vote.ended", "vote.tied"))
