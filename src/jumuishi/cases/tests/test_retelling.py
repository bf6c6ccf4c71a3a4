"""Asha's case becomes a story for the service's author, with nothing of hers in it; who may make one, and who not."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from jumuishi.cases.models import Case
from jumuishi.cases.tests.conftest import ANSWERS
from jumuishi.definitions.stories.read import read_story
from jumuishi.definitions.stories.run import run_story
from jumuishi.evidence import public as evidence
from jumuishi.identity.types import Actor
from jumuishi.services.editions import definition

pytestmark = [pytest.mark.database, pytest.mark.slow]
Enter = Callable[[str, str], Client]
Find = Callable[[str, str], Actor]
MESSAGE = "Bi Asha, lete mkataba wa Sekei uliosainiwa na Mzee Kimaro"


@pytest.fixture
def case(submitted: str, at_work: Enter) -> Case:
    """Asha's case, on which Juma has asked for more."""
    found = Case.objects.get(id=submitted.split("/")[2])
    juma, page = at_work("mfano", "Juma"), f"/ofisi/ombi/{found.id}/"
    shown = juma.get(page).content.decode()
    task, version = (re.search(rf'name="{key}" value="([^"]+)"', shown) for key in ("task", "version"))
    assert task
    assert version
    asked = {"task": task[1], "version": version[1], "act": "ask", "text": MESSAGE}
    assert juma.post(f"{page}tenda/", asked).status_code == 302
    found.refresh_from_db()
    assert found.stage == "more-information"
    return found


def test_a_head_makes_a_story_that_runs_as_the_case_ran(case: Case, at_work: Enter, tmp_path: Path) -> None:
    neema, page = at_work("mfano", "Neema"), f"/ofisi/ombi/{case.id}/"
    assert f"{page}hadithi/" in neema.get(page).content.decode()
    told = neema.get(f"{page}hadithi/").content.decode()
    assert "wiki zisizojulikana" in told
    assert "Make a story of this case" in neema.get(f"/en{page}hadithi/").content.decode()
    made = neema.post(f"{page}hadithi/")
    assert made.status_code == 200, made.content.decode()[-2000:]
    assert made["Content-Disposition"] == 'attachment; filename="business-licence-hadithi.yaml"'
    text = made.content.decode()
    (tmp_path / "hadithi.yaml").write_text(text)
    result = run_story(definition(case.edition_hash).package, read_story(tmp_path / "hadithi.yaml"))
    assert result.holds, result.faults
    assert [one.stage for one in result.trace] == ["check", "more-information"]
    assert evidence.history(thing_kind="case", thing_id=case.id)[-1].verb == "cases.story.make"


def test_nothing_of_asha_is_in_it(case: Case, at_work: Enter) -> None:
    text = at_work("mfano", "Neema").post(f"/ofisi/ombi/{case.id}/hadithi/").content.decode()
    typed = [str(value) for page in ANSWERS.values() for value in page.values() if value]
    personal = [one for one in typed if one not in ("food", "3", "2")]
    tokens = {*personal, case.reference, case.phone, "700000001", case.submitted_at.date().isoformat(), MESSAGE}
    tokens |= {word for one in (*personal, MESSAGE) for word in re.findall(r"[^\W_]{4,}", one)}
    tokens |= {str(case.id), str(case.person_id), "hati.pdf", *(str(one) for one in case.state["parties"].values())}
    tokens |= {str(value) for name, value in case.state["answers"].items() if name in ("nin", "tin", "place")}
    kept = {one for one in tokens if one and one in text}
    assert not kept


def test_who_may_make_one(case: Case, at_work: Enter, asha: Client) -> None:
    page = f"/ofisi/ombi/{case.id}/hadithi/"
    juma = at_work("mfano", "Juma")
    assert juma.get(page).status_code == 403
    assert juma.post(page).status_code == 403
    assert page not in juma.get(f"/ofisi/ombi/{case.id}/").content.decode()
    for outsider in (Client(), asha):
        assert outsider.get(page).status_code in (302, 403)
        assert outsider.post(page).status_code in (302, 403)
    for stranger in (at_work("jirani", "Baraka"), at_work("jirani", "Subira")):
        assert stranger.get(page).status_code == 404
        assert stranger.post(page).status_code == 404
    assert all(one.verb != "cases.story.make" for one in evidence.history(thing_kind="case", thing_id=case.id))
