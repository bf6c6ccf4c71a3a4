"""A system is asked for, approved by two, changed and ended by the pages alone; its secret is shown once."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext

from jumuishi.exchange.tests.desk import said
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import public as institutions
from jumuishi.kernel import clock, tenancy
from jumuishi.signon import jobs, registering, rules
from jumuishi.signon.models import Client, Consent, Key, Logout, SignIn, Subject
from jumuishi.signon.types import SignonRefusedError, Terms

pytestmark = pytest.mark.database
HERE = "/ofisi/kuingia/"
AtWork = Callable[[str, str], Web]
FORM = {
    "name": "Daftari la wateja", "kind": "confidential", "audience": "staff", "scopes": ["profile", "work"],
    "redirects": "https://wateja.maji-mfano.example/rudi\nhttps://wateja.maji-mfano.example/pili", "after_logout": "",
    "told_at": "https://wateja.maji-mfano.example/umetoka", "purpose_sw": "Kazi za wateja", "purpose_en": "",
    "basis": "Kanuni za mfano",
}  # fmt: skip


@pytest.fixture
def bakari(at_work: AtWork) -> Web:
    return at_work("maji-mfano", "Bakari")


@pytest.fixture
def asked(bakari: Web) -> str:
    made = bakari.post(f"{HERE}mpya/", FORM)
    assert made.status_code == 302, said(made)[:3000]
    return str(made["Location"])


def test_asked_for_approved_given_a_secret_and_ended(bakari: Web, asked: str, at_work: AtWork) -> None:
    assert "Unasubiri mkuu wa taasisi" in said(bakari.get(asked))
    assert bakari.post(asked, {"do": "approve"}).status_code == 403, "who asked does not lead the institution"
    aisha = at_work("maji-mfano", "Aisha")
    assert aisha.post(asked, {"do": "approve"}).status_code == 302
    assert "Unatumika" in said(bakari.get(asked))
    made = bakari.post(asked, {"do": "secret"})
    [secret] = re.findall(r"jms_[\w-]{20,}", made.content.decode())
    page = bakari.get(asked).content.decode()
    assert secret not in page
    assert f"…{secret[-4:]}" in page
    row = Client.objects.get()
    assert row.secret_hash == registering.digest(secret)
    assert "Walioingia" in said(bakari.get(asked))
    assert "wanatolewa sasa" in said(bakari.get(f"{asked}funga/"))
    assert bakari.post(f"{asked}funga/").status_code == 302
    assert "Umefungwa" in said(bakari.get(HERE))
    assert bakari.post(f"{asked}funga/").status_code == 422
    assert bakari.post(asked, {"do": "secret"}).status_code == 422


def test_a_refusal_says_why_and_can_be_asked_again(bakari: Web, asked: str, at_work: AtWork) -> None:
    aisha = at_work("maji-mfano", "Aisha")
    assert aisha.post(asked, {"do": "refuse", "reason": ""}).status_code == 422
    assert aisha.post(asked, {"do": "refuse", "reason": "Dhumuni halieleweki"}).status_code == 302
    assert "Dhumuni halieleweki" in said(bakari.get(asked))
    assert bakari.post(f"{asked}badili/", {**FORM, "purpose_sw": "Kuhudumia wateja"}).status_code == 302
    assert "Kuhudumia wateja" in said(aisha.get(asked))


def test_a_change_waits_and_what_was_approved_goes_on(bakari: Web, asked: str, at_work: AtWork) -> None:
    aisha = at_work("maji-mfano", "Aisha")
    aisha.post(asked, {"do": "approve"})
    thief = "https://mwizi.example/rudi"
    assert bakari.post(f"{asked}badili/", {**FORM, "redirects": thief}).status_code == 302
    row = Client.objects.get()
    assert thief not in row.terms["redirects"]
    assert row.asked["redirects"] == [thief]
    aisha.post(asked, {"do": "refuse", "reason": "Si anwani yetu"})
    assert Client.objects.get().terms["redirects"][0].startswith("https://wateja")
    other = bakari.post(f"{asked}badili/", {**FORM, "audience": "every_staff"})
    assert "Ongeza mfumo mwingine" in said(other)


def test_a_head_who_asked_needs_somebody_else(at_work: AtWork, country: object) -> None:
    rose = at_work("benki-mfano", "Rose")
    made = str(rose.post(f"{HERE}mpya/", FORM)["Location"])
    assert "awe mtu mwingine" in said(rose.get(made))
    assert rose.post(made, {"do": "approve"}).status_code == 422
    assert Client.objects.get().terms is None


def test_what_serves_citizens_waits_for_the_authority_too(bakari: Web, at_work: AtWork) -> None:
    form = {**FORM, "audience": "citizens", "scopes": ["profile", "phone"]}
    made = str(bakari.post(f"{HERE}mpya/", form)["Location"])
    zuhura, aisha = at_work("mamlaka", "Zuhura"), at_work("maji-mfano", "Aisha")
    name = made.replace(HERE, f"{HERE}wananchi/")
    assert zuhura.get(name).status_code == 404, "not before the head"
    aisha.post(made, {"do": "approve"})
    assert "Unasubiri mamlaka" in said(aisha.get(made))
    assert Client.objects.get().terms is None
    assert aisha.get(f"{HERE}wananchi/").status_code == 403
    assert aisha.post(name, {"do": "approve"}).status_code == 403
    assert "Kazi za wateja" in said(zuhura.get(f"{HERE}wananchi/"))
    assert "Jina na lugha; Namba ya simu" in said(zuhura.get(name))
    assert zuhura.post(name, {"do": "refuse", "reason": ""}).status_code == 422
    assert zuhura.post(name, {"do": "approve"}).status_code == 302
    assert zuhura.post(name, {"do": "approve"}).status_code == 404
    assert Client.objects.get().terms["audience"] == "citizens"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"redirects": ""}, "angalau anwani moja"), ({"redirects": "http://wateja.example/rudi"}, "ianze na https://"),
        ({"redirects": "https://*.maji.example/rudi"}, "bila nyota"),
        ({"redirects": "https://a.example/#x"}, "bila nyota"),
        ({"redirects": "https://mtu@a.example/"}, "bila nyota"), ({"name": " "}, "Andika jina la mfumo"),
        ({"purpose_sw": ""}, "Eleza dhumuni"), ({"basis": ""}, "Taja msingi wa kisheria"),
        ({"scopes": ["phone"]}, "hauwezi kupewa taarifa hizo"), ({"kind": ""}, "Chagua aina ya mfumo"),
        ({"audience": ""}, "Chagua wanaoingia"), ({"told_at": "https://10.0.0.1/"}, "mtandao wa faragha"),
        ({"told_at": "http://wateja.example/"}, "lazima ianze na https://"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_said_and_nothing_typed_is_lost(bakari: Web, more: dict[str, str], says: str) -> None:
    answer = bakari.post(f"{HERE}mpya/", {**FORM, **more})
    assert answer.status_code == 422
    assert says in said(answer)
    if "basis" not in more:
        assert "Kanuni za mfano" in answer.content.decode()
    assert not Client.objects.exists()


def test_the_same_sent_twice_is_one_system(bakari: Web, asked: str) -> None:
    assert bakari.post(f"{HERE}mpya/", FORM)["Location"] == asked
    assert Client.objects.count() == 1


def test_an_old_secret_counts_for_a_day(bakari: Web, asked: str) -> None:
    secrets = [
        re.findall(r"jms_[\w-]{20,}", bakari.post(asked, {"do": "secret"}).content.decode())[0] for _ in range(2)
    ]
    row = Client.objects.get()
    assert [row.old_hash, row.secret_hash] == [registering.digest(one) for one in secrets]
    assert row.old_until is not None
    assert timedelta(hours=23) < row.old_until - clock.now() <= rules.OVERLAP


def test_what_nobody_decides_lapses_in_thirty_days(bakari: Web, asked: str) -> None:
    jobs.review()
    assert Client.objects.get().asked is not None
    Client.objects.update(asked_at=clock.now() - timedelta(days=31))
    jobs.review()
    assert Client.objects.get().asked is None
    assert "Wasilisha tena" in said(bakari.get(asked))


def test_nobody_of_another_institution_sees_or_touches_it(bakari: Web, asked: str, at_work: AtWork) -> None:
    outsiders = [at_work("jirani", "Subira"), at_work("benki-mfano", "Shabani"), at_work("jirani", "Baraka"), Web()]
    for one in outsiders:
        for path in (asked, f"{asked}badili/", f"{asked}funga/"):
            assert one.get(path).status_code in (302, 403, 404)
            assert one.post(path, {"do": "secret", **FORM}).status_code in (302, 403, 404)
        assert "Daftari la wateja" not in said(one.get(HERE))
    row = Client.objects.get()
    assert (row.secret_hash, row.ended_at, row.terms) == ("", None, None)
    assert at_work("maji-mfano", "Jabiri").get(HERE).status_code == 403, "who looks after no systems"


def test_the_database_holds_the_walls(bakari: Web, asked: str, officer: Callable[[str, str], Actor]) -> None:
    subira, aisha = officer("jirani", "Subira"), officer("maji-mfano", "Aisha")
    with tenancy.acting_as(tenancy.Principal.institution(subira.workplace, subira.person_id)):
        assert not Client.objects.exists()
    with tenancy.acting_as(tenancy.Principal.institution(aisha.workplace, aisha.person_id)):
        assert Client.objects.count() == 1
        for model in (SignIn, Consent, Subject, Key):
            assert not model.objects.exists()
    zuhura = officer("mamlaka", "Zuhura")
    with tenancy.acting_as(tenancy.Principal.authority(zuhura.workplace, zuhura.person_id)):
        assert not Client.objects.exists(), "what waits for a head is not the authority's yet"
        assert not Logout.objects.exists()


def test_an_institution_that_is_not_approved_asks_for_none(officer: Callable[[str, str], Actor]) -> None:
    bakari = officer("maji-mfano", "Bakari")
    stranger = Actor(ActorKind.OFFICER, bakari.person_id, jobs.UUID(int=5), bakari.roles)
    terms = Terms("staff", ["https://x.example/"], [], {"sw": "x"}, "x")
    with pytest.raises(SignonRefusedError):
        registering.ask(actor=stranger, name="X", kind="public", terms=terms)
    assert institutions.institution(jobs.UUID(int=5)) is None


def test_a_long_list_costs_no_more_than_a_short_one(bakari: Web, asked: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        bakari.get(HERE)
    for number in range(29):
        bakari.post(f"{HERE}mpya/", {**FORM, "name": f"Mfumo {number}"})
    with CaptureQueriesContext(connection) as many:
        page = bakari.get(HERE)
    assert "Mfumo 28" in said(page)
    assert len(many) <= len(few)
    assert "Mfumo 7" in said(bakari.get(f"{HERE}?q=Mfumo 7"))
    assert "Hakuna kilichopatikana" in said(bakari.get(f"{HERE}?q=kingine"))
