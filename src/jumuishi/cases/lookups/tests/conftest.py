"""A register behind a real gateway, and the cast before it; what they do is committed, for the gateway sees it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from jumuishi.cases.models import Case, Draft, Look
from jumuishi.cases.tests.conftest import ANSWERS, FILES, begin, upload, world
from jumuishi.exchange.registers.resting import rest
from jumuishi.exchange.tests.registry import Registry, officer, registry
from jumuishi.identity import testing
from jumuishi.kernel import tenancy

__all__ = ["world"]
NIN = "19000101-00000-00000-01"
NAME = "Asha wa Rejesta"
SYSTEM = tenancy.Principal.system()
REST = {name: value for name, value in ANSWERS["applicant"].items() if name not in ("full_name", "nin")}


@pytest.fixture(scope="module")
def scene(database: Any, world: Any) -> Iterator[Registry]:
    """National identities, asked by the council."""
    with database.committing(world), tenancy.acting_as(SYSTEM), registry(database.app) as found:
        yield found


@pytest.fixture
def register(scene: Registry, still: None) -> Registry:
    """It holds Asha, and nobody waits for it."""
    rest.forget()
    scene.system.came.clear()
    scene.system.wait = 0.0
    scene.holds(full_name=NAME)
    return scene


def send(client: Client, draft: str, **given: Any) -> Any:
    """The applicant's page, with its file."""
    files = {name: upload() for name in FILES["applicant"]}
    return client.post(f"{draft}applicant/", {"nin": NIN, **REST, **files, **given})


def rest_of(client: Client, draft: str) -> None:
    """The other pages."""
    for page in ("business", "premises"):
        files = {name: upload() for name in FILES[page]}
        answer = client.post(f"{draft}{page}/", {**ANSWERS[page], **files})
        assert answer.status_code == 302, said(answer)


def submit(client: Client, draft: str) -> Case:
    """Hand it in; the case."""
    answer = client.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
    assert answer.status_code == 302, said(answer)
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        return Case.objects.get(id=re.findall(r"[0-9a-f-]{36}", answer["Location"])[0])


def draft_of(draft: str) -> Draft:
    """Its row."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        return Draft.objects.get(id=re.findall(r"[0-9a-f-]{36}", draft)[0])


def looks_of(draft: str) -> list[Look]:
    """Its looks."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        return list(Look.objects.filter(draft_id=re.findall(r"[0-9a-f-]{36}", draft)[0]))


def said(answer: Any) -> str:
    """A page in words."""
    text = re.sub(r"(?s)<(script|style)[^>]*>.*?</\1>", " ", answer.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def apply(client: Client) -> str:
    """A new application."""
    return begin(client)


def at_work(client: Client, slug: str) -> None:
    """The browser is a trade officer's."""
    who = officer(slug, "trade-officer")
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        testing.sign_in(client, who)
