"""A wrong answer is put right for all to see; what the law does not keep is gone everywhere."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client, TestCase

from jumuishi.cases.actions.correcting import correct_answer
from jumuishi.cases.actions.erasing import erase_case
from jumuishi.cases.models import Attachment, Case, Correction, Find, Note, Upload
from jumuishi.cases.types import CaseError, KeptError
from jumuishi.evidence.models import JournalRow
from jumuishi.identity.holdings import holder
from jumuishi.identity.types import Actor, NotAllowedError
from jumuishi.kernel import clock, files, parts
from jumuishi.project import demo_data
from jumuishi.project.tests.scene import SECRETS
from jumuishi.services import public as services
from jumuishi.services.models import Edition

pytestmark = pytest.mark.database
Officer = Callable[[str, str], Actor]


def of(address: str) -> UUID:
    return UUID(re.findall(r"[0-9a-f-]{36}", address)[0])


def end(case_id: UUID, outcome: str = "withdrawn", years: int = 0) -> None:
    case = Case.objects.get(id=case_id)
    case.outcome, case.ended_at = outcome, clock.now() - timedelta(days=366 * years)
    case.state |= {"outcome": outcome, "ended_at": case.ended_at.isoformat()}
    case.save()


def keep_for(case_id: UUID, folder: Path) -> None:
    """The case as if it had been submitted to an edition that says how long it is kept."""
    copied = folder / "business-licence"
    shutil.copytree(demo_data.SERVICES / "business-licence", copied)
    with (copied / "service.yaml").open("a") as file:
        file.write("\nretention: {granted: 10 years, refused: 2 years}\n")
    edition = services.add_edition(actor=Actor.system(), folder=copied)
    Case.objects.filter(id=case_id).update(edition_hash=Edition.objects.get(id=edition).hash)


def test_a_running_case_goes_on_with_the_right_answer(submitted: str, officer: Officer, asha: Client) -> None:
    case_id, imani = of(submitted), officer("mfano", "Imani")
    before = Case.objects.get(id=case_id)
    correct_answer(actor=imani, case_id=case_id, field="full_name", value="Asha Juma Ally", reason="Jina la kadi")
    after = Case.objects.get(id=case_id)
    assert after.state["answers"]["full_name"] == "Asha Juma Ally"
    assert after.version > before.version, "an officer who had it open must look again"
    assert Find.objects.filter(case_id=case_id, token="ally").exists()
    page = asha.get(submitted).content.decode()
    assert "Awali: Asha Juma. Sahihi: Asha Juma Ally" in page
    with pytest.raises(CaseError, match="answers"):
        correct_answer(actor=imani, case_id=case_id, field="food_handlers", value="wengi", reason="x")
    for name in ("tax_clearance", "nothing"):
        with pytest.raises(CaseError, match="cannot_correct"):
            correct_answer(actor=imani, case_id=case_id, field=name, value="x", reason="x")


def test_an_ended_case_keeps_its_answer_with_the_correction_beside_it(
    submitted: str, officer: Officer, asha: Client, at_work: Callable[[str, str], Client]
) -> None:
    case_id, imani = of(submitted), officer("mfano", "Imani")
    end(case_id, "refused")
    correct_answer(actor=imani, case_id=case_id, field="full_name", value="Asha Juma Ally", reason="Jina la kadi")
    correct_answer(actor=imani, case_id=case_id, field="full_name", value="Asha J. Ally", reason="Tena")
    case = Case.objects.get(id=case_id)
    assert case.state["answers"]["full_name"] == "Asha Juma", "what was decided on stands"
    marks = list(Correction.objects.filter(case=case).order_by("created_at").values_list("old", "new", "by_person_id"))
    assert marks == [("Asha Juma", "Asha Juma Ally", imani.who), ("Asha Juma Ally", "Asha J. Ally", imani.who)]
    for client, path in ((asha, submitted), (at_work("mfano", "Juma"), f"/ofisi/ombi/{case_id}/")):
        assert "Sahihi: Asha J. Ally" in client.get(path).content.decode()


def test_only_the_data_protection_officer_there_corrects_and_erases(submitted: str, officer: Officer) -> None:
    case_id = of(submitted)
    end(case_id)
    for home, name in (("mfano", "Juma"), ("mfano", "Neema"), ("jirani", "Baraka")):
        with pytest.raises(NotAllowedError):
            correct_answer(actor=officer(home, name), case_id=case_id, field="full_name", value="X", reason="x")
        with pytest.raises(NotAllowedError):
            erase_case(actor=officer(home, name), case_id=case_id, reason="x")


def everywhere(word: str) -> list[str]:
    """Tables in which a text still stands, the journal's bytes included."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND relrowsecurity"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s", [f"%{word}%"])
            found += [table] if cursor.fetchone()[0] else []
        cursor.execute("SELECT count(*) FROM evidence_journal WHERE encode(body, 'escape') ILIKE %s", [f"%{word}%"])
        found += ["journal"] if cursor.fetchone()[0] else []
    return found


