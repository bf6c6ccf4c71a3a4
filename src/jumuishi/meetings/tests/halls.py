"""A hall made of rows, for tests and figures of what is told from it: events as the machine would write them."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jumuishi.identity import testing
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.meetings.hall import machine
from jumuishi.meetings.hall.events import Event as Happened
from jumuishi.meetings.hall.state import State, from_json, to_json
from jumuishi.meetings.models import Ballot, Body, Event, Item, Meeting, Member

NAMES = ("Asumpta", "Bakari", "Chiku", "Daudi", "Eliya", "Fatma", "Godfrey", "Halima")
SYSTEM = tenancy.Principal.system()


@dataclass
class Hall:
    """A council's meeting that was called, with its members (the first presides) and three items, the last closed."""

    body: Body
    meeting: Meeting
    members: list[Member]
    people: list[Actor]
    items: list[Item]
    seq: int = 0
    state: State = field(default_factory=State)

    def happens(self, kind: str, *, closed: bool = False, tell: bool = True, **body: Any) -> int:
        """One event, and its notice after commit; its number."""
        self.seq += 1
        plain = json.loads(json.dumps(body, default=str))
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            Event.objects.create(
                institution_id=self.body.institution_id, meeting=self.meeting, seq=self.seq, kind=kind,
                body=plain, at=clock.now(), command=new_id(), is_closed=closed,
            )  # fmt: skip
            self.state = machine.apply(self.state, Happened(kind, plain, clock.now(), "", self.seq))
            phase = Meeting.State.CALLED if self.state.phase == "before" else Meeting.State(self.state.phase)
            Meeting.objects.filter(id=self.meeting.id).update(
                seq=self.seq, hall=to_json(self.state), is_closed_now=self.state.is_closed, state=phase
            )
            if tell:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_notify('meetings', %s)", [str(self.meeting.id)])
        return self.seq

    def catches_up(self) -> None:
        """Real acts happened since: go on from what the row says."""
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            self.meeting.refresh_from_db()
        self.seq, self.state = self.meeting.seq, from_json(self.meeting.hall)

    def tells(self, **row: Any) -> None:
        """The meeting's row alone says something else, and readers' process hears that it does."""
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            Meeting.objects.filter(id=self.meeting.id).update(**row)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify('meetings', %s)", [str(self.meeting.id)])

    def opens(self) -> None:
        """The chair opens with everybody there."""
        self.happens("meeting.opened", presiding=self.members[0].id)
        for one in self.members:
            self.happens("member.arrived", member=one.id, way="hall")
        self.happens("quorum.reached", present=len(self.members), needed=len(self.members) // 2 + 1)

    def speaks(self, member: int, item: int, *, closed: bool = False) -> None:
        """One is given the floor who asked for it."""
        said = {"ask": new_id(), "member": self.members[member].id, "item": self.items[item].id, "what": "speech"}
        self.happens("floor.asked", closed=closed, **said)
        self.happens("floor.given", closed=closed, **said)

    def asks_to_vote(self, text: str = "Bajeti ipitishwe", *, closed: bool = False) -> UUID:
        """A vote is opened."""
        vote = new_id()
        entitled = [str(one.id) for one in self.members]
        self.happens(
            "vote.opened", closed=closed, vote=vote, item=self.items[0].id, about={"text": text}, decision="ordinary",
            ways=["device"], entitled=entitled, choices=["for", "against", "abstain"],
        )  # fmt: skip
        return vote

    def ends_vote(
        self, vote: UUID, counts: tuple[int, int, int], result: str = "carried", *, closed: bool = False, **more: Any
    ) -> None:
        """It is over: for, against, abstained."""
        tally = dict(zip(("for", "against", "abstain"), counts, strict=True))
        self.happens("vote.ended", closed=closed, vote=vote, result=result, **tally, **({"roll": []} | more))

    def votes(self, vote: UUID, member: int, choice: str = "for") -> None:
        """A ballot; nobody is told."""
        with tenancy.acting_as(SYSTEM), transaction.atomic():
            Ballot.objects.create(
                institution_id=self.body.institution_id, meeting=self.meeting, vote=vote, member=self.members[member],
                choice=choice, way="device", command=new_id(), at=clock.now(),
            )  # fmt: skip


def hall(
    institution_id: UUID,
    *,
    members: int = 5,
    slug: str = "baraza-la-majaribio",
    public: bool = True,
    people: list[Actor] | None = None,
) -> Hall:
    """Rows of a whole body and its meeting, of these people or of new ones; as the system."""
    now = clock.now()
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        body = Body.objects.create(
            institution_id=institution_id, what=Body.What.COUNCIL, slug=slug, is_public=public,
            seats=len(people or range(members)),
            name={"sw": "Baraza la Majaribio", "en": "Council of Trials"}, made_at=now,
        )  # fmt: skip
        phones = [f"+2557005{hash_of(slug):02d}{n:03d}" for n in range(members)]
        people = people or [testing.citizen(phone, name(n)) for n, phone in enumerate(phones)]
        rows = [
            Member.objects.create(
                institution_id=institution_id, body=body, person_id=one.person_id, name=name(n),
                role="chair" if n == 0 else "member", seat=f"Kata ya {n}", from_on=now.date() - timedelta(days=30),
            )
            for n, one in enumerate(people)
        ]  # fmt: skip
        meeting = Meeting.objects.create(
            institution_id=institution_id, body=body, number=1, kind="ordinary", starts_at=now, place="Ukumbi mkuu",
            ends_at=now + timedelta(hours=4), is_public=public, state=Meeting.State.CALLED, called_at=now,
            made_by=people[0].person_id, made_at=now, title={"sw": "Kikao cha kawaida", "en": "Ordinary meeting"},
        )  # fmt: skip
        titles = (("Bajeti", "Budget", False), ("Barabara", "Roads", False), ("Nidhamu ya mtumishi", "Staff", True))
        items = [
            Item.objects.create(
                institution_id=institution_id, meeting=meeting, position=n, number=str(n), section="business",
                title={"sw": sw, "en": en}, is_closed=is_closed,
            )
            for n, (sw, en, is_closed) in enumerate(titles, 1)
        ]  # fmt: skip
    return Hall(body, meeting, rows, people, items)


def name(n: int) -> str:
    """A made-up name."""
    return f"{NAMES[n % len(NAMES)]} {n}"


def hash_of(slug: str) -> int:
    """Two digits of a word, for phones that differ between halls."""
    return sum(map(ord, slug)) % 100
