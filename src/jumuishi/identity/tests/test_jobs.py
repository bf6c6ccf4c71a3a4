"""What has ended is thrown away, what has not is kept."""

from datetime import timedelta

import pytest
from django.db import transaction

from jumuishi.identity import limits
from jumuishi.identity.codes import start_code
from jumuishi.identity.jobs import drop_ended
from jumuishi.identity.models import Attempt, OneTimeCode
from jumuishi.kernel import clock

pytestmark = pytest.mark.database


def test_what_has_ended_goes(committed_db: None, sent: list[tuple[str, str]]) -> None:
    with clock.frozen(clock.now() - timedelta(days=1)):
        start_code("0700000001", "old", "192.0.2.1")
    start_code("0700000001", "new", "192.0.2.1")
    limits.hit("k", "p", 1, 60)
    drop_ended()
    with transaction.atomic():
        assert OneTimeCode.objects.get().purpose == "new"
        assert Attempt.objects.filter(ends_at__lt=clock.now()).count() == 0
        assert Attempt.objects.count() == 8, "seven caps of a code, one limit of ours"
