"""Whose data a call is about: where the owner says that the key stands, and nothing that names anybody kept."""

import hashlib
import json

import pytest

from jumuishi.exchange.looks import marks, subjects
from jumuishi.exchange.looks.subjects import BadSubject, Subject, at_pointer, names_in, of_answer, of_request, read_line
from jumuishi.exchange.looks.trail import Trail

NIN = "19000101110000000110"


@pytest.mark.parametrize(
    ("line", "verb", "segments", "query", "body", "found"),
    [
        ("GET /v1/persons/{nin} path:nin nin", "GET", ("v1", "persons", NIN), "", b"", [NIN]),
        ("GET /v1/persons/{nin} path:nin nin", "GET", ("v1", "persons", "19000101-11000-00001-10"), "", b"", [NIN]),
        ("GET /v1/taxpayers query:tin tin", "GET", ("v1", "taxpayers"), "a=1&tin=900-100-000", b"", ["900100000"]),
        (
            "POST /v1/identity body:/nin nin",
            "POST",
            ("v1", "identity"),
            "",
            b'{"nin": "19000101 11000 00001 10"}',
            [NIN],
        ),
        (
            "* /v1/all body:/people/*/nin nin",
            "PUT",
            ("v1", "all"),
            "",
            b'{"people":[{"nin":"a"},{"nin":7},{}]}',
            ["A", "7"],
        ),
        ("POST /v1/identity body:/nin nin", "GET", ("v1", "identity"), "", b'{"nin": "1"}', []),
        ("POST /v1/identity body:/nin nin", "POST", ("v1", "identity"), "", b"[" * 100_000, []),
        ("POST /v1/identity body:/nin nin", "POST", ("v1", "identity"), "", None, []),
        ("GET /v1/t query:tin tin", "GET", ("v1", "t"), "&".join("a=1" for _ in range(500)), b"", []),
    ],
)
def test_where_the_key_stands(
    line: str, verb: str, segments: tuple[str, ...], query: str, body: bytes | None, found: list[str]
) -> None:
    _, seen = of_request([read_line(line)], verb, segments, query, body)
    assert [one.number for one in seen] == found


@pytest.mark.parametrize(
    "line",
    [
        "", "GET /a", "GET /a query: nin", "LOOK /a query:b nin", "GET /a/{id} path:nin nin", "GET /a body:nin nin",
        "GET /a/x{nin} path:nin nin", "GET a query:b nin", "GET /a/* query:b nin", "GET /a query:b NIN",
        "GET /a head:b nin",
    ],
)  # fmt: skip
def test_a_line_that_is_no_rule_is_refused(line: str) -> None:
    with pytest.raises(BadSubject):
        read_line(line)


def test_an_answer_names_people_and_its_members_names_are_kept_without_what_they_hold() -> None:
    body = json.dumps({"names": [{"nin": NIN, "full name": "x", "name": "Asha"}], "more": {"tin": 5}}).encode()
    rules = [read_line("GET /v1/names answer:/names/*/nin nin"), read_line("GET /v1/names answer:/more/tin tin")]
    assert of_answer(rules, body) == [Subject("nin", NIN), Subject("tin", "5")]
    assert names_in(body) == ["name", "nin", "tin"]
    assert names_in(b"not json") == []
    assert at_pointer({"a/b": [1, 2]}, "/a~1b/1") == [2]


def test_no_more_people_are_written_down_than_may() -> None:
    body = json.dumps({"p": [{"n": str(one)} for one in range(1000)]}).encode()
    assert len(of_answer([read_line("GET /a answer:/p/*/n nin")], body)) == subjects.MOST_PEOPLE


def test_a_mark_is_the_same_for_the_same_number_and_says_nothing_else() -> None:
    mark = marks.mark_of("nin", "19000101-11000-00001-10")
    assert mark == marks.mark_of("nin", NIN)
    assert len({mark, marks.mark_of("tin", NIN), marks.mark_of("nin", NIN[:-1] + "1")}) == 3
    assert mark != hashlib.sha256(f"nin {NIN}".encode()).hexdigest()
    assert marks.asker_mark("") == ""


def test_numbers_in_order_are_noticed_and_others_are_not() -> None:
    trail = Trail()
    quiet = [trail.follows("a", "s", [Subject("nin", str(one * 977))]) for one in range(1, 200)]
    assert not any(quiet)
    assert trail.follows("a", "s", [Subject("nin", str(199 * 977 + 1))])
    assert not trail.follows("b", "s", [Subject("nin", str(199 * 977 + 1))])
    assert not trail.follows("b", "s", [Subject("nin", str(199 * 977 + 1))])
    assert not trail.follows("b", "s", [Subject("x", "no number")])