def test_what_the_law_no_longer_keeps_is_gone_everywhere(
    submitted: str,
    officer: Officer,
    asha: Client,
    at_work: Callable[[str, str], Client],
    run_jobs: Callable[[], int],
    tmp_path: Path,
) -> None:
    case_id, imani = of(submitted), officer("mfano", "Imani")
    run_jobs()
    keep_for(case_id, tmp_path)
    at_work("mfano", "Juma").get(f"/ofisi/ombi/{case_id}/")
    with pytest.raises(KeptError, match="kept_running"):
        erase_case(actor=imani, case_id=case_id, reason="Ameomba")
    end(case_id, "granted")
    with pytest.raises(KeptError, match="kept_by_law") as kept:
        erase_case(actor=imani, case_id=case_id, reason="Ameomba")
    assert kept.value.until is not None
    assert kept.value.until.year == clock.now().year + 10, "as the service's retention says"
    paths = [files.path_of(one.file_id) for one in Attachment.objects.filter(case_id=case_id)]
    assert len(paths) == 3
    assert all(path.exists() for path in paths)
    end(case_id, "granted", years=11)
    coming = Upload.objects.create(
        person_id=Case.objects.get(id=case_id).person_id, draft_id=case_id, case_id=case_id, field="lease",
        name="mgahawa.pdf", size=9, begun_at=clock.now(), expires_at=clock.now(),
    )  # fmt: skip
    parts.append(coming.id, 0, [b"mgahawa"], 7)
    assert {"cases_case", "cases_find", "cases_upload"} <= set(everywhere("mgahawa")), (
        "else the search below proves nothing"
    )
    with TestCase.captureOnCommitCallbacks(execute=True):
        erase_case(actor=imani, case_id=case_id, reason="Ameomba")
    assert not [path for path in paths if path.exists()], "the files are gone from the disk"
    assert not parts.held(coming.id)
    case = Case.objects.get(id=case_id)
    assert not Note.objects.filter(case=case).exists()
    assert JournalRow.objects.filter(thing_id=case_id, erased_at__isnull=False).exists()
    for word in (*SECRETS[:2], "700000001"):
        assert everywhere(word) in ([], ["identity_person"], ["identity_attempt"]), word
    assert asha.get(submitted).status_code == 404
    page = at_work("mfano", "Juma").get(f"/ofisi/ombi/{case_id}/")
    assert page.status_code == 200
    assert "zimefutwa kwa mujibu wa sheria" in page.content.decode()
    erase_case(actor=imani, case_id=case_id, reason="Tena")


def test_the_room_says_what_became_of_each(submitted: str, officer: Officer) -> None:
    case_id, imani = of(submitted), officer("mfano", "Imani")
    case, room = Case.objects.get(id=case_id), holder("cases")
    assert room is not None
    asked = {one.field: one for one in room.correctable(case.person_id, case.institution_id)}
    assert asked["full_name"].value == "Asha Juma"
    assert {key for key, _ in asked["sector"].choices} >= {"food"}
    assert "tax_clearance" not in asked
    fates = list(
        room.erase(actor=imani, person_id=case.person_id, institution_id=case.institution_id, reason="Ameomba")
    )
    assert [(one.thing, one.erased, one.keep_until) for one in fates] == [(case.reference, False, None)]
    assert json.dumps(dict(fates[0].reason))


# What hangs on a case, and is dropped or emptied when the case is erased (actions/erasing.py and the rooms it calls).
ERASED = {
    "cases_attachment", "cases_draft", "cases_task", "cases_note", "cases_find", "cases_correction", "cases_visit",
    "cases_agenda_item", "cases_hold", "cases_batch_item", "cases_remark", "documents_document", "payments_bill",
    "payments_refund", "cases_move_item", "cases_upload", "cases_look", "cases_dispute",
    "messaging_message",
}  # fmt: skip
# What names a case and holds nothing about a person: the reason.
HARMLESS: dict[str, str] = {}


def test_whatever_hangs_on_a_case_is_known_to_the_eraser(db: None) -> None:
    """A new table with a case in it is erased too, or says here why it need not be."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'case_id' "
            "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped"
        )
        found = {name for (name,) in cursor.fetchall()}
    assert found - ERASED - set(HARMLESS) == set()
    assert ERASED | set(HARMLESS) <= found
