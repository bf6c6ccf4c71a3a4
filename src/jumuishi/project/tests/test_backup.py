"""A backup restored into an empty folder holds every row and file, and no key."""

import io
import subprocess
import tarfile
from pathlib import Path

import psycopg
import pytest

from jumuishi.project import backup
from jumuishi.project.installation import Installation, locate


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    for name in ("DATABASE_URL", "JUMUISHI_CONFIG", "JUMUISHI_MIRROR", "JUMUISHI_STATIC", "JUMUISHI_DATA"):
        monkeypatch.delenv(name, raising=False)
    # Folders by account: as root they would be the machine's own.
    monkeypatch.setattr("jumuishi.project.installation._default", lambda _root, _system, name, _home: tmp_path / name)
    one = locate(tmp_path / "one")
    one.settle("empty")
    (one.config / "installation.key").write_bytes(b"k" * 32)
    (one.data / "files/ab").mkdir(parents=True)
    (one.data / "files/ab/paper").write_text("leseni")
    return one


def filled(here: Installation, folder: Path) -> None:
    cluster = here.cluster
    cluster.start()
    try:
        with psycopg.connect(cluster.dsn("owner")) as owner:
            owner.execute("CREATE TABLE paper (institution text)")
            owner.execute("ALTER TABLE paper ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
            owner.execute("CREATE POLICY own ON paper USING (institution = current_setting('jumuishi.institution'))")
            owner.execute("SELECT set_config('jumuishi.institution', 'a', true)")
            owner.execute("INSERT INTO paper VALUES ('a')")
        assert backup.main(["make", str(folder), "--data", str(here.data)]) == 0
    finally:
        cluster.stop()


@pytest.mark.slow
def test_every_row_and_file_comes_back_with_its_wall(
    here: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(here, tmp_path / "copy")
    assert not [path for path in (tmp_path / "copy").rglob("*") if path.is_file() and b"k" * 32 in path.read_bytes()]
    assert backup.main(["restore", str(tmp_path / "copy"), "--data", str(tmp_path / "two")]) == 0
    two = locate(tmp_path / "two")
    assert two.config == here.config
    assert (two.data / "files/ab/paper").read_text() == "leseni"
    cluster = two.cluster
    cluster.start()
    try:
        with psycopg.connect(cluster.dsn("app")) as app:
            app.execute("SELECT set_config('jumuishi.institution', 'b', false)")
            assert app.execute("SELECT * FROM paper").fetchall() == []
            app.execute("SELECT set_config('jumuishi.institution', 'a', false)")
            assert app.execute("SELECT * FROM paper").fetchall() == [("a",)]
    finally:
        cluster.stop()
    assert backup.main(["restore", str(tmp_path / "copy"), "--data", str(tmp_path / "two")]) == 1
    assert "is in use" in capsys.readouterr().err


@pytest.mark.slow
def test_a_damaged_backup_or_one_without_its_key_is_refused(
    here: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    filled(here, copy)
    (here.config / "installation.key").rename(tmp_path / "lost")
    assert backup.main(["restore", str(copy), "--data", str(tmp_path / "two")]) == 1
    assert "put installation.key back" in capsys.readouterr().err
    body = bytearray((copy / "database.dump").read_bytes())
    body[len(body) // 2] ^= 1
    (copy / "database.dump").write_bytes(bytes(body))
    assert backup.main(["restore", str(copy), "--data", str(tmp_path / "two")]) == 1
    assert "damaged" in capsys.readouterr().err


def test_a_backup_says_when_nothing_runs(
    here: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert backup.main(["make", str(tmp_path / "copy"), "--data", str(here.data)]) == 1
    assert "never started" in capsys.readouterr().err


def test_unpacking_stays_inside_the_files_folder(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        for name in ("files/a/b", "../outside", str(tmp_path / "absolute"), "kind", "files/../../outside"):
            entry = tarfile.TarInfo(name)
            entry.size = 1
            tar.addfile(entry, io.BytesIO(b"x"))
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    (tmp_path / "data").mkdir()
    backup._unpack(tmp_path / "evil.tar", tmp_path / "data")
    found = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file() or path.is_symlink()]
    assert sorted(found) == ["data/files/a/b", "evil.tar"]


def test_a_servers_address_is_handed_on_whole_with_or_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}

    def run(command: list[str], *, env: dict[str, str], **_: object) -> subprocess.CompletedProcess[str]:
        given.update(env)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(backup.subprocess, "run", run)
    backup._tool("pg_dump", [], "postgresql://admin@db.example:5433/jumuishi?sslmode=verify-full")
    assert (given["PGHOST"], given["PGPORT"], given["PGSSLMODE"]) == ("db.example", "5433", "verify-full")
    assert "PGPASSWORD" not in given
