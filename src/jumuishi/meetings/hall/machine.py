"""A command and the meeting so far give events, or a refusal; an event moves the meeting on. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from jumuishi.meetings.hall import agenda, attendance, floor, motions, quorum, votes
from jumuishi.meetings.hall.commands import Command
from jumuishi.meetings.hall.events import Event
from jumuishi.meetings.hall.state import Facts, State
from jumuishi.meetings.hall.turn import Decide, Fold, Turn
from jumuishi.meetings.orders.types import Orders, RefusedError

SUBJECTS = (attendance, agenda, floor, motions, votes)
DECIDE: dict[type, Decide] = {key: one for subject in SUBJECTS for key, one in subject.DECIDE.items()}
APPLY: dict[str, Fold] = {key: one for subject in SUBJECTS for key, one in subject.APPLY.items()}


def decide(orders: Orders, facts: Facts, state: State, command: Command, at: datetime, by: str = "") -> list[Event]:
    """What happens by a command, numbered on from `state`. Raises RefusedError with the rule that says no.

    That the quorum is reached or lost follows by itself from whatever changes who counts.
    """
    turn = Turn(orders, facts, state, at, apply, by)
    DECIDE[type(command)](turn, command)
    _tell_quorum(turn)
    return turn.events


def _tell_quorum(turn: Turn) -> None:
    if turn.state.phase != "open":
        return
    try:
        found = quorum.standing(turn.orders, turn.facts, turn.state, turn.state.item)
    except RefusedError:
        # Nobody can say so where the rule is not entered; items and votes are refused by its name.
        return
    if found.is_met != turn.state.has_quorum:
        kind = "quorum.reached" if found.is_met else "quorum.lost"
        turn.emit(kind, present=found.present, needed=found.needed)


def apply(state: State, event: Event) -> State:
    """The meeting after an event; raises KeyError for a kind that nobody knows."""
    return replace(state, seq=state.seq + 1, **APPLY[event.kind](state, {**event.body, "at": event.at.isoformat()}))


def fold(events: Iterable[Event], state: State | None = None) -> State:
    """The meeting after all of them."""
    found = state or State()
    for event in events:
        found = apply(found, event)
    return found
