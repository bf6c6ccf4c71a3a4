"""What the operator settles: an institution's sender and limit; what a month cost."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings

from jumuishi.kernel import clock, tenancy
from jumuishi.messaging import cli, models, sending
from jumuishi.messaging.tests.test_messages import say

SYSTEM = tenancy.Principal.system()


@pytest.fixture(scope="session")
def world(database: Any) -> Any:
    from jumuishi.institutions.demo import demo_institutions  # noqa: PLC0415

    return database.furnish("institutions", lambda: demo_institutions()[0])


@pytest.fixture
def council(world: Any, db: None) -> UUID:
    from jumuishi.institutions import public as institutions  # noqa: PLC0415

    home = institutions.institution_by_slug("mfano")
    assert home is not None
    return home.id


def test_sender_and_limit(council: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.terms(["mfano", "--sender", "HALMASHAURI", "--per-day", "1"]) == 0
    assert capsys.readouterr().out == "mfano: sender HALMASHAURI, 1 messages a day\n"
    assert cli.terms(["mfano"]) == 0, "shown, and unchanged"
    first, second = say(institution_id=council), say(institution_id=council, to="+255700000002")
    with tenancy.acting_as(SYSTEM):
        states = [models.Message.objects.get(id=one).state for one in (first, second)]
    assert states == ["queued", "failed"]
    assert cli.terms(["mfano", "--per-day", "-1", "--sender", ""]) == 0
    assert "sender the usual one, 20000 messages" in capsys.readouterr().out
    for wrong in (
        ["mfano", "--sender", "MORE THAN ELEVEN"],
        ["mfano", "--sender", "15200"],
        ["nobody"],
        ["mfano", "--per-day", "-7"],
    ):
        assert cli.terms(wrong) == 1


def test_what_a_month_cost(council: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("gateway,from,per_part,currency,source\noutbox,2020-01-01,1.5,TZS,made up\n")
    with override_settings(JUMUISHI_SMS_PRICES=str(file), JUMUISHI_SMS_GATEWAY="outbox"):
        assert cli.prices_read([]) == 0
        assert "outbox: 1.5 TZS a part from 2020-01-01 on (made up)" in capsys.readouterr().out
        sending.send(say("x" * 200, institution_id=council))
        sending.send(say("Namba 1", institution_id=None, purpose="code.ingia"))
    assert cli.cost([f"{clock.now():%Y-%m}"]) == 0
    said = capsys.readouterr().out
    assert "mfano: 1 messages, 2 parts, 3.00 TZS\n" in said
    assert "(codes and answers of the house): 1 messages, 1 parts, 1.50 TZS" in said
    assert cli.cost(["last"]) == 1
    file.write_text("gateway,price\nmgov,1\n")
    with override_settings(JUMUISHI_SMS_PRICES=str(file)):
        assert cli.prices_read([]) == 1
    assert cli.prices_read([]) == 2
