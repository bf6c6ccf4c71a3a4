"""The tutorial's last step: its service goes into the catalogue, and two people of the council publish it."""

from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client

from jumuishi.definitions.tests.tutorials import NAMES, commands, write_files
from jumuishi.services.catalogue_cli import service_add
from jumuishi.services.models import Edition, Offering
from jumuishi.services.tests.test_office import Enter

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.mark.parametrize("name", NAMES)
def test_from_the_authors_folder_to_the_public(
    name: str,
    homes: dict[str, UUID],
    at_work: Enter,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_files(name, tmp_path)
    monkeypatch.chdir(tmp_path)
    [(block, shown)] = [one for one in commands(name) if one[0].about == "add"]
    words = block.text.split()
    assert words[:3] == [".venv/bin/jumuishi", "service", "add"]
    assert service_add(words[3:]) == 0
    assert capsys.readouterr().out == shown
    neema, imani, visitor = at_work("mfano", "Neema"), at_work("mfano", "Imani"), Client()
    edition = Edition.objects.get(service="market-stall")
    assert "Kibali cha meza ya sokoni" in neema.get("/ofisi/huduma/").content.decode()
    at = neema.post("/ofisi/huduma/", {"edition": str(edition.id)})["Location"]
    assert neema.post(at, {"do": "propose"}).status_code == 302
    assert imani.post(at, {"do": "publish"}).status_code == 302
    assert visitor.get("/huduma/mfano/market-stall/").status_code == 200
    assert Offering.objects.get(service="market-stall").state == "published"
    assert service_add(words[3:]) == 0
    assert Edition.objects.filter(service="market-stall").count() == 1, "the same again is the same edition"


def test_what_is_not_sound_or_has_too_few_stories_stays_out(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_files(NAMES[0], tmp_path)
    stall = tmp_path / "stall"
    (stall / "tests" / "silent.yaml").rename(stall / "silent.txt")
    assert service_add([str(stall), "--lang", "en"]) == 1
    assert "2 stories are needed" in capsys.readouterr().err
    (stall / "silent.txt").rename(stall / "tests" / "silent.yaml")
    definition = (stall / "service.yaml").read_text()
    (stall / "service.yaml").write_text(definition.replace("to: question,", "to: questions,"))
    assert service_add([str(stall)]) == 1
    assert "J301" in capsys.readouterr().out
    assert service_add([str(tmp_path)]) == 2
    assert not Edition.objects.exists()
