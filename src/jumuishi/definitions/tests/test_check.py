"""Each code is found at its exact place, alone; sound packages give nothing; no file at all brings a crash."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumuishi.definitions.check.package import check, check_files
from jumuishi.definitions.read.yamlfile import UnreadableError

pytestmark = pytest.mark.slow

SERVICES = Path(__file__).parents[4] / "services"
SOUND = (Path(__file__).parent / "sound.yaml").read_text()
TEMPLATE = """<h1>{{number}}</h1>
<p>{{full_name}} {{sector.label}} {{place.name}}</p>
{{#branches}}<p>{{branch_place.name}}</p>{{/branches}}
"""

BROKEN = [
    ("J001", "format: 1", "format: &f 1", "&f"),
    ("J001", "format: 1", "format: !x 1", "!x"),
    ("J001", "doors: [web", "format: 1\ndoors: [web", "format: 1\ndoors"),
    ("J002", "format: 1", "format: 1\nwidgets: 2", "widgets"),
    ("J002", "role: health-officer,", "role: health-officer, colour: red,", "colour"),
    ("J003", "required: true}", "required: perhaps}", "required: perhaps"),
    ("J003", "kind: payment", "kind: purchase", "kind: purchase"),
    ("J101", '"years >= 1 && years <= 3"', '"years >="', '"years >="'),
    ("J101", "\"sector == 'bar'\"", "\"sector = 'bar'\"", "\"sector = 'bar'\""),
    ("J102", '"years * 2000"', '"yeers * 2000"', '"yeers'),
    ("J102", '"years * 2000"', '"sum(years)"', '"sum('),
    ("J103", '"years * 2000"', '"years + 1.5"', '"years + 1.5"'),
    ("J103", "\"sector == 'bar'\"", "\"sector == 'disco'\"", "\"sector == 'disco'\""),
    ("J103", "\"sector == 'bar'\"", "\"place == '1'\"", "\"place == '1'\""),
    ("J104", "\"sector == 'bar'\"", '"[1].all(x, [2].all(y, y > x))"', '"[1].all'),
    ("J104", '"years * 2000"', '"' + "1 + " * 600 + '1"', '"1 + 1'),
    ("J105", '"years >= 1 && years <= 3"', '"years >= 1", relevant: "years > 1"', '"years > 1"'),
    ("J105", "name: sector", 'name: sector\n        relevant: "sector != null"', '"sector != null'),
    ("J106", "name: tin,", "name: tin, relevant: \"sector == 'bar'\",", "\"sector == 'bar'\""),
    ("J106", "name: tin,", 'name: tin, constraint: "size(branches) > 0",', '"size(branches)'),
    ("J107", "name: years,", "name: tin,", None),
    ("J107", "page: business", "page: applicant", None),
    ("J301", "answered: check", "answered: chek", "more-information:\n"),
    ("J301", "fees: [licence]", "fees: [licence, other]", "payment:\n"),
    ("J302", "    paid: issue", "    paid: granted", "issue:\n"),
    ("J303", "    to: granted", "    to: issue", "issue:\n"),
    ("J304", "    expires: {after: 30 days, to: lapsed}\n", "", "payment:\n"),
    ("J304", "    expires: {after: 14 days, to: lapsed}\n", "", "more-information:\n"),
    ("J305", "escalate: administrator", "escalate: director", "approve:\n"),
    ("J305", "due: {within: 4 working_hours, escalate: director}", "due: {within: 4 working_hours}", "check:\n"),
    ("J401", "role: health-officer", "role: nurse", "role: nurse"),
    ("J401", "escalate: administrator", "escalate: boss", "escalate: boss"),
    ("J402", "  director: ", "  clerk: {sw: Karani, en: Clerk}\n  director: ", "clerk:"),
    ("J502", "pauses: [more-information, payment], basis: charter", "pauses: [more-information, payment]", "promise:"),
    ("J502", '"years * 2000", basis: act', '"years * 2000", basis: law', "basis: law"),
    ("J701", "{sw: Malipo, en: Payment}", "{sw: Malipo}", "name: {sw: Malipo}"),
    ("J701", "{sw: Kata, en: Ward}", "{sw: '', en: Ward}", "label: {sw: ''"),
    ("J702", "label: {sw: TIN, en: TIN}, ", "", "{name: tin"),
    ("J702", "approve: {label: {sw: Idhinisha, en: Approve}, to", "approve: {to", "approve: {to"),
    ("J801", "template: licence.html", "template: other.html", "template: other.html"),
]


def files(text: str, template: str = TEMPLATE) -> dict[str, bytes]:
    return {"service.yaml": text.encode(), "licence.html": template.encode()}


def test_sound_packages_give_no_finding() -> None:
    assert check_files(files(SOUND)) == []
    for folder in SERVICES.iterdir():
        assert check(folder) == []


def test_byte_order_mark_and_crlf_change_nothing() -> None:
    assert check_files({**files(SOUND), "service.yaml": b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode()}) == []


@pytest.mark.parametrize(("code", "old", "new", "place"), BROKEN)
def test_one_fault_is_one_finding_at_its_place(code: str, old: str, new: str, place: str | None) -> None:
    assert old in SOUND
    text = SOUND.replace(old, new, 1)
    found = check_files(files(text))
    assert [one.code for one in found] == [code]
    if place is not None:
        index = text.index(place)
        line = text.count("\n", 0, index) + 1
        assert (found[0].line, found[0].column) == (line, index - (text.rfind("\n", 0, index) + 1) + 1)


@pytest.mark.parametrize(
    ("template", "line", "column"),
    [
        ("<p>{{nobody}}</p>", 1, 4),
        ("<p>\n <script></p>", 2, 2),
        ("<p>{{{number}}}</p>", 1, 4),
        ("<p>{{#x}}{{/x}}</p>", 1, 4),
    ],
)
def test_templates_name_only_what_is_known(template: str, line: int, column: int) -> None:
    found = check_files(files(SOUND, template))
    assert [(one.code, one.file, one.line, one.column) for one in found] == [("J801", "licence.html", line, column)]


@settings(max_examples=150, deadline=10_000)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_file_brings_a_crash(content: bytes) -> None:
    try:
        check_files({"service.yaml": content, "licence.html": content, "tests/a.yaml": content})
    except UnreadableError:
        return


@settings(max_examples=150, deadline=10_000)
@given(
    st.integers(0, len(SOUND)),
    st.integers(0, 80),
    st.sampled_from(["", "{", "- ", "null", "[[", '"', "x: 1", "1", "~"]),
)
def test_no_damage_brings_a_crash(at: int, length: int, put: str) -> None:
    check_files(files(SOUND[:at] + put + SOUND[at + length :]))


@settings(max_examples=300, deadline=10_000)
@given(st.text(alphabet="ab1.()[]{}!&|<>=+-*/%?:,'\" intrue", max_size=60) | st.text(max_size=40))
def test_no_expression_brings_a_crash(source: str) -> None:
    quoted = "'" + source.replace("'", "''").replace("\n", " ") + "'"
    check_files(files(SOUND.replace('"years * 2000"', quoted, 1)))
