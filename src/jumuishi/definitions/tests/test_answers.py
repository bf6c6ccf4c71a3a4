"""What a person types is read by the field's type; canonical answers are pinned by a golden file."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.definitions.answers import Refused, canonical_answers, parse_answer
from jumuishi.definitions.model import Choice, Field, Package, Page, Promise, Table, Text, Within
from jumuishi.definitions.values import FileAnswer, Place

CHOICES: Table[Choice] = Table({"shop": Choice(Text({"en": "Shop"})), "food": Choice(Text({"en": "Food"}))})
KINDS = [*("text", "phone", "email", "national_id", "integer", "money", "decimal", "yes_no"), "date", "time", "place"]
LEASE = FileAnswer("lease.pdf", 1200, "ab" * 32, "application/pdf")


def field(kind: str, **more: object) -> Field:
    if kind.startswith("select"):
        more["choices"] = CHOICES
    return Field("f", kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", "  Duka   la Asha ", "Duka la Asha"),
        ("long_text", "moja\r\nmbili", "moja\nmbili"),
        ("phone", "0700 000 001", "+255700000001"),
        ("phone", "255700000001", "+255700000001"),
        ("phone", "00255-700-000-001", "+255700000001"),
        ("phone", "+254 700 000001", "+254700000001"),
        ("email", "Asha@Example.TZ", "Asha@example.tz"),
        ("national_id", "19000101000000000001", "19000101-00000-00000-01"),
        ("national_id", "19000101-00000-00000-01", "19000101-00000-00000-01"),
        ("tax_id", "100 100 100", "100-100-100"),
        ("integer", "1,000", 1000),
        ("integer", "007", 7),
        ("money", "TZS 20,000/=", 20000),
        ("decimal", "1,5", 1.5),
        ("decimal", "1 000.25", 1000.25),
        ("decimal", "-0", 0.0),
        ("yes_no", "Ndiyo", True),
        ("yes_no", "hapana", False),
        ("date", "2026-03-02", date(2026, 3, 2)),
        ("date", "2/3/2026", date(2026, 3, 2)),
        ("time", "9.05", "09:05"),
        ("place", "23101", "23101"),
        ("select_one", "food", "food"),
        ("select_multiple", ["food", "shop", "food"], ("shop", "food")),
        ("file", LEASE, LEASE),
        ("text", "   ", None),
        ("select_multiple", [], None),
    ],
)
def test_typed_answers_are_read_by_type(kind: str, typed: object, value: object) -> None:
    assert parse_answer(field(kind), typed) == value


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("text", "x" * 61, "too_long"),
        ("phone", "070000", "phone"),
        ("phone", "+2550700000001", "phone"),
        ("email", "asha@", "email"),
        ("national_id", "19001301-00000-00000-01", "national_id"),
        ("tax_id", "1001001", "tax_id"),
        ("integer", "1.5", "integer"),
        ("integer", "12,34", "integer"),
        ("integer", str(2**53), "too_large"),
        ("money", "elfu", "money"),
        ("decimal", "1,000", "decimal"),
        ("decimal", "nan", "decimal"),
        ("yes_no", "n", "yes_no"),
        ("date", "2026-02-30", "date"),
        ("time", "24:00", "time"),
        ("place", "../x", "place"),
        ("select_one", "bar", "choice"),
        ("select_multiple", ["bar"], "choice"),
        ("file", "lease.pdf", "file"),
        ("note", "x", "not_asked"),
    ],
)
def test_what_cannot_be_read_is_refused_by_code(kind: str, typed: object, code: str) -> None:
    assert parse_answer(field(kind), typed) == Refused(code)


def test_files_are_held_to_type_and_size() -> None:
    assert parse_answer(field("file", accept=("png",)), LEASE) == Refused("file_type")
    assert parse_answer(field("file", accept=("pdf",), max_kb=1), LEASE) == Refused("file_size")
    assert parse_answer(field("file", accept=("pdf",), max_kb=2), LEASE) == LEASE


def test_a_groups_items_say_which_member_is_wrong() -> None:
    group = field("group", fields=(Field("many", "integer"),))
    assert parse_answer(group, [{"many": "2"}, {}]) == ({"many": 2}, {})
    assert parse_answer(group, [{"many": "2"}, {"many": "x"}]) == Refused("integer", (1, "many"))
    assert parse_answer(group, [{"other": "2"}]) == Refused("items", (0,))


@given(
    st.sampled_from(
        [
            "text",
            "phone",
            "email",
            "national_id",
            "integer",
            "money",
            "decimal",
            "yes_no",
            "date",
            "time",
            "place",
            "select_one",
        ]
    ),
    st.text(max_size=80) | st.integers() | st.floats() | st.lists(st.text(max_size=3)),
)
def test_reading_what_was_read_changes_nothing(kind: str, typed: object) -> None:
    one = field(kind)
    value = parse_answer(one, typed)
    if value is None or isinstance(value, Refused):
        return
    assert parse_answer(one, value.isoformat() if isinstance(value, date) else value) == value
    canonical_answers(package(one), {"f": value})


def package(*fields: Field) -> Package:
    text = Text({"sw": "x", "en": "x"})
    return Package(
        "s", text, text, ("council",), ("person",), ("web",), ("sw", "en"), Table(),
        Promise(Within("days", 1)), Table(), (Page("p", text, fields),), Table(),
    )  # fmt: skip


def test_canonical_answers_are_these_bytes() -> None:
    kinds = ("text", "integer", "money", "decimal", "yes_no", "date", "time", "place", "file", "select_multiple")
    fields = [Field(f"a_{kind}", kind, choices=CHOICES) for kind in kinds]  # type: ignore[arg-type]
    fields += [Field("left_out", "text"), Field("none", "select_multiple", choices=CHOICES)]
    fields.append(Field("branches", "group", fields=(Field("many", "integer"), Field("where", "place"))))
    values = {
        "a_text": "Mgahawa wa Asha €", "a_integer": 2, "a_money": 100000, "a_decimal": 1.50, "a_yes_no": False,
        "a_date": date(2026, 3, 2), "a_time": "09:05", "a_place": Place("23101", "Ilala"), "a_file": LEASE,
        "a_select_multiple": ("shop", "food"), "left_out": None, "none": (),
        "branches": ({"many": 1, "where": "23102"}, {"many": None}),
    }  # fmt: skip
    golden = Path(__file__).with_name("canonical_answers.json").read_bytes().rstrip(b"\n")
    assert canonical_answers(package(*fields), values) == golden
    with pytest.raises(KeyError):
        canonical_answers(package(*fields), {"unknown": 1})
