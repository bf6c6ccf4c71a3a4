"""Whose a file on its way is, and every way in which it ends."""

import os
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client, TestCase, override_settings

from jumuishi.cases import held, jobs
from jumuishi.cases.helping.tests.conftest import code, mandate
from jumuishi.cases.models import Attachment, Case, Upload
from jumuishi.cases.resumable.tests.conftest import SYSTEM, Sender, door, on_disk, pdf, row_of, the_upload
from jumuishi.cases.tests.conftest import ANSWERS, PDF, begin, fill, upload
from jumuishi.cases.tests.test_licence import act, case_of
from jumuishi.evidence.models import JournalRow
from jumuishi.identity import testing
from jumuishi.identity.public import new_token
from jumuishi.kernel import clock, parts, tenancy

pytestmark = pytest.mark.database


def test_an_outsider_sees_and_changes_none_of_it(draft: str, asha: Client, at_work: Any) -> None:
    content, phone = pdf(2000), Sender(asha)
    url = str(phone.begin(door(draft), content)["Location"])
    phone.part(url, 0, content[:500])
    baraka, visitor = Client(), Client()
    testing.sign_in(baraka, testing.citizen("0700 000 062", "Baraka"))
    for stranger in (Sender(baraka), Sender(at_work("mfano", "Juma")), Sender(at_work("jirani", "Baraka"))):
        assert stranger.begin(door(draft), content).status_code in (302, 403, 404)
        assert stranger.part(url, 500, content[500:]).status_code in (302, 403, 404)
        assert stranger.client.head(url, headers=phone.said).status_code in (302, 403, 404)
        assert stranger.client.delete(url, headers=phone.said).status_code in (302, 403, 404)
    assert Sender(visitor).part(url, 500, content[500:]).status_code == 302, "a visitor is led to sign in"
    assert Sender(visitor).begin(door(draft), content).status_code == 302
    assert phone.there(url) == 500
    who = testing.citizen("0700 000 062").person_id
    for principal in (None, tenancy.Principal.person(who), tenancy.Principal.person(None)):
        with tenancy.acting_as(principal):
            assert not Upload.objects.exists()


