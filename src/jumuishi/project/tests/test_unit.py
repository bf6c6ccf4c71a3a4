"""The parts for systemd: the database says when it is ready and ends when asked."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from jumuishi.project import plan, unit
from jumuishi.project.databases import Databases
from jumuishi.project.installation import locate


@pytest.mark.slow
def test_the_database_unit_notifies_and_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("JUMUISHI_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JUMUISHI_MIRROR", str(tmp_path / "mirror"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        # An address without a file, as systemd may give it: pytest's folders can be too deep for a socket.
        name = f"jumuishi-unit-{os.getpid()}"
        door.bind(f"\0{name}")
        door.settimeout(30)
        command = [sys.executable, "-m", "jumuishi.project.unit", "database", "--data", str(tmp_path / "data")]
        unit = subprocess.Popen(command, env={**os.environ, "NOTIFY_SOCKET": f"@{name}"})
        try:
            assert door.recv(64) == b"READY=1"
            with psycopg.connect(locate(tmp_path / "data").cluster.dsn("app")) as app:
                assert app.execute("SELECT 1").fetchone() == (1,)
        finally:
            unit.send_signal(signal.SIGTERM)
            assert unit.wait(15) == 0


@pytest.mark.parametrize(
    ("host", "site", "own", "said"),
    [
        ("0.0.0.0", "https://mfano.example", "", "https://mfano.example:8002"),  # noqa: S104  # as the unit has it
        ("0.0.0.0", "https://mfano.example", "https://kando.example:9", "https://kando.example:9"),  # noqa: S104
        ("127.0.0.1", "https://mfano.example", "", ""),
    ],
)
def test_other_nodes_are_told_an_address_that_they_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, site: str, own: str, said: str
) -> None:
    monkeypatch.setattr(unit, "databases", lambda _: Databases(owner="", app=""))
    monkeypatch.setenv("JUMUISHI_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("JUMUISHI_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("JUMUISHI_PUBLIC_URL", site)
    monkeypatch.setenv(plan.ENDPOINT, own)
    begun: list[list[str]] = []

    def become(command: list[str], _: object) -> int:
        begun.append(command)
        return 0

    monkeypatch.setattr(unit, "_become", become)
    assert unit.main(["exchange", "--host", host, "--port", "8001", "--data", str(tmp_path / "data")]) == 0
    assert begun[0][begun[0].index("--endpoint") + 1] == said
    if not own and said:
        monkeypatch.delenv("JUMUISHI_PUBLIC_URL")
        assert unit.main(["exchange", "--host", host, "--data", str(tmp_path / "data")]) == 1
