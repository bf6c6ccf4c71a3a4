"""Two hands at one thing: sent twice, approved unseen, decided while it moves."""

# ruff: noqa: F811  # fixtures of the cases' own tests are used by name

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from jumuishi.cases.models import Case
from jumuishi.cases.moving import actions, working
from jumuishi.cases.moving.tests.conftest import NEW_FIGURE, OWNER, RENAMED, WORDS, edited, mark_on, texts
from jumuishi.cases.moving.tests.test_editions import SOURCE, authority, licence  # noqa: F401  # fixtures
from jumuishi.cases.tests.conftest import at_work, country, officer  # noqa: F401  # fixtures
from jumuishi.cases.tests.test_licence import act
from jumuishi.identity.types import Actor
from jumuishi.services import authoring
from jumuishi.services import public as services
from jumuishi.services.models import Adoption, Edition, Offering, Proposal
from jumuishi.services.types import EditionRefusedError

pytestmark = [pytest.mark.database, pytest.mark.slow]
Enter = Callable[[str, str], Client]
Find = Callable[[str, str], Actor]


def test_what_the_author_says_after_the_approver_read_it_is_not_published_unseen(
    licence: Offering, at_work: Enter, authority: Callable[[str], Actor], tmp_path: Path
) -> None:
    files = texts(edited(tmp_path, RENAMED))
    made = authoring.propose_edition(actor=authority("Tumaini"), files=files, note="Maneno")
    page, zuhura = f"/ofisi/matoleo/pendekezo/{made}/", at_work("mamlaka", "Zuhura")
    read = mark_on(zuhura, page)
    authoring.say_same_meaning(actor=authority("Tumaini"), proposal_id=made, fields=["business_name"])
    refused = zuhura.post(page, {"do": "publish", **read})
    assert refused.status_code == 422
    assert "limebadilika tangu ulipolifungua" in refused.content.decode()
    assert zuhura.post(page, {"do": "publish"}).status_code == 422, "nor by whoever read nothing"
    assert Proposal.objects.get().state == "open"
    done = [zuhura.post(page, {"do": "publish", **mark_on(zuhura, page)}) for _ in range(2)]
    assert [one.status_code for one in done] == [302, 302]
    assert done[0]["Location"] == done[1]["Location"], "sent twice is one edition"
    assert Edition.objects.filter(service="business-licence").count() == 2
    with pytest.raises(EditionRefusedError, match="edition_decided"):
        authoring.refuse_edition(actor=authority("Tumaini"), proposal_id=made, reason="")


def test_a_proposal_sent_twice_is_one_and_so_is_its_refusal(
    licence: Offering, authority: Callable[[str], Actor], tmp_path: Path
) -> None:
    files, tumaini, zuhura = texts(edited(tmp_path, WORDS)), authority("Tumaini"), authority("Zuhura")
    first, second = (authoring.propose_edition(actor=tumaini, files=files, note="Maneno") for _ in range(2))
    assert first == second
    with pytest.raises(EditionRefusedError, match="edition_waits"):
        authoring.propose_edition(actor=zuhura, files=files, note="Maneno")
    for _ in range(2):
        authoring.refuse_edition(actor=zuhura, proposal_id=first, reason="Tafsiri")
    assert (Proposal.objects.get().state, Proposal.objects.get().reason) == ("refused", "Tafsiri")
    with pytest.raises(EditionRefusedError, match="edition_decided"):
        authoring.publish_edition(actor=zuhura, proposal_id=first)


def test_a_figure_that_changed_meanwhile_is_not_taken_up_unseen(
    licence: Offering, at_work: Enter, tmp_path: Path
) -> None:
    services.add_edition(actor=Actor.system(), folder=edited(tmp_path, NEW_FIGURE))
    neema, imani = at_work("mfano", "Neema"), at_work("mfano", "Imani")
    page = f"/ofisi/huduma/{licence.id}/toleo/"
    figure = f"{page}takwimu/stamp/"
    neema.post(page, {"do": "begin"})
    neema.post(figure, {"value": "500", **SOURCE})
    assert neema.post(page, {"do": "propose"}).status_code == 302
    read = mark_on(imani, page)
    neema.post(figure, {"value": "50000", **SOURCE})
    assert neema.post(page, {"do": "propose"}).status_code == 302
    refused = imani.post(page, {"do": "adopt", **read})
    assert refused.status_code == 422
    assert "limebadilika tangu ulipofungua" in refused.content.decode()
    licence.refresh_from_db()
    assert licence.edition.number == 1
    read = mark_on(imani, page)
    assert [imani.post(page, {"do": "adopt", **read}).status_code for _ in range(2)] == [302, 302]
    licence.refresh_from_db()
    assert (licence.edition.number, Adoption.objects.count()) == (2, 1)


def test_staying_with_the_edition_sent_twice_is_once(licence: Offering, at_work: Enter, tmp_path: Path) -> None:
    services.add_edition(actor=Actor.system(), folder=edited(tmp_path, OWNER))
    neema, page = at_work("mfano", "Neema"), f"/ofisi/huduma/{licence.id}/toleo/"
    neema.post(page, {"do": "begin"})
    assert [neema.post(page, {"do": "drop"}).status_code for _ in range(2)] == [302, 302]
    assert Adoption.objects.get().state == "dropped"


def test_an_officer_who_read_the_case_before_it_moved_looks_again(
    submitted: str, licence: Offering, take_up: Callable[..., str], officer: Find, at_work: Enter
) -> None:
    case = Case.objects.get()
    newer = take_up(WORDS)
    juma = at_work("mfano", "Juma")
    page = juma.get(f"/ofisi/ombi/{case.id}/").content.decode()
    task = re.search(r'name="task" value="([^"]+)"', page)
    assert task
    move = actions.start_move(actor=officer("mfano", "Neema"), offering_id=licence.id, answer_days=14)
    working.work(move, 60.0)
    given = {"task": task[1], "version": str(case.version), "act": "forward", "text": "", "sure": "1"}
    told = juma.post(f"/ofisi/ombi/{case.id}/tenda/", given)
    assert told.status_code == 409, told.status_code
    after = Case.objects.get()
    assert (after.edition_hash, after.stage, after.version) == (newer, "check", case.version + 1)
    act(juma, after, "forward")
    assert Case.objects.get().stage == "reviews"


def test_what_an_officer_decides_first_is_what_the_move_judges(
    submitted: str, licence: Offering, take_up: Callable[..., str], officer: Find, at_work: Enter
) -> None:
    take_up(WORDS)
    move = actions.start_move(actor=officer("mfano", "Neema"), offering_id=licence.id, answer_days=14)
    case = Case.objects.get()
    assert act(at_work("mfano", "Juma"), case, "refuse", "Hati si sahihi").status_code == 302
    said = actions.move_case(actor=officer("mfano", "Neema"), move_id=move, case_id=case.id)
    assert said == "cannot", "what ended stays under its edition"
    assert Case.objects.get().edition_hash == case.edition_hash
