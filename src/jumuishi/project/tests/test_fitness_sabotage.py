"""Every patch of `sabotage/` still breaks today's code, and the tests that it names are there: read, not run."""

import ast
import subprocess
from pathlib import Path

import pytest

from jumuishi.project.tests.sources import nodes
from sabotage.__main__ import read

ROOT = Path(__file__).resolve().parents[4]
PATCHES = sorted((ROOT / "sabotage").glob("*.patch"))


def refused(patch: Path) -> str:
    """Why a patch would break nothing here; '' when it applies."""
    done = subprocess.run(
        ["git", "apply", "--check", "--whitespace=nowarn", str(patch)], cwd=ROOT, capture_output=True, text=True
    )
    return done.stderr.strip() if done.returncode else ""


def is_there(test: str) -> bool:
    """Whether a test as pytest is told it, `file` or `file::[class::]name`, stands in the source."""
    file, *names = test.partition("[")[0].split("::")
    path = ROOT / file
    if not path.is_file():
        return False
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = {node.name for node in nodes(path) if isinstance(node, kinds)}
    return found.issuperset(names) if names else any(name.startswith("test_") for name in found)


def test_every_patch_breaks_todays_code() -> None:
    assert PATCHES
    stale = {patch.name: why for patch in PATCHES if (why := refused(patch))}
    assert stale == {}


def test_every_patch_says_its_promise_and_names_tests_that_are_there() -> None:
    gone = [f"{patch.name}: {test}" for patch in PATCHES for test in read(patch).tests if not is_there(test)]
    assert gone == []


def test_it_would_be_seen(tmp_path: Path) -> None:
    here = Path(__file__).resolve().relative_to(ROOT)
    assert is_there(f"{here}::test_it_would_be_seen")
    assert not is_there(f"{here}::test_of_another_name")
    assert not is_there("src/jumuishi/no_such_file.py")
    stale = tmp_path / "stale.patch"
    stale.write_text(
        f"promise: none\ntests: {here}\n"
        "diff --git a/README.md b/README.md\n--- a/README.md\n+++ b/README.md\n"
        "@@ -1 +1 @@\n-a line that the file never had\n+another\n"
    )
    assert "does not apply" in refused(stale)
    assert read(stale).tests == [str(here)]
    stale.write_text("tests: somewhere\n")
    with pytest.raises(ValueError, match="no promise"):
        read(stale)
