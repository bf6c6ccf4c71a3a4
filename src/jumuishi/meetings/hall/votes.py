"""Votes: opened with a quorum, given by name or counted by two who must agree, ended by the body's own rule."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall import motions, quorum
from jumuishi.meetings.hall.events import CHOICES
from jumuishi.meetings.hall.results import Result, result
from jumuishi.meetings.hall.state import State, Vote
from jumuishi.meetings.hall.turn import Decide, Fold, Turn, refuse
from jumuishi.meetings.orders import needs
from jumuishi.meetings.orders.types import Casting, Way

COUNTED = (Way.HANDS, Way.PAPER)
Tally = dict[str, int]


def open_vote(turn: Turn, command: c.OpenVote) -> None:
    """On the open item, with a quorum, in ways that the rule of its decision allows."""
    item = turn.on_item()
    turn.check(not turn.state.vote and command.vote not in turn.state.votes, "vote_open")
    turn.check(turn.state.presiding in turn.state.present, "chair_away")
    decision = _decision(turn, command, item)
    rule = needs.majority_for(turn.orders, decision)
    ways = tuple(dict.fromkeys(command.ways))
    turn.check(ways and set(ways) <= set(Way), "bad_way")
    turn.check(not rule.ways or set(ways) <= set(rule.ways), "way_not_allowed", rule.rule)
    found = quorum.must_be_met(turn.orders, turn.facts, turn.state, item)
    who = quorum.entitled(turn.orders, turn.facts, turn.state, item)
    # What the result will need is asked now: nobody votes first and then hears that a rule is missing.
    result(turn.orders, turn.facts, decision, dict.fromkeys(CHOICES, 0), present=found.present, cast="")
    body = {}
    if set(ways) & set(COUNTED):
        turn.check(len(command.tellers) == 2, "two_tellers")
        named = [one for one in command.tellers if not one.startswith("office")]
        turn.check(len(set(named)) == len(named), "two_tellers")
        for teller in named:
            turn.is_here(teller)
        body = {"tellers": list(command.tellers)}
    turn.emit("vote.opened", vote=command.vote, item=item, about=dict(command.about), decision=decision,
              ways=list(ways), entitled=who, choices=list(CHOICES), **body)  # fmt: skip


def _decision(turn: Turn, command: c.OpenVote, item: str) -> str:
    """What the vote is about decides by which majority."""
    about = command.about
    turn.check(len(about) == 1, "bad_about")
    if "motion" in about:
        motion = motions.open_motion(turn, about["motion"])
        motions.is_ready(turn, motion)
        turn.check(not motions.open_amendments(turn.state, about["motion"]), "amendments_first")
        return motion.decision
    if "amendment" in about:
        amendment = turn.state.amendments.get(about["amendment"])
        if amendment is None or amendment.state != "moved":
            refuse("no_such_amendment")
        motions.is_ready(turn, motions.open_motion(turn, amendment.motion))
        return "amendment" if "amendment" in turn.orders.majorities else "ordinary"
    turn.check(about.get("text", "").strip(), "text_missing")
    return command.decision or turn.facts.items[item].decision or "ordinary"


def running(turn: Turn, key: str, state: str = "open") -> Vote:
    """The vote of this id, if it is open (or tied)."""
    vote = turn.state.votes.get(key)
    if vote is None or vote.state != state:
        refuse("no_such_vote")
    return vote


def may_vote(state: State, key: str, member: str) -> bool:
    """Whether a ballot of this member is taken now: entitled when the vote was opened, and still there."""
    vote = state.votes.get(key)
    return (
        vote is not None
        and vote.state == "open"
        and state.phase == "open"
        and member in vote.entitled
        and member in state.present
        and not state.is_out(member, vote.item)
    )


def agreed(vote: Vote, way: str) -> Mapping[str, int] | None:
    """What both tellers counted; None until they agree."""
    counted = list(vote.counts.get(way, {}).values())
    return counted[0] if len(counted) == 2 and counted[0] == counted[1] else None


def is_teller(vote: Vote, teller: str) -> bool:
    """Whether one of the two: named, or of the office where the office counts."""
    return teller in vote.tellers or (teller.startswith("office:") and "office" in vote.tellers)


def count(turn: Turn, command: c.Count) -> None:
    """One teller's count; when the second's differs, both are thrown away and they count again."""
    turn.is_open()
    vote = running(turn, command.vote)
    turn.check(command.way in vote.ways and command.way in COUNTED, "bad_way")
    turn.check(is_teller(vote, command.teller), "not_a_teller")
    counted = vote.counts.get(command.way, {})
    turn.check(agreed(vote, command.way) is None, "counted_already")
    _seat_free(turn, vote, command.teller, counted)
    counts = {choice: int(command.counts.get(choice, 0)) for choice in CHOICES}
    turn.check(min(counts.values()) >= 0, "bad_count")
    most = len(vote.entitled) + quorum.residents(turn.facts, turn.state)
    turn.check(sum(counts.values()) <= most, "more_than_voters", n=most)
    turn.emit("vote.counted", vote=command.vote, teller=command.teller, way=command.way, counts=counts)
    now = turn.state.votes[command.vote].counts[command.way]
    if len(now) == 2 and agreed(turn.state.votes[command.vote], command.way) is None:
        turn.emit("vote.differed", vote=command.vote, way=command.way)


def _seat_free(turn: Turn, vote: Vote, teller: str, counted: Mapping[str, object]) -> None:
    """The office has as many places among the tellers as were named for it."""
    if teller in vote.tellers or teller in counted:
        return
    others = sum(one.startswith("office:") for one in counted)
    turn.check(others < vote.tellers.count("office"), "not_a_teller")


def tally_of(vote: Vote, roll: tuple[Mapping[str, str], ...]) -> tuple[Tally, dict[str, Tally]]:
    """The whole count and the count by way; a way that two have not agreed on is not in it."""
    by_way = {way: dict.fromkeys(CHOICES, 0) for way in vote.ways if way not in COUNTED}
    for ballot in roll:
        by_way.setdefault(ballot["way"], dict.fromkeys(CHOICES, 0))[ballot["choice"]] += 1
    for way in vote.ways:
        found = agreed(vote, way)
        if found is not None:
            counted = by_way.setdefault(way, dict.fromkeys(CHOICES, 0))
            by_way[way] = {choice: counted[choice] + found[choice] for choice in CHOICES}
    return {choice: sum(one[choice] for one in by_way.values()) for choice in CHOICES}, by_way


def end_vote(turn: Turn, command: c.EndVote) -> None:
    """Counted once both tellers agree; on a tie it waits for the chair where the rule gives a casting vote."""
    turn.is_open()
    vote = running(turn, command.vote)
    for way in vote.ways:
        turn.check(way not in COUNTED or agreed(vote, way) is not None, "tellers_first")
    who = [one["member"] for one in command.roll]
    turn.check(len(set(who)) == len(who) and set(who) <= set(vote.entitled), "bad_roll")
    found = quorum.must_be_met(turn.orders, turn.facts, turn.state, vote.item)
    tally, by_way = tally_of(vote, command.roll)
    most = len(vote.entitled) + quorum.residents(turn.facts, turn.state)
    turn.check(sum(tally.values()) <= most, "more_than_voters", n=most)
    ended = result(turn.orders, turn.facts, vote.decision, tally, present=found.present)
    if ended.waits and _chair_may_cast(turn, vote):
        roll = [dict(one) for one in command.roll]
        turn.emit("vote.tied", vote=command.vote, **tally, roll=roll)
        return
    _finish(turn, command.vote, command.roll, tally, by_way, found, ended)


def _chair_may_cast(turn: Turn, vote: Vote) -> bool:
    chair = turn.state.presiding
    roles, _ = needs.voters(turn.orders)
    seat = turn.facts.members.get(chair)
    may = turn.orders.casting is Casting.ONLY or (seat is not None and seat.role in roles)
    return may and chair in turn.state.present and not turn.state.is_out(chair, vote.item)


def cast_vote(turn: Turn, command: c.CastVote) -> None:
    """On a tie; whoever presides may also leave it as it is."""
    turn.is_open()
    vote = running(turn, command.vote, "tied")
    turn.check(command.choice in CHOICES, "bad_choice")
    found = quorum.must_be_met(turn.orders, turn.facts, turn.state, vote.item)
    tally, by_way = tally_of(vote, vote.roll)
    if command.choice != "abstain":
        tally[command.choice] += 1
        by_way["casting"] = {one: int(one == command.choice) for one in CHOICES}
    turn.emit("vote.cast", vote=command.vote, member=turn.state.presiding, choice=command.choice)
    ended = result(turn.orders, turn.facts, vote.decision, tally, present=found.present, cast=command.choice)
    _finish(turn, command.vote, vote.roll, tally, by_way, found, ended)


def _finish(
    turn: Turn, key: str, roll: tuple[Mapping[str, str], ...], tally: Tally, by_way: dict[str, Tally],
    found: quorum.Standing, ended: Result,
) -> None:  # fmt: skip
    vote = turn.state.votes[key]
    body = {"missing": ended.missing} if ended.missing else {}
    turn.emit(
        "vote.ended", vote=key, **tally, present=found.present,
        quorum={"present": found.present, "needed": found.needed}, roll=[dict(one) for one in roll], counts=by_way,
        result=ended.result, rule={"clause": ended.rule.clause, "words": ended.rule.words}, needed=ended.needed, **body,
    )  # fmt: skip
    if ended.result != "carried":
        return
    if "amendment" in vote.about:
        motions.taken(turn, vote.about["amendment"])
        return
    about = dict(vote.about)
    text = "\n".join(turn.state.motions[about["motion"]].lines) if "motion" in about else about["text"]
    named = {"motion": about["motion"]} if "motion" in about else {}
    # One decision a vote: it has the vote's id.
    turn.emit("decision.made", decision=key, item=vote.item, text=text, vote=key, **named)


def cancel_vote(turn: Turn, command: c.CancelVote) -> None:
    """Broken off with a reason: what it was about may be put again by another vote."""
    turn.check(turn.state.vote and command.vote == turn.state.vote, "no_such_vote")
    turn.check(command.reason.strip(), "reason_missing")
    turn.emit("vote.cancelled", vote=command.vote, reason=command.reason.strip())


DECIDE: dict[type, Decide] = {
    c.OpenVote: open_vote, c.Count: count, c.EndVote: end_vote, c.CastVote: cast_vote, c.CancelVote: cancel_vote,
}  # fmt: skip


def _with(now: State, key: str, /, **change: Any) -> dict[str, Any]:
    return {"votes": {**now.votes, key: replace(now.votes[key], **change)}}


def _opened(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    vote = Vote(
        item=body["item"], about=dict(body["about"]), decision=body["decision"], ways=tuple(body["ways"]),
        entitled=tuple(body["entitled"]), tellers=tuple(body.get("tellers", ())), is_closed=state.is_closed,
    )  # fmt: skip
    return {"votes": {**state.votes, body["vote"]: vote}}


def _counted(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    counts = state.votes[body["vote"]].counts
    of_way = {**counts.get(body["way"], {}), body["teller"]: dict(body["counts"])}
    return _with(state, body["vote"], counts={**counts, body["way"]: of_way})


def _differed(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    counts = state.votes[body["vote"]].counts
    return _with(state, body["vote"], counts={way: one for way, one in counts.items() if way != body["way"]})


def _tied(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    tally = {choice: body[choice] for choice in CHOICES}
    return _with(state, body["vote"], state="tied", tally=tally, roll=tuple(body["roll"]))


def _ended(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    tally = {choice: body[choice] for choice in CHOICES}
    gone: dict[str, Any] = {"entitled": (), "tellers": (), "counts": {}, "roll": ()}
    found = _with(state, body["vote"], state="ended", tally=tally, result=body["result"], **gone)
    about = state.votes[body["vote"]].about
    if body["result"] == "carried":
        # decision.made and amendment.taken, which follow, say what that means.
        return found
    if "motion" in about:
        return {**found, **motions.with_motion(state, about["motion"], state="lost")}
    if "amendment" in about:
        return {**found, **motions.with_amendment(state, about["amendment"], state="lost")}
    return found


APPLY: dict[str, Fold] = {
    "vote.opened": _opened,
    "vote.counted": _counted,
    "vote.differed": _differed,
    "vote.tied": _tied,
    "vote.cast": lambda _s, _b: {},
    "vote.ended": _ended,
    "vote.cancelled": lambda s, b: _with(s, b["vote"], state="cancelled", entitled=(), tellers=(), counts={}),
}
