"""A council whose licences a committee decides: its members, chair and secretary, and cases that wait for it."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.actions import deciding
from jumuishi.cases.models import Case, Item, Sitting, Task
from jumuishi.cases.sittings import planning, recording
from jumuishi.cases.sittings.rules import Vote
from jumuishi.cases.tests.conftest import (
    ANSWERS,
    asha,
    at_work,
    begin,
    country,
    fill,
    officer,
    world,
)
from jumuishi.identity import public as identity
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.project import demo_data
from jumuishi.services import public as services

__all__ = ["asha", "at_work", "country", "officer", "world"]
ROLE = "licence-committee"
STAFF = {
    "Mbarouk": [ROLE, f"{ROLE}-chair"],
    "Mariamu": [ROLE],
    "Kassimu": [ROLE],
    "Devota": [ROLE],
    "Stela": [f"{ROLE}-secretary"],
}
RULES = {"quorum": 3, "notice_days": 1, "casting_vote": True}
Find = Callable[[str, str], Actor]


def committee_service(folder: Path) -> Path:
    """The shipped licence with a committee in the director's place; the appeal goes to the administrator as before."""
    made = folder / "committee-licence"
    shutil.copytree(demo_data.SERVICES / "business-licence", made)
    text = (made / "service.yaml").read_text(encoding="utf-8")
    text = text.replace("service: business-licence", "service: committee-licence", 1)
    role = f"  {ROLE}: {{sw: Kamati ya Leseni, en: Licensing committee, committee: true, at_least: 3}}\n"
    text = re.sub(r"(\nroles:\n)", rf"\1{role}", text, count=1)
    # The stage that the director approves at; the escalation goes to the administrator as it did.
    head, approve, rest = text.partition("\n  approve:\n")
    assert approve
    text = head + approve + rest.replace("role: director", f"role: {ROLE}", 1)
    (made / "service.yaml").write_text(text, encoding="utf-8")
    return made


def appoint(home: UUID, name: str, roles: list[str]) -> None:
    """One more person with a post there."""
    person = identity.open_account(
        actor=Actor.system(), name=name, email=f"{name.lower()}@mfano.example", password="mlango-wazi-2026",
        totp_secret=identity.new_totp_secret(),
    )  # fmt: skip
    institutions.appoint(
        actor=Actor.system(), institution_id=home, person_id=person, person_name=name,
        title={"sw": "Mjumbe", "en": "Member"}, roles=roles, from_on=date(2026, 1, 1),
    )  # fmt: skip


@dataclass
class Town:
    """The council with its committee; Asha's cases wait for it."""

    home: UUID
    find: Find
    asha: Client
    address: str

    def who(self, name: str) -> Actor:
        return self.find("mfano", name)

    def case(self, phone: str = "0700 000 001") -> Case:
        """A case of Asha's that has come as far as the committee."""
        draft = begin(self.asha, self.address)
        fill(self.asha, draft, ANSWERS)
        answer = self.asha.post(f"{draft}hakiki/", {"phone": phone})
        case = Case.objects.get(id=re.findall(r"[0-9a-f-]{36}", answer["Location"])[0])
        task = Task.objects.get(case=case, state="open")
        deciding.decide(actor=self.who("Juma"), task_id=task.id, version=case.version, act="forward")
        for name, review in (("Salma", "health"), ("Petro", "planning")):
            task = Task.objects.get(case=case, state="open", review=review)
            deciding.give_review(actor=self.who(name), task_id=task.id, version=0, is_passed=True)
        case.refresh_from_db()
        assert case.stage == "approve"
        return case

    def rules(self, **figures: Any) -> None:
        planning.enter_figures(
            actor=self.who("Neema"), role=ROLE, figures=figures or RULES,
            source="Kanuni za mfano, kifungu cha 1", checked_on=date(2026, 11, 1),
        )  # fmt: skip

    def sitting(self, *, days: int = 2) -> Sitting:
        """Planned and called."""
        made = planning.make_sitting(
            actor=self.who("Stela"), role=ROLE, starts_at=clock.now() + timedelta(days=days), place="Ukumbi mdogo"
        )
        planning.call_members(actor=self.who("Stela"), sitting_id=made)
        return Sitting.objects.get(id=made)

    def attend(self, sitting: Sitting, *names: str, chair: str = "Mbarouk") -> None:
        recording.record_attendance(
            actor=self.who("Stela"), sitting_id=sitting.id, present=[self.who(one).who for one in names],
            presided_by=self.who(chair).who,
        )  # fmt: skip

    def record(
        self, item: Item, outcome: str = "approve", *, vote: tuple[int, int, int] = (3, 0, 0), **more: Any
    ) -> None:
        case = Case.objects.get(id=item.case_id)
        casting = bool(more.pop("casting", False))
        said = recording.Said(outcome, case.version, vote=Vote(*vote, casting), **more)
        recording.record_item(actor=self.who("Stela"), sitting_id=item.sitting_id, item_id=item.id, said=said)


def build(find: Find, client: Client, folder: Path) -> Town:
    """The committee's service published in the demonstration country, its people in their posts."""
    homes = {slug: institutions.institution_by_slug(slug) for slug in ("mfano", "polisi-mfano")}
    mfano, police = homes["mfano"], homes["polisi-mfano"]
    assert mfano is not None
    assert police is not None
    edition = services.add_edition(actor=Actor.system(), folder=committee_service(folder))
    for name, roles in STAFF.items():
        appoint(mfano.id, name, roles)
    demo_data.publish(mfano.id, edition, police.id)
    return Town(mfano.id, find, client, "/huduma/mfano/committee-licence/")


@pytest.fixture
def town(country: dict[str, UUID], officer: Find, asha: Client, tmp_path: Path) -> Town:
    return build(officer, asha, tmp_path)


def at(sitting: Sitting) -> datetime:
    """A quarter of an hour into it."""
    return sitting.starts_at + timedelta(minutes=15)
