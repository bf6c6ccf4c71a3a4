"""Files are looked through by clamd over its own wire; while it is away they are kept and looked through later."""

import socket
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client, override_settings

from jumuishi.cases import jobs
from jumuishi.cases.models import Attachment, Case, Draft
from jumuishi.cases.tests.conftest import PDF, begin, fill, upload
from jumuishi.kernel import files, scanning
from jumuishi.kernel.clamd import Clamd, ScannerAwayError
from jumuishi.kernel.tests.fake_clamd import VIRUS, FakeClamd, clamd

pytestmark = pytest.mark.slow

__all__ = ["clamd"]


def hand_in(client: Client, draft: str, content: bytes) -> Any:
    given = {"nin": "19000101000000000001", "full_name": "Asha Juma", "tin": "100100100"}
    return client.post(f"{draft}applicant/", {**given, "tax_clearance": upload(content)})


def draft_of(url: str) -> Draft:
    return Draft.objects.get(id=UUID(url.rstrip("/").rsplit("/", 1)[-1]))


def test_what_the_wire_says(clamd: FakeClamd) -> None:
    door = Clamd(f"tcp://127.0.0.1:{clamd.door.getsockname()[1]}")
    assert door.scan([b"one", b"", b"two"]) == ""
    assert clamd.seen == [b"onetwo"], "an empty piece would end the stream early"
    assert door.scan([VIRUS]) == "Eicar-Signature"
    clamd.answer = "INSTREAM size limit exceeded. ERROR"
    with pytest.raises(ScannerAwayError):
        door.scan([b"much"])


def test_over_a_unix_socket(tmp_path: Path) -> None:
    fake = FakeClamd(socket.AF_UNIX, str(tmp_path / "clamd.ctl"))
    assert Clamd(f"unix:{tmp_path}/clamd.ctl").scan([VIRUS]) == "Eicar-Signature"
    fake.close()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:/nowhere/clamd.ctl", "nonsense"])
def test_a_scanner_that_is_away(address: str) -> None:
    with pytest.raises(ScannerAwayError):
        Clamd(address).scan([b"x"])


def test_an_infected_file_is_refused_and_the_earlier_one_stays(
    country: dict[str, UUID], asha: Client, clamd: FakeClamd
) -> None:
    draft = begin(asha)
    assert hand_in(asha, draft, PDF).status_code == 302
    assert Attachment.objects.get().scan == "clean"
    answer = hand_in(asha, draft, VIRUS)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "ina virusi" in page
    assert page.count("Asha Juma") == 1, "what was typed is still there"
    kept = Attachment.objects.get()
    assert b"".join(files.read(kept.file_id)) == PDF
    assert clamd.seen == [PDF, VIRUS]


def test_while_it_is_away_a_file_is_kept_and_looked_through_later(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    with override_settings(CLAMD="tcp://127.0.0.1:1"):
        assert hand_in(asha, draft, PDF).status_code == 302
        jobs.rescan_files()
        assert Attachment.objects.get().scan == "unscanned", "nobody answered yet"
    fake = FakeClamd(socket.AF_INET, ("127.0.0.1", 0))
    with override_settings(CLAMD=f"tcp://127.0.0.1:{fake.door.getsockname()[1]}"):
        jobs.rescan_files()
        assert Attachment.objects.get().scan == "clean"
        jobs.rescan_files()
        assert fake.seen == [PDF], "once is enough"
    fake.close()


def test_found_later_in_a_draft_the_question_is_asked_again(country: dict[str, UUID], asha: Client) -> None:
    draft = begin(asha)
    assert hand_in(asha, draft, VIRUS).status_code == 302, "no scanner: the type and size were right"
    fake = FakeClamd(socket.AF_INET, ("127.0.0.1", 0))
    with override_settings(CLAMD=f"tcp://127.0.0.1:{fake.door.getsockname()[1]}"):
        jobs.rescan_files()
    fake.close()
    assert not Attachment.objects.exists()
    kept = draft_of(draft)
    assert "tax_clearance" not in kept.answers
    assert kept.answers["full_name"] == "Asha Juma"
    summary = asha.get(f"{draft}hakiki/").content.decode()
    assert f"{draft}applicant/#f-tax_clearance" in summary


def test_found_later_in_a_case_it_is_shut_away(country: dict[str, UUID], asha: Client, at_work: Any) -> None:
    draft = begin(asha)
    fill(asha, draft)
    Attachment.objects.filter(field="lease").update(scan=scanning.UNSCANNED)
    asha.post(f"{draft}hakiki/", {"phone": "0700 000 001"})
    lease = Attachment.objects.get(field="lease")
    files.path_of(lease.file_id).write_bytes(VIRUS)
    fake = FakeClamd(socket.AF_INET, ("127.0.0.1", 0))
    with override_settings(CLAMD=f"tcp://127.0.0.1:{fake.door.getsockname()[1]}"):
        jobs.rescan_files()
    fake.close()
    lease.refresh_from_db()
    assert lease.scan == "infected"
    juma, case = at_work("mfano", "Juma"), Case.objects.get()
    assert juma.get(f"/ofisi/ombi/{case.id}/faili/{lease.id}/").status_code == 404
    assert "ina virusi" in juma.get(f"/ofisi/ombi/{case.id}/").content.decode()
    other = Attachment.objects.get(field="registration")
    assert juma.get(f"/ofisi/ombi/{case.id}/faili/{other.id}/").status_code == 200


def test_a_scanner_that_hangs_keeps_one_person_waiting_and_not_everybody(
    country: dict[str, UUID], asha: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jumuishi.kernel.clamd._SECONDS", 1.0)
    draft = begin(asha)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(20)
        with override_settings(CLAMD=f"tcp://127.0.0.1:{deaf.getsockname()[1]}"):
            waits = []
            for _ in range(4):
                began = time.monotonic()
                assert hand_in(asha, draft, PDF).status_code == 302
                waits.append(time.monotonic() - began)
            jobs.rescan_files()
    assert waits[0] >= 1.0
    assert max(waits[1:]) < 1.0, "whoever comes after is not held up by it"
    assert {one.scan for one in Attachment.objects.all()} == {"unscanned"}, "and the office sees that they are"
