"""Who presides, who is there, who is out for an item."""

from collections.abc import Mapping
from typing import Any

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.state import State
from jumuishi.meetings.hall.turn import Decide, Fold, Turn
from jumuishi.meetings.orders import needs

WAYS = ("hall", "remote", "phone")


def open_meeting(turn: Turn, command: c.Open) -> None:
    """It begins once somebody who is there presides; a quorum is asked of items and votes."""
    turn.check(turn.state.phase == "before", "begun")
    turn.is_here(command.presiding)
    turn.emit("meeting.opened", presiding=command.presiding)


def preside(turn: Turn, command: c.Preside) -> None:
    """Another member takes the chair; not one who is out for what is being dealt with."""
    turn.is_open()
    turn.is_here(command.presiding)
    turn.check(turn.state.presiding != command.presiding, "presides_already")
    turn.check(not turn.state.vote, "vote_open")
    turn.check(not turn.state.is_out(command.presiding, turn.state.item), "out_for_item", turn.orders.recusal_rule,
               who=turn.name(command.presiding))  # fmt: skip
    turn.emit("meeting.presided", presiding=command.presiding)


def adjourn(turn: Turn, command: c.Adjourn) -> None:
    """With a reason; no vote stays open meanwhile."""
    turn.is_open()
    turn.check(command.reason.strip(), "reason_missing")
    turn.check(not turn.state.vote, "vote_open")
    stop_speaking(turn)
    body = {"until": command.until} if command.until else {}
    turn.emit("meeting.adjourned", reason=command.reason.strip(), **body)


def resume(turn: Turn, _: c.Resume) -> None:
    """It goes on under whoever presided, if that one is there."""
    turn.check(turn.state.phase == "adjourned", "not_adjourned")
    turn.emit("meeting.resumed")


def end_meeting(turn: Turn, _: c.End) -> None:
    """Nothing is left open; who was shut out hears that it is over."""
    turn.check(turn.state.phase in ("open", "adjourned"), "not_open")
    turn.check(not turn.state.vote, "vote_open")
    turn.check(not turn.state.item, "item_open")
    if turn.state.is_closed:
        turn.emit("session.opened")
    turn.emit("meeting.ended")


def arrive(turn: Turn, command: c.Arrive) -> None:
    """A member is there; from afar only where the orders say that this counts."""
    turn.check(turn.state.phase != "ended", "ended")
    turn.check(command.member in turn.facts.members, "not_a_member")
    turn.check(command.way in WAYS, "bad_way")
    turn.check(command.member not in turn.state.out, "sent_out", who=turn.name(command.member))
    turn.check(command.member not in turn.state.present, "here_already", who=turn.name(command.member))
    if command.way != "hall":
        counts, rule = needs.remote(turn.orders)
        turn.check(counts, "no_remote", rule)
    turn.emit("member.arrived", member=command.member, way=command.way)


def leave(turn: Turn, command: c.Leave) -> None:
    """Whoever presides hands over first."""
    turn.check(turn.state.phase != "ended", "ended")
    turn.is_here(command.member)
    _hand_over_first(turn, command.member)
    silence(turn, command.member)
    turn.emit("member.left", member=command.member)


def excuse(turn: Turn, command: c.Excuse) -> None:
    """Of who is not there."""
    turn.check(turn.state.phase != "ended", "ended")
    turn.check(command.member in turn.facts.members, "not_a_member")
    turn.check(command.member not in turn.state.present, "here_already", who=turn.name(command.member))
    turn.check(command.member not in turn.state.excused, "excused_already")
    turn.emit("member.excused", member=command.member, reason=command.reason.strip())


def name_guest(turn: Turn, command: c.NameGuest) -> None:
    """By invitation, without a vote."""
    turn.check(turn.state.phase != "ended", "ended")
    turn.check(command.name.strip(), "name_missing")
    turn.emit("guest.named", name=command.name.strip(), office=command.office.strip())


def count_residents(turn: Turn, command: c.CountResidents) -> None:
    """At an assembly, by two; a later count takes the place of an earlier one, but not while they vote."""
    turn.check(turn.facts.is_assembly, "no_assembly")
    turn.check(turn.state.phase != "ended", "ended")
    turn.check(not turn.state.vote, "vote_open")
    turn.check(command.count >= 0, "bad_count")
    turn.check(len(command.tellers) == 2 and len(set(command.tellers)) == 2, "two_tellers")
    turn.emit("residents.counted", count=command.count, tellers=list(command.tellers))


