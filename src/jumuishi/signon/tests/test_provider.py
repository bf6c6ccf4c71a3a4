"""A system signs people on: the whole way over real HTTP, by a client library that is not ours."""

import httpx
import pytest
from django.db import transaction

from jumuishi.evidence.models import JournalRow as Journal
from jumuishi.kernel import clock
from jumuishi.signon import keys, rules
from jumuishi.signon.tests.scene import BACK, Country, query

pytestmark = pytest.mark.database
WORK = "openid profile email work offline_access"


def test_discovery_says_what_is_there(served: Country) -> None:
    said = httpx.get(f"{served.address}/.well-known/openid-configuration", trust_env=False)
    assert said.headers["access-control-allow-origin"] == "*"
    known = said.json()
    assert known["issuer"] == served.address
    assert known["code_challenge_methods_supported"] == ["S256"]
    assert known["subject_types_supported"] == ["pairwise"]
    for name in ("jwks_uri", "token_endpoint", "userinfo_endpoint", "revocation_endpoint", "end_session_endpoint"):
        answer = httpx.get(known[name], trust_env=False)
        assert answer.status_code in (200, 400, 401, 405), name


def test_an_officer_signs_on_with_the_claims_of_the_chosen_post(served: Country) -> None:
    system, bakari = served.system(), served.at_work("maji-mfano", "Bakari")
    found = system.sign_in(bakari, WORK)
    claims = found["claims"]
    told = {name: claims[name] for name in ("name", "institution", "roles", "post_title", "email_verified")}
    assert told == {
        "name": "Bakari", "institution": "maji-mfano", "post_title": "Afisa Huduma kwa Wateja",
        "roles": ["accountant", "customer-officer", "ict-officer", "meetings-secretary"], "email_verified": True,
    }  # fmt: skip
    assert claims["acr"] == rules.TWO_FACTORS
    assert claims["amr"] == ["pwd", "otp", "mfa"]
    assert abs(claims["auth_time"] - claims["iat"]) < 60
    assert {"sid", "nonce", "exp"} <= set(claims)
    assert system.facts(found["access_token"]).json()["sub"] == claims["sub"]
    assert not any(page.startswith("/mfumo/ridhaa/") for page in bakari.pages), "at work nobody is asked for consent"


def test_the_unit_of_the_post_is_told(served: Country) -> None:
    system = served.system("mfano", "Zawadi", "Neema", name="Leseni")
    claims = system.sign_in(served.at_work("mfano", "Juma"), WORK)["claims"]
    assert claims["unit"] == "Divisheni ya Biashara"


def test_only_what_was_asked_and_approved_is_told(served: Country) -> None:
    system = served.system(scopes=["profile"])
    found = system.sign_in(served.at_work("maji-mfano", "Bakari"), WORK)
    assert found["scope"] == "openid profile"
    assert "refresh_token" not in found
    assert set(system.facts(found["access_token"]).json()) == {"sub", "name", "locale"}
    bare = system.sign_in(served.at_work("maji-mfano", "Bakari"), "openid")
    assert set(system.facts(bare["access_token"]).json()) == {"sub"}


def test_a_visitor_signs_in_first_and_is_led_on(served: Country) -> None:
    system, visitor = served.system(), served.visitor()
    page = visitor.go(system.begin())
    assert visitor.pages[-1].startswith("/ofisi/ingia/?next=%2Fmfumo%2Fendelea%2F")
    assert "<form" in page
    citizens = served.for_citizens(name="Ankara")
    visitor.go(citizens.begin(ui_locales="en"))
    assert visitor.pages[-1].startswith("/en/ingia/?next=%2Fen%2Fmfumo%2Fendelea%2F")


def test_a_public_client_proves_itself_by_its_verifier_alone(served: Country) -> None:
    system = served.system(kind="public", scopes=["profile", "offline_access"])
    found = system.sign_in(served.at_work("maji-mfano", "Bakari"), WORK)
    fresh = system.refresh(found["refresh_token"])
    assert fresh.status_code == 200
    again = system.refresh(found["refresh_token"])
    assert again.json()["error"] == "invalid_grant", "no grace for who keeps no secret"
    assert system.refresh(fresh.json()["refresh_token"]).json()["error"] == "invalid_grant", "all of them ended"


