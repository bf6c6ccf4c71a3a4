"""What a count means by the body's own rules. One function for every way of voting."""

from collections.abc import Mapping
from dataclasses import dataclass

from jumuishi.meetings.hall.quorum import voters_of
from jumuishi.meetings.hall.state import Facts
from jumuishi.meetings.orders import needs
from jumuishi.meetings.orders.types import Casting, Orders, RefusedError, Rule


@dataclass(frozen=True)
class Result:
    """`result` is carried, lost or tied; `needed` how many votes for it carry; `rule` says so.

    `waits` is the rule by which the chair may give a casting vote on this tie, None where no such vote is to come;
    `missing` the rule on a tie that the body has not entered.
    """

    result: str
    needed: int
    rule: Rule
    waits: Rule | None = None
    missing: str = ""


def result(
    orders: Orders, facts: Facts, decision: str, tally: Mapping[str, int], *, present: int, cast: str | None = None
) -> Result:
    """What `tally` (for, against, abstain) decides; `cast` is the casting vote that it includes already, "" for none.

    `present`: voters who are there and not out for the item. Raises RefusedError that names a missing rule.
    """
    yes, no = tally["for"], tally["against"]

    def needed(votes: int) -> tuple[int, Rule]:
        return needs.votes_needed(
            orders, decision, seats=facts.seats, members=len(voters_of(orders, facts)), present=present, cast=votes
        )

    enough, rule = needed(yes + no)
    if yes >= enough:
        return Result("carried", enough, rule)
    # Equal, and one vote more would carry it: that is what a casting vote is for. Nobody at all is no tie.
    if yes != no or not yes or yes + 1 < needed(yes + no + 1)[0]:
        return Result("lost", enough, rule)
    if cast is not None:
        return Result("tied", enough, rule)
    try:
        what, casting_rule = needs.casting(orders)
    except RefusedError as error:
        return Result("tied", enough, rule, missing=error.missing)
    if what is Casting.NONE:
        return Result("lost", enough, casting_rule)
    return Result("tied", enough, rule, waits=casting_rule)
