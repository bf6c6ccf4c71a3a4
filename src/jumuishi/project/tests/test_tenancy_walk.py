"""Every address, pages and API alike, tried with the first institution's own ids by those who have no business there.

The addresses are walked in the resolver, so that one that is added tomorrow is tried tomorrow. What comes back holds
nothing of Asha's nor of the institution's people, no server falls over, and not one row of theirs has changed.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from jumuishi.cases.models import Case
from jumuishi.identity import testing
from jumuishi.identity.session import new_token
from jumuishi.project.tests.scene import ASHA, SECRETS, STAFF, Scene

pytestmark = [pytest.mark.database, pytest.mark.slow]
# Tried on their own: the demonstration's page and outbox show everything, to the same machine only.
# The description of the API is a file: its examples, of the same made-up people, are project/api_examples.json.
OPEN = ("demo/", "api/v1/openapi.json")
WORDS = {
    "slug": ["mfano"], "institution": ["mfano"], "service": ["business-licence"], "name": ["licence_shop"],
    "kind": ["access"],
    "page": ["applicant"], "page_id": ["applicant"], "field": ["tax_clearance"], "epoch": ["1"], "path": ["0/000"],
}  # fmt: skip
MOST = 6


def routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    """Every route of the house, as it is written."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern)


def filled(route: str, ids: dict[str, list[str]], references: list[str]) -> Iterator[str]:
    """The route with real ids of the other's: those of the table that a parameter names, else of every table."""
    parts = re.findall(r"<(?:(\w+):)?(\w+)>", route)
    every = [one for rows in ids.values() for one in rows]
    choices = []
    for kind, name in parts:
        if name.endswith("_id") and "uuid" in kind:
            named = ids.get(name.removesuffix("_id"))
            choices.append(named or [rows[0] for rows in ids.values()])
        else:
            choices.append(WORDS.get(name, [*references, every[0]]))
    for combination in itertools.islice(itertools.product(*choices), MOST):
        path = "/" + route
        for value in combination:
            path = re.sub(r"<[^>]+>", value, path, count=1)
        yield path


def asks(client: Client, path: str, given: dict[str, str], token: str) -> Iterator[tuple[str, Any]]:
    """The path asked in each way: read, sent as a form; by the API with a token of one's own, in JSON."""
    if not path.startswith("/api/"):
        yield "GET", client.get(path)
        yield "POST", client.post(path, given)
        return
    headers = {"authorization": f"Bearer {token}"} if token else {}
    yield "GET", client.get(path, headers=headers)
    # What a method is not for is refused before anything is looked up: one sends what changes things, one drops.
    for method in ("post", "put", "delete"):
        ask = getattr(client, method)
        yield method.upper(), ask(path, data=given, content_type="application/json", headers=headers)


def body(answer: Any) -> str:
    """What came back, streamed or not."""
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(raw.decode("utf-8", "replace"))


@pytest.fixture
def scene(world: Any, db: None, run_jobs: Callable[[], int]) -> Scene:
    return Scene(run_jobs)


def test_nobody_reads_or_changes_what_is_anothers(scene: Scene) -> None:
    ids, before = scene.ids(), scene.fingerprint()
    assert {"case", "draft", "task", "attachment", "bill", "offering", "appointment", "unit"} <= set(ids)
    assert sum(len(rows) for rows in before.values()) > 100
    references = list(Case.objects.values_list("reference", flat=True))
    assert len(references) == 2
    neighbour, visitor = Client(raise_request_exception=False), Client(raise_request_exception=False)
    testing.sign_in(neighbour, testing.citizen("0700 000 002", "Jirani"))
    baraka, zuhura = scene.officer("jirani", "Baraka"), scene.officer("mamlaka", "Zuhura")
    near = testing.citizen("0700 000 002", "Jirani")
    intruders = {
        "Baraka": (scene.at_work("jirani", "Baraka"), SECRETS + STAFF, new_token(baraka.who)),
        "Subira": (scene.at_work("jirani", "Subira"), SECRETS + STAFF, ""),
        "the neighbour": (neighbour, SECRETS + STAFF, new_token(near.who)),
        "a visitor": (visitor, SECRETS + STAFF, ""),
        "the authority": (scene.at_work("mamlaka", "Zuhura"), SECRETS, new_token(zuhura.who)),
    }
    given = {"reference": references[0], "number": references[0], "phone": "0700 000 002", "reason": "x", "do": "end"}
    wrong, tried = [], 0
    walked = [one for one in routes(get_resolver().url_patterns) if not one.startswith(OPEN)]
    for who, (client, hidden, token) in intruders.items():
        session = client.cookies.get("sessionid")
        kept = session.value if session else None
        for route in walked:
            if route.startswith(("toka/", "api/v1/sign-out")):
                continue
            for path in filled(route, ids, references):
                for method, answer in asks(client, path, given, token):
                    tried += 1
                    said = body(answer)
                    found = [word for word in hidden if word in said]
                    if found or answer.status_code >= 500:
                        wrong.append(f"{who} {method} {path}: {answer.status_code} {found}")
                    if kept and client.cookies["sessionid"].value != kept:
                        client.cookies["sessionid"] = kept
    assert len(walked) > 80
    assert tried > 600
    assert not wrong, "\n".join(wrong[:40])
    after = scene.fingerprint()
    changed = [f"{t} {key}" for t, rows in before.items() for key, row in rows.items() if after[t].get(key) != row]
    assert not changed, "\n".join(changed[:20])


def test_the_walk_could_fail(scene: Scene) -> None:
    """The same addresses do show the same words to those whose they are."""
    said = scene.asha.get(f"/maombi/{scene.paid}/").content.decode()
    read = scene.at_work("mfano", "Juma").get(f"/ofisi/ombi/{scene.paid}/").content.decode()
    assert any(word in said for word in SECRETS)
    assert "Asha Juma" in read
    token = new_token(testing.citizen(ASHA).who)
    by_api = Client().get(f"/api/v1/cases/{scene.paid}", headers={"authorization": f"Bearer {token}"})
    assert by_api.status_code == 200
    assert Client().get(f"/api/v1/cases/{scene.paid}").status_code != 200
    assert "Salma" in scene.at_work("mfano", "Juma").get("/ofisi/watu/").content.decode()


def test_the_demonstrations_page_is_for_this_machine_only(scene: Scene) -> None:
    for path in ("/demo/", "/demo/simu/", "/demo/sms/", "/demo/outbox.json?to=0700000001"):
        assert Client().get(path, REMOTE_ADDR="192.0.2.1").status_code == 404
