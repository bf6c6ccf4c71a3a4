"""Who may speak, in which order, for how long; and what happens to who disturbs."""

from collections.abc import Mapping
from typing import Any

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.attendance import silence, stop_speaking
from jumuishi.meetings.hall.state import Ask, Floor, State
from jumuishi.meetings.hall.turn import Decide, Fold, Turn

WHAT = ("speech", "question", "order", "information", "reply")
INTERRUPTS = ("order", "information")
ACTS = ("warned", "silenced", "out")


def queue(state: State) -> list[Ask]:
    """Who waits for the floor: points of order first, else in the order of asking."""
    return sorted(state.asks, key=lambda one: one.what != "order")


def ask_floor(turn: Turn, command: c.AskFloor) -> None:
    """Once for each kind; a speech only as often as the rule lets, a reply only of who moved a motion."""
    item = turn.takes_part(command.member)
    turn.check(command.what in WHAT, "bad_what")
    turn.check(command.ask not in {one.ask for one in turn.state.asks}, "asked_already")
    mine = [one for one in turn.state.asks if one.member == command.member]
    turn.check(command.what not in {one.what for one in mine}, "asked_already")
    _may_speak(turn, command.member, command.what, item)
    turn.emit("floor.asked", ask=command.ask, member=command.member, item=item, what=command.what)


def _may_speak(turn: Turn, member: str, what: str, item: str) -> None:
    turn.check(member not in turn.state.silenced, "silenced", who=turn.name(member))
    rule = turn.orders.speaking
    if what == "speech" and rule and rule.times is not None:
        spoke = len(turn.state.spoken.get(f"{item} {member}", ()))
        turn.check(spoke < rule.times, "spoke_enough", rule.rule, times=rule.times, who=turn.name(member))
    if what == "reply":
        moved = {one.member for one in turn.state.motions.values() if one.item == item and one.state == "moved"}
        turn.check(member in moved, "no_reply", rule.rule if rule else None)


def drop_ask(turn: Turn, command: c.DropAsk) -> None:
    """Of who waits."""
    turn.check(command.ask in {one.ask for one in turn.state.asks}, "no_such_ask")
    turn.emit("floor.dropped", ask=command.ask)


def give_floor(turn: Turn, command: c.GiveFloor) -> None:
    """A point of order or information interrupts a speech, which goes on afterwards; others end what was before."""
    ask = next((one for one in turn.state.asks if one.ask == command.ask), None)
    if ask is None:
        turn.check(False, "no_such_ask")
        return
    item = turn.takes_part(ask.member)
    _may_speak(turn, ask.member, ask.what, item)
    now = turn.state.floor
    if now and now.what in INTERRUPTS:
        turn.check(ask.what in INTERRUPTS, "order_first")
    stop_speaking(turn, interrupted=ask.what in INTERRUPTS and now is not None and now.what not in INTERRUPTS)
    seconds = _seconds(turn, ask.what)
    turn.emit("floor.given", ask=ask.ask, member=ask.member, item=item, what=ask.what, seconds=seconds)


def _seconds(turn: Turn, what: str) -> int | None:
    rule = turn.orders.speaking
    if rule is None or what in INTERRUPTS:
        return None
    return rule.reply_seconds if what == "reply" else rule.seconds


def end_floor(turn: Turn, _: c.EndFloor) -> None:
    """Whose speech was interrupted goes on with the time that was left."""
    turn.check(turn.state.floor, "nobody_speaks")
    stop_speaking(turn)
    left = turn.state.paused
    if left and left.member in turn.state.present and left.member not in turn.state.silenced:
        turn.emit("floor.given", ask=left.ask, member=left.member, item=left.item, what=left.what,
                  seconds=left.seconds)  # fmt: skip


def rule_order(turn: Turn, command: c.RuleOrder) -> None:
    """The chair answers the point of order, and it is over."""
    now = turn.state.floor
    if now is None or now.what != "order":
        turn.check(False, "no_order_point")
        return
    turn.check(command.ruling.strip(), "text_missing")
    turn.emit("order.ruled", ask=now.ask, member=now.member, ruling=command.ruling.strip())
    end_floor(turn, c.EndFloor(id=command.id))


def name_disorder(turn: Turn, command: c.NameDisorder) -> None:
    """Warned; silenced until the item ends; or out, which takes a member from the quorum too."""
    turn.is_open()
    turn.check(command.act in ACTS, "bad_act")
    name = turn.name(command.member) if command.member else command.name.strip()
    turn.check(name, "name_missing")
    body = {"member": command.member} if command.member else {}
    if command.member:
        turn.is_here(command.member)
        turn.check(command.act == "warned" or command.member != turn.state.presiding, "presiding_first")
        turn.check(command.act != "out" or not turn.state.vote, "vote_open")
    turn.emit("disorder.named", name=name, act=command.act, text=command.text.strip(), **body)
    if command.member and command.act != "warned":
        silence(turn, command.member)
        if command.act == "out":
            turn.emit("member.left", member=command.member)


DECIDE: dict[type, Decide] = {
    c.AskFloor: ask_floor, c.DropAsk: drop_ask, c.GiveFloor: give_floor, c.EndFloor: end_floor,
    c.RuleOrder: rule_order, c.NameDisorder: name_disorder,
}  # fmt: skip


def _given(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    said = {key: body[key] for key in ("ask", "member", "item", "what")}
    floor = Floor(**said, since=body["at"], seconds=body.get("seconds"))
    found: dict[str, Any] = {"floor": floor, "asks": tuple(one for one in state.asks if one.ask != body["ask"])}
    if body["what"] not in INTERRUPTS:
        # Whoever goes on after an interruption speaks still once.
        found["paused"] = None
        key = f"{body['item']} {body['member']}"
        if body["what"] == "speech" and body["ask"] not in state.spoken.get(key, ()):
            found["spoken"] = {**state.spoken, key: (*state.spoken.get(key, ()), body["ask"])}
    return found


def _ended(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    floor = state.floor
    if floor is None or floor.what in INTERRUPTS:
        return {"floor": None}
    if not body.get("interrupted"):
        return {"floor": None, "paused": None}
    left = None if floor.seconds is None else max(0, floor.seconds - body["spoke"])
    return {"floor": None, "paused": Floor(floor.ask, floor.member, floor.item, floor.what, floor.since, left)}


def _disorder(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    member = body.get("member", "")
    if not member or body["act"] == "warned":
        return {}
    if body["act"] == "silenced":
        return {"silenced": (*state.silenced, member)}
    return {"out": (*state.out, member)}


APPLY: dict[str, Fold] = {
    "floor.asked": lambda s, b: {"asks": (*s.asks, Ask(b["ask"], b["member"], b["item"], b["what"]))},
    "floor.dropped": lambda s, b: {"asks": tuple(one for one in s.asks if one.ask != b["ask"])},
    "floor.given": _given,
    "floor.ended": _ended,
    "order.ruled": lambda _s, _b: {},
    "disorder.named": _disorder,
}