def declare(turn: Turn, command: c.DeclareInterest) -> None:
    """At any time, also beforehand; what kind of interest it is, in words."""
    turn.check(turn.state.phase != "ended", "ended")
    turn.check(command.member in turn.facts.members, "not_a_member")
    turn.check(command.item in turn.facts.items, "no_such_item")
    turn.check(command.nature.strip(), "nature_missing")
    turn.emit("interest.declared", member=command.member, item=command.item, nature=command.nature.strip())


def recuse(turn: Turn, command: c.Recuse) -> None:
    """Out of quorum, floor and vote for the item, by the rule; whoever presides over it hands over first."""
    rule = needs.recusal(turn.orders)
    turn.check(turn.state.phase != "ended", "ended")
    turn.check(command.member in turn.facts.members, "not_a_member")
    turn.check(command.item in turn.facts.items, "no_such_item")
    turn.check(command.item not in turn.state.outcomes, "item_over")
    turn.check(not turn.state.is_out(command.member, command.item), "out_already")
    if command.item == turn.state.item:
        turn.check(not turn.state.vote, "vote_open", rule)
        _hand_over_first(turn, command.member)
        silence(turn, command.member)
    turn.emit("member.recused", member=command.member, item=command.item)


def come_back(turn: Turn, command: c.Return) -> None:
    """Before the item ends; when it ends everybody comes back."""
    turn.check(turn.state.is_out(command.member, command.item), "not_out")
    turn.check(not turn.state.vote, "vote_open")
    turn.emit("member.returned", member=command.member, item=command.item)


def stop_speaking(turn: Turn, *, interrupted: bool = False) -> None:
    """Who has the floor is done, or only interrupted."""
    if turn.state.floor:
        floor = turn.state.floor
        body = {"interrupted": True} if interrupted else {}
        turn.emit("floor.ended", ask=floor.ask, member=floor.member, spoke=floor.spoke(turn.at), **body)


def silence(turn: Turn, member: str) -> None:
    """A member's wishes to speak fall, and the floor if that one has it."""
    for ask in [one.ask for one in turn.state.asks if one.member == member]:
        turn.emit("floor.dropped", ask=ask)
    if turn.state.floor and turn.state.floor.member == member:
        stop_speaking(turn)


def _hand_over_first(turn: Turn, member: str) -> None:
    going_on = turn.state.phase in ("open", "adjourned")
    turn.check(not (going_on and member == turn.state.presiding), "presiding_first")


DECIDE: dict[type, Decide] = {
    c.Open: open_meeting, c.Preside: preside, c.Adjourn: adjourn, c.Resume: resume, c.End: end_meeting,
    c.Arrive: arrive, c.Leave: leave, c.Excuse: excuse, c.NameGuest: name_guest, c.CountResidents: count_residents,
    c.DeclareInterest: declare, c.Recuse: recuse, c.Return: come_back,
}  # fmt: skip


def _without(present: Mapping[str, str], member: str) -> dict[str, str]:
    return {one: way for one, way in present.items() if one != member}


def _recused(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    members = (*state.recused.get(body["item"], ()), body["member"])
    return {"recused": {**state.recused, body["item"]: members}}


def _returned(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    members = tuple(one for one in state.recused[body["item"]] if one != body["member"])
    kept = {item: many for item, many in state.recused.items() if item != body["item"]}
    return {"recused": {**kept, body["item"]: members} if members else kept}


def _arrived(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    excused = tuple(one for one in state.excused if one != body["member"])
    return {"present": {**state.present, body["member"]: body["way"]}, "excused": excused}


APPLY: dict[str, Fold] = {
    "meeting.opened": lambda _s, b: {"phase": "open", "presiding": b["presiding"]},
    "meeting.presided": lambda _s, b: {"presiding": b["presiding"]},
    "meeting.adjourned": lambda _s, _b: {"phase": "adjourned", "floor": None, "paused": None},
    "meeting.resumed": lambda _s, _b: {"phase": "open"},
    "meeting.ended": lambda _s, _b: {"phase": "ended", "asks": (), "floor": None, "paused": None},
    "member.arrived": _arrived,
    "member.left": lambda s, b: {"present": _without(s.present, b["member"])},
    "member.excused": lambda s, b: {"excused": (*s.excused, b["member"])},
    "guest.named": lambda s, b: {"guests": (*s.guests, dict(b))},
    "residents.counted": lambda _s, b: {"residents": b["count"]},
    "quorum.reached": lambda _s, _b: {"has_quorum": True},
    "quorum.lost": lambda _s, _b: {"has_quorum": False},
    "interest.declared": lambda s, b: {"interests": (*s.interests, dict(b))},
    "member.recused": _recused,
    "member.returned": _returned,
}
