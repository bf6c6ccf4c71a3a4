"""Before a decision, what it would have done to last month's calls is said, with figures, by the same rules."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jumuishi.cases.tests.conftest import at_work
from jumuishi.exchange import rehearsal, rehearsing
from jumuishi.exchange.models import Agreement, Service
from jumuishi.exchange.patterns import read_endpoint
from jumuishi.exchange.rehearsal import Recorded, rehearse_counted
from jumuishi.exchange.rights import Agreement as Right
from jumuishi.exchange.rights import Rights
from jumuishi.exchange.tests.desk import HERE, call, found_at, offer, register, said, wish
from jumuishi.exchange.tests.made import COUNCIL, NAMES
from jumuishi.exchange.types import Role
from jumuishi.kernel import clock
from jumuishi.kernel.ids import new_id

__all__ = ["at_work"]
AtWork = Callable[[str, str], Client]


@pytest.fixture
def asked(at_work: AtWork) -> str:
    """The bank asks for one customer at a time; the address of the agreement."""
    bakari, shabani = at_work("maji-mfano", "Bakari"), at_work("benki-mfano", "Shabani")
    service = offer(bakari, register(bakari))
    mine = register(shabani, "mikopo").split("/")[-2]
    said_ = wish(mine, rules=[], other_rules="GET /wateja/*")
    return str(shabani.post(f"{found_at(service)}omba/", said_)["Location"])


def last_month(**other: Any) -> None:
    """Three customers asked for, one list of all, one by another system, one too long ago."""
    for path in ("/wateja/1", "/wateja/2", "/wateja/2"):
        call("maji-mfano", path=path, **other)
    call("maji-mfano", path="/wateja", **other)
    call("maji-mfano", client="TZ/COM/jirani/kodi", path="/wateja/1", **other)
    call("maji-mfano", path="/wateja/3", at=clock.now() - timedelta(days=40), **other)


def test_a_yes_says_what_it_opens(at_work: AtWork, asked: str) -> None:
    last_month(status=500, reason="no_agreement")
    # What the bank's own side refused never reached the authority; what both wrote down is one call.
    call("benki-mfano", Role.CONSUMER, path="/wateja/9", status=500, reason="no_agreement")
    both = new_id()
    for slug, role in (("benki-mfano", Role.CONSUMER), ("maji-mfano", Role.PROVIDER)):
        call(slug, role, path="/wateja/8", status=500, reason="no_agreement", request_id=both)
    found = rehearsing.of_approval(Agreement.objects.select_related("service__subsystem").get())
    assert (found.allowed_times, found.denied_times, found.same) == (5, 0, 1)
    assert (found.newly_allowed[0].request.path, found.newly_allowed[0].times) == ("/wateja/2", 2)
    page = said(at_work("maji-mfano", "Aisha").get(asked))
    assert "Yangeruhusiwa sasa: 5" in page
    assert "GET /wateja/2 · mara 2" in page
    assert "Yangeruhusiwa sasa" not in said(at_work("benki-mfano", "Shabani").get(asked)), (
        "the owner's traffic is its own"
    )


def test_an_end_and_a_turning_off_say_what_they_deny(at_work: AtWork, asked: str) -> None:
    aisha = at_work("maji-mfano", "Aisha")
    assert aisha.post(asked, {"do": "approve"}).status_code == 302
    last_month()
    found = rehearsing.of_end(Agreement.objects.get())
    assert (found.denied_times, found.allowed_times, found.same) == (3, 0, 1)
    assert "Yangekataliwa: 3" in said(aisha.get(f"{asked}funga/"))
    service = Service.objects.get()
    for page in ("zima", "funga"):
        assert "Yangekataliwa: 3" in said(aisha.get(f"{HERE}huduma/{service.id}/{page}/"))
    off = rehearsing.of_switch(service, "Matengenezo")
    assert (off.denied_times, off.same) == (3, 2)
    assert aisha.post(f"{asked}funga/", {"reason": "Basi"}).status_code == 302
    assert rehearsing.of_switch(service, "Matengenezo").denied_times == 0


def test_many_kinds_of_call_are_all_counted_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    class Watched(rehearsal._Most):
        def add(self, one: rehearsal.Change) -> None:
            super().add(one)
            sizes.append(len(self.kept))

    monkeypatch.setattr(rehearsal, "_Most", Watched)
    kinds = ((Recorded(COUNCIL, NAMES, "GET", f"/{n}"), 7 if n == 4321 else 1) for n in range(5000))
    given = Right(
        "a", COUNCIL, NAMES, "x", "y", frozenset(), (read_endpoint("GET", "/*"),), clock.now() - timedelta(days=1)
    )
    old, new = Rights((given,), {NAMES: None}), Rights((), {NAMES: None})
    found = rehearse_counted(old, new, kinds, clock.now())
    assert (found.denied_times, found.same) == (5006, 0)
    assert found.newly_denied[0].request.path == "/4321"
    assert len(found.newly_denied) == rehearsal.MOST
    assert max(sizes) <= 20 * rehearsal.MOST
