"""The Swahili clock: seven in the morning is one o'clock."""

from datetime import UTC, datetime, timedelta

import pytest

from jumuishi.kernel import spoken

ZONE = "Africa/Dar_es_Salaam"


@pytest.mark.parametrize(
    ("utc_hour", "minute", "said"),
    [
        (4, 0, "saa 1:00 asubuhi"),
        (7, 30, "saa 4:30 asubuhi"),
        (9, 0, "saa 6:00 mchana"),
        (10, 5, "saa 7:05 mchana"),
        (14, 0, "saa 11:00 jioni"),
        (17, 0, "saa 2:00 usiku"),
        (2, 0, "saa 11:00 alfajiri"),
    ],
)
def test_clock(utc_hour: int, minute: int, said: str) -> None:
    assert spoken.say_clock(datetime(2026, 11, 25, utc_hour, minute, tzinfo=UTC), "sw", ZONE) == said


def test_instant_and_spans() -> None:
    at = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
    assert spoken.say_instant(at, "sw", ZONE) == "Jumatano, 25 Novemba 2026, saa 4:30 asubuhi"
    assert spoken.say_instant(at, "en", ZONE) == "Wednesday, 25 November 2026, 10:30"
    assert spoken.say_span(1, "working_days", "sw") == "siku 1 ya kazi"
    assert spoken.say_work(timedelta(hours=7, minutes=20), "sw") == "saa 7 za kazi"
