"""What a move asks, settled by API: the same points, the same consent, and nobody else's."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from jumuishi.cases.models import Case
from jumuishi.cases.moving import actions, working
from jumuishi.cases.moving.models import MoveItem
from jumuishi.cases.moving.tests.conftest import OWNER, RENAMED, WORDS
from jumuishi.cases.tests.test_api import PDF, Api, begun, filled
from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor
from jumuishi.kernel import clock
from jumuishi.project import api as house
from jumuishi.services.models import Edition, Offering

pytestmark = [pytest.mark.database, pytest.mark.slow]
Find = Callable[[str, str], Actor]
LEASE = "label: {sw: Mkataba wa pango au uthibitisho wa eneo, en: Lease or proof of premises}\n        required: true\n"
ONLY_JPG = (f"{LEASE}        accept: [pdf, jpg, png]", f"{LEASE}        accept: [jpg]")
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 64 + b"\xff\xd9"


@pytest.fixture
def asked(licence: Offering, take_up: Callable[..., str], officer: Find) -> Callable[..., tuple[Api, str, str]]:
    """Asha's case, an edited edition that runs, and a move that was made: her program, her case, the newer edition."""

    def make(*edits: tuple[str, str]) -> tuple[Api, str, str]:
        asha, draft = filled()
        done = asha("post", f"{draft}/submit", {"phone": "0700 000 001"}, status=200)
        newer = take_up(*edits)
        move = actions.start_move(actor=officer("mfano", "Neema"), offering_id=licence.id, answer_days=14)
        working.work(move, 60.0)
        return asha, f"/cases/{done['case']}", newer

    return make


def edition_of(case: str) -> str:
    return Case.objects.get(id=case.rpartition("/")[2]).edition_hash


def test_every_point_is_read_and_settled_at_once(asked: Callable[..., tuple[Api, str, str]]) -> None:
    asha, case, newer = asked(OWNER, RENAMED)
    older = edition_of(case)
    assert asha("get", case, status=200)["edition_until"]
    said = asha("get", f"{case}/edition", status=200)
    assert said["edition"] == 2
    points = {one["field"]: one for one in said["points"]}
    assert set(points) == {"owner", "business_name"}
    assert (points["owner"]["why"], points["owner"]["question"]["type"]) == ("new", "yes_no")
    assert "mark" not in points["owner"]
    renamed = points["business_name"]
    assert (renamed["was"]["label"]["sw"], renamed["question"]["label"]["sw"]) == ("Jina la biashara", "Jina la duka")
    assert renamed["before"] == "Mgahawa wa Asha"
    for body, wrong in (
        ({}, {"owner": "required", "business_name": "not_agreed"}),
        ({"answers": {"owner": True}}, {"business_name": "not_agreed"}),
        ({"answers": {"owner": True}, "agreed": ["0" * 32]}, {"business_name": "not_agreed"}),
        ({"answers": {"owner": "labda"}, "agreed": [renamed["mark"]]}, {"owner": "choice"}),
        (
            {"answers": {"owner": True, "years": 3}, "agreed": [renamed["mark"]]},
            {"years": "not_asked", "licence": "not_agreed"},
        ),
        ({"answers": {"owner": True, "hayupo": 3}, "agreed": [renamed["mark"]]}, {"hayupo": "not_asked"}),
        ({"answers": {"owner": True, "lease": {"name": "x"}}, "agreed": [renamed["mark"]]}, {"lease": "not_asked"}),
    ):
        refused = asha("post", f"{case}/edition", body, status=422)
        told = {one["field"]: one["code"] for one in refused["errors"]}
        assert set(told) == set(wrong), (body, told)
        assert all(told[name] == code for name, code in wrong.items() if code != "choice")
        assert all(one["detail"] for one in refused["errors"])
    assert edition_of(case) == older
    body = {"answers": {"owner": True}, "agreed": [renamed["mark"]]}
    first, again = (asha("post", f"{case}/edition", body, status=200) for _ in range(2))
    assert first == again
    assert "edition_until" not in first
    assert (edition_of(case), first["answers"]["owner"]) == (newer, True)
    consent = MoveItem.objects.get().consent
    assert consent is not None
    assert (consent["answered"], [one["mark"] for one in consent["agreed"]]) == (["owner"], [renamed["mark"]])
    history = evidence.history(thing_kind="case", thing_id=UUID(case.rpartition("/")[2]))
    kept = [one.body or {} for one in history if one.verb == "cases.move.agree" and "act" in (one.body or {})["after"]]
    assert [one["after"]["act"]["agree"] for one in kept] == [{"owner": True}]
    assert asha("get", f"{case}/edition", status=409)["code"] == "cases.move_nothing"


