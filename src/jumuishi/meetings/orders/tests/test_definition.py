"""Definitions are read, told what is wrong with them, written and compared."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from jumuishi.kernel.text import LANGUAGES
from jumuishi.meetings.orders import words
from jumuishi.meetings.orders.checks import findings, not_entered
from jumuishi.meetings.orders.cli import orders_check
from jumuishi.meetings.orders.reading import UnreadableError, faults_in, from_toml, read
from jumuishi.meetings.orders.shape import NAMES, rule_in, rules_in, with_rule
from jumuishi.meetings.orders.tests.strategies import definitions
from jumuishi.meetings.orders.types import Kind
from jumuishi.meetings.orders.writing import changes, to_toml

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.toml"))


@given(definitions())
def test_what_is_written_reads_back_the_same(definition: dict[str, Any]) -> None:
    assert faults_in(definition) == []
    again = from_toml(to_toml(definition))
    assert again == definition
    assert read(again) == read(definition)


@given(definitions())
def test_a_rule_counts_exactly_where_it_has_its_clause(definition: dict[str, Any]) -> None:
    missing = set(not_entered(read(definition)))
    for name in NAMES:
        assert (name in missing) == (not rule_in(definition, name).get("clause", "").strip()), name


@given(definitions())
def test_everything_can_be_said_in_both_languages(definition: dict[str, Any]) -> None:
    orders = read(definition)
    for lang in LANGUAGES:
        for name, table in rules_in(definition):
            assert words.rule_name(name, lang) != name
            assert all(label and said for label, said in words.rule_words(name, table, lang))
        for finding in findings(orders, seats=5):
            assert "{" not in words.finding_words(finding, lang)


@given(definitions(), definitions())
def test_changes_lead_from_one_edition_to_the_other(one: dict[str, Any], other: dict[str, Any]) -> None:
    got = one
    for change in changes(one, other):
        assert change.before != change.after
        got = with_rule(got, change.name, change.after)
    assert list(rules_in(got)) == list(rules_in(other))


RULE = {"clause": "Kanuni 9"}
WRONG: list[tuple[Any, str, str]] = [
    ([], "", "table"),
    ({"quorom": RULE}, "quorom", "unknown"),
    ({"gazette": 310}, "gazette", "text"),
    ({"gazette": "1\0"}, "gazette", "text"),
    ({"quorum": 5}, "quorum", "table"),
    ({"quorum": {**RULE}}, "quorum", "one_of"),
    ({"quorum": {**RULE, "count": True}}, "quorum.count", "number"),
    ({"quorum": {**RULE, "count": 0}}, "quorum.count", "number"),
    ({"quorum": {**RULE, "share": "0.5"}}, "quorum.share", "share"),
    ({"quorum": {**RULE, "share": "1/0"}}, "quorum.share", "share"),
    ({"quorum": {**RULE, "count": 3, "of": "people"}}, "quorum.of", "choice"),
    ({"quorum": {**RULE, "count": 3, "whole": True}}, "quorum.whole", "unknown"),
    ({"quorum": {"clause": 9, "count": 3}}, "quorum.clause", "text"),
    ({"notice": {"weekly": {**RULE, "days": 7}}}, "notice.weekly", "unknown"),
    ({"notice": {"special": RULE}}, "notice.special.days", "missing"),
    ({"notice": {"special": {**RULE, "days": 7, "working": "yes"}}}, "notice.special.working", "flag"),
    ({"notice": 7}, "notice", "table"),
    ({"voters": {**RULE, "roles": []}}, "voters.roles", "choices"),
    ({"voters": {**RULE, "roles": ["member", "member"]}}, "voters.roles", "choices"),
    ({"voters": {**RULE, "roles": ["king"]}}, "voters.roles", "choices"),
    ({"voters": {**RULE, "roles": [{}]}}, "voters.roles", "choices"),
    ({"order": {**RULE, "sections": []}}, "order.sections", "sections"),
    ({"order": {**RULE, "sections": [{"key": "A", "sw": "a", "en": "b"}]}}, "order.sections.1.key", "key"),
    ({"order": {**RULE, "sections": [{"key": "a", "sw": "a"}]}}, "order.sections.1.en", "name"),
    (
        {"order": {**RULE, "sections": [{"key": "a", "sw": "a", "en": "b", "comes": "x"}]}},
        "order.sections.1.comes",
        "choice",
    ),
]


@pytest.mark.parametrize(("definition", "place", "code"), WRONG)
def test_what_is_wrong_is_told_with_its_place(definition: Any, place: str, code: str) -> None:
    faults = faults_in(definition)
    assert [(one.place, one.code) for one in faults] == [(place, code)]
    for lang in LANGUAGES:
        assert words.fault_words(faults[0], lang).startswith(place)


def test_what_is_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(UnreadableError, match="line 2"):
        from_toml('gazette = "1"\n[quorum\n')


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_that_ships_has_structure_and_no_figure(path: Path) -> None:
    definition = from_toml(path.read_text(encoding="utf-8"))
    assert faults_in(definition) == []
    assert definition["gazette"] == ""
    assert definition["order"]["sections"]
    numbers = [
        (name, key)
        for name, table in rules_in(definition)
        for key, value in table.items()
        if key == "share" or (isinstance(value, int) and not isinstance(value, bool))
    ]
    assert numbers == []
    missing = not_entered(read(definition))
    assert {"gazette", "quorum", *(f"notice.{kind}" for kind in Kind if kind != "emergency")} <= set(missing)


def test_the_four_bodies_ship() -> None:
    assert [path.stem for path in EXAMPLES] == ["board", "committee", "council", "village"]


def test_the_command_tells_what_contradicts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "kanuni.toml"
    path.write_text('gazette = "Mfano 1/1900"\n[quorum]\ncount = 9\nclause = "Kanuni 9"\n', encoding="utf-8")
    assert orders_check([str(path)]) == 0
    assert "notice.ordinary: haijawekwa" in capsys.readouterr().out
    assert orders_check([str(path), "--seats", "7", "--lang", "en"]) == 1
    assert "The quorum is 9 members, but the body has 7 seats only." in capsys.readouterr().out
    path.write_text("[quorum]\ncount = '9'\n", encoding="utf-8")
    assert orders_check([str(path), "--format", "json"]) == 1
    assert '"place": "quorum.count"' in capsys.readouterr().out
    assert orders_check([str(tmp_path / "hakuna.toml")]) == 2
