"""What may be asked of a meeting. Each carries the client's own id: sent twice, it happens once.

Ids are texts. `member` is who it is about; who is at the keys, and whether they may, the shell knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Command:
    """Any of them, by the id that its sender gave it."""

    id: str


@dataclass(frozen=True, kw_only=True)
class Open(Command):
    """The meeting begins."""

    presiding: str


@dataclass(frozen=True, kw_only=True)
class Preside(Command):
    """Somebody else presides from now on."""

    presiding: str


@dataclass(frozen=True, kw_only=True)
class Adjourn(Command):
    """It stops for a while; `until` an instant in ISO form or empty."""

    reason: str
    until: str = ""


@dataclass(frozen=True, kw_only=True)
class Resume(Command):
    """It goes on."""


@dataclass(frozen=True, kw_only=True)
class End(Command):
    """It is over."""


@dataclass(frozen=True, kw_only=True)
class Arrive(Command):
    """A member is there: hall, remote or phone. `code` is what one read in the hall; the shell checks it."""

    member: str
    way: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Leave(Command):
    """A member goes."""

    member: str


@dataclass(frozen=True, kw_only=True)
class Excuse(Command):
    """An apology is accepted."""

    member: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class NameGuest(Command):
    """Somebody without a vote is there by invitation."""

    name: str
    office: str


@dataclass(frozen=True, kw_only=True)
class CountResidents(Command):
    """How many residents came to an assembly, counted by two."""

    count: int
    tellers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DeclareInterest(Command):
    """A member has an interest in an item."""

    member: str
    item: str
    nature: str


@dataclass(frozen=True, kw_only=True)
class Recuse(Command):
    """A member is out for an item."""

    member: str
    item: str


@dataclass(frozen=True, kw_only=True)
class Return(Command):
    """A member who was out for an item takes part in it again."""

    member: str
    item: str


@dataclass(frozen=True, kw_only=True)
class OpenItem(Command):
    """The meeting comes to an item."""

    item: str


@dataclass(frozen=True, kw_only=True)
class EndItem(Command):
    """It is done with one: done, noted, decided, deferred, withdrawn."""

    item: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ChangeOrder(Command):
    """The agenda's items in another order."""

    items: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class MoveItem(Command):
    """One item comes before another one, or last where `before` is empty."""

    item: str
    before: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CloseSession(Command):
    """The public and every feed to the outside are out."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class OpenSession(Command):
    """They may be there again."""


@dataclass(frozen=True, kw_only=True)
class AskFloor(Command):
    """A member wants to speak: speech, question, order, information or reply."""

    ask: str
    member: str
    what: str


@dataclass(frozen=True, kw_only=True)
class DropAsk(Command):
    """No longer."""

    ask: str


@dataclass(frozen=True, kw_only=True)
class GiveFloor(Command):
    """The chair lets one speak who asked, in any order."""

    ask: str


@dataclass(frozen=True, kw_only=True)
class EndFloor(Command):
    """Who speaks is done."""


@dataclass(frozen=True, kw_only=True)
class RuleOrder(Command):
    """The chair rules on the point of order that has the floor."""

    ruling: str


@dataclass(frozen=True, kw_only=True)
class NameDisorder(Command):
    """Somebody is warned, silenced for the item, or sent out; `member` where it is one."""

    name: str
    act: str
    text: str
    member: str = ""


@dataclass(frozen=True, kw_only=True)
class Move(Command):
    """A member moves a motion; `decision` is the kind of decision that it asks for."""

    motion: str
    member: str
    text: str
    decision: str = ""


@dataclass(frozen=True, kw_only=True)
class Second(Command):
    """Another member supports it."""

    motion: str
    member: str


@dataclass(frozen=True, kw_only=True)
class Withdraw(Command):
    """Its mover takes it back."""

    motion: str


@dataclass(frozen=True, kw_only=True)
class Amend(Command):
    """A member wants other words for lines of a motion; `last` = `first` - 1 puts lines in before `first`."""

    amendment: str
    motion: str
    member: str
    first: int
    last: int
    text: str


@dataclass(frozen=True, kw_only=True)
class WithdrawAmendment(Command):
    """Its mover takes it back."""

    amendment: str


@dataclass(frozen=True, kw_only=True)
class TakeAmendment(Command):
    """It is agreed without a division."""

    amendment: str


@dataclass(frozen=True, kw_only=True)
class AskQuestion(Command):
    """An instant question."""

    question: str
    member: str
    text: str


@dataclass(frozen=True, kw_only=True)
class AnswerQuestion(Command):
    """What somebody answered."""

    question: str
    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class OpenVote(Command):
    """A vote about {motion: id}, {amendment: id} or {text: words}; two tellers where hands or paper are counted."""

    vote: str
    about: Mapping[str, str]
    ways: tuple[str, ...]
    decision: str = ""
    tellers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Count(Command):
    """What one teller counted by hands or paper."""

    vote: str
    teller: str
    way: str
    counts: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class EndVote(Command):
    """No more ballots. `roll` are the named ones, each {member, choice, way}; the shell reads them."""

    vote: str
    roll: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class CastVote(Command):
    """The chair's casting vote; abstain leaves the tie."""

    vote: str
    choice: str


@dataclass(frozen=True, kw_only=True)
class CancelVote(Command):
    """It is broken off, without a result."""

    vote: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Decide(Command):
    """Agreed without a division; a motion's text as it stands where one is named."""

    decision: str
    text: str = ""
    motion: str = ""


@dataclass(frozen=True, kw_only=True)
class WriteNote(Command):
    """The secretary writes something down."""

    text: str
    item: str = ""


@dataclass(frozen=True, kw_only=True)
class Correct(Command):
    """What an event should have said. `kind` is that event's, which the shell reads."""

    seq: int
    why: str
    body: Mapping[str, Any]
    kind: str = ""
