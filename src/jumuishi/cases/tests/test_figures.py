"""What the installation's figures say of cases."""

from datetime import timedelta

from django.test import Client

from jumuishi.cases.models import Case
from jumuishi.kernel import clock

OVERDUE = "jumuishi_clocks_overdue "


def overdue(client: Client) -> float:
    lines = client.get("/metrics").content.decode().splitlines()
    return next(float(line.removeprefix(OVERDUE)) for line in lines if line.startswith(OVERDUE))


def test_a_clock_that_ran_out_is_counted(submitted: str, client: Client) -> None:
    assert overdue(client) == 0
    Case.objects.update(next_clock_at=clock.now() - timedelta(seconds=1))
    assert overdue(client) == 1