def test_refresh_tokens_turn_and_a_lost_answer_may_be_asked_again(served: Country) -> None:
    system = served.system()
    first = system.sign_in(served.at_work("maji-mfano", "Bakari"), WORK)["refresh_token"]
    lost = system.refresh(first).json()
    asked_again = system.refresh(first)
    assert asked_again.status_code == 200, "the same client, at once, its answer unused"
    assert system.facts(lost["access_token"]).status_code == 401, "what was lost counts no more"
    second = asked_again.json()
    assert second["refresh_token"] not in (first, lost["refresh_token"])
    third = system.refresh(second["refresh_token"]).json()
    assert system.refresh(first).json()["error"] == "invalid_grant", "an answer was used: this is somebody else"
    assert system.facts(third["access_token"]).status_code == 401
    assert system.refresh(third["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_refresh_may_ask_for_less_and_never_for_more(served: Country) -> None:
    system = served.system()
    token = system.sign_in(served.at_work("maji-mfano", "Bakari"), "openid profile offline_access")["refresh_token"]
    more = system.ask(grant_type="refresh_token", refresh_token=token, scope="openid work")
    assert more.json()["error"] == "invalid_scope"
    less = system.ask(grant_type="refresh_token", refresh_token=token, scope="openid").json()
    assert set(system.facts(less["access_token"]).json()) == {"sub"}


def test_a_token_that_is_given_back_counts_no_more(served: Country) -> None:
    system = served.system()
    found = system.sign_in(served.at_work("maji-mfano", "Bakari"), WORK)
    assert system.ask("revoke", token=found["access_token"]).status_code == 200
    assert system.facts(found["access_token"]).status_code == 401
    fresh = system.refresh(found["refresh_token"]).json()
    assert system.ask("revoke", token=fresh["refresh_token"]).status_code == 200
    assert system.facts(fresh["access_token"]).status_code == 401
    assert system.refresh(fresh["refresh_token"]).status_code == 400
    assert system.ask("revoke", token="jmt_sio-lolote").status_code == 200


def test_prompt_and_max_age(served: Country) -> None:
    system, bakari = served.system(), served.at_work("maji-mfano", "Bakari")
    quiet = query(served.visitor().go(system.begin(prompt="none", state="hali")))
    assert (quiet["error"], quiet["state"], quiet["iss"]) == ("login_required", "hali", served.address)
    assert "code" in query(bakari.go(system.begin(prompt="none")))
    system.age(bakari, 5)
    bakari.go(system.begin(prompt="login"))
    assert bakari.pages[-1].startswith("/ofisi/ingia/"), "asked anew although signed in"
    onward = httpx.URL(served.address + bakari.pages[-1]).params["next"]
    bakari.go(onward)
    assert bakari.pages[-1].startswith("/ofisi/ingia/"), "not by going on without signing in"
    assert query(bakari.go(system.begin(prompt="none", max_age="0")))["error"] == "login_required"
    assert "code" in query(bakari.go(system.begin(max_age="3600")))
    asked = query(served.citizen().go(served.for_citizens(name="Ankara").begin(prompt="none")))
    assert asked["error"] == "consent_required"


def test_a_form_is_the_same_request_as_a_link(served: Country) -> None:
    system, bakari = served.system(), served.at_work("maji-mfano", "Bakari")
    sent = bakari.http.post("/oidc/authorize", data=query(system.begin()))
    assert sent.status_code == 302
    assert bakari.go(sent.headers["location"]).startswith(BACK)


def test_keys_turn_and_the_old_one_is_told_while_it_counts(served: Country) -> None:
    system = served.system()
    token = system.sign_in(served.at_work("maji-mfano", "Bakari"))["id_token"]
    with transaction.atomic():
        first = keys.Key.objects.get()
        keys.Key.objects.update(signs_until=clock.now() + keys.AHEAD / 2)
        keys.turn()
        keys.turn()
        assert keys.Key.objects.count() == 2, "the next one is told a week ahead, once"
        assert b"PRIVATE" not in bytes(first.sealed)
    assert system.read(system.sign_in(served.at_work("maji-mfano", "Bakari"))["id_token"])
    now = clock.now()
    with transaction.atomic():
        keys.Key.objects.filter(id=first.id).update(signs_until=now, shown_until=now + keys.AFTER)
        keys.Key.objects.exclude(id=first.id).update(signs_from=now)
    newer = system.sign_in(served.at_work("maji-mfano", "Bakari"))["id_token"]
    assert token.split(".")[0] != newer.split(".")[0], "another kid"
    assert system.read(token), "what the old key signed is still read"
    with transaction.atomic():
        keys.Key.objects.filter(id=first.id).update(shown_until=now)
        keys.turn()
        assert [one["kid"] for one in keys.shown()] == [keys.Key.objects.get().kid]


def test_each_step_is_in_the_journal_and_no_secret_is(served: Country) -> None:
    system = served.system()
    found = system.sign_in(served.at_work("maji-mfano", "Bakari"), WORK)
    system.facts(found["access_token"])
    with transaction.atomic():
        verbs = set(Journal.objects.values_list("verb", flat=True))
        bodies = b" ".join(bytes(one) for one in Journal.objects.values_list("body", flat=True))
    assert {
        "signon.client.ask", "signon.client.approve", "signon.client.secret", "signon.enter", "signon.code.exchange",
        "signon.key.make", "identity.look",
    } <= verbs  # fmt: skip
    for secret in (system.secret, found["access_token"], found["refresh_token"], found["id_token"]):
        assert str(secret).encode() not in bodies
