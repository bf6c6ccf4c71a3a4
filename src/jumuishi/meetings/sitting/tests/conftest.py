"""A council of Mfano that meets: seven members with a vote who sign in by phone, an adviser, its secretary at work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from jumuishi.identity import public as identity
from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.institutions.tests.conftest import at_work, homes, officer, world
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.state import State
from jumuishi.meetings.models import Body, Edition, Event, Item, Meeting, Member
from jumuishi.meetings.sitting import acts, ballots, places
from jumuishi.meetings.sitting.policies import SECRETARY

__all__ = ["at_work", "homes", "officer", "world"]
NAMES = {
    "Rehema": "chair", "Omari": "vice", "Salma": "member", "Petro": "member", "Zuhura": "member", "Hamisi": "member",
    "Devota": "member", "Kito": "adviser",
}  # fmt: skip
DEFINITION: dict[str, Any] = {
    "gazette": "Mfano 1/1900",
    "voters": {"clause": "Kanuni 2", "roles": ["chair", "vice", "member"]},
    "quorum": {"clause": "Kanuni 9(1)", "words": "Akidi ni nusu ya wajumbe.", "share": "1/2", "of": "members"},
    "majorities": {"ordinary": {"clause": "Kanuni 29", "share": "1/2", "of": "cast", "more_than": True}},
    "casting": {"clause": "Kanuni 29(3)", "does": "second"},
    "seconder": {"clause": "Kanuni 16(2)", "needed": False},
    "speaking": {"clause": "Kanuni 17", "seconds": 300, "times": 2},
    "recusal": {"clause": "Kanuni 33", "words": "Mwenye maslahi atatoka."},
    "closing": {"clause": "Kanuni 13(2)"},
    "public": {"clause": "Kanuni 13(1)", "open": True},
}


@dataclass
class Council:
    """The meeting, who is who, and how they act."""

    meeting: Meeting
    members: dict[str, Member]
    secretary: Actor

    def actor(self, name: str) -> Actor:
        """A member as a citizen who signed in, or the secretary."""
        return self.secretary if name == "Mwajabu" else Actor.person(self.members[name].person_id, name)

    def id(self, name: str) -> str:
        return str(self.members[name].id)

    def act(self, name: str, kind: type[c.Command], **given: Any) -> acts.Done:
        command = kind(**({"id": str(new_id())} | given))
        return acts.act(actor=self.actor(name), meeting_id=self.meeting.id, command=command)

    def ballot(self, name: str, vote: str, choice: str, **given: Any) -> ballots.Received:
        given = {"command": str(new_id())} | given
        return ballots.give_ballot(
            actor=self.actor(name), meeting_id=self.meeting.id, vote=vote, choice=choice, **given
        )

    def item(self, number: str = "1") -> str:
        with places.as_platform():
            return str(Item.objects.get(meeting=self.meeting, number=number).id)

    def state(self) -> State:
        with places.as_platform():
            self.meeting.refresh_from_db()
        return places.state_of(self.meeting)

    def kinds(self) -> list[str]:
        with places.as_platform():
            return list(Event.objects.filter(meeting=self.meeting).order_by("seq").values_list("kind", flat=True))

    def ended(self, vote: str) -> dict[str, Any]:
        """How a vote ended."""
        with places.as_platform():
            return dict(Event.objects.get(meeting=self.meeting, kind="vote.ended", body__vote=vote).body)

    def begin(self, *names: str, item: str = "1") -> None:
        """These come, Rehema presides, an item is opened."""
        for name in names or NAMES:
            self.act("Mwajabu", c.Arrive, member=self.id(name), way="hall")
        self.act("Mwajabu", c.Open, presiding=self.id("Rehema"))
        if item:
            self.act("Mwajabu", c.OpenItem, item=self.item(item))

    def open_vote(self, *ways: str, **given: Any) -> str:
        vote = str(new_id())
        self.act("Rehema", c.OpenVote, vote=vote, about={"text": "Tujenge soko."}, ways=ways or ("device",), **given)
        return vote


def secretary_at(home: UUID) -> UUID:
    """Mwajabu, whose post at the institution is to keep its bodies' meetings."""
    person = identity.open_account(
        actor=Actor.system(), name="Mwajabu", email="mwajabu@mfano.example", password="mlango-wazi-2026",
        totp_secret=identity.new_totp_secret(),
    )  # fmt: skip
    institutions.appoint(
        actor=Actor.system(), institution_id=home, person_id=person, person_name="Mwajabu",
        title={"sw": "Katibu wa Baraza", "en": "Council secretary"}, roles=[SECRETARY], from_on=date(2026, 1, 1),
    )  # fmt: skip
    return person


