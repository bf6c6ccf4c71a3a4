"""By API: the same acts, limits and walls as on the pages; and what is held about a person."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.feedback.held import Feedback
from jumuishi.feedback.models import Entry, Item
from jumuishi.feedback.tests.conftest import WORDS, act
from jumuishi.identity import testing
from jumuishi.identity.session import new_token
from jumuishi.kernel import tenancy

pytestmark = pytest.mark.database
GIVEN = {"institution": "mfano", "kind": "complaint", "text": WORDS, "answer": "code"}


def post(path: str, given: dict[str, Any], token: str = "", key: str = "") -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    headers |= {"idempotency-key": key} if key else {}
    return Client().post(f"/api/v1/{path}", json.dumps(given), content_type="application/json", headers=headers)


def test_nameless_by_api_said_followed_answered_back(homes: dict[str, UUID], at_work: Any) -> None:
    made = post("feedback", GIVEN)
    assert made.status_code == 201
    said = made.json()
    by = {"number": said["number"], "code": said["code"]}
    act(at_work("mfano", "Zawadi"), Item.objects.get(), "asked", text="Lini?")
    found = post("feedback/follow", by).json()
    assert (found["state"], found["entries"][0]["text"], found["may"]) == ("asked", "Lini?", ["reply", "close"])
    found = post("feedback/follow", {**by, "act": "reply", "text": "Jana"}).json()
    assert found["state"] == "open"
    assert post("feedback/follow", {**by, "act": "reopen", "text": "x"}).status_code == 409
    assert post("feedback/follow", {**by, "code": "000000000000"}).status_code == 404
    assert Item.objects.get().person_id is None


def test_the_same_key_and_words_are_one_item(homes: dict[str, UUID]) -> None:
    first = post("feedback", GIVEN, key="c0ffee00-c0ffee00-c0ffee00").json()
    again = post("feedback", GIVEN, key="c0ffee00-c0ffee00-c0ffee00").json()
    assert first == {**again, "promise": first["promise"]}
    assert post("feedback", GIVEN, key="1").status_code == 422
    assert Item.objects.count() == 1


def test_with_a_token_it_is_mine_and_nobody_elses(homes: dict[str, UUID]) -> None:
    asha, neighbour = testing.citizen("0700 000 061", "Asha"), testing.citizen("0700 000 002", "Jirani")
    token, other = new_token(asha.who), new_token(neighbour.who)
    assert post("feedback", {**GIVEN, "answer": "me"}).status_code == 401
    made = post("feedback", {**GIVEN, "answer": "me"}, token).json()
    assert made["code"] == ""
    path = f"/api/v1/feedback/{made['id']}"
    mine = Client().get("/api/v1/feedback", headers={"authorization": f"Bearer {token}"}).json()
    assert [one["number"] for one in mine["items"]] == [made["number"]]
    assert Client().get(path, headers={"authorization": f"Bearer {token}"}).json()["text"] == WORDS
    assert Client().get(path, headers={"authorization": f"Bearer {other}"}).status_code == 404
    assert post(f"feedback/{made['id']}/act", {"act": "close"}, other).status_code == 404
    assert post(f"feedback/{made['id']}/act", {"act": "close"}, token).json()["state"] == "closed"


def test_what_was_said_with_a_name_is_held_given_out_and_erased_once_ended(
    homes: dict[str, UUID], at_work: Any, officer: Any
) -> None:
    asha = testing.citizen("0700 000 061", "Asha")
    post("feedback", {**GIVEN, "answer": "me"}, new_token(asha.who))
    post("feedback", GIVEN)
    item, holder, imani = Item.objects.get(person_id=asha.who), Feedback(), officer("mfano", "Imani")
    with tenancy.acting_as(tenancy.Principal.person(asha.who)):
        assert [one.count for one in holder.held(asha.who)] == [1]
        assert [one.data["text"] for one in holder.copies(asha.who)] == [WORDS]
    ask = {"actor": imani, "person_id": asha.who, "institution_id": homes["mfano"], "reason": "Ameomba"}
    assert [one.erased for one in holder.erase(**ask)] == [False]
    act(at_work("mfano", "Zawadi"), item, "answered", text="Samahani Asha")
    assert [one.erased for one in holder.erase(**ask)] == [True]
    item.refresh_from_db()
    assert (item.person_id, item.text, item.state) == (None, "", "answered")
    assert not Entry.objects.filter(item=item).exists()
    assert Item.objects.exclude(id=item.id).get().text == WORDS
