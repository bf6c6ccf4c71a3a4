"""A document is issued once, seen by whom it concerns, checked by number, taken back at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

from jumuishi.documents import checking, keys, lists, public, queries, verifier
from jumuishi.documents.models import Document, InstallationKey, InstitutionKey
from jumuishi.documents.tests.conftest import Cast
from jumuishi.documents.types import DocumentState, Issued, NoSuchDocumentError, Result, TooOftenError
from jumuishi.identity.public import principal_of
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import clock, tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.seal import BrokenSealError, unseal

Issue = Callable[..., Issued]
pytestmark = pytest.mark.database


def pdf_of(issued: Issued) -> bytes:
    return b"".join(public.open_pdf(actor=Actor.system(), number=issued.number)[1])


def test_what_is_issued_verifies(db: None, issue: Issue) -> None:
    issued = issue()
    pdf = pdf_of(issued)
    verdict = public.verify_file(pdf)
    assert verdict.result is Result.GENUINE, verdict.reason
    assert verdict.code is not None
    assert verdict.code.number == issued.number
    assert verdict.issuer["sw"] == "Halmashauri ya Mfano"
    assert public.verify_payload(issued.payload).result is Result.GENUINE


def test_issued_once_however_often_asked(db: None, issue: Issue) -> None:
    case = new_id()
    assert issue(case_id=case).number == issue(case_id=case).number
    assert issue(case_id=case, visit=2).number != issue(case_id=case).number
    assert Document.objects.count() == 2


def test_the_public_lists_prove_it_without_us(db: None, issue: Issue) -> None:
    issued, taken_back = issue(), issue()
    public.revoke(actor=Actor.system(), number=taken_back.number, reason="Biashara imehama")
    held = lists.read_keys(public.key_list())
    revoked = lists.read_revoked(public.revocation_list(), held.root)
    at = clock.now()
    assert verifier.verify_pdf(pdf_of(issued), held, revoked, at).result is Result.GENUINE
    assert verifier.verify_pdf(pdf_of(taken_back), held, revoked, at).result is Result.REVOKED
    assert "Biashara" not in str(public.revocation_list())


def test_a_key_that_was_renewed_in_the_night_signed_on_that_day(db: None, cast: Cast, issue: Issue) -> None:
    """Half past midnight in Dar es Salaam is still the day before in UTC, where the key's life is told."""
    night = datetime(2026, 11, 26, 21, 30, tzinfo=UTC)
    with clock.frozen(night):
        old = issue()
    with clock.frozen(night + timedelta(minutes=1)):
        public.rotate_key(actor=Actor.system(), institution_id=cast.council.id, name=cast.council.name)
        assert public.verify_payload(old.payload).result is Result.GENUINE
        assert public.verify_file(pdf_of(old)).result is Result.GENUINE


def test_rotated_keys_still_verify_what_they_signed(db: None, cast: Cast, issue: Issue) -> None:
    old = issue()
    public.rotate_key(actor=Actor.system(), institution_id=cast.council.id, name=cast.council.name)
    new = issue()
    kids = {bytes(row.kid) for row in InstitutionKey.objects.filter(institution_id=cast.council.id)}
    assert len(kids) == 2
    assert public.verify_file(pdf_of(old)).result is Result.GENUINE
    assert public.verify_file(pdf_of(new)).result is Result.GENUINE
    assert public.verify_file(pdf_of(old)).key != public.verify_file(pdf_of(new)).key


def test_a_key_past_its_time_is_replaced(db: None, issue: Issue) -> None:
    issue()
    with clock.frozen(clock.now() + timedelta(days=keys.KEY_DAYS + 1)):
        later = issue(valid_until=None)
        assert public.verify_file(pdf_of(later)).result is Result.GENUINE
    assert InstitutionKey.objects.count() == 2


def test_a_struck_off_key_is_believed_no_more(db: None, issue: Issue) -> None:
    issued = issue()
    kid = public.verify_payload(issued.payload).key
    public.strike_off_key(actor=Actor.system(), kid=kid, reason="kompyuta imeibiwa")
    assert public.verify_payload(issued.payload).result is Result.UNKNOWN_KEY
    assert public.verify_file(pdf_of(issued)).result is Result.UNKNOWN_KEY
    assert public.verify_file(pdf_of(issue())).result is Result.GENUINE


def test_only_the_authority_or_the_platform_manages_keys(db: None, cast: Cast, issue: Issue) -> None:
    kid = public.verify_payload(issue().payload).key
    for actor in (cast.officer(), cast.asha, cast.baraka):
        with pytest.raises(NotAllowedError):
            public.strike_off_key(actor=actor, kid=kid, reason="x")


