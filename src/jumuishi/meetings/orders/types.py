"""What standing orders can say. A rule that a body has not entered is None, and whoever needs it refuses by its name.

Shares are fractions in words ("1/3", "2/3"): a share of members is rounded up to whole members.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Kind(StrEnum):
    """Kinds of meeting; what each is for is the body's own rule."""

    ORDINARY = "ordinary"
    SPECIAL = "special"
    BUDGET = "budget"
    ANNUAL = "annual"
    EMERGENCY = "emergency"


class Base(StrEnum):
    """Of whom a share is taken."""

    SEATS = "seats"  # every seat that the body has, filled or not
    MEMBERS = "members"  # members in office with a vote
    PRESENT = "present"  # members with a vote who are there, without who is out for the item
    CAST = "cast"  # votes for and against


class Casting(StrEnum):
    """What the chair may do on a tie."""

    NONE = "none"  # nothing: the motion is lost
    SECOND = "second"  # the chair votes as a member and once more
    ONLY = "only"  # the chair votes on a tie only


class Way(StrEnum):
    """How votes are given; secret ballots are not among them yet."""

    DEVICE = "device"  # by phone or computer, by name
    ROLL = "roll"  # called by name, the secretary enters
    HANDS = "hands"  # counted by two tellers
    PAPER = "paper"  # counted by two tellers


@dataclass(frozen=True)
class Rule:
    """Where it stands in the body's own orders: the clause ("Kanuni 9(1)") and its words, as entered."""

    clause: str
    words: str = ""


@dataclass(frozen=True)
class Notice:
    """How many days before a meeting of a kind its notice must be served; `working` days or any."""

    days: int
    rule: Rule
    working: bool = False


@dataclass(frozen=True)
class Emergency:
    """Who may call a meeting on shorter notice, and how many hours it must still give."""

    roles: tuple[str, ...]
    hours: int
    rule: Rule
    reason_needed: bool = True


@dataclass(frozen=True)
class Quorum:
    """How many must be there: a share of a base, or a whole number."""

    rule: Rule
    share: Fraction | None = None
    count: int | None = None
    of: Base = Base.MEMBERS


@dataclass(frozen=True)
class Majority:
    """What carries a decision of a kind: at least (or more than) a share of a base."""

    share: Fraction
    of: Base
    rule: Rule
    more_than: bool = True
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True)
class Speaking:
    """Seconds for one speech and how often one may speak to an item; None where the orders set no limit."""

    rule: Rule
    seconds: int | None = None
    times: int | None = None
    reply_seconds: int | None = None


@dataclass(frozen=True)
class Section:
    """One place in the order of business. `comes` names items that come by themselves: minutes, arising, reports,
    resolutions, cases; empty for what is put there by hand."""

    key: str
    name: dict[str, str]
    comes: str = ""


@dataclass(frozen=True)
class Orders:
    """One edition of a body's standing orders.

    `majorities` is by kind of decision ("ordinary", "budget", "removal", ...); `notice` by kind of meeting.
    `voters` are the roles of members with a vote. `late_items`: whether an agenda that members have takes another item.
    `remote` says whether who is not in the hall counts: None is unknown. `order_fixed`: a meeting may not change the
    order of business; None where the orders do not say so.
    """

    gazette: str
    voters: tuple[str, ...] = ()
    voters_rule: Rule | None = None
    notice: dict[Kind, Notice] = field(default_factory=dict)
    emergency: Emergency | None = None
    quorum: Quorum | None = None
    majorities: dict[str, Majority] = field(default_factory=dict)
    casting: Casting | None = None
    casting_rule: Rule | None = None
    seconder: bool | None = None
    seconder_rule: Rule | None = None
    speaking: Speaking | None = None
    recusal_rule: Rule | None = None
    remote: bool | None = None
    remote_rule: Rule | None = None
    public: bool | None = None
    public_rule: Rule | None = None
    closing_rule: Rule | None = None
    order: tuple[Section, ...] = ()
    order_rule: Rule | None = None
    order_fixed: bool | None = None
    corrections_hours: int | None = None
    corrections_rule: Rule | None = None
    minutes_to: tuple[str, ...] = ()
    minutes_rule: Rule | None = None
    late_items: bool | None = None
    late_rule: Rule | None = None
    papers_days: int | None = None
    papers_rule: Rule | None = None


class RefusedError(Exception):
    """Against a rule, or a rule is missing.

    `code` names the text (`meetings.no_CODE`), `rule` the clause that says so, `missing` the rule that the body has not
    entered ("quorum", "notice.special", "majorities.budget", "gazette"); `given` fills the text's blanks.
    """

    def __init__(self, code: str, *, rule: Rule | None = None, missing: str = "", **given: object) -> None:
        super().__init__(code)
        self.code, self.rule, self.missing, self.given = code, rule, missing, given
