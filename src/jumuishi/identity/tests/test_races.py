"""Two requests at the same moment: one code opens once, one phone is one person, one limit is one limit."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from jumuishi.identity import limits
from jumuishi.identity.codes import check_code, start_code
from jumuishi.identity.models import Person
from jumuishi.identity.people import person_of_phone
from jumuishi.kernel import tenancy

pytestmark = pytest.mark.database


def together(fn: Callable[[], Any], times: int = 6) -> list[Any]:
    """Run in so many threads at once, each in a transaction of its own as a visitor."""
    found: list[Any] = []
    ready = threading.Barrier(times)

    def one() -> None:
        try:
            with tenancy.acting_as(tenancy.Principal.person(None)):
                ready.wait()
                with transaction.atomic():
                    answer = fn()
                found.append(answer)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_code_opens_once(committed_db: None, sent: list[tuple[str, str]]) -> None:
    start_code("0700000001", "x", "192.0.2.1")
    found = together(lambda: check_code("0700000001", "x", sent[-1][1], "192.0.2.1"))
    assert sorted(found) == [False] * 5 + [True]


def test_a_phone_is_one_person(committed_db: None) -> None:
    found = together(lambda: person_of_phone("0700000001").person_id)
    assert len(found) == 6
    assert len(set(found)) == 1
    with transaction.atomic():
        assert Person.objects.count() == 1


def test_a_limit_is_one_limit(committed_db: None) -> None:
    assert sorted(together(lambda: limits.hit("k", "p", 2, 3600))) == [False] * 4 + [True] * 2
