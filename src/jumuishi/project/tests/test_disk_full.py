"""A disk without room: nothing is acknowledged that is not kept, it is said in both languages, and it passes."""

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client, override_settings

from jumuishi.cases.models import Attachment
from jumuishi.cases.tests.conftest import PDF, begin, upload
from jumuishi.cases.tests.conftest import asha as asha
from jumuishi.cases.tests.conftest import country as country
from jumuishi.cases.tests.conftest import world as world
from jumuishi.channels import faults
from jumuishi.kernel import files, space

SMALL = 1_048_576


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of one megabyte as the data folder; root only."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder]).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        with override_settings(JUMUISHI_DATA=folder, SPACE_RESERVE=0):
            yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_a_file_that_does_not_fit_leaves_nothing_behind(small_disk: Path) -> None:
    kept = files.put([b"x" * 300_000], SMALL)
    with override_settings(SPACE_RESERVE=-SMALL), pytest.raises(OSError, match="No space left"):
        files.put([b"x" * 65536] * 16, SMALL)
    assert names(small_disk) == [kept.id.hex]
    assert sum(map(len, files.read(kept.id))) == 300_000
    assert files.put([b"x" * 300_000], 300_000).size == 300_000, "there is room again"


def test_files_stop_before_the_database_has_no_room(tmp_path: Path) -> None:
    free = space.free_of(tmp_path)
    with override_settings(JUMUISHI_DATA=tmp_path, SPACE_RESERVE=free + SMALL), pytest.raises(space.NoSpaceError):
        files.put([b"x"], 10)
    assert names(tmp_path) == []


def hand_in(client: Client, draft: str) -> Any:
    given = {"nin": "19000101000000000001", "full_name": "Asha Juma", "tin": "100100100"}
    return client.post(f"{draft}applicant/", {**given, "tax_clearance": upload(PDF)})


@pytest.mark.slow
@pytest.mark.parametrize(("door", "said"), [("", "Hatuwezi kuhifadhi kwa sasa"), ("/en", "We cannot save anything")])
def test_a_file_handed_in_then_is_refused_in_words_and_taken_later(
    country: object, asha: Client, door: str, said: str
) -> None:
    draft = begin(asha)
    asha.raise_request_exception = False
    with override_settings(SPACE_RESERVE=1 << 60):
        answer = hand_in(asha, door + draft)
    assert answer.status_code == 507
    assert answer.headers["Retry-After"] == "300"
    assert said in answer.content.decode()
    assert not Attachment.objects.exists()
    assert hand_in(asha, draft).status_code == 302
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 507, "Nafasi ya kuhifadhi imejaa"),
        (psycopg.errors.DiskFull("could not extend file"), 507, "Nafasi ya kuhifadhi imejaa"),
        (psycopg.OperationalError("server closed the connection"), 503, "Mfumo umesimama kwa muda mfupi"),
        (ZeroDivisionError(), 500, "Kuna hitilafu upande wetu"),
    ],
)
def test_each_fault_has_its_page_and_its_problem(
    client: Client, monkeypatch: pytest.MonkeyPatch, db: None, error: Exception, status: int, said: str
) -> None:
    client.raise_request_exception = False

    def broken(*_: object, **__: object) -> None:
        try:
            raise error
        except psycopg.Error as cause:
            raise OperationalError(str(cause)) from cause

    monkeypatch.setattr("jumuishi.identity.middleware.identify", broken)
    page = client.get("/huduma/")
    assert page.status_code == status
    assert said in page.content.decode()
    answer = client.get("/api/v1/services")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == {
        507: "channels.api_full", 503: "channels.api_away", 500: "channels.broken"
    }[status]  # fmt: skip
    assert ("Retry-After" in page.headers) == (status != 500)


def test_a_session_that_cannot_be_kept_is_no_fault_of_what_was_sent(
    country: object, asha: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away between the act and the note of when its session was last used."""

    def away(*_: object, **__: object) -> None:
        raise OperationalError("the server closed the connection")

    draft = begin(asha)
    asha.raise_request_exception = False
    monkeypatch.setattr("django.contrib.sessions.models.Session.save", away)
    with override_settings(SESSION_SAVE_EVERY_REQUEST=True):
        answer = asha.post(f"{draft}applicant/", {"full_name": "Asha Juma"})
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_a_fault_within_a_fault_is_found() -> None:
    outer = RuntimeError()
    outer.__context__ = OSError(errno.EDQUOT, "quota")
    assert faults.status_of(outer) == 507
    assert faults.status_of(None) == 500


def test_somebody_is_told_before_it_is_full(db: None, client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"
    with override_settings(SPACE_WARNING=1 << 60):
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert b"warning: little room is left (data)" in answer.content
    assert b"/" not in answer.content, "no path of the machine is told"
    assert b'jumuishi_disk_free_bytes{folder="data"}' in client.get("/metrics").content
