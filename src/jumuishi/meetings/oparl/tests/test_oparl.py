"""What is published as OParl is as the specification says, leads on to what is there, and tells nothing closed."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.meetings.minutes.tests.conftest import Council
from jumuishi.meetings.minutes.tests.test_minutes import confirmed
from jumuishi.meetings.models import Event
from jumuishi.meetings.oparl import objects, views
from jumuishi.meetings.oparl.tests.spec import LISTS, faults, list_faults

pytestmark = pytest.mark.database
KIND = {"locationList": "Location", "legislativeTermList": "LegislativeTerm"}


def get(url: str) -> Any:
    answer = Client().get("/" + url.split("/", 3)[3])
    assert answer.status_code == 200, url
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.json()


def every_list(council: Council) -> dict[str, Any]:
    system = get(objects.address())
    assert not list(faults(system, "System"))
    bodies = get(system["body"])
    assert not list(list_faults(bodies, "Body"))
    mine = next(one for one in bodies["data"] if str(council.home) in one["id"])
    return {name: get(mine[name]) for name in LISTS}


def test_everything_is_as_the_specification_says(council: Council) -> None:
    confirmed(council)
    found = every_list(council)
    for name, page in found.items():
        kind = KIND.get(name, name[0].upper() + name[1:])
        assert not list(list_faults(page, kind)), name
    for name in ("organization", "person", "membership", "meeting", "agendaItem", "paper", "file"):
        assert found[name]["data"], f"{name} is empty: nothing was tried"
        one = found[name]["data"][0]
        assert get(one["id"])["id"] == one["id"]
    meeting = found["meeting"]["data"][0]
    assert not list(faults(get(meeting["id"]), "Meeting"))
    for url in (*meeting["organization"], *meeting["participant"]):
        assert get(url)["id"] == url
    assert meeting["resultsProtocol"]["accessUrl"].endswith("/faili/pdf/")
    pdf = Client().get("/" + meeting["resultsProtocol"]["accessUrl"].split("/", 3)[3])
    assert pdf["Content-Type"] == "application/pdf"


def test_votes_stand_in_the_vendors_property_and_can_be_reckoned_anew(council: Council) -> None:
    confirmed(council)
    item = next(one for one in every_list(council)["agendaItem"]["data"] if "tz:votes" in one)
    vote = item["tz:votes"][0]
    counts = {one["option"]: one["value"] for one in vote["counts"]}
    assert counts == {"for": 2, "against": 1, "abstain": 1}
    named = [one["option"] for one in vote["votes"]]
    assert {one: named.count(one) for one in counts} == counts
    assert vote["rule"]["clause"] == "Kanuni 29(1)"
    assert item["resolutionText"].startswith("Soko la Mfano")


def test_nothing_closed_is_told(council: Council) -> None:
    confirmed(council)
    meeting = council.met(4, weeks=1, public=False)
    Event.objects.filter(kind="item.opened").update(is_closed=False)
    said = str(every_list(council))
    for secret in ("Fulani", "onyo", "Nidhamu", str(meeting.id), "Ugonjwa", "+2557"):
        assert secret not in said
    assert Client().get(f"/vikao/oparl/meeting/{meeting.id}/").status_code == 404
    council.body.is_public = False
    council.body.save()
    assert Client().get(f"/vikao/oparl/organization/{council.body.id}/").status_code == 404
    assert Client().get(f"/vikao/oparl/body/{council.home}/meeting/").status_code in (200, 404)
    assert "Soko" not in Client().get(f"/vikao/oparl/body/{council.home}/meeting/").content.decode()


def test_lists_go_by_pages_with_as_many_questions_for_one_as_for_many(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    council.met()
    path = f"/vikao/oparl/body/{council.home}/meeting/"

    def asked() -> int:
        Client().get(path)
        with CaptureQueriesContext(connection) as found:
            assert Client().get(path).status_code == 200
        return len(found)

    before = asked()
    for n in range(4, 7):
        council.met(n, weeks=n)
    assert asked() == before
    monkeypatch.setattr(views, "PAGE", 3)
    first = Client().get(path).json()
    assert len(first["data"]) == 3
    second = get(first["links"]["next"])
    assert second["links"]["prev"].endswith("?page=1")
    keys = {one["id"] for page in (first, second) for one in page["data"]}
    assert len(keys) == first["pagination"]["totalElements"] == 4


def test_the_measure_finds_what_is_wrong() -> None:
    good = {"id": "https://x/1", "type": "https://schema.oparl.org/1.1/Meeting", "name": "Kikao"}
    assert not list(faults(good, "Meeting"))
    for bad in ({"name": 1}, {"start": "kesho"}, {"votes": []}, {"agendaItem": [{"id": "https://x/2"}]}, {"type": "x"}):
        assert list(faults({**good, **bad}, "Meeting")), bad
