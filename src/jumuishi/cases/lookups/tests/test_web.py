"""On the web: told before, asked once, shown with its source; asked of the person where the register gives nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from jumuishi.cases import sameness
from jumuishi.cases.lookups.tests.conftest import (
    NAME,
    NIN,
    SYSTEM,
    apply,
    draft_of,
    looks_of,
    rest_of,
    said,
    send,
    submit,
)  # fmt: skip
from jumuishi.cases.models import Dispute, Look
from jumuishi.evidence.models import JournalRow
from jumuishi.exchange.tests.registry import SERVICE, Registry
from jumuishi.kernel import clock, tenancy

pytestmark = pytest.mark.slow
FIELD = 'name="full_name"'


def test_it_is_told_before_and_asked_once(register: Registry) -> None:
    asha = Client()
    draft = apply(asha)
    page = asha.get(f"{draft}applicant/")
    # Told before the key is sent: of whom, what, on what basis. The name itself is not asked.
    assert "tutaiuliza Rejesta ya vitambulisho vya taifa kwa namba hii ili kupata: Jina kamili" in said(page)
    assert "Msingi: Sheria ya Leseni za Biashara" in said(page)
    assert FIELD not in page.content.decode()
    assert register.system.came == []
    asked = re.search(r'name="asked" value="([^"]*)"', page.content.decode())
    assert asked is not None
    shown = send(asha, draft, asked=asked[1])
    # What was fetched is read before one goes on: from whom, when, how old, on what basis; not to be typed over.
    assert shown.status_code == 200
    assert NAME in said(shown)
    assert re.search(r"Kutoka Rejesta ya vitambulisho vya taifa, .* \(leo\)\. Msingi: Sheria", said(shown)), said(shown)
    assert FIELD not in shown.content.decode()
    assert len(register.system.came) == 1
    assert send(asha, draft, asked=f"{asked[1]} full_name").status_code == 302
    assert len(register.system.came) == 1
    (look,) = looks_of(draft)
    assert (look.state, look.values, look.source) == ("fetched", {"full_name": NAME}, SERVICE)
    assert NIN not in look.key_mark
    assert draft_of(draft).answers["full_name"] == NAME


def test_the_case_is_the_same_whoever_said_it(register: Registry) -> None:
    asha = Client()
    draft = apply(asha)
    send(asha, draft)
    rest_of(asha, draft)
    summary = said(asha.get(f"{draft}hakiki/"))
    assert f"{NAME} Kutoka Rejesta ya vitambulisho vya taifa" in summary
    fetched = submit(asha, draft)
    # Nothing is connected: the person is asked, as ever, and nothing is said of registers.
    text = register.file.read_text()
    register.unset()
    juma = Client()
    typed = apply(juma)
    try:
        assert FIELD in juma.get(f"{typed}applicant/").content.decode()
        assert send(juma, typed, full_name=NAME).status_code == 302
        rest_of(juma, typed)
        own = submit(juma, typed)
    finally:
        register.file.write_text(text)
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        assert sameness.form_of_case(own)["answers"]["full_name"] == NAME
        assert sameness.digest_of(fetched) == sameness.digest_of(own)
    assert looks_of(typed) == []
    (look,) = looks_of(draft)
    assert (look.case_id, look.institution_id) == (fetched.id, fetched.institution_id)
    # The applicant sees the source on the page of the case too.
    assert "Kutoka Rejesta ya vitambulisho vya taifa" in said(asha.get(f"/maombi/{fetched.id}/"))


def test_the_person_sees_that_a_register_was_asked(register: Registry) -> None:
    asha = Client()
    draft = apply(asha)
    send(asha, draft)
    page = said(asha.get("/mimi/waliotazama/"))
    assert "Iliuliza rejesta taarifa zako" in page, page
    assert "Halmashauri ya Wilaya ya Mfano" in page
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        row = JournalRow.objects.filter(verb="cases.look.ask", thing_id=draft_of(draft).id).get()
    # The journal names what was asked and the exchange's number, and no value.
    assert looks_of(draft)[0].message_id in str(row.body)
    assert NAME not in str(row.body)


@pytest.mark.parametrize(
    ("status", "body", "state", "words"),
    [
        (500, {}, "away", "haikupatikana"),
        (404, {}, "absent", "haina taarifa kwa namba hiyo"),
        (423, {}, "refused", "imefunga namba hiyo"),
        (200, {"person": {"full_name": "a" * 400}}, "fetched", "haina taarifa hii"),
    ],
)
def test_the_person_is_asked_where_it_gives_nothing(
    register: Registry, status: int, body: Any, state: str, words: str
) -> None:
    register.says(status, body)
    asha = Client()
    draft = apply(asha)
    asked = "nin tin tax_clearance purpose"
    page = send(asha, draft, asked=asked)
    assert page.status_code == 200, said(page)
    assert FIELD in page.content.decode()
    assert words in said(page)
    assert "Andika mwenyewe" in said(page)
    assert "applicant" not in draft_of(draft).done_pages
    assert send(asha, draft, full_name="Asha Juma", asked=f"{asked} full_name").status_code == 302
    rest_of(asha, draft)
    assert "Alisema mwombaji." in said(asha.get(f"{draft}hakiki/"))
    case = submit(asha, draft)
    assert case.state["answers"]["full_name"] == "Asha Juma"
    (look,) = looks_of(draft)
    assert (look.state, look.values) == (state, {})


def test_slow_keeps_nobody_waiting(register: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    register.system.wait = 4.0
    monkeypatch.setattr(settings, "REGISTER_SECONDS", 0.5)
    asha = Client()
    draft = apply(asha)
    page = send(asha, draft, asked="nin")
    assert FIELD in page.content.decode()
    # Everybody else is not kept waiting either: nobody asks again for a while.
    before = len(register.system.came)
    other = Client()
    again = apply(other)
    assert FIELD in send(other, again, asked="nin").content.decode()
    assert len(register.system.came) == before
    assert looks_of(again)[0].reason == "resting"


def test_what_is_typed_against_a_register_is_said(register: Registry) -> None:
    asha = Client()
    draft = apply(asha)
    page = send(asha, draft, full_name="Mtu Mwingine")
    assert page.status_code == 400
    assert "Taarifa hii inatoka kwenye rejesta" in said(page)
    assert draft_of(draft).answers["full_name"] == NAME


def test_another_key_is_another_question(register: Registry) -> None:
    asha = Client()
    draft = apply(asha)
    send(asha, draft)
    register.holds(full_name="Mwingine wa Rejesta")
    send(asha, draft, nin="19000101-00000-00000-02")
    assert draft_of(draft).answers["full_name"] == "Mwingine wa Rejesta"
    register.says(404, {})
    send(asha, draft, nin="19000101-00000-00000-03")
    # What belonged to another number does not stay.
    assert "full_name" not in draft_of(draft).answers
    assert len(register.system.came) == 3


def _ages(draft: str) -> None:
    """What was heard was heard a month ago."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        Look.objects.filter(draft_id=draft_of(draft).id).update(at=clock.now() - timedelta(days=31))


