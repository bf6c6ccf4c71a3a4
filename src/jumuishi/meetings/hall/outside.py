"""The meeting for a member who is out for the open item: who left the hall hears nothing of what is said in it."""

from dataclasses import replace

from jumuishi.meetings.hall.state import State


def from_outside(state: State) -> State:
    """The same meeting without floor, motions, questions and votes of the open item; that it is open stays."""
    motions = {key: one for key, one in state.motions.items() if one.item != state.item}
    return replace(
        state, asks=(), floor=None, paused=None, motions=motions,
        amendments={key: one for key, one in state.amendments.items() if one.motion in motions},
        questions={key: one for key, one in state.questions.items() if one.item != state.item},
        votes={key: one for key, one in state.votes.items() if one.item != state.item},
    )  # fmt: skip