def council_in(home: UUID) -> Council:
    """For the walks of all pages: the council in the middle of a meeting, made once in a database."""
    people = institutions.people_in(home)
    if not any(one.name == "Mwajabu" for one in people):
        secretary_at(home)
        people = institutions.people_in(home)
    one = next(one for one in people if one.name == "Mwajabu")
    keeps = Actor(ActorKind.OFFICER, one.person_id, home, one.roles, one.appointment_id, name=one.name)
    body = Body.objects.filter(slug="baraza-la-ukumbi").first()
    if body is None:
        council = council_of(home, keeps)
        going_on(council)
        return council
    members = {one.name: one for one in Member.objects.filter(body=body)}
    return Council(Meeting.objects.get(body=body, number=1), members, keeps)


def going_on(council: Council) -> None:
    """In the middle of much: a motion with an amendment, who waits for the floor, an open vote in three ways."""
    council.begin()
    motion, amendment = str(new_id()), str(new_id())
    text = "Baraza lijenge soko jipya.\nLiwe na vyoo.\nLikamilike mwaka huu."
    council.act("Omari", c.Move, motion=motion, member=council.id("Omari"), text=text)
    council.act("Zuhura", c.Amend, amendment=amendment, motion=motion, member=council.id("Zuhura"), first=2, last=2,
                text="Liwe na vyoo na maji.")  # fmt: skip
    for name, what in (("Petro", "speech"), ("Hamisi", "speech"), ("Devota", "order")):
        council.act(name, c.AskFloor, ask=str(new_id()), member=council.id(name), what=what)
    tied = council.open_vote()
    council.ballot("Salma", tied, "for")
    council.act("Rehema", c.EndVote, vote=tied)
    council.open_vote("device", "roll", "hands", tellers=(council.id("Salma"), "office"))


def council_of(
    home: UUID, secretary: Actor, *, members: dict[str, str] | None = None, slug: str = "baraza-la-ukumbi"
) -> Council:
    """The rows themselves: what orders and calling make by their own acts."""
    now, made_by, today = clock.now(), new_id(), clock.now().date()
    body = Body.objects.create(
        institution_id=home, what="council", slug=slug, name={"sw": "Baraza la Madiwani", "en": "Council"},
        seats=9, is_public=True, made_at=now,
    )  # fmt: skip
    edition = Edition.objects.create(
        institution_id=home, body=body, number=1, definition=DEFINITION, state="agreed",
        from_on=today - timedelta(days=90), made_by=made_by, made_at=now, agreed_by=new_id(), agreed_at=now,
    )  # fmt: skip
    found = {}
    for n, (name, role) in enumerate((members or NAMES).items(), 1):
        person = testing.citizen(f"+2557000{n:05d}", name).person_id
        found[name] = Member.objects.create(
            institution_id=home, body=body, person_id=person, name=name, role=role, from_on=today - timedelta(days=90),
        )  # fmt: skip
    meeting = Meeting.objects.create(
        institution_id=home, body=body, edition=edition, number=1, kind="ordinary",
        title={"sw": "Kikao", "en": "Meeting"},
        starts_at=now, ends_at=now + timedelta(hours=4), place="Ukumbi wa Mfano", is_public=True, state="called",
        made_by=made_by, made_at=now, called_at=now,
    )  # fmt: skip
    for n, (title, is_closed) in enumerate((("Soko jipya", False), ("Bajeti", False), ("Nidhamu", True)), 1):
        Item.objects.create(
            institution_id=home, meeting=meeting, position=n, number=str(n), section="matters",
            title={"sw": title, "en": title}, is_closed=is_closed,
        )  # fmt: skip
    return Council(meeting, found, secretary)


@pytest.fixture
def council(homes: dict[str, UUID], officer: Callable[[str, str], Actor]) -> Council:
    """The council on the day of its meeting."""
    secretary_at(homes["mfano"])
    return council_of(homes["mfano"], officer("mfano", "Mwajabu"))
