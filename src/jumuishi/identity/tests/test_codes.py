"""One-time codes: right once, for one purpose, for ten minutes, for five tries; limits; constant answers."""

from datetime import UTC, datetime, timedelta

import pytest

from jumuishi.identity import limits
from jumuishi.identity.codes import check_code, start_code
from jumuishi.identity.models import OneTimeCode
from jumuishi.kernel import clock

pytestmark = pytest.mark.database
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
PHONE, HERE = "+255700000001", "192.0.2.1"
Sent = list[tuple[str, str]]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_code_is_right_once(db: None, sent: Sent) -> None:
    assert start_code("0700 000 001", "x", HERE)
    phone, code = sent[-1]
    assert phone == PHONE
    assert len(code) == 6
    assert check_code("0700000001", "x", code, HERE)
    assert not check_code(PHONE, "x", code, HERE)


def test_a_code_is_for_its_purpose_and_phone(db: None, sent: Sent) -> None:
    start_code(PHONE, "x", HERE)
    code = sent[-1][1]
    assert not check_code(PHONE, "y", code, HERE)
    assert not check_code("+255700000002", "x", code, HERE)
    assert check_code(PHONE, "x", code, HERE)


def test_the_code_itself_is_not_kept(db: None, sent: Sent) -> None:
    start_code(PHONE, "x", HERE)
    row = OneTimeCode.objects.get()
    assert sent[-1][1] not in (row.code_hash, row.purpose)


def test_ten_minutes(db: None, sent: Sent) -> None:
    with clock.frozen(AT):
        start_code(PHONE, "x", HERE)
    with clock.frozen(AT + timedelta(minutes=10)):
        assert not check_code(PHONE, "x", sent[-1][1], HERE)
    with clock.frozen(AT + timedelta(minutes=10, seconds=-1)):
        assert check_code(PHONE, "x", sent[-1][1], HERE)


def test_five_tries(db: None, sent: Sent) -> None:
    start_code(PHONE, "x", HERE)
    code = sent[-1][1]
    for _ in range(5):
        assert not check_code(PHONE, "x", wrong(code), HERE)
    assert not check_code(PHONE, "x", code, HERE)


def test_the_newest_code_counts(db: None, sent: Sent) -> None:
    start_code(PHONE, "x", HERE)
    start_code(PHONE, "x", HERE)
    (_, first), (_, second) = sent
    if first != second:
        assert not check_code(PHONE, "x", first, HERE)
    assert check_code(PHONE, "x", second, HERE)


def test_a_phone_is_not_flooded(db: None, sent: Sent) -> None:
    with clock.frozen(AT):
        assert [start_code(PHONE, "x", f"192.0.2.{n}") for n in range(6)] == [True] * 5 + [False]
    with clock.frozen(AT + timedelta(hours=1)):
        assert start_code(PHONE, "x", HERE)
    assert len(sent) == 6


def test_guessing_over_many_codes_ends(db: None, sent: Sent) -> None:
    """Asking for a fresh code does not give five fresh guesses for ever."""
    with clock.frozen(AT):
        for _ in range(2):
            start_code(PHONE, "x", HERE)
            for _ in range(5):
                check_code(PHONE, "x", wrong(sent[-1][1]), HERE)
        start_code(PHONE, "x", HERE)
        assert not check_code(PHONE, "x", sent[-1][1], HERE)


def test_windows_of_a_limit(db: None) -> None:
    with clock.frozen(AT):
        assert [limits.hit("k", "p", 2, 60) for _ in range(3)] == [True, True, False]
        assert limits.hit("k", "other", 2, 60)
        assert limits.hit("k2", "p", 2, 60)
    with clock.frozen(AT + timedelta(seconds=60)):
        assert limits.hit("k", "p", 2, 60)
