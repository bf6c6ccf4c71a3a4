"""A person asks and is answered against a clock: corrected, erased, refused with a reason, heard again by the head."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.cases.models import Case, Correction
from jumuishi.cases.tests.test_correct_erase import end, keep_for
from jumuishi.evidence.models import JournalRow
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.messaging.models import Mail, Message
from jumuishi.privacy import jobs
from jumuishi.privacy.actions import registers
from jumuishi.privacy.models import Figure, Request
from jumuishi.privacy.tests.scene import asha_with_case, neighbour, read, words

pytestmark = pytest.mark.database
Officer = Callable[[str, str], Actor]
AtWork = Callable[[str, str], Client]


def ask(client: Client, kind: str, home: UUID, **given: str) -> Request:
    """Ask by the page; the request."""
    answer = client.post(f"/mimi/omba/{kind}/{home}/", {"text": "Tafadhali", **given})
    assert answer.status_code == 302, words(answer)
    return Request.objects.get(id=UUID(re.findall(r"[0-9a-f-]{36}", answer["Location"])[0]))


def test_a_wrong_answer_is_put_right_by_the_officer(
    country: dict[str, UUID], at_work: AtWork, officer: Officer
) -> None:
    asha, _, case = asha_with_case()
    home = country["mfano"]
    registers.set_figure(
        actor=officer("mfano", "Imani"), name="answer", value=14, source="Mfano tu", checked_on=date(2026, 11, 26)
    )
    assert "Chagua unachoomba" in words(asha.get("/mimi/omba/", {"tuma": "1"}))
    assert (
        asha.get("/mimi/omba/", {"aina": "correct", "taasisi": str(home)})["Location"] == f"/mimi/omba/correct/{home}/"
    )
    assert "Asha Juma" in read(asha, f"/mimi/omba/correct/{home}/")
    chosen = f"{case.id}.full_name"
    assert "Iliyo sahihi" in read(asha, f"/mimi/omba/correct/{home}/?jibu={chosen}")
    missing = asha.post(f"/mimi/omba/correct/{home}/", {"jibu": chosen, "text": "Kadi yangu", "value": " "})
    assert missing.status_code == 400
    assert "Kadi yangu" in missing.content.decode(), "what was typed is there"
    made = ask(asha, "correct", home, jibu=chosen, value="Asha Juma Ally")
    assert "limepokelewa" in read(asha, f"/mimi/ombi/{made.id}/?mpya=1")
    assert made.due_at is not None
    assert 13 <= (made.due_at - made.asked_at).days <= 14, "the figure that the institution said"
    assert Message.objects.filter(purpose="privacy.request").count() == 1
    desk = at_work("mfano", "Imani")
    assert "Sahihisha" in read(desk, "/ofisi/faragha/")
    page = read(desk, f"/ofisi/faragha/ombi/{made.id}/")
    assert "Asha Juma Ally" in page
    assert JournalRow.objects.filter(verb="identity.look", thing_id=made.id).exists(), "the look is on the record"
    assert "Andika sababu" in words(desk.post(f"/ofisi/faragha/ombi/{made.id}/", {"do": "grant", "text": ""}))
    first = desk.post(f"/ofisi/faragha/ombi/{made.id}/", {"do": "grant", "text": "Kadi imeonekana"})
    assert "Hakiki kabla ya kufanya" in words(first)
    assert Case.objects.get(id=case.id).state["answers"]["full_name"] == "Asha Juma", "nothing before the second press"
    sure = {"do": "grant", "text": "Kadi imeonekana", "sure": "1"}
    assert desk.post(f"/ofisi/faragha/ombi/{made.id}/", sure).status_code == 302
    assert Case.objects.get(id=case.id).state["answers"]["full_name"] == "Asha Juma Ally"
    assert Correction.objects.get().reason.startswith(made.number)
    assert "Kadi imeonekana" in read(asha, f"/mimi/ombi/{made.id}/")
    assert desk.post(f"/ofisi/faragha/ombi/{made.id}/", sure).status_code == 409


def test_erasure_says_what_the_law_keeps_and_goes_on_by_itself(
    country: dict[str, UUID],
    at_work: AtWork,
    run_jobs: Callable[[], int],
    tmp_path: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asha, _, case = asha_with_case()
    run_jobs()
    keep_for(case.id, tmp_path)  # type: ignore[arg-type]
    end(case.id, "refused")
    made = ask(asha, "erase", country["mfano"])
    desk, path = at_work("mfano", "Imani"), f"/ofisi/faragha/ombi/{made.id}/"
    said = words(desk.post(path, {"do": "grant", "text": "Sheria inataka litunzwe"}))
    assert "Sheria ya huduma hii inataka ombi litunzwe, hadi" in said
    assert Case.objects.get(id=case.id).erased_at is None, "the preview erased nothing"
    assert not Request.objects.get(id=made.id).fates
    desk.post(path, {"do": "grant", "text": "Sheria inataka litunzwe", "sure": "1"})
    made.refresh_from_db()
    assert made.again_on is not None
    assert made.again_on.year == clock.now().year + 2
    assert "Zilizobaki zitafutwa zenyewe" in read(asha, f"/mimi/ombi/{made.id}/")
    later = clock.now() + timedelta(days=740)
    monkeypatch.setattr(clock, "now", lambda: later)
    jobs.sweep()
    made.refresh_from_db()
    assert Case.objects.get(id=case.id).erased_at is not None, "nobody had to ask again"
    assert made.again_on is None
    assert [one["erased"] for one in made.fates] == [True]


def test_a_refusal_has_a_reason_and_the_head_looks_again(country: dict[str, UUID], at_work: AtWork) -> None:
    asha, _, case = asha_with_case()
    end(case.id, "withdrawn")
    made = ask(asha, "erase", country["mfano"])
    desk, path = at_work("mfano", "Imani"), f"/ofisi/faragha/ombi/{made.id}/"
    assert desk.post(path, {"do": "refuse", "text": ""}).status_code == 400
    desk.post(path, {"do": "refuse", "text": "Kesi iko mahakamani"})
    page = read(asha, f"/mimi/ombi/{made.id}/")
    assert "Kesi iko mahakamani" in page
    assert "PDPC" in page
    assert asha.post(f"/mimi/ombi/{made.id}/rufaa/", {"text": ""}).status_code == 400
    assert asha.post(f"/mimi/ombi/{made.id}/rufaa/", {"text": "Hakuna kesi"}).status_code == 302
    assert desk.post(path, {"do": "grant", "text": "x"}).status_code == 403, "not the one who refused"
    neema = at_work("mfano", "Neema")
    assert "Hakuna kesi" in read(neema, path)
    neema.post(path, {"do": "grant", "text": "Ifutwe"})
    made.refresh_from_db()
    assert made.state == "open", "the officer does now what the head said"
    desk.post(path, {"do": "grant", "text": "Imefutwa", "sure": "1"})
    assert Case.objects.get(id=case.id).erased_at is not None


def test_an_institution_without_an_officer_has_its_head(country: dict[str, UUID], officer: Officer) -> None:
    assert institutions.data_role(country["mfano"]) == "data-protection-officer"
    assert institutions.data_role(country["jirani"]) == "head"


def test_others_see_nothing_of_it(country: dict[str, UUID], at_work: AtWork) -> None:
    asha, _, _ = asha_with_case()
    made = ask(asha, "access", country["mfano"])
    near = neighbour()
    assert near.get(f"/mimi/ombi/{made.id}/").status_code == 404
    assert near.post(f"/mimi/ombi/{made.id}/rufaa/", {"text": "x"}).status_code == 404
    assert near.get(f"/mimi/omba/access/{country['mfano']}/").status_code == 404, "nothing is held about her"
    for home, name, status in (("mfano", "Juma", 403), ("jirani", "Baraka", 403), ("jirani", "Subira", 404)):
        client = at_work(home, name)
        assert client.get(f"/ofisi/faragha/ombi/{made.id}/").status_code == status, name
        assert client.post(f"/ofisi/faragha/ombi/{made.id}/", {"do": "refuse", "text": "x"}).status_code == status, name
    subira = at_work("jirani", "Subira")
    assert "Hakuna ombi" in read(subira, "/ofisi/faragha/")
    made.refresh_from_db()
    assert made.state == "open"


def test_a_request_sent_twice_is_one(country: dict[str, UUID]) -> None:
    asha, _, _ = asha_with_case()
    path = f"/mimi/omba/object/{country['mfano']}/"
    once = re.findall(r'name="once" value="([^"]+)"', asha.get(path).content.decode())[0]
    first, second = (asha.post(path, {"text": "Tafadhali", "once": once})["Location"] for _ in range(2))
    assert first == second
    assert Request.objects.count() == 1


def test_a_request_without_a_clock_is_first_and_gets_one_with_the_figure(
    country: dict[str, UUID], at_work: AtWork, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    Figure.objects.all().delete()
    asha, _, _ = asha_with_case()
    made = ask(asha, "object", country["mfano"])
    assert made.due_at is None, "no figure is invented"
    desk = at_work("mfano", "Imani")
    assert "Bila saa" in read(desk, "/ofisi/faragha/")
    wrong = desk.post(
        "/ofisi/faragha/takwimu/", {"name": "answer", "value": "14", "source": "", "checked_on": "2026-11-26"}
    )
    assert wrong.status_code == 400
    said = {"name": "answer", "value": "14", "source": "Mkataba wa huduma", "checked_on": "2026-11-26"}
    assert desk.post("/ofisi/faragha/takwimu/", {**said, "source": ""}).status_code == 400
    assert desk.post("/ofisi/faragha/takwimu/", said).status_code == 302
    assert "Mkataba wa huduma" in read(desk, "/ofisi/faragha/takwimu/")
    made.refresh_from_db()
    assert made.due_at is not None
    later = clock.now() + timedelta(days=15)
    monkeypatch.setattr(clock, "now", lambda: later)
    jobs.sweep()
    jobs.sweep()
    assert sorted(Mail.objects.filter(purpose="privacy.due").values_list("to", flat=True)) == [
        "imani@mfano.example",
        "neema@mfano.example",
    ], "told once, to the officer and the head"
    monkeypatch.undo()
    Request.objects.filter(id=made.id).update(due_at=clock.now() - timedelta(hours=1))
    path = f"/ofisi/faragha/ombi/{made.id}/"
    silent = desk.post(path, {"do": "refuse", "text": "Sheria ya kodi"})
    assert silent.status_code == 400
    assert "Andika sababu ya kuchelewa" in words(silent)
    assert desk.post(path, {"do": "refuse", "text": "Sheria ya kodi", "late": "Nilikuwa likizo"}).status_code == 302
    assert "Nilikuwa likizo" in read(asha, f"/mimi/ombi/{made.id}/"), "who waited learns why"
