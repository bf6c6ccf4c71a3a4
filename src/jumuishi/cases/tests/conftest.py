"""The demonstration country, and the cast at their keys."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.project import demo_data

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ANSWERS: dict[str, dict[str, Any]] = {
    "applicant": {"nin": "19000101000000000001", "full_name": "Asha Juma", "tin": "100100100"},
    "business": {"business_name": "Mgahawa wa Asha", "sector": "food", "food_handlers": "3", "years": "2"},
    "premises": {"place__text": "Sekei", "place": ""},
}
FILES = {"applicant": ["tax_clearance"], "business": ["registration"], "premises": ["lease"]}


@pytest.fixture(scope="session")
def world(database: Any) -> Any:
    """The demonstration country with three of its services, made once."""
    services = ("business-licence", "introduction-letter", "study-confirmation")
    return database.furnish("three services", lambda: demo_data.load(("Arusha",), only=services))


@pytest.fixture
def country(world: Any, db: None) -> dict[str, UUID]:
    """The demonstration country; ids of its institutions by short name."""
    return {slug: institutions.institution_by_slug(slug).id for slug in demo_data.OFFERED}  # type: ignore[union-attr]


@pytest.fixture
def officer(country: dict[str, UUID]) -> Callable[[str, str], Actor]:
    """An officer of the demonstration by institution and name."""

    def find(slug: str, name: str) -> Actor:
        home = institutions.institution_by_slug(slug)
        assert home is not None
        one = next(one for one in institutions.people_in(home.id) if one.name == name)
        return Actor(ActorKind.OFFICER, one.person_id, home.id, one.roles, one.appointment_id, name=name)

    return find


@pytest.fixture
def at_work(monkeypatch: pytest.MonkeyPatch, officer: Callable[[str, str], Actor]) -> Callable[[str, str], Client]:
    """A browser whose session is an officer's, second factor shown: signing in itself is tested in identity."""
    from jumuishi.identity.testing import sign_in  # noqa: PLC0415

    def enter(slug: str, name: str) -> Client:
        client = Client()
        sign_in(client, officer(slug, name))
        return client

    return enter


def begin(client: Client, service: str = "/huduma/mfano/business-licence/") -> str:
    """Press the button; the address of the draft."""
    page = client.get(service).content.decode()
    found = re.search(r'action="(/omba/[^"]+)"', page)
    assert found, page[:500]
    return str(client.post(found[1])["Location"])


def fill(client: Client, draft: str, answers: dict[str, dict[str, Any]] = ANSWERS) -> None:
    """Answer page by page, with a file where one is asked."""
    for page, given in answers.items():
        files = {name: upload() for name in FILES.get(page, [])}
        answer = client.post(f"{draft}{page}/", {**given, **files})
        assert answer.status_code == 302, re.findall(r'class="msg"[^>]*>([^<]+)', answer.content.decode())


def upload(content: bytes = PDF, name: str = "hati.pdf") -> BytesIO:
    """A file as a browser sends it."""
    file = BytesIO(content)
    file.name = name
    return file


@pytest.fixture
def asha() -> Client:
    """A citizen's browser, without script."""
    return Client()


@pytest.fixture
def submitted(country: dict[str, UUID], asha: Client) -> str:
    """The address of a case that Asha has submitted."""
    draft = begin(asha)
    fill(asha, draft)
    answer = asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
    assert answer.status_code == 302, answer.content[:3000]
    return str(answer["Location"]).replace("imepokelewa/", "")
