"""A council of the demonstration country that has met: its rows, its members' browsers, its secretary."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.tests.conftest import at_work, country, officer, world
from jumuishi.identity import public as identity
from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.minutes import drafting
from jumuishi.meetings.minutes.tests.whole import NAMES, START, TITLES, Items, Told, session
from jumuishi.meetings.models import Body, Contact, Edition, Event, Item, Meeting, Member

__all__ = ["at_work", "country", "officer", "world"]
Find = Callable[[str, str], Actor]
ORDERS: dict[str, Any] = {
    "gazette": "Mfano 1/1900",
    "voters": {"clause": "Kanuni 3", "roles": ["chair", "member"]},
    "quorum": {"clause": "Kanuni 9(1)", "words": "nusu ya wajumbe", "share": "1/2", "of": "members"},
    "corrections": {"clause": "Kanuni 15(2)", "words": "ndani ya saa 48", "hours": 48},
    "minutes": {"clause": "Kanuni 32", "to": ["dc", "rc"]},
}


@dataclass
class Council:
    """A council of mfano with eight members who sign in by phone, and Stela its secretary."""

    home: UUID
    body: Body
    edition: Edition
    members: dict[str, Member]
    find: Find
    enter: Callable[[str, str], Client]
    secretary: str = "Stela"

    @property
    def stela(self) -> Actor:
        """The secretary."""
        return self.find("mfano", self.secretary)

    def person(self, name: str) -> Actor:
        """A member as the person who signs in."""
        found = self.members[name].person_id
        assert found is not None
        return Actor.person(found, name)

    def browser(self, name: str) -> Client:
        """A member's, signed in by phone."""
        client = Client()
        testing.sign_in(client, self.person(name))
        return client

    def meeting(self, number: int = 3, *, weeks: int = 0, public: bool = True) -> Meeting:
        """A meeting that has ended, without events."""
        starts = START + timedelta(weeks=weeks)
        return Meeting.objects.create(
            institution_id=self.home, body=self.body, edition=self.edition, number=number, kind="ordinary",
            starts_at=starts, ends_at=starts + timedelta(hours=3), place="Ukumbi wa Halmashauri", is_public=public,
            state="ended", made_by=self.stela.who, made_at=starts,
        )  # fmt: skip

    def items(self, meeting: Meeting) -> Items:
        """Its agenda as rows."""
        made: Items = {}
        for n, (key, closed) in enumerate((("minutes", False), ("market", False), ("staff", True)), 1):
            row = Item.objects.create(
                institution_id=self.home, meeting=meeting, position=n, number=str(n), section="business",
                title=TITLES[key], is_closed=closed,
            )  # fmt: skip
            made[key] = (str(row.id), str(n), closed)
        return made

    def happened(self, meeting: Meeting, told: Told) -> None:
        """What was told, as rows."""
        Event.objects.bulk_create(
            Event(institution_id=self.home, meeting=meeting, seq=one.seq, kind=one.kind, body=dict(one.body), at=one.at,
                  command=new_id(), is_closed=one.is_closed)
            for one in told.events
        )  # fmt: skip

    def met(self, number: int = 3, **how: Any) -> Meeting:
        """A whole session that has ended."""
        meeting = self.meeting(number, **how)
        ids = {name: str(one.id) for name, one in self.members.items()}
        self.happened(meeting, session(ids, self.items(meeting), meeting.starts_at))
        return meeting

    def drafted(self, **how: Any) -> Meeting:
        """The same with its draft."""
        meeting = self.met(**how)
        drafting.write_minutes(actor=self.stela, meeting_id=meeting.id)
        return meeting


def build(home: UUID, find: Find, enter: Callable[[str, str], Client], *, secretary: str = "Stela") -> Council:
    """The council's rows."""
    person = identity.open_account(
        actor=Actor.system(), name=secretary, email=f"{secretary.lower()}@mfano.example", password="mlango-wazi-2026",
        totp_secret=identity.new_totp_secret(),
    )  # fmt: skip
    institutions.appoint(
        actor=Actor.system(), institution_id=home, person_id=person, person_name=secretary,
        title={"sw": "Katibu wa Baraza", "en": "Secretary of the Council"}, roles=["meetings-secretary"],
        from_on=date(2026, 1, 1),
    )  # fmt: skip
    body = Body.objects.create(
        institution_id=home, what="council", slug="baraza-la-jaribio", seats=8, is_public=True, made_at=clock.now(),
        name={"sw": "Baraza la Jaribio", "en": "Council of the Test"},
    )  # fmt: skip
    edition = Edition.objects.create(
        institution_id=home, body=body, number=1, definition=ORDERS, state="agreed", from_on=date(2026, 1, 1),
        made_by=person, made_at=clock.now(), agreed_by=new_id(), agreed_at=clock.now(),
    )  # fmt: skip
    members = {}
    for n, name in enumerate(NAMES):
        actor = testing.citizen(f"0700 000 7{n:02}", name)
        members[name] = Member.objects.create(
            institution_id=home, body=body, person_id=actor.person_id, name=name,
            role="chair" if name == "Mwajuma" else "member", from_on=date(2026, 1, 1),
        )  # fmt: skip
        Contact.objects.create(institution_id=home, member=members[name], phone=f"+2557000007{n:02}")
    return Council(home, body, edition, members, find, enter, secretary)


@pytest.fixture
def council(country: dict[str, UUID], officer: Find, at_work: Callable[[str, str], Client]) -> Council:
    # The orders' room names the role; until it is there the test may not wait for it.
    if "meetings-secretary" not in institutions.known_roles(country["mfano"]):
        institutions.register_roles(lambda _: {"meetings-secretary": {"sw": "Katibu wa mikutano", "en": "Secretary"}})
    return build(country["mfano"], officer, at_work)
