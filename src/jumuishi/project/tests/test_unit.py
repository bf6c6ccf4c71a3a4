"""The parts for systemd: the database says when it is ready and ends when asked."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

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
