"""Motions in numbered lines, amendments to these lines, instant questions, and what is agreed without a division."""

import textwrap
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall import quorum
from jumuishi.meetings.hall.state import Amendment, Motion, Question, State
from jumuishi.meetings.hall.turn import Decide, Fold, Turn, refuse
from jumuishi.meetings.orders import needs

WIDTH = 64  # characters of a numbered line: what a phone shows in two, and paper in one


def lines_of(text: str) -> tuple[str, ...]:
    """A text in lines that can be named aloud by their number."""
    return tuple(line for part in text.split("\n") if part.strip() for line in textwrap.wrap(part.strip(), WIDTH))


def open_motion(turn: Turn, key: str) -> Motion:
    """A motion of the open item that is still to be decided."""
    motion = turn.state.motions.get(key)
    if motion is None or motion.state != "moved" or motion.item != turn.on_item():
        refuse("no_such_motion")
    return motion


def open_amendments(state: State, motion: str) -> dict[str, Amendment]:
    """Those to a motion that are still to be decided."""
    return {key: one for key, one in state.amendments.items() if one.motion == motion and one.state == "moved"}


def move(turn: Turn, command: c.Move) -> None:
    """By a member who takes part and has a vote; it waits for another where the rule asks for one."""
    item = turn.takes_part(command.member)
    _has_vote(turn, command.member)
    turn.check(command.motion not in turn.state.motions, "moved_already")
    lines = lines_of(command.text)
    turn.check(lines, "text_missing")
    decision = command.decision or turn.facts.items[item].decision or "ordinary"
    needs.majority_for(turn.orders, decision)
    turn.emit("motion.moved", motion=command.motion, item=item, member=command.member, text=command.text.strip(),
              lines=list(lines), decision=decision)  # fmt: skip


def _has_vote(turn: Turn, member: str) -> None:
    _, rule = needs.voters(turn.orders)
    turn.check(member in quorum.voters_of(turn.orders, turn.facts), "no_vote", rule, who=turn.name(member))


def second(turn: Turn, command: c.Second) -> None:
    """By somebody else."""
    motion = open_motion(turn, command.motion)
    turn.takes_part(command.member)
    _has_vote(turn, command.member)
    turn.check(command.member != motion.member, "own_motion", turn.orders.seconder_rule)
    turn.check(not motion.seconded, "seconded_already")
    turn.emit("motion.seconded", motion=command.motion, member=command.member)


def is_ready(turn: Turn, motion: Motion) -> None:
    """Whether it may be debated and put to the vote: seconded where the rule says so."""
    needed, rule = needs.seconder(turn.orders)
    turn.check(motion.seconded or not needed, "not_seconded", rule)


def withdraw(turn: Turn, command: c.Withdraw) -> None:
    """Before it is voted on; amendments to it fall with it."""
    open_motion(turn, command.motion)
    _not_voted_on(turn, "motion", command.motion)
    for key in open_amendments(turn.state, command.motion):
        _not_voted_on(turn, "amendment", key)
        turn.emit("amendment.withdrawn", amendment=key)
    turn.emit("motion.withdrawn", motion=command.motion)


def _not_voted_on(turn: Turn, what: str, key: str) -> None:
    vote = turn.state.votes.get(turn.state.vote)
    turn.check(vote is None or vote.about.get(what) != key, "vote_open")


def amend(turn: Turn, command: c.Amend) -> None:
    """On lines of the motion as it stands; others on the same lines are told, and one of them at most is taken."""
    motion = open_motion(turn, command.motion)
    turn.takes_part(command.member)
    _has_vote(turn, command.member)
    turn.check(command.amendment not in turn.state.amendments, "moved_already")
    fits = 1 <= command.first <= command.last + 1 <= len(motion.lines) + 1
    turn.check(fits, "no_such_lines", n=len(motion.lines))
    turn.check(command.text.strip() or command.first <= command.last, "text_missing")
    others = open_amendments(turn.state, command.motion)
    meets = [key for key, one in others.items() if one.meets(command.first, command.last)]
    turn.emit("amendment.moved", amendment=command.amendment, motion=command.motion, member=command.member,
              first=command.first, last=command.last, text=command.text.strip(), conflicts=meets)  # fmt: skip


def _open_amendment(turn: Turn, key: str) -> Amendment:
    found = turn.state.amendments.get(key)
    if found is None or found.state != "moved":
        refuse("no_such_amendment")
    open_motion(turn, found.motion)
    return found


def withdraw_amendment(turn: Turn, command: c.WithdrawAmendment) -> None:
    """Before it is voted on."""
    _open_amendment(turn, command.amendment)
    _not_voted_on(turn, "amendment", command.amendment)
    turn.emit("amendment.withdrawn", amendment=command.amendment)


