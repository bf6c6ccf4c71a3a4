"""The demonstration's institutions, the authority's time to answer, and the cast at their keys.

Zawadi is the complaints officer of Mfano, Neema its head.
"""

import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.feedback import public as feedback
from jumuishi.feedback.models import Item
from jumuishi.identity.types import Actor
from jumuishi.institutions.demo import demo_institutions
from jumuishi.institutions.tests.conftest import at_work, officer

__all__ = ["at_work", "officer"]
WORDS = "Nilisubiri siku tatu bila kuhudumiwa"


@pytest.fixture(scope="session")
def world(database: Any) -> Any:
    """The institutions alone, the authority's ten working days to answer and five after that; made once."""

    def load() -> dict[str, UUID]:
        found = demo_institutions()[0]
        feedback.set_terms(
            actor=Actor.system(), institution_id=found["mamlaka"], days=10, further_days=5, source="Jaribio",
            checked_on=date(2026, 11, 24),
        )  # fmt: skip
        return found

    return database.furnish("institutions that answer", load)


@pytest.fixture
def homes(world: Any, db: None) -> dict[str, UUID]:
    """The institutions by short name."""
    return dict(world.found)


def form_of(client: Client, slug: str = "mfano") -> str:
    """The mark of a form that was shown."""
    page = client.get(f"/mrejesho/?taasisi={slug}").content.decode()
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found, page[:1500]
    return found[1]


def send(client: Client, slug: str = "mfano", **given: str) -> Any:
    """Say something as a form sends it: a nameless complaint, unless told otherwise."""
    once = given.pop("once", "") or form_of(client, slug)
    fields = {"taasisi": slug, "kind": "complaint", "text": WORDS, "answer": "code", "once": once}
    return client.post("/mrejesho/", {**fields, **given})


def kept(answer: Any) -> tuple[Item, str]:
    """The item of a receipt, and the secret code that stands there."""
    assert answer.status_code == 200, answer.content.decode()[:3000]
    page = answer.content.decode()
    number = re.search(r'name="number" value="(\d{16})"', page)
    code = re.search(r'name="code" value="([\d ]+)"', page)
    assert number, page
    assert code
    return Item.objects.get(reference=number[1]), code[1]


def read(item: Item, code: str, client: Client | None = None, **given: str) -> Any:
    """The sender's own page, from a browser that has never been here."""
    return (client or Client()).post("/mrejesho/fuatilia/", {"number": item.reference, "code": code, **given})


def act(client: Client, item: Item, do: str, **given: str) -> Any:
    """An act at the desk, as the page that is open now sends it."""
    item.refresh_from_db()
    return client.post(f"/ofisi/mrejesho/{item.id}/tenda/", {"do": do, "version": str(item.version), **given})
