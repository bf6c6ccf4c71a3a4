"""What a screen outside the chair's desk shows of a meeting, folded from its events; pure but for the texts.

A screen is a small dict of words to show: `state`, `closed` (a boolean), and, where there is such a thing, `present`
(a number), `quorum`, `item`, `floor`, `queue` (members only), `motion`, `vote` ({id, about, of}), `last` (a result).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from jumuishi.kernel.text import t

PUBLIC, MEMBER = "public", "member"
AUDIENCES: Final = (PUBLIC, MEMBER)
# The longest text of a motion on a screen; the whole of it is on the page.
LONGEST = 240
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


@dataclass
class Fold:
    """The hall as far as `seq`, from its events in their order; an event heard twice counts once."""

    seq: int = 0
    state: str = ""
    closed: bool = False
    there: set[str] = field(default_factory=set)
    quorum: bool | None = None
    needed: int | None = None
    item: str = ""
    floor: str = ""
    asks: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    motion: str = ""
    vote: dict[str, Any] = field(default_factory=dict)
    last: dict[str, Any] = field(default_factory=dict)

    def apply(self, one: Happened) -> None:
        """Take one event in."""
        if one.seq <= self.seq:
            return
        self.seq = one.seq
        handler = _HANDLERS.get(one.kind)
        if handler is not None:
            handler(self, one.body)

    def screen(self, audience: str, names: Names, lang: str) -> dict[str, Any]:
        """What a reader of a kind sees; of a closed session the public sees that it is closed and nothing else."""
        shown: dict[str, Any] = {"state": self.state, "closed": self.closed}
        if self.closed and audience == PUBLIC:
            return shown
        shown["present"] = len(self.there)
        if self.quorum is not None:
            key = "meetings.live_quorum_is" if self.quorum else "meetings.live_quorum_is_not"
            shown["quorum"] = t(key, lang, needed=self.needed)
        if self.item in names.items:
            shown["item"] = item_words(names, self.item, audience, lang)
        if self.floor:
            shown["floor"] = names.members.get(self.floor, "")
        if audience == MEMBER and self.asks:
            shown["queue"] = ", ".join([names.members.get(one, "") for one in self.asks.values()][:12])
        if self.motion:
            shown["motion"] = self.texts.get(self.motion, "")
        if self.vote:
            shown["vote"] = self.vote
        if self.last:
            said = t(f"meetings.live_vote_ended_{self.last['result']}", lang, **self.last["counts"])
            shown["last"] = f"{self.last['about']}: {said}" if self.last["about"] else said
        return shown


def item_words(names: Names, item: str, audience: str, lang: str) -> str:
    """An agenda item as it is called; a closed one outside by its number alone."""
    number, title, is_closed = names.items[item]
    return number if is_closed and audience == PUBLIC else f"{number} {title.get(lang) or title.get('sw', '')}".strip()


def about(fold: Fold, said: Mapping[str, Any]) -> str:
    """What is voted on, in words: the motion's text, the amendment's, or the text itself."""
    for name in ("motion", "amendment"):
        if said.get(name):
            return fold.texts.get(str(said[name]), "")
    return _short(said.get("text"))


def counts_of(body: Mapping[str, Any]) -> dict[str, int]:
    """What was counted, as the texts of a result want it."""
    return {"yes": body.get("for", 0), "no": body.get("against", 0), "none": body.get("abstain", 0)}


def _short(text: Any) -> str:
    said = " ".join(str(text or "").split())
    return said if len(said) <= LONGEST else said[: LONGEST - 1] + "…"


def _state(state: str) -> Any:
    def take(fold: Fold, body: Mapping[str, Any]) -> None:  # noqa: ARG001  # the shape of every handler
        fold.state = state
        if state == "ended":
            fold.item = fold.floor = fold.motion = ""
            fold.vote, fold.asks = {}, {}

    return take


def _arrived(fold: Fold, body: Mapping[str, Any]) -> None:
    fold.there.add(body["member"])


def _left(fold: Fold, body: Mapping[str, Any]) -> None:
    fold.there.discard(body["member"])


def _quorum(is_there: bool) -> Any:
    def take(fold: Fold, body: Mapping[str, Any]) -> None:
        fold.quorum, fold.needed = is_there, body.get("needed")

    return take


def _item(fold: Fold, body: Mapping[str, Any]) -> None:
    fold.item, fold.motion, fold.asks, fold.floor = body["item"], "", {}, ""


def _item_ended(fold: Fold, body: Mapping[str, Any]) -> None:  # noqa: ARG001
    fold.item, fold.motion, fold.floor, fold.asks = "", "", "", {}


def _closed(is_closed: bool) -> Any:
    def take(fold: Fold, body: Mapping[str, Any]) -> None:  # noqa: ARG001
        fold.closed = is_closed
        if not is_closed:
            # What was under way behind closed doors is not told afterwards either.
            fold.floor, fold.motion, fold.asks, fold.vote, fold.last = "", "", {}, {}, {}

    return take


def _asked(fold: Fold, body: Mapping[str, Any]) -> None:
    fold.asks[body["ask"]] = body["member"]


def _dropped(fold: Fold, body: Mapping[str, Any]) -> None:
    fold.asks.pop(body["ask"], None)


def _given(fold: Fold, body: Mapping[str, Any]) -> None:
    fold.asks.pop(body["ask"], None)
    fold.floor = body["member"]


def _floor_ended(fold: Fold, body: Mapping[str, Any]) -> None:  # noqa: ARG001
    fold.floor = ""


def _moved(fold: Fold, body: Mapping[str, Any]) -> None:
    fold.motion = body["motion"]
    fold.texts[body["motion"]] = _short(body.get("text"))


def _amendment(fold: Fold, body: Mapping[str, Any]) -> None:
    fold.texts[body["amendment"]] = _short(body.get("text"))


def _withdrawn(fold: Fold, body: Mapping[str, Any]) -> None:
    if fold.motion == body["motion"]:
        fold.motion = ""


def _vote(fold: Fold, body: Mapping[str, Any]) -> None:
    words = about(fold, body.get("about") or {})
    fold.vote = {"id": body["vote"], "about": words, "of": len(body.get("entitled") or ())}


def _vote_ended(fold: Fold, body: Mapping[str, Any]) -> None:
    words = fold.vote.get("about", "") if fold.vote.get("id") == body["vote"] else ""
    fold.vote = {}
    fold.last = {"about": words, "counts": counts_of(body), "result": body["result"]}


def _vote_cancelled(fold: Fold, body: Mapping[str, Any]) -> None:
    if fold.vote.get("id") == body["vote"]:
        fold.vote = {}


_HANDLERS: Final[dict[str, Any]] = {
    "meeting.opened": _state("open"), "meeting.resumed": _state("open"), "meeting.adjourned": _state("adjourned"),
    "meeting.ended": _state("ended"), "member.arrived": _arrived, "member.left": _left,
    "quorum.reached": _quorum(True), "quorum.lost": _quorum(False), "item.opened": _item, "item.ended": _item_ended,
    "session.closed": _closed(True), "session.opened": _closed(False), "floor.asked": _asked, "floor.dropped": _dropped,
    "floor.given": _given, "floor.ended": _floor_ended, "motion.moved": _moved, "motion.withdrawn": _withdrawn,
    "amendment.moved": _amendment, "vote.opened": _vote, "vote.ended": _vote_ended, "vote.cancelled": _vote_cancelled,
}  # fmt: skip
