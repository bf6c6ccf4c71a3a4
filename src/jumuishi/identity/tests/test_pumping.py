"""Somebody makes us write SMS for money: caps by number, block, network, address and day hold, and say so plainly."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from jumuishi.identity import codes, limits
from jumuishi.identity.codes import start_code
from jumuishi.identity.types import BadPhoneError
from jumuishi.kernel import clock, tenancy

pytestmark = pytest.mark.database
# Twelve in the morning in Dar es Salaam.
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
Sent = list[tuple[str, str]]
COUNTED = """
import sys, django
django.setup()
from django.db import transaction
from jumuishi.identity import codes, testing
from jumuishi.kernel import tenancy
codes.register_sender(testing.SentCodes([]))
sent = 0
with tenancy.acting_as(tenancy.Principal.person(None)):
    for n in range(40):
        with transaction.atomic():
            sent += codes.start_code(f"+2557{sys.argv[1]}0{n:02}0001", "x", f"10.{sys.argv[1]}.{n}.1")
print(sent)
"""


@pytest.fixture
def caps(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set a cap's number; its span stays."""

    def to(name: str, many: int) -> None:
        monkeypatch.setitem(settings.IDENTITY_LIMITS, name, (many, settings.IDENTITY_LIMITS[name][1]))

    return to


def numbers(many: int, start: int = 0) -> list[str]:
    return [f"+2557{n:04}0001" for n in range(start, start + many)]


def ask(phone: str, address: str = "192.0.2.1") -> bool:
    return start_code(phone, "x", address)


def test_a_number_is_written_to_a_few_times_a_day(db: None, sent: Sent, caps: Any) -> None:
    caps("code.phone_day", 6)
    got = []
    for hour in range(10):
        with clock.frozen(AT.replace(hour=0) + timedelta(hours=hour)):
            got.append(ask("+255700000001", f"192.0.{hour}.1"))
    assert got == [True] * 6 + [False] * 4
    with clock.frozen(AT.replace(hour=9)):
        assert codes.why_not("+255700000001") == "identity.too_many_codes_today"


@pytest.mark.parametrize(
    ("places", "others"),
    [([f"192.0.2.{n}" for n in range(9)], "192.0.3.1"), (["2001:0db8:0001:0002"] * 9, "2001:0db8:0001:0003")],
)
def test_moving_within_a_network_does_not_help(db: None, sent: Sent, caps: Any, places: list[str], others: str) -> None:
    caps("code.network", 5)
    with clock.frozen(AT):
        assert [ask(*pair) for pair in zip(numbers(9), places, strict=True)] == [True] * 5 + [False] * 4
        assert ask("+255799990001", others)


def test_an_ipv6_house_is_one_address() -> None:
    request = Any
    for tail in ("1", "ffff:1:2:3"):
        request = type("R", (), {"META": {"REMOTE_ADDR": f"2001:db8:1:2:{tail if ':' in tail else '0:0:0:' + tail}"}})
        assert limits.address_of(request()) == "2001:0db8:0001:0002"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cap", "hit", "free"),
    [
        ("code.block_day", [f"+25571234{n:04}" for n in range(8)], "+255712350001"),
        ("code.prefix_day", [f"+25571{n:03}0001" for n in range(8)], "+255620000001"),
    ],
)
def test_a_block_or_a_network_of_numbers_has_a_cap(
    db: None, sent: Sent, caps: Any, cap: str, hit: list[str], free: str
) -> None:
    caps(cap, 5)
    with clock.frozen(AT):
        assert [ask(phone, f"10.0.{n}.1") for n, phone in enumerate(hit)] == [True] * 5 + [False] * 3
        assert ask(free)
        assert limits.refused_today() == {cap: 3}


def test_the_installations_day_ends_at_its_own_midnight(db: None, sent: Sent, caps: Any) -> None:
    caps("code.installation_day", 3)
    night = datetime(2026, 11, 24, 20, 59, 59, tzinfo=UTC)
    with clock.frozen(night):
        assert [ask(phone) for phone in numbers(5)] == [True] * 3 + [False] * 2
        assert limits.refused_today() == {"code.installation_day": 2}
    with clock.frozen(night + timedelta(seconds=1)):
        assert ask(numbers(1)[0])
        assert limits.refused_today() == {}
    with clock.frozen(night - timedelta(hours=12)):
        assert not ask(numbers(1)[0]), "a clock that is set back gives nobody a second allowance"


def test_one_flooded_number_takes_nothing_of_what_all_share(db: None, sent: Sent, caps: Any) -> None:
    caps("code.installation_day", 8)
    with clock.frozen(AT):
        for n in range(20):
            ask("+255700000001", f"10.0.{n}.1")
        assert ask("+255700010002"), "five of the eight are gone, not all"
        assert len(sent) == 6


def test_numbers_abroad_are_refused(db: None, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadPhoneError):
        ask("+447700900123")
    monkeypatch.setattr(settings, "IDENTITY_PHONE_PREFIXES", ("+25571",))
    with pytest.raises(BadPhoneError):
        ask("+255620000001")
    assert ask("+255710000001")
    assert len(sent) == 1


@pytest.mark.parametrize(("lang", "said"), [("", "Jaribu tena kesho"), ("/en", "Try again tomorrow")])
def test_who_is_stopped_is_told_plainly(db: None, sent: Sent, house: Client, caps: Any, lang: str, said: str) -> None:
    caps("code.installation_day", 0)
    answer = house.post(f"{lang}/ingia/", {"phone": "0700 000 001"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert said in page
    assert "0700 000 001" in page, "what was typed stays"
    assert not sent


@pytest.mark.slow
def test_two_processes_share_one_cap(committed_db: None, database: Any) -> None:
    environment = {**os.environ, "DATABASE_URL": database.app, "JUMUISHI_LIMIT_CODE_INSTALLATION_DAY": "25"}
    environment["JUMUISHI_LIMIT_CODE_NETWORK"] = "1000"
    running = [
        subprocess.Popen([sys.executable, "-c", COUNTED, str(n)], env=environment, stdout=subprocess.PIPE, text=True)
        for n in (1, 2)
    ]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert sum(int(one) for one in said) == 25, said
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        assert limits.refused_today()["code.installation_day"] == 55
