"""The agenda as it is gone through, what is closed to outsiders, and what is written down."""

from collections.abc import Mapping
from typing import Any

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall import quorum
from jumuishi.meetings.hall.attendance import stop_speaking
from jumuishi.meetings.hall.state import State
from jumuishi.meetings.hall.turn import Decide, Fold, Turn
from jumuishi.meetings.orders import needs

OUTCOMES = ("done", "noted", "decided", "deferred", "withdrawn")
UNOPENED = ("deferred", "withdrawn")  # what may become of an item that the meeting never came to
# What stands for ever as it was: a count is put right by another vote, and a correction by another one.
FIXED = (
    "vote.opened", "vote.counted", "vote.differed", "vote.tied", "vote.cast", "vote.ended", "vote.cancelled",
    "decision.made", "event.corrected", "session.closed", "session.opened",
)  # fmt: skip


def open_item(turn: Turn, command: c.OpenItem) -> None:
    """With a quorum, under a chair who is not out for it; a closed item closes the session first."""
    turn.is_open()
    turn.check(command.item in turn.facts.items, "no_such_item")
    turn.check(not turn.state.item, "item_open")
    turn.check(turn.state.outcomes.get(command.item, "deferred") == "deferred", "item_over")
    turn.check(turn.state.presiding in turn.state.present, "chair_away")
    rule = turn.orders.recusal_rule
    turn.check(not turn.state.is_out(turn.state.presiding, command.item), "presiding_first", rule)
    quorum.must_be_met(turn.orders, turn.facts, turn.state, command.item)
    if turn.facts.items[command.item].is_closed and turn.facts.is_public and not turn.state.is_closed:
        _close(turn, reason="", item=command.item)
    turn.emit("item.opened", item=command.item)


def end_item(turn: Turn, command: c.EndItem) -> None:
    """Who was out for it comes back by itself; an item that was not opened may be deferred or withdrawn."""
    turn.is_open()
    turn.check(command.outcome in OUTCOMES, "bad_outcome")
    turn.check(command.item in turn.facts.items, "no_such_item")
    is_now = command.item == turn.state.item
    turn.check(is_now or command.outcome in UNOPENED, "no_item_open")
    turn.check(is_now or command.item not in turn.state.outcomes, "item_over")
    if is_now:
        turn.check(not turn.state.vote, "vote_open")
        for ask in [one.ask for one in turn.state.asks]:
            turn.emit("floor.dropped", ask=ask)
        stop_speaking(turn)
    turn.emit("item.ended", item=command.item, outcome=command.outcome)
    for member in turn.state.recused.get(command.item, ()):
        turn.emit("member.returned", member=member, item=command.item)


def change_order(turn: Turn, command: c.ChangeOrder) -> None:
    """All items once, in another order, with a reason; not where the orders fix the order of business."""
    turn.is_open()
    turn.check(not turn.orders.order_fixed, "order_fixed", turn.orders.order_rule)
    turn.check(command.reason.strip(), "reason_missing")
    turn.check(sorted(command.items) == sorted(turn.facts.items), "order_whole")
    turn.emit("order.changed", items=list(command.items), reason=command.reason.strip())


def move_item(turn: Turn, command: c.MoveItem) -> None:
    """One item before another that has not been dealt with either; the others keep their order."""
    order = turn.state.order or tuple(turn.facts.items)
    turn.check(command.item in order, "no_such_item")
    turn.check(not command.before or command.before in order, "no_such_item")
    for one in (command.item, command.before):
        turn.check(one != turn.state.item or not one, "item_open")
        turn.check(turn.state.outcomes.get(one, "deferred") == "deferred", "item_over")
    rest = [one for one in order if one != command.item]
    turn.check(command.before != command.item, "order_same")
    at = rest.index(command.before) if command.before else len(rest)
    items = (*rest[:at], command.item, *rest[at:])
    turn.check(items != order, "order_same")
    change_order(turn, c.ChangeOrder(id=command.id, items=items, reason=command.reason))


def close_session(turn: Turn, command: c.CloseSession) -> None:
    """By the rule and with a reason; nothing goes out from that moment on."""
    turn.is_open()
    turn.check(not turn.state.is_closed, "closed_already")
    turn.check(command.reason.strip(), "reason_missing")
    _close(turn, reason=command.reason.strip(), item=turn.state.item)


def _close(turn: Turn, *, reason: str, item: str) -> None:
    needs.closing(turn.orders)
    body = {"item": item} if item else {}
    turn.emit("session.closed", reason=reason, **body)


def open_session(turn: Turn, _: c.OpenSession) -> None:
    """Not while a closed item is open, nor in the middle of a vote."""
    turn.check(turn.state.is_closed, "not_closed")
    turn.check(not turn.state.vote, "vote_open")
    item = turn.facts.items.get(turn.state.item)
    turn.check(item is None or not item.is_closed, "item_is_closed")
    turn.emit("session.opened")


def write_note(turn: Turn, command: c.WriteNote) -> None:
    """At any time; it stands in the minutes."""
    turn.check(command.text.strip(), "text_missing")
    turn.check(not command.item or command.item in turn.facts.items, "no_such_item")
    body = {"item": command.item} if command.item else {}
    turn.emit("note.written", text=command.text.strip(), **body)


def correct(turn: Turn, command: c.Correct) -> None:
    """What was written wrongly is put right beside it. What the hall did by it then, it did: the state stays."""
    turn.check(0 < command.seq <= turn.state.seq, "no_such_event")
    turn.check(command.kind and command.kind not in FIXED, "not_corrected")
    turn.check(command.why.strip(), "reason_missing")
    turn.emit("event.corrected", seq=command.seq, why=command.why.strip(), body=dict(command.body))


DECIDE: dict[type, Decide] = {
    c.OpenItem: open_item, c.EndItem: end_item, c.ChangeOrder: change_order, c.MoveItem: move_item,
    c.CloseSession: close_session, c.OpenSession: open_session, c.WriteNote: write_note, c.Correct: correct,
}  # fmt: skip


def _item_ended(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    ended = {"outcomes": {**state.outcomes, body["item"]: body["outcome"]}}
    return {**ended, "item": "", "silenced": (), "paused": None} if body["item"] == state.item else ended


def _item_opened(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"item": body["item"], "outcomes": {key: one for key, one in state.outcomes.items() if key != body["item"]}}


APPLY: dict[str, Fold] = {
    "item.opened": _item_opened,
    "item.ended": _item_ended,
    "order.changed": lambda _s, b: {"order": tuple(b["items"])},
    "session.closed": lambda _s, _b: {"is_closed": True},
    "session.opened": lambda _s, _b: {"is_closed": False},
    "note.written": lambda _s, _b: {},
    "event.corrected": lambda _s, _b: {},
}