def test_the_applicant_stays_and_says_so_twice(asked: Callable[..., tuple[Api, str, str]]) -> None:
    asha, case, newer = asked(OWNER)
    for _ in range(2):
        assert "edition_until" not in asha("post", f"{case}/edition/stay", status=200)
    assert (MoveItem.objects.get().state, edition_of(case) == newer) == ("declined", False)
    refused = asha("post", f"{case}/edition", {"answers": {"owner": True}}, status=409)
    assert refused["code"] == "cases.move_nothing"


def test_a_file_that_is_asked_for_again_is_handed_in_first(asked: Callable[..., tuple[Api, str, str]]) -> None:
    asha, case, newer = asked(ONLY_JPG)
    [point] = asha("get", f"{case}/edition", status=200)["points"]
    assert (point["why"], point["field"], point["question"]["accept"]) == ("again", "lease", ["jpg"])
    assert asha("post", f"{case}/edition", {}, status=422)["errors"][0]["field"] == "lease"
    assert asha.attach(f"{case}/edition/files/registration", JPG, "x.jpg").status_code == 404
    assert asha.attach(f"{case}/edition/files/lease", PDF, "x.jpg").status_code == 422, "its content says what it is"
    taken = asha.attach(f"{case}/edition/files/lease", JPG, "mkataba.jpg")
    assert (taken.status_code, taken.json()["type"]) == (201, "image/jpeg")
    moved = asha("post", f"{case}/edition", {}, status=200)
    assert (moved["answers"]["lease"]["name"], edition_of(case)) == ("mkataba.jpg", newer)


def test_what_another_is_asked_is_not_there(asked: Callable[..., tuple[Api, str, str]]) -> None:
    asha, case, newer = asked(OWNER)
    baraka, _ = begun()
    body: Any
    for method, path, body in (
        ("get", "edition", None), ("post", "edition", {"answers": {"owner": True}}), ("post", "edition/stay", None),
    ):  # fmt: skip
        assert baraka(method, f"{case}/{path}", body).status_code == 404
        assert Api()(method, f"{case}/{path}", body).status_code == 401
    assert baraka.attach(f"{case}/edition/files/lease").status_code == 404
    assert (MoveItem.objects.get().state, edition_of(case) == newer) == ("asked", False)
    assert asha("get", f"{case}/edition", status=200)["points"]


def test_nothing_is_asked_once_the_edition_is_withdrawn(asked: Callable[..., tuple[Api, str, str]]) -> None:
    asha, case, newer = asked(OWNER)
    Edition.objects.filter(hash=newer).update(withdrawn_at=clock.now(), withdrawn_reason="Kosa la ada")
    assert "edition_until" not in asha("get", case, status=200)
    assert asha("post", f"{case}/edition", {"answers": {"owner": True}}, status=409)["code"] == "cases.move_nothing"
    assert edition_of(case) != newer


def test_a_case_that_moves_as_it_is_asks_nothing(asked: Callable[..., tuple[Api, str, str]]) -> None:
    asha, case, newer = asked(WORDS)
    assert edition_of(case) == newer
    assert asha("get", f"{case}/edition", status=409)["code"] == "cases.move_nothing"


def test_the_description_tells_it() -> None:
    paths = house.description()["paths"]
    for path in ("edition", "edition/stay", "edition/files/{field}"):
        assert f"/api/v1/cases/{{case_id}}/{path}" in paths
    schemas = house.description()["components"]["schemas"]
    assert {"answers", "agreed"} == set(schemas["SettleIn"]["properties"])
    assert "mark" in schemas["PointOut"]["description"]
