"""A program goes from finding a service to a verified licence: the very script of docs/how-to, on a started house."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jumuishi.project import children

pytestmark = [pytest.mark.database, pytest.mark.slow]
HOUSE = Path(__file__).resolve().parents[1]
SCRIPT = HOUSE / "docs/how-to/apply-with-curl.sh"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration, started as ./run starts it; on its own data, stopped at the end with every process."""
    home = tmp_path_factory.mktemp("started")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "JUMUISHI_"))}
    environment |= {"JUMUISHI_CONFIG": str(home / "config"), "JUMUISHI_MIRROR": str(home / "mirror")}
    command = [sys.executable, "-m", "jumuishi.project.supervise", "--port", "0", "--workers", "1"]
    with open(home / "said", "w") as said:
        process = subprocess.Popen(
            [*command, "--data", str(home / "data")], env=environment, stdout=subprocess.PIPE, stderr=said, text=True
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Jumuishi ready at "), (home / "said").read_text()
        yield line.split()[-1]
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        for pid in children.leftovers(home / "data"):
            os.kill(pid, signal.SIGKILL)


def test_from_search_to_a_verified_licence_with_curl(address: str) -> None:
    assert shutil.which("curl"), "curl is needed: apt-get install curl"
    jumuishi = Path(sys.executable).with_name("jumuishi")
    done = subprocess.run(
        ["sh", str(SCRIPT), address],
        env=os.environ | {"JUMUISHI": str(jumuishi)}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the server says genuine" in done.stdout
    assert "HALALI" in done.stdout
    assert "an altered copy is refused" in done.stdout
    assert done.stdout.rstrip().endswith("from search to verified licence.")


def test_the_script_needs_no_script_engine() -> None:
    words = SCRIPT.read_text()
    assert words.startswith("#!/bin/sh\n")
    assert not [name for name in ("python", "jq ", "perl", "node ", "ruby", "php") if name in words]
    assert subprocess.run(["sh", "-n", str(SCRIPT)], check=False).returncode == 0
