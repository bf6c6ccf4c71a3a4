"""Evidence is looked through for viruses; while the scanner is away it is kept and looked through later."""

import socket

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase, override_settings

from jumuishi.identity.types import NotAllowedError
from jumuishi.kernel import files, scanning
from jumuishi.kernel.tests.fake_clamd import VIRUS, FakeClamd, clamd
from jumuishi.meetings.minutes.tests.conftest import Council
from jumuishi.meetings.models import Step
from jumuishi.meetings.resolutions import doing, jobs
from jumuishi.meetings.resolutions.tests.test_resolutions import do, given, refused
from jumuishi.messaging.models import Mail

pytestmark = pytest.mark.database
__all__ = ["clamd"]


def test_an_infected_file_is_refused_and_leaves_no_step(council: Council, clamd: FakeClamd) -> None:
    duty = given(council)
    refused("file_infected", lambda: do(council, duty, "note", file=("x.pdf", [VIRUS])))
    assert not Step.objects.exists()
    do(council, duty, "note", file=("x.pdf", [b"%PDF-1.7 kweli"]))
    assert Step.objects.get().scan == scanning.CLEAN
    page = council.enter("mfano", "Juma").post(
        f"/ofisi/mabaraza/maazimio/{duty.id}/tenda/",
        {"do": "note", "text": "Ona", "file": SimpleUploadedFile("x.pdf", VIRUS)},
    )
    assert page.status_code == 400
    assert "lina virusi" in page.content.decode()


def test_what_came_while_the_scanner_was_away_is_looked_through_later(council: Council) -> None:
    duty = given(council)
    do(council, duty, "note", file=("mbaya.pdf", [VIRUS]))
    do(council, duty, "note", file=("njema.pdf", [b"%PDF-1.7 kweli"]))
    do(council, duty, "note", text="Hakuna faili")
    assert set(Step.objects.values_list("scan", flat=True)) == {scanning.UNSCANNED}
    jobs.rescan()
    with override_settings(CLAMD="tcp://127.0.0.1:1"):
        jobs.rescan()
    bad, good = (Step.objects.get(file_name=name) for name in ("mbaya.pdf", "njema.pdf"))
    assert {bad.scan, good.scan} == {scanning.UNSCANNED}
    with pytest.raises(NotAllowedError):
        doing.mark_scanned(actor=council.stela, step_id=bad.id, scan=scanning.CLEAN, found="")
    fake = FakeClamd(socket.AF_INET, ("127.0.0.1", 0))
    juma = council.enter("mfano", "Juma")
    page = f"/ofisi/mabaraza/maazimio/{duty.id}/"
    with (
        override_settings(CLAMD=f"tcp://127.0.0.1:{fake.door.getsockname()[1]}"),
        TestCase.captureOnCommitCallbacks(execute=True),
    ):
        jobs.rescan()
        jobs.rescan()
    fake.close()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.scan, good.scan) == (scanning.INFECTED, scanning.CLEAN)
    assert bad.file_id is not None
    assert not files.path_of(bad.file_id).exists()
    assert Mail.objects.filter(to="juma@mfano.example", subject__contains="lina virusi").count() == 1
    shown = juma.get(page).content.decode()
    assert "Faili hili lilikuwa na virusi" in shown
    assert juma.get(f"{page}ushahidi/{bad.id}/").status_code == 404
    assert juma.get(f"{page}ushahidi/{good.id}/").status_code == 200
    assert len(fake.seen) == 2
