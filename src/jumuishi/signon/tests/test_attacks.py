"""What a thief, a stranger or another system tries: each is refused, over real HTTP."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from django.db import transaction

from jumuishi.kernel import clock
from jumuishi.signon.models import Code, Token
from jumuishi.signon.tests.scene import BACK, Country, System, query

pytestmark = pytest.mark.database
OTHER_BACK = "https://ankara.benki-mfano.example/rudi"
WORK = "openid profile offline_access"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _plain(said: dict[str, str]) -> str:
    return _text(json.dumps(said).encode())


def benki(served: Country, **said: Any) -> System:
    """A system of another institution, for staff of all."""
    wanted = {"name": "Mikopo", "redirects": [OTHER_BACK], "audience": "every_staff", **said}
    return served.system("benki-mfano", "Shabani", "Rose", **wanted)


@pytest.mark.parametrize(
    "uri",
    [
        "https://mwizi.example/rudi", BACK + "/", BACK + "?x=1", BACK + "#x", BACK.upper(), f"{BACK}/../mwizi",
        "https://wateja.maji-mfano.example.mwizi.example/rudi", "https://wateja.maji-mfano.example@mwizi.example/rudi",
        "javascript:alert(1)", "//mwizi.example", "",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_an_address_that_is_not_registered(served: Country, uri: str) -> None:
    system, bakari = served.system(), served.at_work("maji-mfano", "Bakari")
    asked = {**query(system.begin()), "redirect_uri": uri}
    answer = bakari.http.get("/oidc/authorize", params=asked)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "refresh" not in answer.text.partition("<body")[0]
    twice = bakari.http.get(f"{system.begin().removeprefix(served.address)}&redirect_uri={uri}")
    assert twice.status_code == 400


def test_a_code_counts_once_and_what_it_gave_ends_with_the_second_use(served: Country) -> None:
    system = served.system()
    at = served.at_work("maji-mfano", "Bakari").go(system.begin(WORK))
    found, said = system.finish(at), query(at)
    again = system.ask(
        grant_type="authorization_code", code=said["code"], redirect_uri=BACK,
        code_verifier=system.verifiers[said["state"]],
    )  # fmt: skip
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert system.facts(found["access_token"]).status_code == 401
    assert system.refresh(found["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_code_is_over_after_a_minute(served: Country) -> None:
    system = served.system()
    at = served.at_work("maji-mfano", "Bakari").go(system.begin())
    with transaction.atomic():
        row = Code.objects.get()
        assert timedelta(0) < row.expires_at - clock.now() <= timedelta(seconds=60)
        Code.objects.update(expires_at=clock.now())
    said = query(at)
    late = system.ask(
        grant_type="authorization_code", code=said["code"], redirect_uri=BACK,
        code_verifier=system.verifiers[said["state"]],
    )  # fmt: skip
    assert late.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "less",
    [
        {"code_challenge": "", "code_challenge_method": ""}, {"code_challenge_method": "plain"},
        {"code_challenge_method": ""}, {"code_challenge": "fupi"},
    ],
)  # fmt: skip
def test_no_way_without_a_challenge(served: Country, less: dict[str, str]) -> None:
    system, bakari = served.system(), served.at_work("maji-mfano", "Bakari")
    asked = {name: one for name, one in {**query(system.begin()), **less}.items() if one}
    answer = query(bakari.http.get("/oidc/authorize", params=asked).headers["location"])
    assert answer["error"] == "invalid_request"
    assert "code" not in answer


@pytest.mark.parametrize("verifier", ["", "x" * 43, "x" * 300])
def test_a_stolen_code_without_its_verifier_is_nothing(served: Country, verifier: str) -> None:
    system = served.system(kind="public", scopes=["profile"])
    said = query(served.at_work("maji-mfano", "Bakari").go(system.begin()))
    answer = system.ask(grant_type="authorization_code", code=said["code"], redirect_uri=BACK, code_verifier=verifier)
    assert answer.json()["error"] == "invalid_grant"


def test_what_is_one_clients_is_nothing_at_another(served: Country) -> None:
    mine, other, bakari = served.system(), benki(served), served.at_work("maji-mfano", "Bakari")
    at = bakari.go(mine.begin(WORK))
    said = query(at)
    stolen = other.ask(
        grant_type="authorization_code", code=said["code"], redirect_uri=BACK,
        code_verifier=mine.verifiers[said["state"]],
    )  # fmt: skip
    assert stolen.json()["error"] == "invalid_grant"
    found = mine.finish(at)
    assert other.refresh(found["refresh_token"]).json()["error"] == "invalid_grant"
    assert other.ask("revoke", token=found["refresh_token"]).status_code == 200
    assert mine.facts(found["access_token"]).status_code == 200, "another's revocation ends nothing"
    with pytest.raises(jwt.InvalidAudienceError):
        mine.read(found["id_token"], audience=other.client_id)
    theirs = other.sign_in(bakari, WORK)
    assert theirs["claims"]["sub"] != found["claims"]["sub"], "two systems can't find out that it is one person"
    assert theirs["claims"]["sid"] != found["claims"]["sid"]


def test_the_redirect_of_the_exchange_is_the_one_of_the_request(served: Country) -> None:
    second = "https://wateja.maji-mfano.example/nyingine"
    system = served.system(redirects=[BACK, second])
    said = query(served.at_work("maji-mfano", "Bakari").go(system.begin()))
    answer = system.ask(
        grant_type="authorization_code", code=said["code"], redirect_uri=second,
        code_verifier=system.verifiers[said["state"]],
    )  # fmt: skip
    assert answer.json()["error"] == "invalid_grant"


def test_a_wrong_secret_is_refused_and_guessing_ends(served: Country) -> None:
    system = served.system()
    for secret in ("", "jms_wrong", "x" * 43):
        answer = httpx.post(
            f"{served.address}/oidc/token", data={"grant_type": "refresh_token", "refresh_token": "x"},
            auth=(system.client_id, secret), trust_env=False,
        )  # fmt: skip
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic")
    for _ in range(60):
        httpx.post(f"{served.address}/oidc/token", data={"client_id": "x"}, trust_env=False)
    answer = system.ask(grant_type="refresh_token", refresh_token="x")
    assert answer.json()["error_description"] == "too many wrong tries"


def test_a_confidential_client_is_not_taken_for_a_public_one(served: Country) -> None:
    system = served.system()
    said = query(served.at_work("maji-mfano", "Bakari").go(system.begin()))
    disguised = System(served.address, system.client_id, None)
    answer = disguised.ask(
        grant_type="authorization_code", code=said["code"], redirect_uri=BACK,
        code_verifier=system.verifiers[said["state"]],
    )  # fmt: skip
    assert answer.status_code == 401


def test_a_forged_id_token_signs_nobody_out(served: Country) -> None:
    system, bakari = served.system(), served.at_work("maji-mfano", "Bakari")
    found = system.sign_in(bakari)
    head, body, _ = found["id_token"].split(".")
    none = _plain({"alg": "none", "typ": "JWT"})
    kid = jwt.get_unverified_header(found["id_token"])["kid"]
    public = httpx.get(system.known["jwks_uri"], trust_env=False).text.encode()
    start = f"{_plain({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{body}"
    mac = f"{start}.{_text(hmac.digest(public, start.encode(), 'sha256'))}"
    for forged in (f"{none}.{body}.", f"{head}.{body}.AAAA", mac, "sio-jwt"):
        page = bakari.go(f"/oidc/logout?id_token_hint={forged}")
        assert "Toka kwenye mifumo yote" in page, "whoever is signed in is asked first"
    assert system.facts(found["access_token"]).status_code == 200
    assert "Umetoka" in bakari.go(f"/oidc/logout?id_token_hint={found['id_token']}")
    assert system.facts(found["access_token"]).status_code == 401


def test_an_id_token_of_another_session_asks_first(served: Country) -> None:
    """A link in a letter must not sign out whoever follows it."""
    system, bakari, aisha = (
        served.system(),
        served.at_work("maji-mfano", "Bakari"),
        served.at_work("maji-mfano", "Aisha"),
    )
    hint = system.sign_in(aisha)["id_token"]
    mine = system.sign_in(bakari)
    assert "Toka kwenye mifumo yote" in bakari.go(f"/oidc/logout?id_token_hint={hint}")
    assert system.facts(mine["access_token"]).status_code == 200


def test_nobody_is_sent_on_after_signing_out_but_to_a_registered_address(served: Country) -> None:
    system, bakari = served.system(), served.at_work("maji-mfano", "Bakari")
    hint = system.sign_in(bakari)["id_token"]
    for uri in ("https://mwizi.example/", BACK):
        answer = bakari.http.get("/oidc/logout", params={"id_token_hint": hint, "post_logout_redirect_uri": uri})
        assert answer.status_code == 400
        page = bakari.http.get("/mfumo/toka/", params={"client_id": system.client_id, "post_logout_redirect_uri": uri})
        assert page.status_code == 400


def test_a_token_is_taken_from_the_header_alone_and_no_cookie_counts(served: Country) -> None:
    system, bakari = served.system(), served.at_work("maji-mfano", "Bakari")
    found = system.sign_in(bakari, WORK)
    assert bakari.http.get("/oidc/userinfo").status_code == 401
    assert (
        httpx.get(
            f"{served.address}/oidc/userinfo", params={"access_token": found["access_token"]}, trust_env=False
        ).status_code
        == 401
    )
    for wrong in (found["id_token"], found["refresh_token"], "jmt_x"):
        assert system.facts(wrong).status_code == 401
    with transaction.atomic():
        Token.objects.filter(is_refresh=False).update(expires_at=clock.now())
    assert system.facts(found["access_token"]).status_code == 401


def test_consent_is_given_by_the_person_and_not_by_another_site(served: Country) -> None:
    system, asha = served.for_citizens(), served.citizen()
    page = asha.go(system.begin())
    assert "Kuona ankara zako za maji" in page
    here = served.address + asha.pages[-1]
    assert asha.http.post(here, data={"do": "yes"}, headers={"origin": "https://mwizi.example"}).status_code == 403
    assert "frame-ancestors 'none'" in asha.http.get(here).headers["content-security-policy"]
    refused = query(asha.press(do="no"))
    assert (refused["error"], "code" in refused) == ("access_denied", False)
    assert refused["state"] in system.verifiers


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"), ({"scope": "profile"}, "invalid_scope"),
        ({"request": "x.y.z"}, "request_not_supported"), ({"request_uri": "https://x"}, "request_uri_not_supported"),
        ({"prompt": "none login"}, "invalid_request"), ({"prompt": "kila"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"), ({"nonce": "x" * 301}, "invalid_request"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_answered_to_the_client(served: Country, more: dict[str, str], error: str) -> None:
    system = served.system()
    asked = {**query(system.begin()), **more}
    answer = served.visitor().http.get("/oidc/authorize", params=asked)
    said = query(answer.headers["location"])
    assert answer.headers["location"].startswith(BACK)
    assert (said["error"], said["iss"], said["state"]) == (error, served.address, asked["state"])


def test_a_mark_of_our_own_can_not_be_made_up(served: Country) -> None:
    """Whoever was asked to sign in anew can't say that it was done."""
    system, bakari = served.system(), served.at_work("maji-mfano", "Bakari")
    system.age(bakari, 5)
    answer = bakari.go(system.begin(prompt="none", max_age="0") + "&since=MTc5NTgwNTA4MA%3A1xX0w4%3AmadeUp")
    assert query(answer)["error"] == "login_required"
