"""A whole council session as events, told by hand: what minutes, exports and allowances are tested with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from jumuishi.kernel.ids import new_id
from jumuishi.meetings.minutes.types import Happened, Matter, Seat, Sitting
from jumuishi.meetings.orders.types import Rule

START = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)  # nine in the morning there: saa 3:00 asubuhi
NAMES = ("Mwajuma", "Hamisi", "Rehema", "Josefu", "Zainabu", "Paulo", "Neema", "Idrisa")
RULE = {"clause": "Kanuni 29(1)", "words": "zaidi ya nusu ya kura zilizopigwa"}


Items = dict[str, tuple[str, str, bool]]


class Told:
    """A meeting being told: `say` adds an event some minutes later than the one before."""

    def __init__(self, members: dict[str, str], items: Items, start: datetime = START) -> None:
        self.members, self.items, self.at = members, items, start
        self.events: list[Happened] = []
        self.is_closed = False

    def say(self, kind: str, minutes: int = 1, **body: Any) -> Happened:
        """One event; closed between session.closed and session.opened."""
        self.at += timedelta(minutes=minutes)
        if kind == "session.opened":
            self.is_closed = False
        made = Happened(len(self.events) + 1, kind, self.at, body, self.is_closed)
        self.events.append(made)
        if kind == "session.closed":
            self.is_closed = True
        return made


def ids(names: tuple[str, ...] = NAMES) -> dict[str, str]:
    """A member's id by name."""
    return {name: str(new_id()) for name in names}


def agenda() -> Items:
    """Items by key: id, number, closed."""
    return {
        "minutes": (str(new_id()), "1", False),
        "market": (str(new_id()), "2", False),
        "staff": (str(new_id()), "3", True),
    }


TITLES = {
    "minutes": {"sw": "Kuthibitisha muhtasari", "en": "Confirming the minutes"},
    "market": {"sw": "Soko la Mfano", "en": "The market of Mfano"},
    "staff": {"sw": "Nidhamu ya mtumishi Fulani", "en": "Discipline of a named officer"},
}


def session(members: dict[str, str], items: Items, start: datetime = START) -> Told:
    """A session: one late, one excused, one absent, one online, one with an interest; an amendment, a division."""
    told, m = Told(members, items, start), members
    minutes, market, staff = (items[one][0] for one in ("minutes", "market", "staff"))
    for name in ("Mwajuma", "Hamisi", "Rehema"):
        told.say("member.arrived", member=m[name], way="hall")
    told.say("member.arrived", member=m["Josefu"], way="remote")
    told.say("quorum.reached", present=4, needed=4)
    told.say("member.excused", 0, member=m["Neema"], reason="Ugonjwa")
    told.say("guest.named", 0, name="Bw. Salum", office="Afisa Mipango")
    told.say("meeting.opened", 4, presiding=m["Mwajuma"])
    told.say("item.opened", item=minutes)
    told.say("decision.made", decision=str(new_id()), item=minutes, text="Muhtasari uliopita umethibitishwa.")
    told.say("item.ended", item=minutes, outcome="decided")
    told.say("member.arrived", 12, member=m["Zainabu"], way="hall")
    told.say("item.opened", item=market)
    told.say("interest.declared", member=m["Hamisi"], item=market, nature="ana kibanda sokoni")
    told.say("member.recused", member=m["Hamisi"], item=market)
    told.say("floor.given", ask=str(new_id()), member=m["Rehema"], item=market, what="speech", seconds=300)
    motion, amendment, vote = str(new_id()), str(new_id()), str(new_id())
    told.say("motion.moved", motion=motion, item=market, member=m["Rehema"], decision="ordinary",
             text="Soko lijengwe.", lines=["Soko la Mfano lijengwe upya", "kwa fedha za mwaka 2026"])  # fmt: skip
    told.say("motion.seconded", motion=motion, member=m["Josefu"])
    told.say("amendment.moved", amendment=amendment, motion=motion, member=m["Josefu"], first=2, last=2,
             text="kwa fedha za mwaka 2027")  # fmt: skip
    told.say("amendment.taken", amendment=amendment, lines=["Soko la Mfano lijengwe upya", "kwa fedha za mwaka 2027"])
    entitled = [m[name] for name in ("Mwajuma", "Rehema", "Josefu", "Zainabu")]
    told.say("vote.opened", vote=vote, item=market, about={"motion": motion}, decision="ordinary", ways=["device"],
             entitled=entitled, choices=["for", "against", "abstain"])  # fmt: skip
    roll = [{"member": one, "choice": choice, "way": "device"}
            for one, choice in zip(entitled, ("for", "for", "against", "abstain"), strict=True)]  # fmt: skip
    told.say("vote.ended", 2, vote=vote, **{"for": 2}, against=1, abstain=1, present=4,
             quorum={"present": 4, "needed": 4}, roll=roll, counts={"device": {"for": 2, "against": 1, "abstain": 1}},
             result="carried", rule=RULE, needed=2)  # fmt: skip
    told.say("decision.made", 0, decision=str(new_id()), item=market, motion=motion, vote=vote,
             text="Soko la Mfano lijengwe upya kwa fedha za mwaka 2027.")  # fmt: skip
    told.say("member.returned", member=m["Hamisi"], item=market)
    told.say("item.ended", 0, item=market, outcome="decided")
    told.say("item.opened", item=staff)
    told.say("session.closed", 0, reason="Mambo ya mtumishi", item=staff)
    told.say("floor.given", ask=str(new_id()), member=m["Zainabu"], item=staff, what="speech")
    told.say("decision.made", decision=str(new_id()), item=staff, text="Mtumishi Fulani apewe onyo.")
    told.say("item.ended", 0, item=staff, outcome="decided")
    told.say("session.opened")
    told.say("member.left", member=m["Josefu"])
    told.say("meeting.ended", 10)
    return told


def sitting(members: dict[str, str], items: Items, decided: int = 11) -> Sitting:
    """What the events do not say."""
    return Sitting(
        slug="mfano",
        institution={"sw": "Halmashauri ya Mfano", "en": "Mfano Council"},
        body={"sw": "Baraza la Madiwani", "en": "Council"},
        number=3,
        place="Ukumbi wa Halmashauri",
        starts_at=START,
        zone="Africa/Dar_es_Salaam",
        seats={one: Seat(f"Mhe. {name}", "chair" if name == "Mwajuma" else "member") for name, one in members.items()},
        matters={one: Matter(number, TITLES[key], closed) for key, (one, number, closed) in items.items()},
        decided=decided,
        quorum_rule=Rule("Kanuni 9(1)", "nusu ya wajumbe"),
    )
