"""A sign-in ends here and everywhere: tokens at once, each client by a signed word, tried until it is taken."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import jwt
import pytest
from django.db import transaction
from django.test import override_settings

from jumuishi.evidence.models import JournalRow
from jumuishi.identity import factors, recovery
from jumuishi.identity import public as identity
from jumuishi.identity.models import Account
from jumuishi.identity.types import NotAllowedError
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock
from jumuishi.signon import ending, jobs, registering
from jumuishi.signon.models import Logout, SignIn
from jumuishi.signon.tests.scene import LEFT, Country, Ear, query
from jumuishi.signon.types import SignonRefusedError

pytestmark = pytest.mark.database
WORK = "openid profile work offline_access"
Run = Callable[[], int]


@pytest.fixture
def ear() -> Iterator[Ear]:
    found = Ear()
    yield found
    found.close()


@pytest.fixture
def told(served: Country, ear: Ear, jobs_of: Run) -> Callable[[], list[dict[str, object]]]:
    """What the system heard since it was last asked, read by the published keys."""

    def hear() -> list[dict[str, object]]:
        jobs_of()
        jobs.send_logouts()
        heard, ear.heard = ear.heard, []
        return [jwt.decode(one, options={"verify_signature": False}) for one in heard]

    return hear


def test_signing_out_ends_it_at_every_client(served: Country, ear: Ear, told: Run) -> None:
    with override_settings(HOOKS_LOOPBACK=True):
        first = served.system(told_at=ear.url)
        second = served.system("benki-mfano", "Shabani", "Rose", name="Mikopo", audience="every_staff", told_at=ear.url)
    bakari = served.at_work("maji-mfano", "Bakari")
    found = [one.sign_in(bakari, WORK) for one in (first, second)]
    bakari.go("/ofisi/usalama/")
    bakari.pages.append("/ofisi/usalama/")
    page = bakari.http.get("/ofisi/usalama/").text
    mark = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert bakari.http.post("/toka/", data={"csrfmiddlewaretoken": mark}).status_code == 302
    for system, one in zip((first, second), found, strict=True):
        assert system.facts(one["access_token"]).status_code == 401, "at once, whoever is told when"
        assert system.refresh(one["refresh_token"]).json()["error"] == "invalid_grant"
    heard = {str(one["aud"]): one for one in told()}
    assert set(heard) == {first.client_id, second.client_id}
    for system, one in zip((first, second), found, strict=True):
        word = heard[system.client_id]
        assert (word["sub"], word["sid"]) == (one["claims"]["sub"], one["claims"]["sid"])
        assert word["events"] == {jobs.LOGOUT_EVENT: {}}
        assert "nonce" not in word
    assert told() == [], "told once"


def test_the_word_is_signed_and_of_its_own_type(served: Country, ear: Ear, jobs_of: Run) -> None:
    system, bakari = served.system(told_at=ear.url), served.at_work("maji-mfano", "Bakari")
    found = system.sign_in(bakari)
    bakari.go(f"/oidc/logout?id_token_hint={found['id_token']}")
    jobs_of()
    jobs.send_logouts()
    [word] = ear.heard
    claims = system.read(word, kind="logout+jwt")
    assert claims["exp"] - claims["iat"] == 120
    page = served.at_work("maji-mfano", "Bakari").go(f"/oidc/logout?id_token_hint={word}")
    assert "Toka kwenye mifumo yote" in page, "a logout token is no id token"


def test_a_client_that_is_away_is_told_when_it_is_back_and_never_by_the_same_token(
    served: Country, ear: Ear, told: Run
) -> None:
    system, bakari = served.system(told_at=ear.url), served.at_work("maji-mfano", "Bakari")
    found = system.sign_in(bakari)
    ear.status = 503
    bakari.go(f"/oidc/logout?id_token_hint={found['id_token']}")
    [first] = told()
    with transaction.atomic():
        row = Logout.objects.get()
        assert (row.state, row.status, row.attempts) == ("waiting", 503, 1)
        Logout.objects.update(next_at=clock.now())
    ear.status = 200
    [second] = told()
    assert first["jti"] != second["jti"]
    with transaction.atomic():
        assert Logout.objects.get().state == "delivered"
        assert JournalRow.objects.filter(verb="signon.logout.tell").count() == 1


def test_a_word_that_nobody_takes_is_kept_shown_and_sent_again(served: Country, ear: Ear, told: Run) -> None:
    system, bakari = served.system(told_at=ear.url), served.at_work("maji-mfano", "Bakari")
    found = system.sign_in(bakari)
    ear.status = 500
    bakari.go(f"/oidc/logout?id_token_hint={found['id_token']}")
    told()
    with transaction.atomic():
        Logout.objects.update(give_up_at=clock.now())
    assert told() == []
    with transaction.atomic():
        row = Logout.objects.get()
        assert row.state == "dead"
        assert JournalRow.objects.filter(verb="signon.logout.tell").count() == 1
    bakari = served.at_work("maji-mfano", "Bakari")
    at = f"/ofisi/kuingia/{system.client_id}/"
    assert "Haikupokelewa kwa siku tatu" in bakari.go(at)
    stranger = served.officer("benki-mfano", "Shabani")
    with pytest.raises(SignonRefusedError), transaction.atomic():
        ending.tell_again(actor=stranger, logout_id=row.id)
    ear.status = 204
    bakari.press(do="again", logout=str(row.id))
    assert len(told()) == 1


def test_a_lost_factor_ends_it(served: Country, ear: Ear, told: Run) -> None:
    system, juma_s = served.system("mfano", "Zawadi", "Neema", told_at=ear.url), served.at_work("mfano", "Juma")
    found = system.sign_in(juma_s, WORK)
    imani, neema, juma = (served.officer("mfano", one) for one in ("Imani", "Neema", "Juma"))
    with transaction.atomic():
        asked = recovery.ask_recovery(actor=imani, person_id=juma.who, reason="Simu imepotea")
        recovery.approve_recovery(actor=neema, recovery_id=asked)
    assert system.facts(found["access_token"]).status_code == 401
    assert len(told()) == 1


def test_whoever_leaves_the_post_is_out(served: Country, ear: Ear, told: Run) -> None:
    system = served.system("mfano", "Zawadi", "Neema", told_at=ear.url)
    found = system.sign_in(served.at_work("mfano", "Juma"), WORK)
    neema, juma = served.officer("mfano", "Neema"), served.officer("mfano", "Juma")
    assert juma.appointment_id
    with transaction.atomic():
        institutions.end_appointment(actor=neema, appointment_id=juma.appointment_id, reason="Amesimamishwa")
    assert system.facts(found["access_token"]).status_code == 401, "before anybody is told"
    assert len(told()) == 1
    with transaction.atomic():
        assert SignIn.objects.get().why == "post"


def test_an_account_that_is_closed_is_out(served: Country, ear: Ear, told: Run) -> None:
    system = served.system("mfano", "Zawadi", "Neema", told_at=ear.url)
    found = system.sign_in(served.at_work("mfano", "Juma"), WORK)
    with transaction.atomic():
        Account.objects.filter(person_id=served.officer("mfano", "Juma").who).update(is_active=False)
    assert system.facts(found["access_token"]).status_code == 401
    assert system.refresh(found["refresh_token"]).status_code == 400
    jobs.review()
    assert len(told()) == 1


def test_the_head_ends_every_session_of_one_of_the_staff(served: Country, ear: Ear, told: Run) -> None:
    system = served.system("mfano", "Zawadi", "Neema", told_at=ear.url)
    juma, neema = served.at_work("mfano", "Juma"), served.at_work("mfano", "Neema")
    found = system.sign_in(juma, WORK)
    page = neema.go("/ofisi/kuingia/watumishi/")
    assert "Juma" in page
    assert "Daftari la wateja" in page
    neema.press(person=str(served.officer("mfano", "Juma").who))
    assert system.facts(found["access_token"]).status_code == 401
    assert len(told()) == 1
    juma.go("/ofisi/usalama/")
    assert juma.pages[-1].startswith("/ofisi/ingia/")
    for slug, name in (("jirani", "Subira"), ("mfano", "Zawadi")):
        with pytest.raises(NotAllowedError), transaction.atomic():
            identity.end_staff_sessions(actor=served.officer(slug, name), person_id=served.officer("mfano", "Juma").who)


def test_a_session_that_runs_out_is_told_after_a_while(served: Country, ear: Ear, told: Run) -> None:
    system, bakari = served.system(told_at=ear.url), served.at_work("maji-mfano", "Bakari")
    found = system.sign_in(bakari, WORK)
    system.age(bakari, 13 * 3600)
    assert system.facts(found["access_token"]).status_code == 401
    jobs.find_lost()
    assert told() == [], "a session that is renewed in a moment is the same"
    with transaction.atomic():
        SignIn.objects.update(lost_at=clock.now() - timedelta(minutes=4))
    jobs.find_lost()
    assert len(told()) == 1


def test_who_signs_in_again_in_the_same_browser_stays_in(served: Country, jobs_of: Run) -> None:
    """Left idle at the desk here while at work in another system: a new sign-in here throws nobody out there."""
    system = served.system()
    with transaction.atomic():
        account = Account.objects.get(person_id=served.officer("maji-mfano", "Bakari").who)
        account.set_password("kitambulisho-kirefu-9")
        account.save()
        factors.renew_recovery_codes(account)
        paper = factors.recovery_codes(account)
    bakari = served.at_work("maji-mfano", "Bakari")
    found = system.sign_in(bakari, WORK)
    bakari.go("/ofisi/ingia/")
    bakari.press(name=account.email, password="kitambulisho-kirefu-9")
    bakari.press(factor=paper[0])
    jobs_of()
    jobs.find_lost()
    assert system.facts(found["access_token"]).status_code == 200
    assert system.sign_in(bakari, WORK)["claims"]["sid"] == found["claims"]["sid"]


def test_one_ends_ones_own_and_nobody_elses(served: Country, ear: Ear, told: Run) -> None:
    system, asha = served.for_citizens(told_at=ear.url), served.citizen()
    found = system.sign_in(asha, "openid profile phone")
    page = asha.go("/ingia/mifumo/")
    assert "Daftari la wateja" in page
    assert "Jina na lugha, Namba ya simu" in page
    with transaction.atomic():
        row = SignIn.objects.get()
    other = served.citizen("0700 000 062", "Jirani")
    assert "Daftari la wateja" not in other.go("/ingia/mifumo/")
    other.press(do="end", id=str(row.id))
    assert system.facts(found["access_token"]).status_code == 200
    asha.press(do="end", id=str(row.id))
    assert system.facts(found["access_token"]).status_code == 401
    assert len(told()) == 1
    again = system.sign_in(asha, "openid profile phone")
    assert asha.pages[-1].startswith("/oidc/authorize"), "consent was given before"
    assert again["claims"]["sub"] == found["claims"]["sub"]
    assert again["claims"]["sid"] != found["claims"]["sid"]


def test_a_consent_that_is_withdrawn_ends_what_it_let_in(served: Country) -> None:
    system, asha = served.for_citizens(), served.citizen()
    found = system.sign_in(asha, "openid profile")
    page = asha.go("/ingia/mifumo/")
    mark = page.split("Mifumo uliyoiridhia")[1].split('name="id" value="')[1].split('"')[0]
    asha.press(do="withdraw", id=mark)
    asha.press(do="withdraw", id=str(uuid.uuid4()))
    assert system.facts(found["access_token"]).status_code == 401
    asha.go(system.begin("openid profile"))
    assert asha.pages[-1].startswith("/mfumo/ridhaa/"), "asked again"


def test_a_client_that_ends_lets_everybody_out(served: Country, ear: Ear, told: Run) -> None:
    system, bakari = served.system(told_at=ear.url), served.at_work("maji-mfano", "Bakari")
    found = system.sign_in(bakari, WORK)
    with transaction.atomic():
        registering.end_client(actor=served.officer("maji-mfano", "Bakari"), client_id=system.id)
    assert system.facts(found["access_token"]).status_code == 401
    assert system.refresh(found["refresh_token"]).status_code == 401
    assert len(told()) == 1
    assert "hautambuliki" in bakari.go(system.begin())


def test_signing_out_leads_back_with_the_state(served: Country) -> None:
    system, bakari = served.system(), served.at_work("maji-mfano", "Bakari")
    hint = system.sign_in(bakari)["id_token"]
    at = bakari.go(f"/oidc/logout?id_token_hint={hint}&post_logout_redirect_uri={LEFT}&state=hali")
    assert (at.partition("?")[0], query(at)) == (LEFT, {"state": "hali"})
    asked = served.at_work("maji-mfano", "Bakari")
    asked.go(f"/oidc/logout?client_id={system.client_id}&post_logout_redirect_uri={LEFT}&state=hali")
    assert asked.pages[-1].startswith("/mfumo/toka/")
    assert asked.press().startswith(LEFT)
