"""What changed between two editions is told whole, in both languages, to somebody who is no programmer."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from jumuishi.definitions.compare.changes import AREAS, area_name
from jumuishi.definitions.compare.cli import service_diff
from jumuishi.definitions.compare.package import compare
from jumuishi.definitions.edition import edition_of
from jumuishi.definitions.read.package import read_files
from jumuishi.definitions.tests.driving import SERVICES, shipped
from jumuishi.definitions.tests.editing import variants

EDITS = (
    ("years >= 1 && years <= 3\"", "years >= 1 && years <= 2\""),
    ("{sw: Miaka ya leseni, en: Years of licence}", "{sw: Muda wa leseni kwa miaka, en: Years that the licence runs}"),
    ("workshop: {sw: Karakana au ufundi, en: Workshop}", "bar: {sw: Baa, en: Bar}"),
    ("within: 2 working_days", "within: 3 working_days"),
    ("      - name: lease\n",
     "      - {name: owner, type: yes_no, label: {sw: Eneo ni lako?, en: Is the place yours?}, required: true}\n"
     "      - name: lease\n"),
    ("ask:     {label: {sw: Omba maelezo, en: Ask the applicant}, to: more-information, requires: [message]}",
     "ask:     {label: {sw: Omba maelezo, en: Ask the applicant}, to: more-information, requires: [message, reason]}"),
    ("relevant: \"sector == 'food'\"", "relevant: \"sector in ['food', 'bar']\""),
)  # fmt: skip


def edited(tmp_path: Path, edits: tuple[tuple[str, str], ...] = EDITS) -> Path:
    """The licence's folder with some of its lines changed."""
    for file in (SERVICES / "business-licence").iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    at = tmp_path / "service.yaml"
    source = at.read_text()
    for before, after in edits:
        assert before in source
        source = source.replace(before, after, 1)
    at.write_text(source)
    return tmp_path


def test_an_edition_compared_with_itself_has_no_changes() -> None:
    assert compare(shipped("business-licence"), shipped("business-licence")) == ()


@pytest.mark.parametrize("name", sorted(one.name for one in SERVICES.iterdir() if one.is_dir()))
def test_whatever_changes_the_hash_is_told_in_both_languages(name: str) -> None:
    package = shipped(name)
    own, silent, seen = edition_of(package).hash, [], 0
    for what, other in variants(package):
        seen += 1
        changes = compare(package, other)
        if not changes and edition_of(other).hash != own:
            silent.append(what)
        for one in changes:
            for lang in ("sw", "en"):
                assert one.sentence(lang).strip()
            assert one.before != one.after or one.before is None, (what, one)
    assert not silent
    assert seen > 300


def test_a_person_reads_labels_and_words_never_keys_and_signs(tmp_path: Path) -> None:
    folder = edited(tmp_path)
    new = read_files({one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}).package
    assert new is not None
    said = {one.sentence("sw") for one in compare(shipped("business-licence"), new)}
    assert {
        "Kimeongezwa: Swali “Eneo ni lako?”.",
        "Kimeongezwa: Chaguo “Baa” – Swali “Aina ya biashara”.",
        "Kimeondolewa: Chaguo “Karakana au ufundi” – Swali “Aina ya biashara”.",
        "Swali “Muda wa leseni kwa miaka”, maneno. Kabla: Miaka ya leseni. Sasa: Muda wa leseni kwa miaka",
        "Uamuzi “Omba maelezo” – Hatua “Uhakiki”, lazima kuandika. Kabla: ujumbe. Sasa: ujumbe, sababu",
    } <= said
    english = " ".join(one.sentence("en") for one in compare(shipped("business-licence"), new))
    assert "Kind of business is one of “Restaurant or food”, “Bar”" in english
    assert "Years that the licence runs is at least 1 and Years that the licence runs is at most 2" in english.replace(
        "  ", " "
    )
    assert not {"&&", "==", ">="} & set(english.split())


def test_words_changed_in_one_language_are_shown_to_readers_of_the_other() -> None:
    package = shipped("business-licence")
    about = type(package.about)({**package.about, "sw": "Maelezo mapya."})
    [change] = compare(package, replace(package, about=about))
    assert "Maelezo mapya" in change.sentence("en")


def test_every_area_has_a_name() -> None:
    assert all(area_name(area, lang) for area in AREAS for lang in ("sw", "en"))


def test_the_command_says_it_and_exits_by_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = SERVICES / "business-licence", edited(tmp_path)
    assert service_diff([str(old), str(old)]) == 0
    assert "maana ileile" in capsys.readouterr().out
    assert service_diff([str(old), str(new), "--lang", "en"]) == 1
    out = capsys.readouterr().out
    assert "Choices\n  Added: Choice “Bar”" in out
    assert service_diff([str(old), str(new), "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert {"area", "kind", "path", "thing"} <= set(data[0])
    assert any(one["path"][-1] == "constraint" for one in data)
    assert service_diff([str(old), str(tmp_path / "hayupo")]) == 2
