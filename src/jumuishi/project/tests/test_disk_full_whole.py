"""The whole installation on a disk that is full: it goes on, says so, keeps what it acknowledged, and recovers."""

import contextlib
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from jumuishi.project import children
from jumuishi.project.installation import Installation
from jumuishi.project.tests.test_supervise import Run

pytestmark = pytest.mark.slow
TOKEN = "a" * 32


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """As ./run --empty, its data on a real file system of 120 MB; root only."""
    disk = tmp_path / "data"
    disk.mkdir(mode=0o711)
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120m,mode=711", "tmpfs", disk]).returncode:
        pytest.skip("no file system can be mounted here")
    one = Run(tmp_path)
    one.environment |= {"JUMUISHI_SPACE_WARNING_MB": "20", "JUMUISHI_SPACE_RESERVE_MB": "0"}
    try:
        yield one
    finally:
        if one.process is not None:
            one.process.kill()
            one.process.wait()
        for pid in children.leftovers(disk):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        subprocess.run(["umount", "-l", disk], check=True)


def asked(run: Run, path: str, **form: str) -> tuple[int, str]:
    """Status and text of a page, or of a form sent to it."""
    body = urlencode({"csrfmiddlewaretoken": TOKEN, **form}).encode() if form else None
    request = urllib.request.Request(run.address + path, body, {"Cookie": f"csrftoken={TOKEN}"})
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def flood(address: str) -> list[int]:
    """Rows that the database acknowledged until it could take no more."""
    kept: list[int] = []
    with (
        contextlib.suppress(psycopg.errors.DiskFull, psycopg.OperationalError),
        psycopg.connect(address, autocommit=True) as owner,
    ):
        for number in range(100_000):
            owner.execute("INSERT INTO flood VALUES (%s, %s)", [number, os.urandom(4000).hex()])
            kept.append(number)
    return kept


def test_nothing_acknowledged_is_lost_and_room_brings_it_back(run: Run) -> None:
    run.up()
    here = Installation(run.data, run.home / "config", run.home / "mirror", run.data / "static")
    database = here.cluster.dsn("superuser")
    assert asked(run, "healthz") == (200, "ok\n")
    with psycopg.connect(database) as owner:
        owner.execute("CREATE TABLE flood (id int PRIMARY KEY, body text)")
    web, ballast = run.named("granian"), run.data / "ballast"
    with open(ballast, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(run.data).free - 3_000_000)
    kept = flood(database)
    assert kept, "there was room for some"
    deadline, answered = time.monotonic() + 3, set[int]()
    while time.monotonic() < deadline:
        status, said = asked(run, "healthz")
        assert (status, "warning: little room is left (data)" in said) in ((200, True), (503, False))
        for door, words in (("", "hakijahifadhiwa"), ("en/", "is not saved")):
            status, said = asked(run, f"{door}ingia/", phone="0700000001")
            answered.add(status)
            assert status in (302, 429) or (status in (503, 507) and words in said), (status, said[-500:])
        time.sleep(0.3)
    assert answered & {503, 507}, "what could not be kept was refused in words"
    assert run.named("granian") == web, "no web process died of it"
    ballast.unlink()
    assert run.healthy(within=60)
    with psycopg.connect(database, autocommit=True) as owner:
        assert [number for (number,) in owner.execute("SELECT id FROM flood ORDER BY id").fetchall()] == kept
        owner.execute("DROP TABLE flood")
    assert asked(run, "healthz") == (200, "ok\n")
    assert run.down() < 10
    assert children.leftovers(run.data) == []
