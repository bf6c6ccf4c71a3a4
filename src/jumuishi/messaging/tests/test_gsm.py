"""How a text travels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumuishi.kernel import clock, gsm
from jumuishi.kernel.text import LANGUAGES, t
from jumuishi.messaging import rules


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "gsm7", 0, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("a" * 152 + "€" * 5, "gsm7", 162, 2),  # the first € would be cut: it goes to the second part
        ("ŵ" * 70, "ucs2", 70, 1),
        ("ŵ" * 71, "ucs2", 71, 2),
        ("😀" * 35, "ucs2", 70, 1),
        ("😀" * 36, "ucs2", 72, 2),
    ],
)
def test_lengths(text: str, encoding: str, units: int, parts: int) -> None:
    assert gsm.measure(text) == gsm.Length(encoding, units, parts)


def test_typographers_marks_do_not_cost_a_message_its_seven_bits() -> None:
    said = gsm.plain("Ng’ombe – “mbili”… 50 000")
    assert said == 'Ng\'ombe - "mbili"... 50 000'
    assert gsm.measure(said).encoding == "gsm7"


@given(st.text(max_size=400))
def test_a_longer_text_never_takes_fewer_parts(text: str) -> None:
    found = gsm.measure(text)
    assert found.parts >= 1
    assert gsm.measure(text + "a").parts >= found.parts
    assert found.units <= found.parts * (160 if found.encoding == "gsm7" else 70)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_code_fits_into_one_message(lang: str) -> None:
    assert gsm.measure(gsm.plain(t("messaging.code", lang, code="123456"))).parts == 1


def test_waiting_grows_to_five_minutes() -> None:
    now = clock.now()
    waits = [(rules.next_attempt(n, now) - now).total_seconds() for n in range(1, 12)]
    assert waits[:3] == [5, 10, 20]
    assert max(waits) == waits[-1] == 300
