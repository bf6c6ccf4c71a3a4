"""Pure: who may take part, what a body's rules lack, and when a vote carries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from jumuishi.cases.types import CaseError

FIGURES = ("quorum", "notice_days", "casting_vote")
DEFER = "defer"


def chair_of(role: str) -> str:
    """The role of whoever presides over a committee; its deputy chair holds it too."""
    return f"{role}-chair"


def secretary_of(role: str) -> str:
    """The role of whoever calls a committee's sittings and records them."""
    return f"{role}-secretary"


def figure(figures: Mapping[str, Any], name: str) -> Any:
    """A body's figure; None where nobody entered it."""
    return figures.get(name, {}).get("value")


def lacking(figures: Mapping[str, Any]) -> list[str]:
    """The rules that nobody has entered, in the order in which a page names them."""
    return [name for name in FIGURES if figure(figures, name) is None]


def check_notice(figures: Mapping[str, Any], starts_on: date, today: date) -> None:
    """Members are told in time; raises CaseError when the days of notice are not known or not left."""
    days = figure(figures, "notice_days")
    if days is None:
        raise CaseError("cases.sit_no_notice_rule")
    if starts_on - today < timedelta(days=int(days)):
        raise CaseError("cases.sit_short_notice", days=days)


@dataclass(frozen=True)
class Vote:
    """The count on one item; `casting` says that the chair's second vote decided an equal one."""

    votes_for: int
    votes_against: int
    abstained: int
    casting: bool = False


def check_vote(vote: Vote, deciding: Collection[Any], figures: Mapping[str, Any], *, chair_is_out: bool) -> None:
    """Whether the members who took part have decided; raises CaseError that names the rule which says no."""
    quorum = figure(figures, "quorum")
    if quorum is None:
        raise CaseError("cases.sit_no_quorum_rule")
    if len(deciding) < max(int(quorum), 2):
        raise CaseError("cases.sit_no_quorum", quorum=quorum, n=len(deciding))
    if vote.votes_for + vote.votes_against + vote.abstained != len(deciding):
        raise CaseError("cases.sit_votes_wrong", n=len(deciding))
    if vote.casting:
        if vote.votes_for != vote.votes_against or chair_is_out or vote.votes_for == 0:
            raise CaseError("cases.sit_casting_wrong")
        if figure(figures, "casting_vote") is None:
            raise CaseError("cases.sit_no_casting_rule")
        if not figure(figures, "casting_vote"):
            raise CaseError("cases.sit_casting_forbidden")
    elif vote.votes_for <= vote.votes_against:
        raise CaseError("cases.sit_not_carried")


def check_begun(starts_at: datetime, now: datetime) -> None:
    """What has not begun is not recorded."""
    if now < starts_at:
        raise CaseError("cases.sit_not_begun")
