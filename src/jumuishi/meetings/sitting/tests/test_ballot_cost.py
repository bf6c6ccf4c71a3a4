"""What a ballot costs where it is committed: messages to the database, statements, what is read of the hall."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.identity import testing
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.tests.sent import messages
from jumuishi.meetings.hall import commands as c
from jumuishi.meetings.hall.state import State, from_json
from jumuishi.meetings.sitting import ballots
from jumuishi.meetings.sitting.tests.conftest import Council
from jumuishi.meetings.sitting.tests.test_together import many

__all__ = ["many"]
pytestmark = [pytest.mark.database, pytest.mark.slow]


class Phones:
    """Members' scripts, each request as a process that has answered one before answers it."""

    def __init__(self, council: Council) -> None:
        self.council, self.clients = council, dict[str, Client]()
        council.begin("Rehema", *(f"Diwani {n}" for n in range(20)))
        for n in range(8):
            client = self.clients[f"Diwani {n}"] = Client()
            with transaction.atomic():
                testing.sign_in(client, council.actor(f"Diwani {n}"))
        self.vote = council.open_vote()
        self.give("Diwani 0")

    def give(self, name: str, choice: str = "for") -> dict[str, Any]:
        given = {"do": "vote", "once": str(new_id()), "vote": self.vote, "choice": choice}
        path = f"/mimi/vikao/{self.council.meeting.id}/tenda.json"
        answer = self.clients[name].post(path, json.dumps(given), content_type="application/json")
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def phones(many: Council, monkeypatch: pytest.MonkeyPatch) -> Phones:
    # The owner's connection is the suite's alone; a web process has none.
    monkeypatch.setitem(connections["owner"].settings_dict, "ATOMIC_REQUESTS", False)
    return Phones(many)


def test_a_ballot_is_three_messages_to_the_database(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session; the barrier with one look; the ballot and its journal with the COMMIT."""
    with messages(monkeypatch) as sent:
        assert phones.give("Diwani 1")["kept"]
    assert len(sent) == 3, sent
    assert "INSERT" not in sent[1]
    assert sent[2].endswith("; COMMIT")
    with messages(monkeypatch) as sent:
        assert phones.give("Diwani 1")["again"]
    assert len(sent) == 3, sent


def test_a_ballot_is_five_statements_and_one_transaction(phones: Phones) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert phones.give("Diwani 2")["kept"]
    told = [one["sql"] for one in asked.captured_queries]
    assert len(told) == 7, told
    assert [one for one in told if one in ("BEGIN", "COMMIT")] == ["BEGIN", "COMMIT"]


def test_of_a_long_day_only_what_decides_is_read(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the motions nor the votes of before, nor who else is there."""
    council, seen = phones.council, list[Mapping[str, Any]]()
    council.act("Rehema", c.EndVote, vote=phones.vote)
    council.act("Rehema", c.Move, motion=str(new_id()), member=council.id("Rehema"), text="Tujenge soko. " * 60)
    phones.vote = council.open_vote()

    def read(found: Mapping[str, Any]) -> State:
        seen.append(found)
        return from_json(found)

    monkeypatch.setattr(ballots, "from_json", read)
    assert phones.give("Diwani 3")["kept"]
    [hall] = seen
    assert set(hall) <= {"phase", "recused", "present", "votes"}
    assert set(hall["present"]) == {council.id("Diwani 3")}
    assert set(hall["votes"]) == {phones.vote}


def test_no_other_ballots_are_read(phones: Phones) -> None:
    """The plan goes to the one seat's, however few ballots there were when it was made."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (GENERIC_PLAN) {ballots._LOOK.prepare.partition(' AS ')[2]}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    [found] = [line for line in plan.split("\n") if "Index Cond" in line and "vote = " in line]
    assert "member_id = s.id" in found, plan