def test_private_keys_lie_sealed(db: None, issue: Issue, tmp_path: Path) -> None:
    issue()
    # What opens them lies outside the database, the data folder and so every backup.
    assert not Path(settings.JUMUISHI_KEY_FILE).resolve().is_relative_to(Path(settings.JUMUISHI_DATA).resolve())
    master = Path(settings.JUMUISHI_KEY_FILE).read_bytes()
    root = keys.root_key().private_bytes_raw()
    for row in InstallationKey.objects.all():
        assert root not in bytes(row.sealed_private)
    pair = InstitutionKey.objects.get()
    assert b"PRIVATE" not in bytes(pair.sealed_pdf_private)
    assert len(bytes(pair.sealed_private)) > 32
    # Nor can a seal be opened as something that it is not, or by whoever holds the rows alone.
    with pytest.raises(BrokenSealError):
        unseal(bytes(pair.sealed_private), "documents.root")
    with override_settings(JUMUISHI_KEY_FILE=tmp_path / "other.key"), pytest.raises(BrokenSealError):
        unseal(bytes(pair.sealed_private), "documents.code-key")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(d::text, '') FROM documents_installation_key d")
        assert master.hex() not in str(cursor.fetchone())


def test_an_officer_of_the_house_may_issue_and_another_may_not(db: None, cast: Cast, issue: Issue) -> None:
    assert issue(actor=cast.officer()).number
    with pytest.raises(NotAllowedError):
        issue(actor=cast.officer(cast.other_council))
    with pytest.raises(NotAllowedError):
        issue(actor=cast.asha)


def test_the_wall_shows_a_document_to_whom_it_concerns_only(db: None, cast: Cast, issue: Issue) -> None:
    number = issue().number
    for actor, seen in (
        (cast.asha, 1),
        (cast.officer(), 1),
        (cast.baraka, 0),
        (cast.officer(cast.other_council), 0),
        (Actor.person(None), 0),
    ):
        with tenancy.acting_as(principal_of(actor)):
            assert Document.objects.filter(number=number).count() == seen, actor
            assert InstitutionKey.objects.count() == 0
            assert InstallationKey.objects.count() == 0
            assert Document.objects.filter(number=number).update(state="revoked", ended_at=clock.now()) == 0
    for actor in (cast.baraka, cast.officer(cast.other_council)):
        with pytest.raises(NoSuchDocumentError):
            public.open_pdf(actor=actor, number=number)
        with pytest.raises(NoSuchDocumentError):
            public.revoke(actor=actor, number=number, reason="x")
    with pytest.raises(NotAllowedError):
        public.revoke(actor=cast.asha, number=number, reason="x")
    with tenancy.acting_as(None), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM documents_document")
        assert cursor.fetchone() == (0,)


def test_her_own_document_opens_and_the_look_is_on_record(db: None, cast: Cast, issue: Issue) -> None:
    found, chunks = public.open_pdf(actor=cast.asha, number=issue().number)
    assert b"".join(chunks)[:5] == b"%PDF-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM evidence_journal WHERE thing_id = %s", [found.id])
        row = cursor.fetchone()
    assert row == (2,)


def test_number_and_detail(db: None, issue: Issue) -> None:
    issued = issue()
    for detail in ("Asha", "juma", "Asha Juma", "JUMA ASHA", "0001", "0700 000 001", "+255700000001"):
        checked = public.check_by_number(number=issued.number, detail=detail)
        assert checked is not None, detail
        assert checked.state is DocumentState.ISSUED
    for detail in ("", "Neema", "Ash", "A", "0002", "Asha Neema", "0700 000 002", "00001"):
        assert public.check_by_number(number=issued.number, detail=detail) is None, detail
    assert public.check_by_number(number="1000000000000000", detail="Asha") is None


def test_a_number_is_not_tried_for_ever(db: None, issue: Issue) -> None:
    number = issue().number
    for _ in range(checking.CHECKS_AN_HOUR):
        public.check_by_number(number=number, detail="Neema")
    with pytest.raises(TooOftenError):
        public.check_by_number(number=number, detail="Asha")


def test_taken_back(db: None, cast: Cast, issue: Issue) -> None:
    issued = issue()
    public.revoke(actor=cast.officer(), number=issued.number, reason="Biashara imehama kata")
    checked = public.check_by_number(number=issued.number, detail="Asha")
    assert checked is not None
    assert (checked.state, checked.reason) == (DocumentState.REVOKED, "Biashara imehama kata")
    assert public.verify_payload(issued.payload).result is Result.REVOKED
    again = public.revoke(actor=cast.officer(), number=issued.number, reason="tena", replaced_by="1")
    assert again.state is DocumentState.REVOKED


def test_expired_after_its_last_day_and_not_before(db: None, issue: Issue) -> None:
    last = queries.today()
    issued = issue(valid_until=last)
    assert public.verify_payload(issued.payload).result is Result.GENUINE
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert public.verify_payload(issued.payload).result is Result.EXPIRED
        checked = public.check_by_number(number=issued.number, detail="Asha")
        assert checked is not None
        assert checked.state is DocumentState.EXPIRED


def test_events_reach_the_outbox(db: None, issue: Issue, run_jobs: Any) -> None:
    assert issue().number
    run_jobs()