def test_old_values_are_asked_for_again_before_submission(register: Registry) -> None:
    asha = Client()
    draft = apply(asha)
    send(asha, draft)
    rest_of(asha, draft)
    register.holds(full_name="Asha Jina Jipya")
    _ages(draft)
    page = asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
    assert page.status_code == 400
    assert "imebadilika tangu ulipoijaza" in said(page)
    assert "Asha Jina Jipya" in said(page)
    assert submit(asha, draft).state["answers"]["full_name"] == "Asha Jina Jipya"
    assert len(register.system.came) == 2


def test_an_old_value_stands_with_its_age_while_the_register_is_away(register: Registry) -> None:
    asha = Client()
    draft = apply(asha)
    send(asha, draft)
    rest_of(asha, draft)
    register.says(500, {})
    _ages(draft)
    case = submit(asha, draft)
    assert case.state["answers"]["full_name"] == NAME
    assert "(siku 31 zilizopita)" in said(asha.get(f"/maombi/{case.id}/"))
    assert len(register.system.came) == 2


def test_a_value_that_is_wrong_is_disputed(register: Registry) -> None:
    asha = Client()
    draft = apply(asha)
    send(asha, draft)
    leads = send(asha, draft, disputes="full_name")
    assert leads.status_code == 302
    here = str(leads["Location"])
    assert NAME in said(asha.get(here))
    nothing = asha.post(here, {"full_name": "", "reason": ""})
    assert nothing.status_code == 400
    assert "Andika sababu" in said(nothing)
    given = {"full_name": "Asha Ali Juma", "reason": "Nimebadili jina kisheria"}
    assert asha.post(here, given).status_code == 302
    assert asha.post(here, given).status_code == 302
    page = asha.get(f"{draft}applicant/").content.decode()
    assert 'value="Asha Ali Juma"' in page
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        (kept,) = Dispute.objects.filter(draft_id=draft_of(draft).id)
    assert (kept.said, kept.reason) == (NAME, "Nimebadili jina kisheria")
    # The register is right after all.
    assert asha.post(here, {"right": "1"}).status_code == 302
    assert draft_of(draft).answers["full_name"] == NAME
    # Nobody else sees the page.
    assert Client().get(here).status_code in (302, 404)
    baraka = Client()
    apply(baraka)
    assert baraka.get(here).status_code == 404
    assert baraka.post(here, given).status_code == 404


def test_nobody_tries_one_number_after_the_other(register: Registry) -> None:
    asha = Client()
    draft = apply(asha)
    most = settings.IDENTITY_LIMITS["lookup.person"][0]
    for n in range(most + 3):
        send(asha, draft, nin=f"19000101-00000-{n:05d}-01")
    assert len(register.system.came) == most
    assert looks_of(draft)[0].reason == "limited"
    # Another guest at the same address goes on until the address is spent.
    other = Client()
    send(other, apply(other))
    assert len(register.system.came) == most + 1
