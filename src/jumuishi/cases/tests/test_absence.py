"""Somebody goes on leave, or leaves for good: nothing stays without an owner, and the head sees it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from jumuishi.cases.actions import deciding, lists, remarks
from jumuishi.cases.models import Case, Mention, SavedList, Task
from jumuishi.cases.queries import Wanted
from jumuishi.identity.types import Actor
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock

pytestmark = pytest.mark.database
Enter = Callable[[str, str], Client]
Find = Callable[[str, str], Actor]


@pytest.fixture
def case(submitted: str) -> Case:
    return Case.objects.get(id=submitted.split("/")[2])


def words(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address).content.decode()))


def lend(officer: Find, *, days: int) -> Actor:
    """Juma lends Imani his role; Imani as she is from then on."""
    juma, imani, day = officer("mfano", "Juma"), officer("mfano", "Imani"), institutions.today()
    institutions.delegate(
        actor=juma, to_person=imani.who, roles=["trade-officer"], from_on=day, until_on=day + timedelta(days=days)
    )
    return replace(imani, roles=imani.roles | {"trade-officer"})


def test_the_deputy_sees_and_does_what_lies_with_whoever_is_away(case: Case, at_work: Enter, officer: Find) -> None:
    task, juma = Task.objects.get(case=case, state="open"), officer("mfano", "Juma")
    deciding.assign(actor=juma, task_id=task.id, to_person=juma.who)
    assert case.title not in words(at_work("mfano", "Imani"), "/ofisi/?v=mine")
    deputy = lend(officer, days=3)
    seen = words(at_work("mfano", "Imani"), "/ofisi/?v=mine")
    assert case.title in seen
    assert "Juma (hayupo)" in seen
    assert case.title in words(at_work("mfano", "Neema"), "/ofisi/?v=absent"), "a head sees what lies with the absent"
    assert case.title not in words(at_work("jirani", "Baraka"), "/ofisi/?v=absent")
    deciding.decide(actor=deputy, task_id=task.id, version=case.version, act="forward", message="Kwa niaba")
    with clock.frozen(clock.now() + timedelta(days=5)):
        assert institutions.lenders_of(case.institution_id, deputy.who) == {}


def test_what_is_not_lent_is_not_seen_as_mine(case: Case, at_work: Enter, officer: Find) -> None:
    juma, imani, day = officer("mfano", "Juma"), officer("mfano", "Imani"), institutions.today()
    task = Task.objects.get(case=case, state="open")
    Task.objects.filter(id=task.id).update(assignee_id=juma.who, role="revenue-officer")
    institutions.delegate(actor=juma, to_person=imani.who, roles=["trade-officer"], from_on=day, until_on=day)
    assert case.title not in words(at_work("mfano", "Imani"), "/ofisi/?v=mine")


def test_whoever_leaves_hands_over_everything(
    case: Case, at_work: Enter, officer: Find, run_jobs: Callable[[], int]
) -> None:
    juma, imani, neema = (officer("mfano", one) for one in ("Juma", "Imani", "Neema"))
    task = Task.objects.get(case=case, state="open")
    deciding.assign(actor=juma, task_id=task.id, to_person=juma.who)
    institutions.change_post(
        actor=neema, appointment_id=imani.appointment_id, title={"sw": "Afisa", "en": "Officer"},
        roles=sorted({*imani.roles, "trade-officer"}), unit_id=lists.unit_of(juma), until_on=None,
    )  # fmt: skip
    lists.save_list(actor=juma, name="Ya pamoja", wanted=Wanted(), is_shared=True, is_first=True)
    lists.save_list(actor=juma, name="Yangu", wanted=Wanted(), is_shared=False, is_first=False)
    remarks.write_remark(actor=neema, case_id=case.id, text="Angalia", mentions=[juma.who])
    client = at_work("mfano", "Juma")
    assert "Kabidhi kazi zangu zote" in words(client, "/ofisi/?v=mine")
    here = str(client.post("/ofisi/pamoja/?v=mine", {"owned": "1"})["Location"])
    client.post(here, {"what": "assign", "who": str(imani.who)})
    assert "maombi 1. Una uhakika?" in words(client, here)
    client.post(here, {"sure": "1"})
    task.refresh_from_db()
    assert task.assignee_id == imani.who
    institutions.end_appointment(actor=neema, appointment_id=juma.appointment_id, reason="Amehama")
    run_jobs()
    assert {(one.name, one.owner_id) for one in SavedList.objects.all()} == {("Ya pamoja", imani.who)}
    assert set(Mention.objects.values_list("officer_id", flat=True)).isdisjoint({juma.who})
    assert not Task.objects.filter(assignee_id=juma.who, state="open").exists()


def test_print_shows_the_whole_and_is_written_down(case: Case, at_work: Enter, officer: Find) -> None:
    remarks.write_remark(actor=officer("mfano", "Juma"), case_id=case.id, text="Ametembelewa")
    juma = at_work("mfano", "Juma")
    assert f"/ofisi/ombi/{case.id}/chapa/" in juma.get(f"/ofisi/ombi/{case.id}/").content.decode()
    paper = words(juma, f"/ofisi/ombi/{case.id}/chapa/")
    for part in (
        case.title,
        case.state["answers"]["tin"],
        "hati.pdf",
        "Ametembelewa",
        "Imechapwa na Juma",
        "Namba ya daftari",
    ):
        assert part in paper, part
    assert str(case.submit_entry) in paper, "each act with the number under which anybody can prove it"
    assert "alichapa ombi" in words(juma, f"/ofisi/ombi/{case.id}/")
    assert at_work("jirani", "Baraka").get(f"/ofisi/ombi/{case.id}/chapa/").status_code == 404
    assert Client().get(f"/ofisi/ombi/{case.id}/chapa/").status_code == 302