def test_a_part_of_another_sites_page_is_refused(draft: str, asha: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = asha.cookies
    content, phone = pdf(100), Sender(asha)
    url = str(phone.begin(door(draft), content)["Location"])
    assert Sender(strict).begin(door(draft), content).status_code == 403
    assert Sender(strict).part(url, 0, content).status_code == 403
    assert phone.there(url) == 0


def test_a_relative_sends_while_the_consent_stands(licence: str) -> None:
    mjukuu = Client()
    testing.sign_in(mjukuu, testing.citizen("0700 000 047", "Mjukuu Ally"))
    asked = {"phone": "0700000046", "kind": "relative", "scope": "case", "offering": licence}
    at = str(mjukuu.post("/maombi/kwa-mwingine/", asked)["Location"])
    mjukuu.post(at, {"code": code("700000046")})
    draft = str(mjukuu.post(f"{at}anza/")["Location"])
    content, phone = pdf(2000), Sender(mjukuu)
    assert phone.whole(door(draft), content).status_code == 204
    with tenancy.acting_as(SYSTEM):
        kept = Attachment.objects.get()
        row = JournalRow.objects.filter(verb="cases.upload.begin").get()
    bibi = testing.citizen("0700 000 046")
    assert kept.person_id == bibi.who, "the file is its owner's"
    assert row.on_behalf_of == bibi.who
    url = str(phone.begin(door(draft, "registration"), content)["Location"])
    phone.part(url, 0, content[:500])
    owner = Client()
    testing.sign_in(owner, bibi)
    assert Sender(owner).there(url) == 500
    owner.post(f"/maombi/wasaidizi/{mandate().id}/", {"do": "end"})
    assert phone.part(url, 500, content[500:]).status_code == 404
    with tenancy.acting_as(tenancy.Principal.person(testing.citizen("0700 000 047").person_id)):
        assert not Upload.objects.exists()


def test_a_file_that_the_office_asked_for(submitted: str, asha: Client, at_work: Any) -> None:
    case, phone = case_of(submitted), Sender(asha)
    path = f"/maombi/{case.id}/faili/registration/"
    early = phone.begin(path, pdf(900))
    assert (early.status_code, early.json()["code"]) == (409, "cases.nothing_asked")
    act(at_work("mfano", "Juma"), case, "ask", "Tuma cheti kinachosomeka")
    assert phone.begin(path.replace("registration", "hakuna"), pdf(900)).status_code == 404, "only what was asked for"
    assert phone.whole(path, pdf(900), 400).status_code == 204
    kept = Attachment.objects.get(case_id=case.id, sha256=the_upload().sha256)
    assert kept.institution_id == case.institution_id
    page = asha.get(submitted).content.decode()
    assert f'data-to="{path}"' in page
    assert "cases/draft.js" in page
    version = page.split('name="version" value="')[1].split('"')[0]
    waits = {"version": version, "business_name": "Mgahawa wa Asha", "sending": "registration"}
    early = asha.post(f"{submitted}jibu/", waits)
    assert early.status_code == 400
    assert "Faili hili bado linafika" in early.content.decode()
    given = {"version": version, "business_name": "Mgahawa wa Asha", "registration__kept": kept.sha256}
    assert asha.post(f"{submitted}jibu/", given).status_code == 302
    assert Case.objects.get(id=case.id).state["answers"]["registration"]["sha256"] == kept.sha256
    assert phone.begin(path, pdf(700, b"c")).status_code == 409


def test_what_it_was_for_ends_it(world: object, committed_db: None, asha: Client) -> None:
    before = on_disk()

    def one_on_its_way(draft: str, field: str) -> str:
        phone = Sender(asha)
        url = str(phone.begin(door(draft, field), pdf(2000))["Location"])
        assert phone.part(url, 0, pdf(2000)[:900]).status_code == 204
        assert on_disk() == before + 1
        return url

    draft = begin(asha)
    one_on_its_way(draft, "tax_clearance")
    asha.post(f"{draft}applicant/", {"drop": "tax_clearance"})
    assert on_disk() == before, "taken back"
    one_on_its_way(draft, "tax_clearance")
    asha.post(f"{draft}applicant/", {"tax_clearance": upload(PDF)})
    assert on_disk() == before, "the plain form was used instead"
    url = one_on_its_way(draft, "registration")
    asha.post(f"{draft}futa/")
    assert on_disk() == before, "the application was thrown away"
    assert Sender(asha).part(url, 900, b"x").status_code == 404


def test_at_submission_it_ends_and_no_part_comes_after(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    fill(asha, draft)
    phone, content = Sender(asha), pdf(2000, b"z")
    url = str(phone.begin(door(draft, "lease"), content)["Location"])
    phone.part(url, 0, content[:900])
    row = row_of(draft)
    token = new_token(row.person_id)
    answer = Client().post(
        f"/api/v1/drafts/{row.id}/submit", {"phone": "0700000001"}, content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert phone.part(url, 900, content[900:]).status_code == 404
    assert phone.begin(door(draft, "lease"), content).status_code == 409


def test_one_goes_on_while_it_comes_and_nothing_is_submitted_without_it(country: dict[str, UUID], asha: Client) -> None:
    draft, phone, content = begin(asha), Sender(asha), pdf(2000)
    url = str(phone.begin(door(draft), content)["Location"])
    phone.part(url, 0, content[:500])
    page = asha.get(f"{draft}applicant/").content.decode()
    assert "hati.pdf: imefika KB 1 kati ya KB 2" in page
    assert '<input type="hidden" name="sending" value="tax_clearance">' in page
    given = {**ANSWERS["applicant"], "sending": "tax_clearance"}
    assert asha.post(f"{draft}applicant/", ANSWERS["applicant"]).status_code == 400, "a page that knows nothing of it"
    assert asha.post(f"{draft}applicant/", given)["Location"] == f"{draft}business/"
    fill(asha, draft, {name: ANSWERS[name] for name in ("business", "premises")})
    assert "Faili hili bado linafika" in asha.get(f"{draft}hakiki/").content.decode()
    early = asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
    assert early.status_code == 400
    assert "Faili hili bado linafika" in early.content.decode()
    assert phone.part(url, 500, content[500:]).status_code == 204
    # One that may be left out, and is still only on the phone.
    only_there = asha.post(f"{draft}hakiki/", {"phone": "0700 000 001", "sending": "lease"})
    assert only_there.status_code == 400
    assert asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"}).status_code == 302


def test_after_its_days_it_goes_and_the_journal_says_so(draft: str, asha: Client) -> None:
    content, phone = pdf(2000), Sender(asha)
    url = str(phone.begin(door(draft), content)["Location"])
    phone.part(url, 0, content[:500])
    row = the_upload()
    assert row.expires_at - row.begun_at == timedelta(days=7)
    done = str(phone.begin(door(draft, "registration"), content)["Location"])
    phone.part(done, 0, content)
    jobs.expire_uploads()
    assert phone.there(url) == 500
    Upload.objects.update(expires_at=clock.now())
    assert phone.part(url, 500, content[500:]).status_code == 404, "also before the sweep comes by"
    with TestCase.captureOnCommitCallbacks(execute=True):
        jobs.expire_uploads()
    assert not Upload.objects.exists()
    ends = JournalRow.objects.filter(verb="cases.upload.expire", thing_id=row_of(draft).id)
    assert ends.count() == 2
    assert not parts.held(UUID(url.rstrip("/").rsplit("/", 1)[-1]))
    assert Attachment.objects.count() == 1, "what was taken stays"


def test_what_a_crash_left_on_the_disk_is_found(draft: str, asha: Client) -> None:
    phone = Sender(asha)
    url = str(phone.begin(door(draft), pdf(2000))["Location"])
    phone.part(url, 0, pdf(2000)[:500])
    stray = parts._folder() / "ab12"
    stray.write_bytes(b"x")
    os.utime(stray, (time.time() - 9 * 86400,) * 2)
    jobs.expire_uploads()
    assert not stray.exists()
    assert phone.there(url) == 500


def test_a_full_disk_takes_no_part_and_loses_none(draft: str, asha: Client) -> None:
    asha.raise_request_exception = False
    content, phone = pdf(2000), Sender(asha)
    url = str(phone.begin(door(draft), content)["Location"])
    phone.part(url, 0, content[:500])
    with override_settings(SPACE_RESERVE=1 << 60):
        refused = phone.part(url, 500, content[500:1500])
        assert (refused.status_code, refused["Retry-After"]) == (507, "300")
        assert phone.there(url) == 500
    assert phone.part(url, 500, content[500:]).status_code == 204
    assert Attachment.objects.count() == 1


def test_no_room_for_the_whole_keeps_all_parts_for_later(
    draft: str, asha: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asha.raise_request_exception = False
    content, phone = pdf(2000), Sender(asha)
    url = str(phone.begin(door(draft), content)["Location"])

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("jumuishi.kernel.files.put", full)
        assert phone.part(url, 0, content[:1900]).status_code == 204
        assert phone.part(url, 1900, content[1900:]).status_code == 507
    assert phone.there(url) == 1900
    assert phone.part(url, 1900, content[1900:]).status_code == 204


def test_it_is_among_what_is_held_about_a_person(draft: str, asha: Client) -> None:
    Sender(asha).begin(door(draft), pdf(2000))
    copies = list(held.Applications().copies(row_of(draft).person_id))
    assert [one["name"] for copy in copies for one in copy.data.get("on_their_way", [])] == ["hati.pdf"]
