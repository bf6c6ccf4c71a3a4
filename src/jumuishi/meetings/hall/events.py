"""What can happen in a meeting: the kinds of event, and what each says. Names last for ever.

An event is `{seq, kind, at, by, body}`: its number in the meeting, an instant, who was at the keys (a person's id; ""
for the platform), and the body as below. Ids are texts (UUIDv7 made by the client or the platform). `member` is a
member's id, `item` an item's. An event between `session.closed` and `session.opened` is closed: nobody outside sees it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

KINDS: Final[dict[str, str]] = {
    # The meeting
    "meeting.opened": "presiding: who presides",
    "meeting.presided": "presiding: who presides from now on",
    "meeting.adjourned": "reason, until?: an instant",
    "meeting.resumed": "",
    "meeting.ended": "",
    # Who is there
    "member.arrived": "member, way: hall | remote | phone",
    "member.left": "member",
    "member.excused": "member, reason: accepted as an apology",
    "guest.named": "name, office: somebody without a vote, by invitation",
    "residents.counted": "count: who came to an assembly without an account; tellers: two member or guest names",
    "quorum.reached": "present, needed",
    "quorum.lost": "present, needed",
    # Interests
    "interest.declared": "member, item, nature",
    "member.recused": "member, item: out of quorum, floor and vote for the item",
    "member.returned": "member, item",
    # The agenda
    "item.opened": "item",
    "item.ended": "item, outcome: done | noted | decided | deferred | withdrawn",
    "order.changed": "items: ids in their new order; reason",
    "session.closed": "reason, item?: the public and every outside feed are out",
    "session.opened": "",
    # The floor
    "floor.asked": "ask, member, item, what: speech | question | order | information | reply",
    "floor.dropped": "ask",
    "floor.given": "ask, member, item, what, seconds?: how long by the rule",
    "floor.ended": "ask, member, spoke: seconds, interrupted?: by a point of order, after which it goes on",
    "order.ruled": "ask, member, ruling: text",
    "disorder.named": "name, act: warned | silenced | out, text, member?: where it is one",
    # Motions
    "motion.moved": "motion, item, member, text, lines: its text in numbered lines, decision: kind of decision",
    "motion.seconded": "motion, member",
    "motion.withdrawn": "motion",
    "amendment.moved": (
        "amendment, motion, member, first, last: lines that go (last = first - 1: none, it is put in before first), "
        "text: what comes in their place, conflicts: other open amendments on these lines"
    ),
    "amendment.withdrawn": "amendment, overtaken?: the amendment that was taken on the same lines",
    "amendment.taken": "amendment, lines: the motion as it stands now",
    "question.asked": "question, member, item, text: an instant question",
    "question.answered": "question, name, text",
    # Votes
    "vote.opened": (
        "vote, item, about: {motion | amendment | text}, decision, ways, entitled: member ids, choices, "
        "tellers: two member ids or office:<person>, for hands and paper"
    ),
    "vote.counted": "vote, teller, way: hands | paper, counts: {for, against, abstain}: what one teller counted",
    "vote.differed": "vote, way: the two tellers differ and count again",
    "vote.tied": "vote, for, against, abstain, roll: ballots are in and equal; the rule gives the chair a casting vote",
    "vote.cast": "vote, member, choice: the chair's casting vote",
    "vote.ended": (
        "vote, for, against, abstain, present, quorum: {present, needed}, roll: [{member, choice, way}] of named ones, "
        "counts: by way, result: carried | lost | tied, rule: {clause, words}, needed: votes, "
        "missing?: the rule on a tie that the body has not entered"
    ),
    "vote.cancelled": "vote, reason",
    # Decisions and notes
    "decision.made": "decision: id, item, motion?, text, vote?: without one it was agreed without a division",
    "note.written": "text, item?: the secretary's",
    "event.corrected": "seq, why, body: what the event should have said; it stays, and this stands beside it",
}
CHOICES: Final = ("for", "against", "abstain")


@dataclass(frozen=True)
class Event:
    """One that happened: `body` as above, `by` the person at the keys, `seq` its number in the meeting."""

    kind: str
    body: Mapping[str, Any]
    at: datetime
    by: str = ""
    seq: int = 0
