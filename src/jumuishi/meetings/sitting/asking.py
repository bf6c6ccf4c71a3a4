"""What a form or a script sends becomes a command. One list of words for pages, JSON and phones.

Things that a command makes (an ask, a motion, a vote) take the command's own id, so that a resend names the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.events import CHOICES
from jumuishi.meetings.hall.turn import refuse

LONGEST = {"text": 6_000, "reason": 500, "name": 120, "office": 120, "nature": 300, "ruling": 1_000}


@dataclass(frozen=True)
class Fields:
    """What was sent; `me` is the sender's own seat, for whoever says nobody else's."""

    once: str
    me: str
    given: Mapping[str, Sequence[str]]

    def one(self, name: str) -> str:
        """A text, cut at its longest; empty where it is missing."""
        return ([*self.given.get(name, ()), ""][0]).strip()[: LONGEST.get(name, 200)]

    def many(self, name: str) -> tuple[str, ...]:
        """Several of one name."""
        return tuple(one[:200] for one in self.given.get(name, ())[:500] if one)

    def number(self, name: str) -> int:
        """A whole number; -1 where it is none."""
        text = self.one(name)
        return int(text[:6]) if text.isdecimal() else -1

    @property
    def member(self) -> str:
        """Who it is about."""
        return self.one("member") or self.me

    def counts(self) -> dict[str, int]:
        """What a teller counted, each choice written out."""
        found = {choice: self.number(choice) for choice in CHOICES}
        if min(found.values()) < 0:
            refuse("bad_count")
        return found

    def about(self) -> dict[str, str]:
        """What a vote is about: `motion:ID`, `amendment:ID`, or else the text."""
        what, _, key = self.one("about").partition(":")
        return {what: key} if what in ("motion", "amendment") and key else {"text": self.one("text")}


OWN: dict[str, Callable[[Fields], c.Command]] = {
    "arrive": lambda f: c.Arrive(id=f.once, member=f.member, way=f.one("way") or "hall", code=f.one("code")),
    "leave": lambda f: c.Leave(id=f.once, member=f.member),
    "declare": lambda f: c.DeclareInterest(id=f.once, member=f.member, item=f.one("item"), nature=f.one("nature")),
    "recuse": lambda f: c.Recuse(id=f.once, member=f.member, item=f.one("item")),
    "ask": lambda f: c.AskFloor(id=f.once, ask=f.once, member=f.member, what=f.one("what")),
    "drop": lambda f: c.DropAsk(id=f.once, ask=f.one("ask")),
    "move": lambda f: c.Move(
        id=f.once, motion=f.once, member=f.member, text=f.one("text"), decision=f.one("decision")
    ),
    "second": lambda f: c.Second(id=f.once, motion=f.one("motion"), member=f.member),
    "withdraw": lambda f: c.Withdraw(id=f.once, motion=f.one("motion")),
    "amend": lambda f: c.Amend(
        id=f.once, amendment=f.once, motion=f.one("motion"), member=f.member, first=f.number("first"),
        last=f.number("last"), text=f.one("text"),
    ),
    "withdraw_amendment": lambda f: c.WithdrawAmendment(id=f.once, amendment=f.one("amendment")),
    "question": lambda f: c.AskQuestion(id=f.once, question=f.once, member=f.member, text=f.one("text")),
}  # fmt: skip
DESK: dict[str, Callable[[Fields], c.Command]] = {
    "open": lambda f: c.Open(id=f.once, presiding=f.one("presiding")),
    "preside": lambda f: c.Preside(id=f.once, presiding=f.one("presiding")),
    "adjourn": lambda f: c.Adjourn(id=f.once, reason=f.one("reason"), until=f.one("until")),
    "resume": lambda f: c.Resume(id=f.once),
    "end": lambda f: c.End(id=f.once),
    "excuse": lambda f: c.Excuse(id=f.once, member=f.one("member"), reason=f.one("reason")),
    "guest": lambda f: c.NameGuest(id=f.once, name=f.one("name"), office=f.one("office")),
    "residents": lambda f: c.CountResidents(id=f.once, count=f.number("count"), tellers=f.many("tellers")),
    "return": lambda f: c.Return(id=f.once, member=f.one("member"), item=f.one("item")),
    "open_item": lambda f: c.OpenItem(id=f.once, item=f.one("item")),
    "end_item": lambda f: c.EndItem(id=f.once, item=f.one("item"), outcome=f.one("outcome")),
    "reorder": lambda f: c.ChangeOrder(id=f.once, items=f.many("items"), reason=f.one("reason")),
    "move_item": lambda f: c.MoveItem(
        id=f.once, item=f.one("item"), before=f.one("before"), reason=f.one("reason")
    ),
    "close": lambda f: c.CloseSession(id=f.once, reason=f.one("reason")),
    "reopen": lambda f: c.OpenSession(id=f.once),
    "give": lambda f: c.GiveFloor(id=f.once, ask=f.one("ask")),
    "end_floor": lambda f: c.EndFloor(id=f.once),
    "rule": lambda f: c.RuleOrder(id=f.once, ruling=f.one("ruling")),
    "disorder": lambda f: c.NameDisorder(
        id=f.once, name=f.one("name"), member=f.one("member"), act=f.one("act"), text=f.one("text")
    ),
    "take": lambda f: c.TakeAmendment(id=f.once, amendment=f.one("amendment")),
    "answer": lambda f: c.AnswerQuestion(
        id=f.once, question=f.one("question"), name=f.one("name"), text=f.one("text")
    ),
    "open_vote": lambda f: c.OpenVote(
        id=f.once, vote=f.once, about=f.about(), ways=f.many("ways"), decision=f.one("decision"),
        tellers=f.many("tellers"),
    ),
    "end_vote": lambda f: c.EndVote(id=f.once, vote=f.one("vote")),
    "cast": lambda f: c.CastVote(id=f.once, vote=f.one("vote"), choice=f.one("choice")),
    "cancel_vote": lambda f: c.CancelVote(id=f.once, vote=f.one("vote"), reason=f.one("reason")),
    "decide": lambda f: c.Decide(id=f.once, decision=f.once, text=f.one("text"), motion=f.one("motion")),
    "note": lambda f: c.WriteNote(id=f.once, text=f.one("text"), item=f.one("item")),
    "correct": lambda f: c.Correct(id=f.once, seq=f.number("seq"), why=f.one("reason"), body={"text": f.one("text")}),
}  # fmt: skip
VOTE = "vote"  # a ballot is no command of the meeting: `ballots` takes it


def once_of(text: str) -> str:
    """The sender's own id in its one form; raises ValueError for a text that is none."""
    return str(UUID(text))


def command_of(do: str, fields: Fields) -> c.Command | None:
    """The command that is asked for; None for a word that is none. Raises RefusedError for what can't be read."""
    build = OWN.get(do) or DESK.get(do)
    return build(fields) if build else None


def count_of(fields: Fields, teller: str) -> c.Command:
    """A teller's count, under the teller's own name."""
    return c.Count(
        id=fields.once, vote=fields.one("vote"), teller=teller, way=fields.one("way"), counts=fields.counts()
    )
