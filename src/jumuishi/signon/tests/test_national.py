"""The country's identity provider lets people in beside a second proof; neither lies nor absence of it harm anybody."""

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.db import transaction
from django.test import override_settings

from jumuishi.identity import factors, testing
from jumuishi.identity.models import Account, OpenSession, Person
from jumuishi.identity.types import Actor
from jumuishi.signon.models import NationalLink, NationalSession
from jumuishi.signon.national import linking, options, simulator, wire
from jumuishi.signon.tests.scene import Browser, Country

pytestmark = pytest.mark.database


class Taifa:
    """The simulated provider, and a browser that signs in there."""

    def __init__(self, address: str, country: Country) -> None:
        self.address, self.country = address, country

    def come(self, browser: Browser, who: str, begin: str = "/ingia/taifa/") -> httpx.Response:
        """To the provider as `who`, and back: the answer to the coming back."""
        there = browser.http.get(begin).headers["location"]
        assert there.startswith(f"{self.address}/authorize?")
        return self.back(browser, self.answered(there, who))

    def answered(self, there: str, who: str) -> str:
        """Where the provider sends the browser."""
        return str(httpx.get(f"{there}&as={who}", trust_env=False).headers["location"])

    def back(self, browser: Browser, url: str) -> httpx.Response:
        parts = urlsplit(url)
        return browser.http.get(f"{parts.path}?{parts.query}")

    def knobs(self, **said: Any) -> None:
        httpx.post(f"{self.address}/simulate/knobs", json=said, trust_env=False)
        wire._known.clear()

    def end(self, **said: Any) -> int:
        answer = httpx.post(f"{self.address}/simulate/logout", json=said, trust_env=False, timeout=20)
        return int(answer.json()["status"])

    def subject(self, who: str) -> str:
        found = options.current()
        assert found is not None
        return linking.mark(found, "sub", f"taifa-{who}")


@pytest.fixture
def taifa(served: Country) -> Iterator[Taifa]:
    one = simulator.Simulator(client="sisi", secret="siri", told=f"{served.address}/oidc/national/logout")
    server = simulator.serve(one, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    said = {"issuer": one.address, "client_id": "sisi", "secret": "siri", "claims": "name=name"}
    with override_settings(SIGNON_NATIONAL=said):
        wire._known.clear()
        yield Taifa(one.address, served)
    server.shutdown()
    server.server_close()


@pytest.fixture
def asha(served: Country, taifa: Taifa) -> Actor:
    """Known by her phone, and joined to the provider."""
    with transaction.atomic():
        found = testing.citizen("0700 000 061", "Asha Juma")
        linking.link(actor=found, subject=taifa.subject("asha"), kind="citizen")
    return found


def who_is_in(browser: Browser) -> str:
    with transaction.atomic():
        row = OpenSession.objects.filter(session_key=browser.http.cookies.get("sessionid", "")).first()
        return Person.objects.get(id=row.person_id).phone if row else ""


def test_a_citizen_who_is_joined_comes_in(served: Country, taifa: Taifa, asha: Actor) -> None:
    browser = served.visitor()
    assert "Ingia kwa kitambulisho cha taifa" in browser.go("/ingia/")
    answer = taifa.come(browser, "asha", "/ingia/taifa/?next=/ingia/vikao/")
    assert answer.headers["location"] == "/ingia/vikao/"
    assert who_is_in(browser) == "+255700000061"
    claims = served.for_citizens().sign_in(browser, "openid profile")["claims"]
    assert claims["amr"] == ["fed"]


def test_who_is_not_joined_proves_a_phone_once_in_the_same_browser(served: Country, taifa: Taifa) -> None:
    browser = served.visitor()
    answer = taifa.come(browser, "jirani")
    assert answer.headers["location"].startswith("/ingia/?next=%2Fingia%2Ftaifa%2Funganisha%2F")
    with transaction.atomic():
        assert not NationalLink.objects.exists(), "by the provider alone nobody is joined"
    join = httpx.URL(served.address + answer.headers["location"]).params["next"]
    # The same address in another person's browser joins nobody: a thief can't be joined to a victim.
    victim = served.citizen("0700 000 077", "Mwathirika")
    assert victim.http.get(join).status_code == 400
    with transaction.atomic():
        known = testing.citizen("0700 000 062")
        kept = browser.http.cookies
    signed = served._browser(known)
    signed.http.cookies.set("jumuishi_national", kept["jumuishi_national"], domain="127.0.0.1")
    assert "Jirani Mwema" in signed.go(join)
    signed.pages.append(join)
    signed.press()
    with transaction.atomic():
        assert NationalLink.objects.get().person_id == known.person_id
        assert Person.objects.get(id=known.who).name == "Jirani Mwema"
    again = served.visitor()
    taifa.come(again, "jirani")
    assert who_is_in(again) == "+255700000062"


def test_an_officer_joins_after_both_factors_and_the_second_is_asked_each_time(served: Country, taifa: Taifa) -> None:
    stranger = served.visitor()
    assert taifa.come(stranger, "bakari", "/ofisi/ingia/taifa/").status_code == 403, (
        "by a name or a mail nobody is known"
    )
    bakari = served.at_work("maji-mfano", "Bakari")
    assert "Hakijaunganishwa" in bakari.go("/ofisi/usalama/taifa/")
    taifa.come(bakari, "bakari", "/ofisi/usalama/taifa/?nenda=1")
    with transaction.atomic():
        me = served.officer("maji-mfano", "Bakari")
        assert NationalLink.objects.get().person_id == me.person_id
        account = Account.objects.get(person_id=me.person_id)
        factors.renew_recovery_codes(account)
        paper = factors.recovery_codes(account)[0]
    browser = served.visitor()
    answer = taifa.come(browser, "bakari", "/ofisi/ingia/taifa/?next=/ofisi/usalama/")
    assert answer.headers["location"] == "/ofisi/ingia/hatua-ya-pili/"
    assert browser.http.get("/ofisi/usalama/").headers["location"].startswith("/ofisi/ingia/"), "half way is not in"
    browser.go("/ofisi/ingia/hatua-ya-pili/")
    browser.press(factor=paper)
    assert browser.pages[-1] == "/ofisi/usalama/"
    assert taifa.end(**{"as": "bakari"}) == 200
    browser.go("/ofisi/usalama/")
    assert browser.pages[-1].startswith("/ofisi/ingia/"), "what the provider began it ends"


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "http://mwizi.example"}, {"aud": "mwingine"}, {"aud": ["sisi", "mwingine"]}, {"azp": "mwingine"},
        {"nonce": "nyingine"}, {"late": True}, {"alg": "none"}, {"alg": "HS256"}, {"typ": "logout+jwt"},
        {"answer_iss": "http://mwizi.example"},
    ],
)  # fmt: skip
def test_what_the_provider_would_not_say_lets_nobody_in(
    served: Country, taifa: Taifa, asha: Actor, lie: dict[str, Any]
) -> None:
    taifa.knobs(**lie)
    browser = served.visitor()
    answer = taifa.come(browser, "asha")
    assert answer.status_code == 400
    assert who_is_in(browser) == ""


