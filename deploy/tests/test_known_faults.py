"""Known faults of parts are found, and no answer is never taken for a good one."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

HOUSE = Path(__file__).resolve().parents[2]
PROGRAM = HOUSE / "deploy/known-faults.py"


@pytest.fixture
def faults() -> Any:
    spec = importlib.util.spec_from_file_location("known_faults", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def answering(folder: Path, answer: str, code: int = 0) -> str:
    """A program that is asked as uv is, and gives pip-audit's answer."""
    program = folder / "uv"
    program.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "words = sys.argv[1:]\n"
        "if words[0] == 'export':\n"
        "    open(words[words.index('--output-file') + 1], 'w').write('django==1.0\\n')\n"
        "    sys.exit(0)\n"
        f"answer = {answer!r}\n"
        "if answer: open(words[words.index('--output') + 1], 'w').write(answer)\n"
        "print('ConnectionError: no route to host', file=sys.stderr)\n"
        f"sys.exit({code})\n"
    )
    program.chmod(0o755)
    return str(program)


PART = {"name": "django", "version": "1.0"}
FAULT = {"id": "PYSEC-1", "aliases": ["CVE-2020-1"], "fix_versions": ["1.1"], "description": "x"}


@pytest.mark.parametrize(
    ("parts", "code", "words"),
    [
        ([{**PART, "vulns": []}], 0, "1 parts asked about, 0 known faults"),
        ([{**PART, "vulns": [FAULT]}], 1, "django 1.0: PYSEC-1 CVE-2020-1; mended in: 1.1"),
        ([{**PART, "vulns": [{**FAULT, "fix_versions": []}]}], 1, "mended in: none yet"),
        ([{**PART, "vulns": []}, {"name": "typst", "skip_reason": "not found"}], 3, "did not answer: typst"),
        ([], 3, "0 parts asked about"),
    ],
)
def test_what_the_list_says_is_told(
    faults: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    parts: list[dict[str, Any]], code: int, words: str,
) -> None:  # fmt: skip
    uv = answering(tmp_path, json.dumps({"dependencies": parts}), min(code, 1))
    monkeypatch.setattr(faults.bootstrap, "find_uv", lambda: uv)
    assert faults.main([]) == code
    said = capsys.readouterr()
    assert words in said.out + said.err
    assert faults.main(["--format", "json"]) == code
    assert json.loads(capsys.readouterr().out)["asked"] == sum("vulns" in one for one in parts)


def test_nobody_answers(
    faults: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """pip-audit ends with 1 then, as it does for faults."""
    monkeypatch.setattr(faults.bootstrap, "find_uv", lambda: answering(tmp_path, "", 1))
    assert faults.main([]) == 3
    said = capsys.readouterr()
    assert "nothing is known: ConnectionError: no route to host" in said.err
    assert said.out == ""
    assert faults.main(["--help"]) == 2


class Osv(BaseHTTPRequestHandler):
    """Answers as api.osv.dev/v1/query does: Django alone has a fault."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        package = asked["package"]
        events = [{"introduced": "0"}, {"fixed": "99.0"}]
        fault = {
            "id": "OSV-MADE-UP-1",
            "summary": "made up",
            "details": "made up",
            "aliases": ["CVE-1900-0001"],
            "modified": "2026-01-01T00:00:00Z",
            "affected": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}], "versions": []}],
        }
        body = json.dumps({"vulns": [fault]} if package["name"] == "django" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        """Silent."""


@pytest.fixture
def osv() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Osv)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()


@pytest.mark.slow
def test_the_real_program_over_the_real_wire(osv: str) -> None:
    """Every part of uv.lock is asked about, by pip-audit itself; left out where it can't be fetched."""
    env = {**os.environ, "JUMUISHI_FAULTS_URL": osv, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    ended = subprocess.run([sys.executable, str(PROGRAM)], env=env, capture_output=True, text=True, timeout=300)
    if ended.returncode == 3 and "fetch" in ended.stderr.lower():
        pytest.skip(f"no network to fetch pip-audit: {ended.stderr[-200:]}")
    assert "CVE-1900-0001" in ended.stdout, ended.stderr
    assert "mended in: 99.0" in ended.stdout
    pinned = (HOUSE / "uv.lock").read_text().count("[[package]]")
    found = re.search(r"(\d+) parts asked about, 1 known faults", ended.stdout)
    assert found is not None
    assert 40 < int(found[1]) < pinned
    assert ended.returncode == 1
