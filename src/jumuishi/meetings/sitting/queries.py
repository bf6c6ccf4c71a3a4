"""What screens read of a meeting as it goes: a snapshot under 5 KB, how many have voted, and what came since."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from jumuishi.kernel import clock
from jumuishi.kernel.text import t
from jumuishi.meetings.hall import floor, quorum, votes
from jumuishi.meetings.hall.outside import from_outside
from jumuishi.meetings.hall.state import Facts, State, Vote
from jumuishi.meetings.models import Ballot, Event, Meeting, Member
from jumuishi.meetings.orders import words
from jumuishi.meetings.orders.types import Orders, RefusedError
from jumuishi.meetings.sitting import places

PUBLIC = "public"
ASKS = 12  # how many of those who wait for the floor are named
LINES = 24  # lines of the motion that is before the meeting
LETTERS = 300  # of any other text
RESULTS = 3  # the newest results


def meeting_for_screens(meeting_id: UUID) -> Meeting | None:
    """The meeting with what a snapshot needs of it, in one query, as the platform; who may see it the caller asks."""
    with places.as_platform():
        return Meeting.objects.select_related("body", "edition").filter(id=meeting_id).first()


def snapshot(meeting: Meeting, reader: Member | str = PUBLIC) -> dict[str, Any]:
    """How a meeting stands, for a member or for the `public`: JSON types, under 5 KB however large the body is.

    While the session is closed the public learns that and nothing else; what happened in closed session it never
    learns from here. Texts are cut; whoever wants all of a motion opens its page. Four queries at most.
    """
    if not isinstance(reader, Member) and meeting.is_closed_now:
        return {"id": str(meeting.id), "seq": meeting.seq, "phase": places.state_of(meeting).phase, "closed": True}
    with places.as_platform():
        place, member = places.place_of(meeting), reader if isinstance(reader, Member) else None
        if member and str(member.id) in place.state.out_now:
            place = replace(place, state=from_outside(place.state))
        return drawn(place, member, hides=member is None)


def drawn(place: places.Place, member: Member | None, *, hides: bool = False) -> dict[str, Any]:
    """The same from what is read already; `hides` what is closed, as the public sees it in open session."""
    state, facts, orders = place.state, place.facts, place.orders
    vote = state.votes.get(state.vote)
    found = {
        "id": str(place.meeting.id), "seq": state.seq, "phase": state.phase, "closed": state.is_closed,
        "at": clock.now().isoformat(timespec="seconds"),
        "presiding": _name(facts, state.presiding),
        "attendance": _attendance(orders, facts, state),
        "item": _item(state, place.items, hides=hides),
        "floor": _floor(facts, state),
        "asks": [
            {"ask": one.ask, "who": _name(facts, one.member), "what": one.what}
            for one in floor.queue(state)[:ASKS]
        ],
        "waiting": len(state.asks),
        "motion": _motion(facts, state, hides=hides),
        "vote": _vote(facts, state, state.vote, vote, votes_so_far(state.vote)) if vote else None,
        "results": _results(state, hides=hides),
    }  # fmt: skip
    if member is not None:
        found["me"] = _me(orders, facts, state, member)
    return found


def votes_so_far(vote: UUID | str) -> int:
    """How many ballots by name are in; for the ticker, which asks once a second and not for each ballot."""
    with places.as_platform():
        return Ballot.objects.filter(vote=UUID(str(vote))).count()


def events_since(meeting: Meeting, seq: int, *, is_public: bool) -> list[Event]:
    """Events after a number, in order; for the public without those of closed sessions. One query."""
    with places.as_platform():
        rows = Event.objects.filter(institution_id=meeting.institution_id, meeting=meeting, seq__gt=seq)
        return list((rows.filter(is_closed=False) if is_public else rows).order_by("seq"))


def ballot_of(vote: str, member: Member) -> Ballot | None:
    """What a member voted, for that member."""
    if not vote:
        return None
    with places.as_platform():
        return Ballot.objects.filter(vote=UUID(vote), member=member).first()


def voted(vote: str) -> set[UUID]:
    """Members whose ballots are in."""
    with places.as_platform():
        return set(Ballot.objects.filter(vote=UUID(vote)).values_list("member_id", flat=True))


def _name(facts: Facts, member: str) -> str:
    return facts.members[member].name if member in facts.members else ""


def _attendance(orders: Orders, facts: Facts, state: State) -> dict[str, Any]:
    found: dict[str, Any] = {"present": len(state.present), "members": len(facts.members)}
    if facts.is_assembly:
        found["residents"] = state.residents
    try:
        now = quorum.standing(orders, facts, state, state.item)
    except RefusedError as error:
        return found | {"missing": {lang: words.refusal(error, lang) for lang in ("sw", "en")}}
    return found | {"counting": now.present, "needed": now.needed, "quorum": now.is_met}


def _item(state: State, items: list[Any], *, hides: bool) -> dict[str, Any] | None:
    one = next((one for one in items if str(one.id) == state.item), None)
    if one is None:
        return None
    title = {lang: t("meetings.hall_closed_item", lang) for lang in ("sw", "en")} if hides and one.is_closed else {
        lang: str(text)[:LETTERS] for lang, text in one.title.items()
    }  # fmt: skip
    return {"id": str(one.id), "number": one.number, "title": title}


def _floor(facts: Facts, state: State) -> dict[str, Any] | None:
    now = state.floor
    if now is None:
        return None
    return {"who": _name(facts, now.member), "what": now.what, "since": now.since, "seconds": now.seconds}


def _motion(facts: Facts, state: State, *, hides: bool) -> dict[str, Any] | None:
    """The newest motion of the open item that is still to be decided, with its open amendments in short."""
    shown = [(key, one) for key, one in state.motions.items() if not (hides and one.is_closed)]
    mine = [(key, one) for key, one in shown if one.item == state.item and one.state == "moved"]
    if not mine or not state.item:
        return None
    key, motion = mine[-1]
    amendments = [
        {"id": one_id, "who": _name(facts, one.member), "first": one.first, "last": one.last}
        for one_id, one in state.amendments.items()
        if one.motion == key and one.state == "moved"
    ]
    return {
        "id": key, "who": _name(facts, motion.member), "lines": list(motion.lines[:LINES]),
        "cut": len(motion.lines) > LINES, "seconded": bool(motion.seconded), "amendments": amendments[:6],
        "others": len(mine) - 1,
    }  # fmt: skip


def about(state: State, vote: Vote) -> str:
    """What a vote is about, in words and cut; a motion's first lines, an amendment's text."""
    if "motion" in vote.about:
        return " ".join(state.motions[vote.about["motion"]].lines)[:LETTERS]
    if "amendment" in vote.about:
        return state.amendments[vote.about["amendment"]].text[:LETTERS]
    return vote.about.get("text", "")[:LETTERS]


def _vote(facts: Facts, state: State, key: str, vote: Vote, voted: int) -> dict[str, Any]:
    return {
        "id": key, "about": about(state, vote), "what": next(iter(vote.about)), "ways": list(vote.ways),
        "state": vote.state, "voted": voted, "entitled": len(vote.entitled) + quorum.residents(facts, state),
        "tellers": [_name(facts, one) for one in vote.tellers if one in facts.members],
        **({"tally": dict(vote.tally)} if vote.state == "tied" else {}),
    }  # fmt: skip


def _results(state: State, *, hides: bool) -> list[dict[str, Any]]:
    ended = [(key, one) for key, one in state.votes.items() if one.state == "ended" and not (hides and one.is_closed)]
    return [
        {"id": key, "about": about(state, one)[:120], "result": one.result, **one.tally}
        for key, one in reversed(ended[-RESULTS:])
    ]


def _me(orders: Orders, facts: Facts, state: State, member: Member) -> dict[str, Any]:
    mine, kept = str(member.id), ballot_of(state.vote, member)
    try:
        has_vote = mine in quorum.entitled(orders, facts, state, state.item)
    except RefusedError:
        has_vote = False
    return {
        "id": mine, "name": member.name, "way": state.present.get(mine, ""), "presides": state.presiding == mine,
        "out": state.is_out(mine, state.item), "public": facts.is_public,
        "asked": [one.what for one in state.asks if one.member == mine],
        "entitled": has_vote, "may_vote": votes.may_vote(state, state.vote, mine),
        "teller": mine in state.votes[state.vote].tellers if state.vote else False,
        "ballot": {"choice": kept.choice, "at": kept.at.isoformat(timespec="seconds")} if kept else None,
    }  # fmt: skip
