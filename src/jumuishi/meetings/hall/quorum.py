"""Who counts, who has a vote, and whether enough are there: one place for all who ask."""

from dataclasses import dataclass

from jumuishi.meetings.hall.state import Facts, State
from jumuishi.meetings.hall.turn import refuse
from jumuishi.meetings.orders import needs
from jumuishi.meetings.orders.types import Casting, Orders


@dataclass(frozen=True)
class Standing:
    """How many of those who count are there, and how many must be."""

    present: int
    needed: int

    @property
    def is_met(self) -> bool:
        """Whether enough are there."""
        return self.present >= self.needed


def voters_of(orders: Orders, facts: Facts) -> list[str]:
    """Members in office with a vote, there or not. Raises RefusedError where the orders do not say who has one."""
    roles, _ = needs.voters(orders)
    return [member for member, seat in facts.members.items() if seat.role in roles]


def counting(orders: Orders, facts: Facts, state: State, item: str) -> list[str]:
    """Voters who are there and not out for an item ("" for none)."""
    return [one for one in voters_of(orders, facts) if one in state.present and not state.is_out(one, item)]


def entitled(orders: Orders, facts: Facts, state: State, item: str) -> list[str]:
    """Whose vote counts on an item now: who counts for its quorum, less a chair who votes on a tie only.

    Secret ballots are to ask here too.
    """
    who = counting(orders, facts, state, item)
    if orders.casting is Casting.ONLY:
        return [one for one in who if one != state.presiding]
    return who


def residents(facts: Facts, state: State) -> int:
    """Residents who were counted, where they count: at an assembly."""
    return state.residents if facts.is_assembly else 0


def standing(orders: Orders, facts: Facts, state: State, item: str) -> Standing:
    """The quorum for an item ("" for none). Raises RefusedError that names a rule which is not entered."""
    present = len(counting(orders, facts, state, item)) + residents(facts, state)
    members = len(voters_of(orders, facts))
    return Standing(present, needs.quorum_needed(orders, seats=facts.seats, members=members, present=present))


def must_be_met(orders: Orders, facts: Facts, state: State, item: str) -> Standing:
    """The quorum for an item; raises RefusedError, with the rule, where too few are there."""
    found = standing(orders, facts, state, item)
    if not found.is_met:
        rule = needs.quorum(orders).rule
        refuse("no_quorum", rule, present=found.present, needed=found.needed)
    return found