def test_a_state_of_another_browser_and_a_second_coming_back_are_nothing(
    served: Country, taifa: Taifa, asha: Actor
) -> None:
    """Whoever is made to follow a thief's address would be signed in as the thief."""
    thief, victim = served.visitor(), served.visitor()
    url = taifa.answered(thief.http.get("/ingia/taifa/").headers["location"], "asha")
    victim.http.get("/ingia/taifa/")
    assert taifa.back(victim, url).status_code == 400
    assert taifa.back(served.visitor(), url).status_code == 400
    assert taifa.back(thief, url).status_code == 302
    assert taifa.back(thief, url).status_code == 400, "once"
    assert who_is_in(victim) == ""


def test_its_absence_stops_no_other_way(served: Country, taifa: Taifa, asha: Actor) -> None:
    taifa.knobs(away=True)
    browser = served.visitor()
    answer = browser.http.get("/ingia/taifa/")
    assert answer.status_code == 503
    assert "namba ya simu" in answer.text
    assert browser.http.get("/ingia/").status_code == 200
    assert browser.http.get("/ofisi/ingia/").status_code == 200


def test_it_ends_a_session_here_and_a_word_heard_twice_is_refused(served: Country, taifa: Taifa, asha: Actor) -> None:
    browser, other = served.visitor(), served.citizen()
    taifa.come(browser, "asha")
    assert who_is_in(browser)
    assert taifa.end(**{"as": "jirani"}) == 200
    assert who_is_in(browser), "another's"
    assert taifa.end(**{"as": "asha"}) == 200
    assert who_is_in(browser) == ""
    assert who_is_in(other), "a session that the provider did not begin goes on"
    taifa.come(browser, "asha")
    assert taifa.end(again=True) == 400, "a replay"
    assert who_is_in(browser)
    for lie in ({"alg": "none"}, {"typ": "JWT"}, {"aud": "mwingine"}, {"late": True}, {"nonce": "x"}):
        taifa.knobs(**lie)
        assert taifa.end(**{"as": "asha"}) == 400, lie
    assert who_is_in(browser)
    with transaction.atomic():
        assert NationalSession.objects.count() == 1


def test_it_is_off_until_it_is_set_up(served: Country) -> None:
    with override_settings(DEMONSTRATION=False):
        browser = served.visitor()
        assert browser.http.get("/ingia/taifa/").status_code == 404
        assert "Ingia kwa kitambulisho cha taifa" not in browser.go("/ingia/")
        assert httpx.post(f"{served.address}/oidc/national/logout", trust_env=False).status_code == 404
