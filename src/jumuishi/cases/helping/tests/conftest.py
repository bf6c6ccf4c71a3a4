"""The demonstration country of the cases' tests; the code that came to a phone; a counter at work."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.actions import drafts, submission
from jumuishi.cases.helping.models import Mandate
from jumuishi.cases.models import Case
from jumuishi.cases.tests.conftest import ANSWERS, FILES, at_work, country, officer, upload, world
from jumuishi.identity import testing
from jumuishi.institutions import public as institutions
from jumuishi.kernel import tenancy
from jumuishi.messaging.models import Message
from jumuishi.services import public as services

__all__ = ["at_work", "country", "officer", "world"]
SYSTEM = tenancy.Principal.system()
Enter = Callable[[str, str], Client]


def sms(phone: str) -> list[str]:
    """What was sent to a phone (its last nine digits), oldest first."""
    with tenancy.acting_as(SYSTEM):
        return list(
            Message.objects.filter(to__endswith=phone).order_by("created_at", "id").values_list("text", flat=True)
        )


def code(phone: str) -> str:
    """The last code that came to a phone."""
    found = [match[1] for text in sms(phone) if (match := re.search(r"\b(\d{6})\b", text))]
    assert found, sms(phone)
    return found[-1]


def mandate(**given: Any) -> Mandate:
    """The newest consent that fits, read as the system."""
    with tenancy.acting_as(SYSTEM):
        return Mandate.objects.filter(**given).order_by("-asked_at")[0]


@pytest.fixture
def licence(country: dict[str, UUID]) -> str:
    """The offering of the trade licence in the first council."""
    found = services.offering_of(country["mfano"], "business-licence")
    assert found is not None
    return str(found.id)


def consented(helper: Client, licence: str, phone: str = "700000041", **more: str) -> str:
    """A counter's consent by code; the address of its pages."""
    asked = helper.post("/ofisi/kaunta/", {"phone": f"0{phone}", "offering": licence, "lang": "sw", **more})
    assert asked.status_code == 302, re.findall(r'class="msg"[^>]*>([^<]+)', asked.content.decode())
    at = str(asked["Location"])
    given = helper.post(at, {"code": code(phone)})
    assert given["Location"] == f"{at}jaza/"
    return at


def filled(helper: Client, at: str) -> None:
    """Every question on one page, with its files: first what brings more questions, then those."""
    flat = {name: value for given in ANSWERS.values() for name, value in given.items()}
    files = [name for names in FILES.values() for name in names]
    for _ in range(3):
        page = helper.get(f"{at}jaza/").content.decode()
        asked = re.search(r'name="asked" value="([^"]*)"', page)
        assert asked is not None, page[:2000]
        answer = helper.post(f"{at}jaza/", {**flat, **{one: upload() for one in files}, "asked": asked[1]})
        if answer.status_code == 302:
            assert answer["Location"] == f"{at}hakiki/"
            return
    raise AssertionError(re.findall(r'class="msg"[^>]*>([^<]+)', answer.content.decode()))


def promise(licence: str, phone: str = "0700 000 041") -> Case:
    """An application by phone, whose three papers are to be brought to the counter."""
    owner = testing.citizen(phone)
    draft = drafts.begin_draft(actor=owner, offering_id=UUID(licence), door="ussd")
    answers = {name: value for given in ANSWERS.values() for name, value in given.items() if "__" not in name}
    place = institutions.search_places("Sekei", "ward")[0].code
    typed = answers | {"place": place, "food_handlers": 3, "years": 2}
    drafts.save_answers(actor=owner, draft_id=draft, answers=typed, page="applicant", is_done=True)
    done = submission.submit(actor=owner, draft_id=draft)
    with tenancy.acting_as(SYSTEM):
        return Case.objects.get(id=done.case_id)


def proposed(at_work: Enter, agent: str = "benki-mfano", **said: str) -> str:
    """Neema writes an agreement that lets an agent's staff help with the trade licence; its page."""
    found = institutions.institution_by_slug(agent)
    assert found is not None
    whole = {
        "agent": str(found.id), "service": "business-licence", "most": "1,000", "source": "MKT/2026/4",
        "outlets": "Sekei: Soko Kuu", **said,
    }  # fmt: skip
    made = at_work("mfano", "Neema").post("/ofisi/mawakala/mapya/", whole)
    assert made.status_code == 302, re.findall(r'class="msg"[^>]*>([^<]+)', made.content.decode())
    return str(made["Location"]).partition("?")[0]


def agreed(at_work: Enter, agent: str = "benki-mfano", **said: str) -> str:
    """The same, and Imani approves it."""
    at = proposed(at_work, agent, **said)
    assert at_work("mfano", "Imani").post(at, {"do": "approve"}).status_code == 302
    return at
