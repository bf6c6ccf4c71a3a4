"""Whatever comes in whatever order: what must hold of a meeting holds, by figures that are worked out anew here."""

import json
from fractions import Fraction
from math import ceil, floor
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall import votes
from jumuishi.meetings.hall.events import CHOICES, KINDS
from jumuishi.meetings.hall.machine import APPLY, fold
from jumuishi.meetings.hall.state import from_json, to_json
from jumuishi.meetings.hall.tests import made
from jumuishi.meetings.orders.types import Base, Casting, Majority, Quorum, RefusedError

MEMBER = st.sampled_from(sorted(made.MEMBERS))
ITEM = st.sampled_from(["i1", "i2", "i3"])
CHOICE = st.sampled_from(CHOICES)
KEY = st.integers(1, 9).map(str)
SHARE = st.sampled_from([Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3)])
WHOLE = [Base.SEATS, Base.MEMBERS]
VOTERS = {one for one, role in made.MEMBERS.items() if role != "adviser"}


class Meeting(RuleBasedStateMachine):
    """Commands of every kind at random; beside them a plain account of who is where, kept from the events alone."""

    def __init__(self) -> None:
        super().__init__()
        self.hall = made.Hall()
        self.here: set[str] = set()
        self.out: dict[str, set[str]] = {}
        self.item = ""
        self.phase = "before"
        self.chair = ""
        self.read = 0
        self.told = False
        self.counted: dict[str, dict[str, dict[str, Any]]] = {}
        self.open_vote = ""
        self.voters: set[str] = set()

    @initialize(
        quorum=st.builds(Quorum, st.just(made.RULE["quorum"]), SHARE, st.none(), st.sampled_from(WHOLE)),
        ordinary=st.builds(Majority, SHARE, st.sampled_from(Base), st.just(made.RULE["ordinary"]), st.booleans()),
        casting=st.sampled_from(Casting), here=st.sets(MEMBER, min_size=6),
    )  # fmt: skip
    def begins(self, quorum: Quorum, ordinary: Majority, casting: Casting, here: set[str]) -> None:
        self.hall.orders = made.orders(quorum=quorum, casting=casting, majorities={"ordinary": ordinary})
        self.hall.facts = made.facts(items={key: made.Matter(key) for key in ("i1", "i2", "i3")})
        for one in sorted(here):
            self.do(c.Arrive, member=one, way="hall")
        self.do(c.Open, presiding=min(here))
        self.do(c.OpenItem, item="i1")

    def do(self, kind: type[c.Command], /, **given: Any) -> bool:
        try:
            self.hall.do(kind, **given)
        except RefusedError:
            return False
        self.follow()
        return True

    def follow(self) -> None:
        """The account, by the events' own words."""
        for one in self.hall.events[self.read :]:
            assert one.kind in KINDS
            body = one.body
            match one.kind:
                case "meeting.opened" | "meeting.presided":
                    self.chair, self.phase = body["presiding"], "open"
                case "meeting.adjourned":
                    self.phase = "adjourned"
                case "meeting.resumed":
                    self.phase = "open"
                case "meeting.ended":
                    self.phase = "ended"
                case "member.arrived":
                    self.here.add(body["member"])
                case "member.left":
                    self.here.discard(body["member"])
                case "member.recused":
                    self.out.setdefault(body["item"], set()).add(body["member"])
                case "member.returned":
                    self.out[body["item"]].discard(body["member"])
                case "item.opened":
                    self.item = body["item"]
                case "item.ended":
                    self.item = "" if body["item"] == self.item else self.item
                case "quorum.reached" | "quorum.lost":
                    self.told = one.kind == "quorum.reached"
                    assert (body["present"] >= body["needed"]) == self.told
                case "vote.opened":
                    self.open_vote, self.counted, self.voters = body["vote"], {}, self.counting()
                    assert set(body["entitled"]) == self.voters - self.silent_chair()
                case "vote.counted":
                    self.counted.setdefault(body["way"], {})[body["teller"]] = dict(body["counts"])
                case "vote.differed":
                    two = list(self.counted.pop(body["way"]).values())
                    assert len(two) == 2
                    assert two[0] != two[1]
                case "vote.cancelled":
                    self.open_vote = ""
                case "vote.cast":
                    assert body["member"] == self.chair
                    assert self.chair in self.here - self.out.get(self.item, set())
                case "vote.ended":
                    self.check_result(body)
                    self.open_vote = ""
        self.read = len(self.hall.events)

    def counting(self) -> set[str]:
        return (VOTERS & self.here) - self.out.get(self.item, set())

    def silent_chair(self) -> set[str]:
        return {self.chair} if self.hall.orders.casting is Casting.ONLY else set()

    def needed(self) -> int:
        rule = self.hall.orders.quorum
        assert rule is not None
        assert rule.share is not None
        return max(1, ceil(rule.share * (9 if rule.of is Base.SEATS else len(VOTERS))))

    def check_result(self, body: Any) -> None:
        """Tally, quorum and result by hand."""
        ballots = self.hall.ballots.get(body["vote"], {})
        assert {one["member"]: one["choice"] for one in body["roll"]} == ballots
        assert len(body["roll"]) == len(ballots)
        agreed = [next(iter(two.values())) for two in self.counted.values()]
        for two in self.counted.values():
            one, other = two.values()
            assert one == other
        cast = next((one.body["choice"] for one in self.hall.events if one.kind == "vote.cast"
                     and one.body["vote"] == body["vote"]), "")  # fmt: skip
        tally = {
            choice: sum(one == choice for one in ballots.values()) + sum(one[choice] for one in agreed)
            + (choice == cast and choice != "abstain")
            for choice in CHOICES
        }  # fmt: skip
        assert {choice: body[choice] for choice in CHOICES} == tally
        present = len(self.counting())
        assert body["quorum"] == {"present": present, "needed": self.needed()}
        assert present >= self.needed()
        rule = self.hall.orders.majorities["ordinary"]
        bases = {Base.SEATS: 9, Base.MEMBERS: len(VOTERS), Base.PRESENT: present,
                 Base.CAST: tally["for"] + tally["against"]}  # fmt: skip
        share = rule.share * bases[rule.of]
        needed = max(1, floor(share) + 1 if rule.more_than else ceil(share))
        assert body["needed"] == needed
        assert (body["result"] == "carried") == (tally["for"] >= needed)
        if body["result"] == "tied":
            assert tally["for"] == tally["against"] > 0

    @rule(member=MEMBER, way=st.sampled_from(["hall", "remote"]))
    def arrive(self, member: str, way: str) -> None:
        expected = member not in self.here and self.phase != "ended"
        assert self.do(c.Arrive, member=member, way=way) == expected

    @rule(member=MEMBER)
    def leave(self, member: str) -> None:
        self.do(c.Leave, member=member)

    @rule(member=MEMBER, item=ITEM)
    def recuse(self, member: str, item: str) -> None:
        self.do(c.Recuse, member=member, item=item)

    @rule(member=MEMBER, item=ITEM)
    def come_back(self, member: str, item: str) -> None:
        self.do(c.Return, member=member, item=item)

    @precondition(lambda self: not self.item)
    @rule(item=ITEM)
    def open_item(self, item: str) -> None:
        met = len((VOTERS & self.here) - self.out.get(item, set())) >= self.needed()
        opened = self.do(c.OpenItem, item=item)
        assert met or not opened

    @precondition(lambda self: not self.open_vote)
    @rule(outcome=st.sampled_from(["done", "deferred"]), item=ITEM)
    def end_item(self, outcome: str, item: str) -> None:
        if self.do(c.EndItem, item=item, outcome=outcome):
            assert not self.out.get(item)

    @rule(member=MEMBER)
    def preside(self, member: str) -> None:
        self.do(c.Preside, presiding=member)

    @precondition(lambda self: not self.open_vote)
    @rule()
    def stop_or_go_on(self) -> None:
        if not self.do(c.Resume):
            self.do(c.Adjourn, reason="Mapumziko")

    @precondition(lambda self: self.item and not self.open_vote)
    @rule(key=KEY, ways=st.sets(st.sampled_from(["device", "hands"]), min_size=1), one=MEMBER, two=MEMBER)
    def open_vote_about_text(self, key: str, ways: set[str], one: str, two: str) -> None:
        met = len(self.counting()) >= self.needed()
        about, tellers = {"text": "Tukubali."}, (one, two)
        opened = self.do(c.OpenVote, vote=key, about=about, ways=tuple(sorted(ways)), tellers=tellers)
        assert met or not opened

    @precondition(lambda self: self.open_vote)
    @rule(choices=st.dictionaries(MEMBER, CHOICE, min_size=1))
    def ballots(self, choices: dict[str, str]) -> None:
        for member, choice in choices.items():
            self.ballot(self.open_vote, member, choice)

    def ballot(self, vote: str, member: str, choice: str) -> None:
        if votes.may_vote(self.hall.state, vote, member):
            assert member in self.here
            assert member in self.voters - self.silent_chair()
            assert member not in self.out.get(self.item, set())
            self.hall.ballots.setdefault(vote, {}).setdefault(member, choice)

    @precondition(lambda self: self.open_vote)
    @rule(counts=st.fixed_dictionaries(dict.fromkeys(CHOICES, st.integers(0, 2))), differs=st.booleans())
    def both_count(self, counts: dict[str, int], differs: bool) -> None:
        vote = self.hall.state.votes.get(self.open_vote)
        for n, teller in enumerate(vote.tellers if vote else ()):
            seen = {**counts, "for": counts.get("for", 0) + (n and differs)}
            self.do(c.Count, vote=self.open_vote, teller=teller, way="hands", counts=seen)

    @precondition(lambda self: self.item and not self.open_vote)
    @rule(
        choices=st.lists(st.sampled_from(["for", "against", "abstain", "for", "against", ""]), min_size=8, max_size=8),
        counts=st.none() | st.fixed_dictionaries(dict.fromkeys(CHOICES, st.integers(0, 1))), casting=CHOICE,
        leaves=st.none() | MEMBER,
    )  # fmt: skip
    def whole_vote(self, choices: list[str], counts: dict[str, int] | None, casting: str, leaves: str | None) -> None:
        """From opening to result, somebody leaving in between; the rules above do the same in other orders."""
        key, here = f"w{self.hall.n}", sorted(self.here)
        ways = ("device",) if counts is None else ("device", "hands")
        self.do(c.OpenVote, vote=key, about={"text": "Tukubali."}, ways=ways, tellers=tuple(here[:2]))
        for n, (member, choice) in enumerate(zip(sorted(made.MEMBERS), choices, strict=True)):
            if n == 4 and leaves:
                self.do(c.Leave, member=leaves)
            if self.open_vote and choice:
                self.ballot(key, member, choice)
        if self.open_vote:
            self.both_count(counts or {}, differs=False)
            self.end_vote()
        if self.open_vote:
            self.cast(casting)

    @precondition(lambda self: self.open_vote)
    @rule()
    def end_vote(self) -> None:
        self.do(c.EndVote, vote=self.open_vote, roll=self.hall.roll(self.open_vote))

    @precondition(lambda self: self.open_vote)
    @rule(choice=CHOICE)
    def cast(self, choice: str) -> None:
        self.do(c.CastVote, vote=self.open_vote, choice=choice)

    @precondition(lambda self: self.open_vote)
    @rule()
    def cancel(self) -> None:
        self.do(c.CancelVote, vote=self.open_vote, reason="Umeme umekatika")

    @rule(member=MEMBER, key=KEY, what=st.sampled_from(["speech", "order", "reply"]))
    def ask(self, member: str, key: str, what: str) -> None:
        if self.do(c.AskFloor, ask=key, member=member, what=what):
            assert member in self.here - self.out.get(self.item, set())

    @rule(key=KEY)
    def give_floor(self, key: str) -> None:
        self.do(c.GiveFloor, ask=key)

    @rule()
    def end_floor(self) -> None:
        self.do(c.EndFloor)

    @rule()
    def close_or_open(self) -> None:
        if not self.do(c.OpenSession):
            self.do(c.CloseSession, reason="Siri")

    @invariant()
    def kept_is_folded(self) -> None:
        assert fold(self.hall.events) == self.hall.state
        assert from_json(json.loads(json.dumps(to_json(self.hall.state)))) == self.hall.state
        assert [one.seq for one in self.hall.events] == list(range(1, len(self.hall.events) + 1))

    @invariant()
    def quorum_is_told(self) -> None:
        if self.phase == "open":
            assert self.told == self.hall.state.has_quorum == (len(self.counting()) >= self.needed())

    @invariant()
    def nobody_out_or_away_has_the_floor(self) -> None:
        speaks = self.hall.state.floor
        if speaks and self.phase == "open":
            assert speaks.member in self.here - self.out.get(self.item, set())


Meeting.TestCase.settings = settings(max_examples=60, stateful_step_count=60)
TestAnyOrder = Meeting.TestCase


def test_every_kind_moves_a_meeting_on() -> None:
    assert set(APPLY) == set(KINDS)
