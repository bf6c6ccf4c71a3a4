"""A paper that came while the scanner was away is looked through later; an infected one goes from every reader."""

import socket
from io import BytesIO

import pytest
from django.test import TestCase, override_settings
from pypdf import PdfReader

from jumuishi.identity.types import NotAllowedError
from jumuishi.kernel import files, scanning
from jumuishi.kernel.tests.fake_clamd import FakeClamd
from jumuishi.meetings.calling.tests.conftest import Council
from jumuishi.meetings.papers import actions, jobs
from jumuishi.meetings.papers.models import Ask, Pack, Paper
from jumuishi.meetings.papers.tests.conftest import pdf, upload
from jumuishi.meetings.papers.tests.test_papers import Desk
from jumuishi.messaging.models import Mail

pytestmark = pytest.mark.database


@pytest.fixture
def scanner() -> str:
    """Where one answers."""
    return f"tcp://127.0.0.1:{FakeClamd(socket.AF_INET, ('127.0.0.1', 0)).door.getsockname()[1]}"


def test_an_infected_paper_goes_and_is_asked_for_again(council: Council, scanner: str) -> None:
    desk = Desk(council)
    juma = council.find("mfano", "Juma")
    ask = {"do": "ask", "item": str(desk.open), "what": "Makadirio", "of": f"person:{juma.who}"}
    assert desk.neema.post(f"{desk.here}tenda/", ask).status_code == 302
    at_work, page = council.at_work("mfano", "Juma"), f"/ofisi/mabaraza/nyaraka/{Ask.objects.get().id}/"
    infected = pdf(2).replace(b"\nstartxref", b"\n%STANDARD-TEST-FILE\nstartxref")
    assert at_work.post(page, {"file": upload(infected)}).status_code == 302
    desk.put(desk.open, "Bajeti", pdf(1))
    desk.bind()
    desk.call()
    bad, good = Paper.objects.get(title="Makadirio"), Paper.objects.get(title="Bajeti")
    salum = council.member("Salum")
    one = f"{desk.mine}nyaraka/{{}}/waraka.pdf"
    assert [salum.get(one.format(paper.id)).status_code for paper in (bad, good)] == [200, 200]
    with override_settings(CLAMD="tcp://127.0.0.1:1"):
        jobs.rescan()
    assert set(Paper.objects.values_list("scan", flat=True)) == {scanning.UNSCANNED}
    with pytest.raises(NotAllowedError):
        actions.mark_scanned(actor=council.secretary, paper_id=bad.id, scan=scanning.CLEAN, found="")
    before = len(Pack.objects.get().journal_ids)
    with override_settings(CLAMD=scanner), TestCase.captureOnCommitCallbacks(execute=True):
        jobs.rescan()
        jobs.rescan()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.scan, good.scan) == (scanning.INFECTED, scanning.CLEAN)
    assert (files.path_of(bad.file_id).exists(), files.path_of(good.file_id).exists()) == (False, True)
    assert [salum.get(one.format(paper.id)).status_code for paper in (bad, good)] == [404, 200]
    made = PdfReader(BytesIO(salum.get(f"{desk.mine}kabrasha.pdf").getvalue()))
    assert list(made.page_labels) == ["i", *good.labels]
    assert len(Pack.objects.get().journal_ids) == before + 1
    assert Ask.objects.get().given_at is None
    assert Mail.objects.filter(to="juma@mfano.example", subject__contains="lina virusi").count() == 1
    with override_settings(CLAMD="tcp://127.0.0.1:1"):
        assert at_work.post(page, {"file": upload(infected)}).status_code == 400
    assert at_work.post(page, {"file": upload(pdf(3))}).status_code == 302
    assert Paper.objects.get(title="Makadirio", replaced_at=None).edition == 2
