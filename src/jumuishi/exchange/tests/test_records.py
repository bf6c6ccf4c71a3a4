"""An institution watches its own calls, reads why one was denied, takes out the list and what proves a call."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jumuishi.cases.tests.conftest import at_work
from jumuishi.evidence import public as evidence
from jumuishi.exchange.rights import Reason
from jumuishi.exchange.tests.desk import CLIENT, HERE, call, said
from jumuishi.exchange.types import Role
from jumuishi.exchange.web import words
from jumuishi.kernel import clock

__all__ = ["at_work"]
AtWork = Callable[[str, str], Client]
CALLS = f"{HERE}kumbukumbu/"


@pytest.fixture
def bakari(at_work: AtWork) -> Client:
    return at_work("maji-mfano", "Bakari")


def test_the_list_is_narrowed_and_shows_ones_own_calls_only(bakari: Client) -> None:
    assert "Hakuna mawasiliano yaliyopatikana" in said(bakari.get(CALLS))
    call("maji-mfano", path="/wateja/1")
    call("maji-mfano", path="/wateja/2", status=500, error="Server.ServerProxy.AccessDenied", reason="path")
    call("maji-mfano", Role.CONSUMER, path="/nida/3", service="TZ/GOV/nida/watu/people", client="TZ/COM/maji-mfano/x")
    call("maji-mfano", path="/wateja/4", at=clock.now() - timedelta(days=20))
    call("benki-mfano", path="/benki/5")

    def seen(query: str) -> list[str]:
        page = said(bakari.get(f"{CALLS}?{query}"))
        return [one for one in ("/wateja/1", "/wateja/2", "/nida/3", "/wateja/4", "/benki/5") if one in page]

    assert seen("") == ["/wateja/1", "/wateja/2", "/nida/3"]
    assert seen("siku=31") == ["/wateja/1", "/wateja/2", "/nida/3", "/wateja/4"]
    assert seen("makosa=1") == ["/wateja/2"]
    assert seen("upande=consumer") == ["/nida/3"]
    assert seen("huduma=customers") == ["/wateja/1", "/wateja/2"]
    assert seen(f"anayeuliza={CLIENT}&siku=1") == ["/wateja/1", "/wateja/2"]


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_is_said_in_both_languages(reason: Reason) -> None:
    values = {"path": "/a", "client": "TZ/COM/x/y", "service": "TZ/COM/x/y/z", "verb": "GET", "purpose": "kodi"}
    told = [words.reason(reason, values, lang) for lang in ("sw", "en")]
    assert all(told)
    assert told[0] != told[1]
    assert not any("{" in one for one in told)


def test_one_call_says_why_it_was_denied_and_the_look_is_written_down(bakari: Client, at_work: AtWork) -> None:
    row = call("maji-mfano", path="/siri", status=500, error="Server.ServerProxy.AccessDenied", reason="path")
    page = said(bakari.get(f"{CALLS}{row.id}/"))
    assert "Makubaliano hayahusu anwani /siri." in page
    looks = [
        one for one in evidence.history(thing_kind="exchange_record", thing_id=row.id) if one.verb == "identity.look"
    ]
    assert len(looks) == 1
    for client in (at_work("benki-mfano", "Shabani"), at_work("jirani", "Subira")):
        assert client.get(f"{CALLS}{row.id}/").status_code == 404
        assert client.get(f"{CALLS}{row.id}/stakabadhi/").status_code == 404
    assert at_work("jirani", "Baraka").get(f"{CALLS}{row.id}/").status_code == 403


def test_the_list_is_taken_out_as_it_is_narrowed_without_formulas(bakari: Client) -> None:
    for n in range(3):
        call("maji-mfano", path=f"/wateja/{n}")
    call("maji-mfano", path="/x", message_id="=1+1", status=500, reason="path")
    assert bakari.get(f"{CALLS}pakua/").status_code == 405
    answer = bakari.post(f"{CALLS}pakua/", {"siku": "7"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert len(rows) == 5
    assert rows[0][:4] == ["Lini", "Upande wetu", "Aliyeuliza", "Huduma iliyoulizwa"]
    assert "'=1+1" in rows[1]
    answer = bakari.post(f"{CALLS}pakua/", {"makosa": "1"})
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 2  # type: ignore[attr-defined]


def test_the_list_costs_the_same_however_long_it_is(bakari: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert bakari.get(CALLS).status_code == 200
        return len(seen)

    call("maji-mfano")
    bakari.get(CALLS)
    few = asked()
    for n in range(40):
        call("maji-mfano", path=f"/wateja/{n}")
    assert asked() == few <= 12
    assert "Ukurasa 1 kati ya 2" in said(bakari.get(CALLS))
