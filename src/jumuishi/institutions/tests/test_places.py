"""The postal list is mended, and an installation brings tables of its own: all lines or none, twice is once."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from jumuishi.institutions import queries
from jumuishi.institutions.models import Place, WardCouncil
from jumuishi.institutions.place_tables import TableError, councils_of_ward, import_places, import_ward_councils
from jumuishi.institutions.places import postal_places
from jumuishi.institutions.places_cli import places_councils, places_import

Write = Callable[[str], Path]
GIVEN: dict[str, Any] = {"source": "Tangazo la mfano", "checked_on": date(2026, 11, 24)}
HEAD = "code,name,level,region,district,ward\n"


@pytest.fixture
def table(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "meza.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_postal_list_has_no_false_ward_and_each_ward_its_code() -> None:
    places = list(postal_places())
    wards = [one for one in places if one.level == "ward"]
    assert not [one for one in places if "post code" in one.search]
    assert all(one.code.partition("-")[0].isdigit() and len(one.code.partition("-")[0]) == 5 for one in wards)
    assert len({one.code for one in places}) == len(places)
    assert len({one.region for one in places if one.level == "region"}) == 26
    assert len(wards) > 3700, "the first real ward of each district is there"
    assert all(one.source and one.checked_on for one in places)


def test_places_are_written_as_people_write_them() -> None:
    names = {one.name for one in postal_places()}
    assert {"Arusha CBD", "Daraja II", "Mto wa Mbu", "Uwanja wa Ndege", "Dar es Salaam"} <= names
    assert not [one for one in names if "Cbd" in one.split() or " Wa " in one]


@pytest.mark.database
def test_places_are_added_and_corrected_and_twice_is_once(db: None, table: Write) -> None:
    path = table(HEAD + "71100,Mfano Mjini,ward,Mfano,Mjini,Mfano Mjini\n71101,Mtaa,village,Mfano,Mjini,Mfano Mjini\n")
    assert import_places(path, **GIVEN) == import_places(path, **GIVEN) == 2
    assert Place.objects.count() == 2
    assert [one.code for one in queries.search_places("mfano mjini", "ward")] == ["71100"]
    import_places(table(HEAD + "71100,Mfano Kati,ward,Mfano,Mjini,Mfano Kati\n"), **GIVEN)
    assert Place.objects.get(code="71100").name == "Mfano Kati"
    assert Place.objects.get(code="71100").source == "Tangazo la mfano"


@pytest.mark.database
def test_every_faulty_line_is_named_and_nothing_is_kept(db: None, table: Write) -> None:
    path = table(HEAD + "1,Sawa,ward,,,\n,Bila,ward,,,\n3,Ngazi,kata,,,\n1,Tena,ward,,,\n")
    with pytest.raises(TableError) as refused:
        import_places(path, **GIVEN)
    assert refused.value.faults == [
        "meza.csv:3: code is needed, at most 12 characters",
        "meza.csv:4: level kata is none of region, district, ward, village",
        "meza.csv:5: 1 is there already, at line 2",
    ]
    assert not Place.objects.exists()
    with pytest.raises(TableError, match="missing: level, region, district, ward"):
        import_places(table("code,name\n1,A\n"), **GIVEN)


@pytest.mark.database
def test_wards_belong_to_councils_by_a_table_with_its_source(homes: dict[str, UUID], table: Write) -> None:
    import_places(table(HEAD + "71100,Mfano Mjini,ward,,,\n71200,Pili,ward,,,\n"), **GIVEN)
    good = table("ward,institution\n71100,mfano\n71200,jirani\n71200,mfano\n")
    assert import_ward_councils(good, **GIVEN) == import_ward_councils(good, **GIVEN) == 3
    assert WardCouncil.objects.count() == 3
    assert councils_of_ward("71100") == [homes["mfano"]]
    assert set(councils_of_ward("71200")) == {homes["mfano"], homes["jirani"]}
    with pytest.raises(TableError) as refused:
        import_ward_councils(table("ward,institution\n99999,mfano\n71100,polisi-mfano\n"), **GIVEN)
    assert refused.value.faults == [
        "meza.csv:2: there is no ward of code 99999",
        "meza.csv:3: there is no approved council called polisi-mfano",
    ]


@pytest.mark.database
def test_the_commands_say_what_they_kept_and_why_not(
    homes: dict[str, UUID], table: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    known = ["--source", "Tangazo la mfano", "--checked", "2026-11-24"]
    assert places_import([str(table(HEAD + "71100,Mfano Mjini,ward,,,\n")), *known]) == 0
    assert "1 rows kept" in capsys.readouterr().out
    assert places_councils([str(table("ward,institution\n1,mfano\n")), *known]) == 1
    assert "meza.csv:2: there is no ward of code 1" in capsys.readouterr().err
    assert places_import(["/nowhere.csv", *known]) == 2
