"""Asha with a proved phone and a case of hers, and the words of a page."""

import re
from typing import Any
from uuid import UUID

from django.test import Client

from jumuishi.cases.models import Case
from jumuishi.cases.tests.conftest import begin, fill
from jumuishi.identity import testing
from jumuishi.identity.types import Actor

PHONE = "0700 000 061"


def asha_with_case() -> tuple[Client, Actor, Case]:
    """Her browser, herself, and a case at the first institution."""
    client, actor = Client(), testing.citizen(PHONE, "Asha Juma")
    testing.sign_in(client, actor)
    draft = begin(client)
    fill(client, draft)
    answer = client.post(f"{draft}hakiki/", {"phone": PHONE})
    assert answer.status_code == 302
    return client, actor, Case.objects.get(id=UUID(re.findall(r"[0-9a-f-]{36}", answer["Location"])[0]))


def neighbour() -> Client:
    """Somebody else with a proved phone."""
    client = Client()
    testing.sign_in(client, testing.citizen("0700 000 002", "Jirani"))
    return client


def read(client: Client, path: str, status: int = 200) -> str:
    """What a page says, as text."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code, answer.get("Location"))
    return words(answer)


def words(answer: Any) -> str:
    """A page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
