"""Which command is whose: the desk's, a member's own, the chair's alone, or a teller's."""

from jumuishi.identity.types import NotAllowedError
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.state import State
from jumuishi.meetings.models import Member
from jumuishi.meetings.sitting.places import Part

# What a member does alone, each about himself or herself; the desk does it for who has no device.
OWN = (
    c.Arrive, c.Leave, c.DeclareInterest, c.Recuse, c.AskFloor, c.Move, c.Second, c.Amend, c.AskQuestion,
)  # fmt: skip


def check(part: Part, state: State, command: c.Command, members: list[Member]) -> None:
    """Raises NotAllowedError unless this one may send this command."""
    if not _may(part, state, command, members):
        raise NotAllowedError(f"meetings.hall.{type(command).__name__}")


def _may(part: Part, state: State, command: c.Command, members: list[Member]) -> bool:
    if isinstance(command, c.Count):
        # Nobody counts under another's name, the desk neither.
        return command.teller == part.teller
    if isinstance(command, c.CastVote):
        return part.presides or (part.keeps and not _has_account(state.presiding, members))
    if part.runs_desk:
        return True
    if isinstance(command, OWN):
        return part.id != "" and command.member == part.id
    return part.id != "" and _owner(state, command) == part.id


def _owner(state: State, command: c.Command) -> str:
    """Whose ask, motion or amendment it is that is taken back."""
    match command:
        case c.DropAsk(ask=ask):
            return next((one.member for one in state.asks if one.ask == ask), "")
        case c.Withdraw(motion=key):
            return state.motions[key].member if key in state.motions else ""
        case c.WithdrawAmendment(amendment=key):
            return state.amendments[key].member if key in state.amendments else ""
    return ""


def _has_account(member: str, members: list[Member]) -> bool:
    """Whether whoever presides could say it in person: then the secretary does not say it instead."""
    return any(str(one.id) == member and one.person_id is not None for one in members)
