"""A council with made-up orders, its chair and members; who keeps its meetings, and who has no part in them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.institutions.demo import demo_institutions
from jumuishi.institutions.tests.conftest import officer
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.calling import calls, planning
from jumuishi.meetings.models import Body, Contact, Edition, Meeting, Member
from jumuishi.meetings.orders.types import Kind

__all__ = ["officer"]
Find = Callable[[str, str], Actor]
ZONE = ZoneInfo("Africa/Dar_es_Salaam")
# A Wednesday, in the morning; the days around it are no holidays.
NOW = datetime(2027, 2, 10, 9, 0, tzinfo=ZONE)
CLAUSE = {"clause": "Kanuni 8(1)", "words": "Taarifa itolewe siku saba kabla."}
DEFINITION: dict[str, Any] = {
    "gazette": "Mfano 1/1900",
    "notice": {
        "ordinary": {"days": 7, **CLAUSE},
        "special": {"days": 3, "working": True, "clause": "Kanuni 8(2)", "words": "Siku tatu za kazi."},
    },
    "emergency": {"roles": ["chair"], "hours": 24, "clause": "Kanuni 8(5)", "words": "Mwenyekiti kwa dharura."},
    "public": {"open": True, "clause": "Kanuni 13(1)", "words": "Vikao ni vya wazi."},
    "closing": {"clause": "Kanuni 13(4)", "words": "Baraza linaweza kufunga kikao."},
    "papers": {"days": 3, "clause": "Kanuni 8(7)", "words": "Nyaraka siku tatu kabla."},
    "late": {"allowed": True, "clause": "Kanuni 10(3)", "words": "Ajenda ya haraka kwa idhini."},
    "majorities": {"ordinary": {"share": "1/2", "of": "cast", "clause": "Kanuni 29(1)"}},
    "order": {
        "clause": "Kanuni 10(1)",
        "sections": [
            {"key": "opening", "sw": "Kufungua kikao", "en": "Opening"},
            {"key": "minutes", "sw": "Kuthibitisha muhtasari", "en": "Minutes", "comes": "minutes"},
            {"key": "arising", "sw": "Yatokanayo", "en": "Matters arising", "comes": "arising"},
            {"key": "reports", "sw": "Taarifa za kamati", "en": "Reports", "comes": "reports"},
            {"key": "business", "sw": "Mengineyo", "en": "Other business"},
        ],
    },
}  # fmt: skip
PEOPLE = (
    ("Rehema Mwenyekiti", "chair", "0700 000 071"),
    ("Salum Diwani", "member", "0700 000 072"),
    ("Tausi Diwani", "member", "0700 000 073"),
    ("Upendo Diwani", "member", ""),
)


@pytest.fixture(scope="session")
def world(database: Any) -> Any:
    """The institutions alone, made once."""
    return database.furnish("institutions that meet", lambda: demo_institutions()[0])


@dataclass
class Council:
    """The council of mfano, and who is who."""

    home: UUID
    body: Body
    edition: Edition
    secretary: Actor
    find: Find
    members: dict[str, Member] = field(default_factory=dict)

    def member(self, name: str) -> Client:
        """A browser in which this member has signed in as a citizen."""
        client = Client()
        testing.sign_in(client, Actor.person(self.members[name].person_id))
        return client

    def at_work(self, slug: str = "mfano", name: str = "Neema") -> Client:
        client = Client()
        testing.sign_in(client, self.find(slug, name))
        return client

    def orders(self, **changes: Any) -> None:
        """Other orders; a rule that is None is not entered."""
        found = {**self.edition.definition, **changes}
        self.edition.definition = {key: value for key, value in found.items() if value is not None}
        self.edition.save()

    def plan(
        self, *, days: int = 10, kind: Kind = Kind.ORDINARY, is_public: bool = True, body: Body | None = None
    ) -> Meeting:
        starts = clock.now() + timedelta(days=days)
        made = planning.plan_meeting(
            actor=self.secretary, body_id=(body or self.body).id, kind=kind, starts_at=starts,
            ends_at=starts + timedelta(hours=3), place="Ukumbi wa halmashauri", title={}, is_public=is_public,
        )  # fmt: skip
        return Meeting.objects.get(id=made)

    def called(self, **how: Any) -> Meeting:
        meeting = self.plan(**how)
        calls.call_members(actor=self.secretary, meeting_id=meeting.id)
        meeting.refresh_from_db()
        return meeting


def council_at(home: UUID, find: Find, slug: str = "baraza") -> Council:
    """A council with its orders and people."""
    head = find("mfano", "Neema")
    body = Body.objects.create(
        institution_id=home, what="council", slug=slug, name={"sw": "Baraza la Mfano", "en": "Mfano Council"},
        is_public=True, made_at=clock.now(),
    )  # fmt: skip
    edition = Edition.objects.create(
        institution_id=home, body=body, number=1, definition=DEFINITION, state=Edition.State.AGREED,
        from_on=date(2026, 1, 1), made_by=new_id(), made_at=clock.now(), agreed_by=head.who, agreed_at=clock.now(),
    )  # fmt: skip
    found = Council(home, body, edition, head, find)
    for name, role, phone in PEOPLE:
        person = testing.citizen(phone, name).person_id if phone else None
        member = Member.objects.create(
            institution_id=home, body=body, person_id=person, name=name, role=role, from_on=date(2026, 1, 1)
        )
        found.members[name.split()[0]] = member
        if phone:
            email = f"{name.split()[0].lower()}@mfano.example"
            Contact.objects.create(
                institution_id=home, member=member, phone="+255" + phone.replace(" ", "")[1:], email=email
            )
    return found


@pytest.fixture
def homes(world: Any, db: None) -> dict[str, UUID]:
    return dict(world.found)


@pytest.fixture
def council(homes: dict[str, UUID], officer: Find) -> Any:
    """Held at one moment, so that days of notice are the same in every run."""
    with clock.frozen(NOW):
        yield council_at(homes["mfano"], officer)
