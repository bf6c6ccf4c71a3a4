"""What a screen outside the chair's desk shows of a meeting, from how the hall stands; pure but for the texts.

A screen is a small dict of words to show: `state`, `closed` (a boolean), and, where there is such a thing, `present`
(a number), `quorum`, `item`, `floor`, `queue` (members only), `motion`, `vote` ({id, about, of}), `last` (a result).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from jumuishi.kernel.text import t
from jumuishi.meetings.hall.state import State, Vote

# A member who is out for the open item is shown what the public is.
PUBLIC, MEMBER, OUT = "public", "member", "out"
AUDIENCES: Final = (PUBLIC, MEMBER, OUT)
# The longest text of a motion on a screen, the most names of those who wait; the whole of it is on the page.
LONGEST, WAITING = 240, 12
# What the public is told line by line; members are told the rest too.
TOLD_OUTSIDE: Final = frozenset(
    {
        "meeting.opened", "meeting.presided", "meeting.adjourned", "meeting.resumed", "meeting.ended", "quorum.reached",
        "quorum.lost", "item.opened", "item.ended", "session.closed", "session.opened", "floor.given", "motion.moved",
        "motion.withdrawn", "amendment.moved", "amendment.taken", "vote.opened", "vote.ended", "vote.cancelled",
        "decision.made", "member.recused", "disorder.named",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Happened:
    """One event as the table has it."""

    seq: int
    kind: str
    body: Mapping[str, Any]
    at: datetime
    is_closed: bool = False


@dataclass(frozen=True)
class Names:
    """What ids mean: members' names, and agenda items as (number, title in both languages, closed)."""

    members: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, tuple[str, Mapping[str, str], bool]] = field(default_factory=dict)


def audience_of(state: State, seats: Collection[str]) -> str:
    """Whether whoever fills these seats hears a meeting as a member now, or is out for what is dealt with."""
    return MEMBER if state.out_now.isdisjoint(seats) else OUT


def screen(
    state: State, audience: str, names: Names, lang: str, *, closed: bool, is_public: bool = True
) -> dict[str, Any]:
    """What a reader of a kind sees; of a closed session the public sees that it is closed and nothing else.

    `closed`: the meeting's row says so too, which counts at once; one that is not `is_public` is closed to whoever is
    out. Motions and votes of behind closed doors the public is not shown when they open either.
    """
    outside = audience != MEMBER
    closed = closed or (audience == OUT and not is_public)
    shown: dict[str, Any] = {"state": state.phase, "closed": closed}
    if closed and outside:
        return shown
    shown["present"] = len(state.present)
    if state.phase == "open":
        shown["quorum"] = t("meetings.live_quorum_is" if state.has_quorum else "meetings.live_quorum_is_not", lang)
    if state.item in names.items:
        shown["item"] = item_words(names, state.item, audience, lang)
    if state.floor:
        shown["floor"] = names.members.get(state.floor.member, "")
    if state.asks and not outside:
        shown["queue"] = ", ".join(names.members.get(one.member, "") for one in state.asks[:WAITING])
    moved = [one for one in state.motions.values() if one.item == state.item and one.state == "moved"]
    if moved and state.item and not (outside and moved[-1].is_closed):
        shown["motion"] = short(" ".join(moved[-1].lines))
    vote = state.votes.get(state.vote)
    if vote and not (outside and vote.is_closed):
        shown["vote"] = {"id": state.vote, "about": about(state, vote), "of": len(vote.entitled)}
    ended = [one for one in state.votes.values() if one.state == "ended" and not (outside and one.is_closed)]
    if ended:
        said = t(f"meetings.live_vote_ended_{ended[-1].result}", lang, **counts_of(ended[-1].tally))
        shown["last"] = ": ".join(filter(None, (about(state, ended[-1]), said)))
    return shown


def item_words(names: Names, item: str, audience: str, lang: str) -> str:
    """An agenda item as it is called; a closed one outside by its number alone."""
    number, title, is_closed = names.items[item]
    return number if is_closed and audience != MEMBER else f"{number} {title.get(lang) or title.get('sw', '')}".strip()


def about(state: State, vote: Vote) -> str:
    """What is voted on, in words: the motion's text, the amendment's, or the text itself."""
    if "motion" in vote.about and vote.about["motion"] in state.motions:
        return short(" ".join(state.motions[vote.about["motion"]].lines))
    if "amendment" in vote.about and vote.about["amendment"] in state.amendments:
        return short(state.amendments[vote.about["amendment"]].text)
    return short(vote.about.get("text", ""))


def counts_of(body: Mapping[str, Any]) -> dict[str, int]:
    """What was counted, as the texts of a result want it."""
    return {"yes": body.get("for", 0), "no": body.get("against", 0), "none": body.get("abstain", 0)}


def short(text: str, longest: int = LONGEST) -> str:
    """A text on one line, cut."""
    said = " ".join(text.split())
    return said if len(said) <= longest else said[: longest - 1] + "…"
