"""One act on many cases: seen beforehand as it will be, done case by case, once."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from jumuishi.cases import bulk
from jumuishi.cases.actions import batches, deciding
from jumuishi.cases.models import Batch, Case, Note, Task
from jumuishi.cases.tests.conftest import begin, fill
from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.institutions import public as institutions

pytestmark = pytest.mark.database
Enter = Callable[[str, str], Client]
Find = Callable[[str, str], Actor]


@pytest.fixture
def three(submitted: str, asha: Client) -> list[Case]:
    """Three cases at the same stage."""
    for _ in range(2):
        draft = begin(asha)
        fill(asha, draft)
        assert asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"}).status_code == 302
    return list(Case.objects.order_by("submitted_at"))


def tasks_of(cases: list[Case]) -> list[str]:
    return [str(Task.objects.get(case=one, state="open").id) for one in cases]


def chosen(client: Client, cases: list[Case], query: str = "v=all") -> str:
    answer = client.post(f"/ofisi/pamoja/?{query}", {"task": tasks_of(cases)})
    assert answer.status_code == 302
    return str(answer["Location"])


def words(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))


def state_of(cases: list[Case]) -> list[tuple[str, int]]:
    return [(one.stage, one.version) for one in Case.objects.order_by("submitted_at")]


def acts_in_journal(case: Case) -> list[str]:
    return [one.verb for one in evidence.history(thing_kind="case", thing_id=case.id)]


def test_what_is_foreseen_is_what_comes(three: list[Case], at_work: Enter, officer: Find) -> None:
    juma = at_work("mfano", "Juma")
    page = juma.get("/ofisi/?v=all").content.decode()
    assert page.count('form="pamoja"') == 3
    here = chosen(juma, three)
    asked = words(juma, here)
    assert "Maombi 3 kwa pamoja" in asked
    # Somebody else takes one of them meanwhile.
    imani = officer("mfano", "Imani")
    institutions.delegate(
        actor=officer("mfano", "Juma"), to_person=imani.who, roles=["trade-officer"],
        from_on=institutions.today(), until_on=institutions.today(),
    )  # fmt: skip
    task = Task.objects.get(case=three[1], state="open")
    deciding.assign(actor=replace(imani, roles=imani.roles | {"trade-officer"}), task_id=task.id, to_person=imani.who)
    before = state_of(three)
    assert juma.post(here, {"what": "act:forward", "text": "Sawa"}).status_code == 302
    assert state_of(three) == before, "looking at what will happen changes nothing"
    seen = words(juma, here)
    assert "maombi 2. Una uhakika?" in seen
    assert "Maombi 1 hayawezi" in seen
    assert Note.objects.count() == 0
    assert juma.post(here, {"sure": "1"}).status_code == 302
    assert juma.post(here, {"sure": "1"}).status_code == 302, "sent twice happens once"
    after = state_of(three)
    assert after[1] == before[1]
    assert after[0][0] == after[2][0] != before[0][0]
    assert [acts_in_journal(one).count("cases.task.decide") for one in three] == [1, 0, 1]
    done = words(juma, here)
    assert "maombi 2 kati ya 3 yamekamilika" in done
    rows = list(csv.reader(io.StringIO(_file(juma, f"{here}matokeo.csv"))))
    assert len(rows) == 4
    assert {row[-1] for row in rows[1:]} >= {Case.objects.get(id=three[0].id).stage_name["sw"]}
    assert "2/3" in words(juma, "/ofisi/pamoja/")


def _file(client: Client, address: str) -> str:
    answer: Any = client.get(address)
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_what_changed_after_it_was_seen_is_left_alone(three: list[Case], at_work: Enter, officer: Find) -> None:
    juma = at_work("mfano", "Juma")
    here = chosen(juma, three)
    juma.post(here, {"what": "act:forward", "text": "Sawa"})
    task = Task.objects.get(case=three[2], state="open")
    deciding.decide(
        actor=officer("mfano", "Juma"), task_id=task.id, version=three[2].version, act="forward", message="Mimi"
    )
    juma.post(here, {"sure": "1"})
    batch = Batch.objects.get()
    told = [one.result for one in batch.items.order_by("position")]
    assert sorted(one["ok"] for one in told if one) == [False, True, True]
    assert next(one["code"] for one in told if one and not one["ok"]) == "cases.stale"
    assert acts_in_journal(three[2]).count("cases.task.decide") == 1


def test_two_persons_are_still_two(three: list[Case], at_work: Enter, officer: Find) -> None:
    """Whoever checked may not approve, however many at once; and the head sees why beforehand."""
    juma = at_work("mfano", "Juma")
    here = chosen(juma, three[:1])
    juma.post(here, {"what": "act:forward", "text": "Sawa"})
    juma.post(here, {"sure": "1"})
    tasks = list(Task.objects.filter(case=three[0], state="open", institution_id=three[0].institution_id))
    answer = juma.post("/ofisi/pamoja/?v=all", {"task": [str(one.id) for one in tasks]})
    there = str(answer["Location"])
    juma.post(there, {"what": "take"})
    seen = words(juma, there)
    assert "Ndiyo, fanya" not in seen
    assert f"Maombi {len(tasks)} hayawezi" in seen
    assert juma.post(there, {"sure": "1"}).status_code == 302
    assert not Task.objects.filter(assignee_id=officer("mfano", "Juma").who, state="open").exists()


def test_a_batch_that_was_cut_goes_on_and_doubles_nothing(
    three: list[Case], at_work: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    juma = at_work("mfano", "Juma")
    here = chosen(juma, three)
    juma.post(here, {"what": "message", "text": "Njoo na nakala halisi"})
    real, calls = bulk.do, []

    def dies(*given: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        real(*given)

    monkeypatch.setattr(bulk, "do", dies)
    batch = Batch.objects.get()
    batches.start_batch(actor=_own(batch), batch_id=batch.id)
    with pytest.raises(SystemExit):
        batches.work(batch.id)
    monkeypatch.setattr(bulk, "do", real)
    batches.work(batch.id)
    batches.work(batch.id)
    batch.refresh_from_db()
    assert batch.state == "done"
    assert [Note.objects.filter(case=one, kind="message").count() for one in three] == [1, 1, 1]


def _own(batch: Batch) -> Actor:
    found = batches._officer(batch)
    assert found is not None
    return found


def test_a_long_list_is_done_by_a_job(
    three: list[Case], at_work: Enter, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    juma = at_work("mfano", "Juma")
    answer = juma.post("/ofisi/pamoja/?v=all", {"all": "1"})
    here = str(answer["Location"])
    juma.post(here, {"what": "take"})
    page = juma.get(here).content.decode()
    assert 'http-equiv="refresh"' in page
    assert "0 kati ya 3" in page
    assert juma.post(here, {"sure": "1"}).status_code == 422, "nobody confirms what was not shown"
    run_jobs()
    assert "Una uhakika?" in words(juma, here)
    juma.post(here, {"sure": "1"})
    assert not Task.objects.filter(assignee_id__isnull=False).exists()
    run_jobs()
    assert Task.objects.filter(assignee_id__isnull=False).count() == 3


def test_a_whole_list_has_a_bound(three: list[Case], at_work: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    juma = at_work("mfano", "Juma")
    here = str(juma.post("/ofisi/pamoja/?v=all", {"all": "1"})["Location"])
    assert "maombi 1 ya mwisho hayamo" in words(juma, here)
    assert Batch.objects.get().items.count() == 2
    nothing = juma.post("/ofisi/pamoja/?v=all", {})
    assert "none=1" in nothing["Location"]
    assert "Weka alama" in words(juma, nothing["Location"])


def test_what_was_typed_is_not_lost(three: list[Case], at_work: Enter) -> None:
    juma = at_work("mfano", "Juma")
    here = chosen(juma, three)
    unsaid = juma.post(here, {"what": "", "text": "Nyaraka zenu zimepokelewa"})
    assert unsaid.status_code == 422
    assert "Nyaraka zenu zimepokelewa" in unsaid.content.decode()
    juma.post(here, {"what": "message", "text": "Nyaraka zenu zimepokelewa"})
    juma.post(here, {"back": "1"})
    assert "Nyaraka zenu zimepokelewa" in juma.get(here).content.decode()


def test_the_applicant_reads_what_was_written(three: list[Case], at_work: Enter, asha: Client, submitted: str) -> None:
    juma = at_work("mfano", "Juma")
    here = chosen(juma, three)
    juma.post(here, {"what": "message", "text": "Njoo na nakala halisi"})
    juma.post(here, {"sure": "1"})
    assert "Njoo na nakala halisi" in asha.get(submitted).content.decode()


def test_nobody_sees_or_moves_anothers_batch(three: list[Case], at_work: Enter, officer: Find) -> None:
    juma, baraka, neema = at_work("mfano", "Juma"), at_work("jirani", "Baraka"), at_work("mfano", "Neema")
    here = chosen(juma, three)
    juma.post(here, {"what": "take"})
    for other in (baraka, neema):
        assert other.get(here).status_code == 404
        assert other.post(here, {"sure": "1"}).status_code == 403
        assert other.get(f"{here}matokeo.csv").status_code == 404
        assert here not in other.get("/ofisi/pamoja/").content.decode()
    assert Client().get(here).status_code == 302
    taken = baraka.post("/ofisi/pamoja/?v=all", {"task": tasks_of(three)})
    assert "none=1" in taken["Location"], "what lies elsewhere can't be laid on the table"
    with pytest.raises(NotAllowedError):
        batches.start_batch(actor=officer("jirani", "Baraka"), batch_id=Batch.objects.get().id)
    assert not Task.objects.filter(assignee_id__isnull=False).exists()
