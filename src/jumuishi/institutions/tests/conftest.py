"""The demonstration's institutions, its officers at their keys, and what was written to a mailbox."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jumuishi.identity import testing
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import queries
from jumuishi.institutions.demo import demo_institutions
from jumuishi.institutions.models import Institution
from jumuishi.messaging.mail import letters_to

ASK = {
    "kind": "council", "name_sw": "Halmashauri ya Wilaya ya Mfan0", "name_en": "Examp1e District Council",
    "domain": "https://www.mpya.example/", "contact_name": "Mwajuma", "contact_email": "mkuu@mpya.example",
    "contact_phone": "0700 000 009",
}  # fmt: skip


@pytest.fixture(scope="session")
def world(database: Any) -> Any:
    return database.furnish("institutions", lambda: demo_institutions()[0])


@pytest.fixture
def homes(world: Any, db: None) -> dict[str, UUID]:
    return dict(world.found)


@pytest.fixture
def officer(homes: dict[str, UUID]) -> Callable[[str, str], Actor]:
    def find(slug: str, name: str) -> Actor:
        one = next(one for one in queries.people_in(homes[slug]) if one.name == name)
        kind = ActorKind.AUTHORITY if slug == "mamlaka" else ActorKind.OFFICER
        return Actor(kind, one.person_id, homes[slug], one.roles, one.appointment_id, name=name)

    return find


@pytest.fixture
def at_work(officer: Callable[[str, str], Actor]) -> Callable[[str, str], Client]:
    def enter(slug: str, name: str) -> Client:
        client = Client()
        testing.sign_in(client, officer(slug, name))
        return client

    return enter


@pytest.fixture
def asked(homes: dict[str, UUID], client: Client) -> Institution:
    """A request that was just handed in on the web, its official e-mail not yet proved."""
    answer = client.post("/taasisi/jiunge/", {**ASK, "letter": letter()})
    assert answer.status_code == 302, answer.content.decode()
    return Institution.objects.get(state="asked")


@pytest.fixture
def proved(asked: Institution, client: Client) -> Institution:
    """The same, once the code that went to the official e-mail was typed."""
    [code] = re.findall(r"\b\d{6}\b", letters(asked.contact_email)[0])
    assert client.post("/taasisi/jiunge/hali/", {"do": "prove", "mail_code": code}).status_code == 302
    asked.refresh_from_db()
    assert asked.mail_proved_at is not None
    return asked


def letter(content: bytes = b"%PDF-1.4 barua") -> SimpleUploadedFile:
    return SimpleUploadedFile("barua.pdf", content)


def letters(to: str) -> list[str]:
    """Texts written to a mailbox, oldest first."""
    return [one.text for one in letters_to(to)]


def link_in(to: str) -> str:
    """The path of the newest link that was written to a mailbox."""
    return re.findall(r"https?://[^/\s]+(/\S+)", letters(to)[-1])[-1]