def take_amendment(turn: Turn, command: c.TakeAmendment) -> None:
    """Agreed without a division, with a quorum."""
    _open_amendment(turn, command.amendment)
    _not_voted_on(turn, "amendment", command.amendment)
    quorum.must_be_met(turn.orders, turn.facts, turn.state, turn.state.item)
    taken(turn, command.amendment)


def taken(turn: Turn, key: str) -> None:
    """The motion has new lines; other amendments on the same lines are overtaken, later ones move with their lines."""
    mine = turn.state.amendments[key]
    lines = turn.state.motions[mine.motion].lines
    now = (*lines[: mine.first - 1], *lines_of(mine.text), *lines[mine.last :])
    turn.check(now, "nothing_left")
    for other, one in open_amendments(turn.state, mine.motion).items():
        if other != key and one.meets(mine.first, mine.last):
            turn.emit("amendment.withdrawn", amendment=other, overtaken=key)
    turn.emit("amendment.taken", amendment=key, lines=list(now))


def ask_question(turn: Turn, command: c.AskQuestion) -> None:
    """An instant question of a member who takes part."""
    item = turn.takes_part(command.member)
    turn.check(command.question not in turn.state.questions, "asked_already")
    turn.check(command.text.strip(), "text_missing")
    turn.emit("question.asked", question=command.question, member=command.member, item=item,
              text=command.text.strip())  # fmt: skip


def answer_question(turn: Turn, command: c.AnswerQuestion) -> None:
    """What somebody answered, once."""
    turn.is_open()
    question = turn.state.questions.get(command.question)
    turn.check(question and not question.is_answered, "no_such_question")
    turn.check(command.text.strip() and command.name.strip(), "text_missing")
    turn.emit("question.answered", question=command.question, name=command.name.strip(), text=command.text.strip())


def decide(turn: Turn, command: c.Decide) -> None:
    """Agreed without a division, with a quorum; a motion so agreed is carried."""
    item = turn.on_item()
    turn.check(not turn.state.vote, "vote_open")
    quorum.must_be_met(turn.orders, turn.facts, turn.state, item)
    body = {}
    text = command.text.strip()
    if command.motion:
        motion = open_motion(turn, command.motion)
        is_ready(turn, motion)
        turn.check(not open_amendments(turn.state, command.motion), "amendments_first")
        body, text = {"motion": command.motion}, "\n".join(motion.lines)
    turn.check(text, "text_missing")
    turn.emit("decision.made", decision=command.decision, item=item, text=text, **body)


DECIDE: dict[type, Decide] = {
    c.Move: move, c.Second: second, c.Withdraw: withdraw, c.Amend: amend, c.WithdrawAmendment: withdraw_amendment,
    c.TakeAmendment: take_amendment, c.AskQuestion: ask_question, c.AnswerQuestion: answer_question, c.Decide: decide,
}  # fmt: skip


def with_motion(now: State, key: str, /, **change: Any) -> dict[str, Any]:
    """The motions with one of them changed."""
    return {"motions": {**now.motions, key: replace(now.motions[key], **change)}}


def with_amendment(now: State, key: str, /, **change: Any) -> dict[str, Any]:
    """The amendments with one of them changed."""
    return {"amendments": {**now.amendments, key: replace(now.amendments[key], **change)}}


def _moved(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    motion = Motion(body["item"], body["member"], tuple(body["lines"]), body["decision"], is_closed=state.is_closed)
    return {"motions": {**state.motions, body["motion"]: motion}}


def _amended(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    one = Amendment(body["motion"], body["member"], body["first"], body["last"], body["text"])
    return {"amendments": {**state.amendments, body["amendment"]: one}}


def _taken(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    mine = state.amendments[body["amendment"]]
    by = len(body["lines"]) - len(state.motions[mine.motion].lines)
    others = {
        key: replace(one, first=one.first + by, last=one.last + by)
        for key, one in open_amendments(state, mine.motion).items()
        if one.first > mine.last
    }
    amendments = {**state.amendments, **others, body["amendment"]: replace(mine, state="taken")}
    return {"amendments": amendments, **with_motion(state, mine.motion, lines=tuple(body["lines"]))}


def _decided(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"decisions": state.decisions + 1}
    return {**found, **with_motion(state, body["motion"], state="carried")} if body.get("motion") else found


def _asked(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"questions": {**state.questions, body["question"]: Question(body["member"], body["item"], body["text"])}}


def _answered(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    key = body["question"]
    return {"questions": {**state.questions, key: replace(state.questions[key], is_answered=True)}}


APPLY: dict[str, Fold] = {
    "motion.moved": _moved,
    "motion.seconded": lambda s, b: with_motion(s, b["motion"], seconded=b["member"]),
    "motion.withdrawn": lambda s, b: with_motion(s, b["motion"], state="withdrawn"),
    "amendment.moved": _amended,
    "amendment.withdrawn": lambda s, b: with_amendment(s, b["amendment"], state="withdrawn"),
    "amendment.taken": _taken,
    "question.asked": _asked,
    "question.answered": _answered,
    "decision.made": _decided,
}
