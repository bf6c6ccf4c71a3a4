"""Apply each patch to a copy of the checkout and show that the tests it must break go red."""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

HERE = Path(__file__).resolve().parent
HOUSE = HERE.parent
LIMIT_SECONDS = 300
# All the named tests once, before any patch.
WHOLE_LIMIT_SECONDS = 1800
# Each hand has a copy of the house and a core.
HANDS = 2


@dataclass(frozen=True)
class Patch:
    """A patch file, the promise that it breaks and the tests that must notice."""

    path: Path
    promise: str
    tests: list[str]


def read(path: Path) -> Patch:
    """The patch with its two header lines; raises ValueError when one is missing."""
    head: dict[str, str] = {}
    for line in path.read_text().splitlines()[:4]:
        key, _, value = line.partition(":")
        head[key.strip()] = value.strip()
    if not head.get("promise") or not head.get("tests"):
        raise ValueError(f"{path.name}: says no promise or no tests")
    return Patch(path, head["promise"], head["tests"].split())


def copy_of_house(folder: Path) -> Path:
    """The tracked files of the checkout, as they are now, where git can apply a patch."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, check=True, capture_output=True).stdout
    for name in filter(None, names.decode().split("\0")):
        if (HOUSE / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HOUSE / name, folder / name)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return folder


def run_tests(folder: Path, tests: list[str], limit: int = LIMIT_SECONDS) -> tuple[int, str]:
    """pytest's exit code and output in the copy."""
    env = {**os.environ, "PYTHONPATH": f"{folder / 'src'}:{folder}"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", *tests],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        return -1, f"no end within {limit} s"
    return done.returncode, done.stdout + done.stderr


def noticed(patch: Patch, folder: Path) -> str:
    """'' when the tests went red under the patch; else what is wrong."""
    applied = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", str(patch.path)], cwd=folder, capture_output=True, text=True
    )
    if applied.returncode:
        return f"does not apply: {applied.stderr.strip().splitlines()[-1]}"
    try:
        code, output = run_tests(folder, patch.tests)
    finally:
        subprocess.run(["git", "apply", "-R", "--whitespace=nowarn", str(patch.path)], cwd=folder, check=True)
    if code == 1:
        return ""
    return "its tests stayed green" if code == 0 else f"its tests could not run (exit {code}): {output[-300:]}"


def main() -> int:
    """Exit 0 when every patch was noticed, 1 otherwise."""
    wanted = sys.argv[1:]
    patches = [read(p) for p in sorted(HERE.glob("*.patch")) if not wanted or any(w in p.name for w in wanted)]
    tests = sorted({test for patch in patches for test in patch.tests})
    bad = 0
    with tempfile.TemporaryDirectory(prefix="jumuishi-sabotage-") as name, ThreadPoolExecutor(HANDS) as hands:
        folders: SimpleQueue[Path] = SimpleQueue()
        for hand in range(HANDS):
            folders.put(copy_of_house(Path(name) / str(hand)))
        first = folders.get()
        code, output = run_tests(first, ["-n", str(HANDS), "--dist", "loadfile", *tests], WHOLE_LIMIT_SECONDS)
        folders.put(first)
        if code:
            print(output[-2000:])
            print("the tests are red before any patch: nothing is shown by them")
            return 1

        def attempt(patch: Patch) -> str:
            folder = folders.get()
            try:
                return noticed(patch, folder)
            finally:
                folders.put(folder)

        for patch, fault in zip(patches, hands.map(attempt, patches), strict=True):
            bad += bool(fault)
            said = f"MISSED   {patch.path.name}: {patch.promise} -- {fault}" if fault else f"noticed  {patch.path.name}"
            print(said, flush=True)
    print(f"{len(patches) - bad} passed, {bad} failed")
    return 1 if bad or not patches else 0


if __name__ == "__main__":
    sys.exit(main())
