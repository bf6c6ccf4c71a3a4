"""A list taken out: what is on the screen, as a file, by somebody who says what for."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.actions import exporting
from jumuishi.cases.models import Case
from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import clock, sheets
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.templatetags.text import language

pytestmark = pytest.mark.database
Enter = Callable[[str, str], Client]
EVERY = "/ofisi/orodha/pakua/?v=cases"
ONE_SERVICE = f"{EVERY}&s=business-licence"


@pytest.fixture
def case(submitted: str) -> Case:
    return Case.objects.get(id=submitted.split("/")[2])


def taken(client: Client, address: str, **given: Any) -> list[list[str]]:
    answer = client.post(address, {"purpose": "Taarifa ya robo mwaka", "kind": "csv", "column": ["reference"], **given})
    assert answer.status_code == 200, answer.content[:2000]
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def looks(case: Case) -> list[dict[str, Any]]:
    told = evidence.history(thing_kind="case", thing_id=case.id)
    return [one.body["after"] for one in told if one.verb == "identity.look" and one.body]


def more_cases(case: Case, n: int) -> None:
    for _ in range(n):
        case.id, case.reference = new_id(), new_id().hex[:16]
        case.submitted_at += clock.seconds(1)
        case.save(force_insert=True)


def test_the_list_on_the_screen_becomes_a_file(case: Case, at_work: Enter) -> None:
    juma = at_work("mfano", "Juma")
    page = juma.get("/ofisi/?v=cases").content.decode()
    assert "/ofisi/orodha/pakua/?v=cases" in page
    asked = juma.get(EVERY).content.decode()
    assert "maombi 1" in asked
    for personal in ("title", "phone"):
        assert not re.search(rf'value="{personal}" checked', asked), "nothing that names the applicant at first"
    head, row = taken(juma, EVERY, column=["phone", "title", "reference", "state", "submitted"])
    assert head == ["Namba ya ombi", "Hali", "Liliwasilishwa", "Jina la ombi", "Simu ya mwombaji"]
    assert row[0].replace(" ", "") == case.reference
    assert row[1:2] + row[3:] == ["Ofisi", case.title, f"'{case.phone}" if case.phone[0] == "+" else case.phone]
    assert len(taken(juma, f"{EVERY}&q=hakunakitu")) == 1
    assert len(taken(juma, "/ofisi/orodha/pakua/?v=mine")) == 2
    assert len(taken(juma, "/ofisi/orodha/pakua/?v=mine&due=late")) == 1


def test_a_services_answers_have_a_column_a_question(case: Case, at_work: Enter) -> None:
    juma = at_work("mfano", "Juma")
    head, row = taken(juma, ONE_SERVICE, column=[], answers="1")
    found = dict(zip(head, row, strict=True))
    assert len(head) == len(set(head)) > 6
    answers = case.state["answers"]
    assert {"Mgahawa wa Asha", "3", answers["nin"], answers["tin"]} <= set(found.values())
    english = list(csv.reader(io.StringIO(_english(juma))))
    assert english[0] != head
    assert "Application number" in english[0]
    refused = juma.post(EVERY, {"purpose": "x", "answers": "1", "kind": "csv"})
    assert refused.status_code == 422
    assert "huduma moja" in refused.content.decode()


def _english(client: Client) -> str:
    given = {"purpose": "x", "kind": "csv", "column": ["reference"], "answers": "1"}
    answer = client.post(f"/en{ONE_SERVICE}", given)
    return b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # streamed


def test_who_took_what_for_what_is_written_down(case: Case, at_work: Enter) -> None:
    juma = at_work("mfano", "Juma")
    unsaid = juma.post(EVERY, {"purpose": " ", "column": ["title"], "kind": "csv"})
    assert unsaid.status_code == 422
    assert 'value="title" checked' in unsaid.content.decode(), "what was chosen is still chosen"
    assert looks(case) == []
    taken(juma, EVERY)
    assert looks(case) == [], "a list that names nobody is a look at nobody"
    taken(juma, EVERY, column=["title"])
    taken(juma, ONE_SERVICE, answers="1")
    assert looks(case) == [{"what": "export"}] * 2
    told = evidence.history(thing_kind="institution", thing_id=case.institution_id)
    bodies = [one.body["after"] for one in told if one.verb == "cases.list.export" and one.body]
    assert [one["rows"] for one in bodies] == [1, 1, 1]
    assert {one["purpose"] for one in bodies} == {"Taarifa ya robo mwaka"}
    assert bodies[1]["columns"] == ["title"]
    assert "Alipakua orodha" in juma.get(f"/ofisi/ombi/{case.id}/").content.decode()


def test_the_outsider_takes_out_nothing_of_ours(case: Case, at_work: Enter, officer: Callable[..., Actor]) -> None:
    baraka = at_work("jirani", "Baraka")
    assert taken(baraka, EVERY) == [["Namba ya ombi"]]
    assert Client().post(EVERY, {"purpose": "x"}).status_code == 302
    taking = exporting.Taking(exporting.Wanted(view="cases"), ("title",), False, "x", "csv")
    with pytest.raises(NotAllowedError):
        exporting.export_cases(
            actor=Actor.person(case.person_id), taking=taking, rows=Case.objects.all(), lang=language()
        )
    # Whatever rows he would hand in, the database gives him none.
    _, rows = exporting.export_cases(
        actor=officer("jirani", "Baraka"), taking=taking, rows=Case.objects.all(), lang="sw"
    )
    assert list(rows) == []


def test_a_case_is_one_row_whichever_page_it_is_read_with(
    case: Case, at_work: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are cut where many were submitted at the same instant, and somebody is faster while the file is read."""
    juma, first = at_work("mfano", "Juma"), case.id
    more_cases(case, 6)
    Case.objects.exclude(id=first).update(submitted_at=case.submitted_at)
    monkeypatch.setattr(exporting, "PAGE", 2)
    found = taken(juma, EVERY)
    assert len(found) == 8
    assert len({row[0] for row in found}) == 8


def test_a_page_of_the_file_asks_the_same_however_long_it_is(case: Case, at_work: Enter) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            taken(juma, ONE_SERVICE, column=["title", "owner", "due"], answers="1")
        return len(seen)

    juma = at_work("mfano", "Juma")
    asked()
    one = asked()
    more_cases(case, 30)
    assert asked() == one


def test_the_same_list_as_a_workbook(case: Case, at_work: Enter) -> None:
    answer = at_work("mfano", "Juma").post(EVERY, {"purpose": "x", "kind": "xlsx", "column": ["reference"]})
    assert answer["Content-Type"] == sheets.KINDS["xlsx"]
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]  # streamed
