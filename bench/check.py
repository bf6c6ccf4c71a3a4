"""The checker of definitions: what it catches of what is broken on purpose, and how long it takes."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.findings import Finding
from jumuishi.definitions.read.package import read_files
from jumuishi.definitions.tests.corpus.mutants import mutants, shipped
from jumuishi.definitions.tests.corpus.outcome import outcome, table
from jumuishi.definitions.tests.corpus.sound.counted import checked, large
from jumuishi.definitions.tests.corpus.watched import MEGABYTES, SECONDS, watch

SERVICES = Path(__file__).parents[1] / "services"
_JUMUISHI = (sys.executable, "-c", "from jumuishi.project.cli import main; main()")
SHIPPED_SECONDS = 1.0
LARGE_SECONDS = 10.0
LARGE = {"fields": 300, "stages": 60}
SOUND, WARNED = 300, 0.02
FUZZ = 20_000


def _corpus() -> dict[str, Any]:
    began = time.perf_counter()
    outcomes = [outcome(one) for one in mutants()]
    rows = table(outcomes)
    print(f"{'code':6}{'operator':44}{'made':>6}{'caught':>8}")
    for code, operators in rows.items():
        for name, (made, caught) in operators.items():
            note = "" if made == caught else "  MISSED"
            print(f"{code:6}{name:44}{made:6}{caught:8}{note}")
    for one in outcomes:
        if not one.caught:
            print(one)
    by_code = {
        code: [sum(made for made, _ in operators.values()), sum(caught for _, caught in operators.values())]
        for code, operators in rows.items()
    }
    for code, (made, caught) in by_code.items():
        print(f"{code}: {caught} of {made} caught")
    return {
        "made": len(outcomes),
        "caught": sum(one.caught for one in outcomes),
        "operators": sum(len(operators) for operators in rows.values()),
        "made_and_caught_by_code": by_code,
        "undecided": _undecided(one for each in outcomes for one in each.doubts),
        "seconds": round(time.perf_counter() - began, 1),
    }


def _times(short: bool) -> dict[str, dict[str, float]]:
    """Seconds for each service that ships, the middle of several: of the check alone, and of the whole command.

    `check` and `cpu` are of the processor, `elapsed` by the clock, from the start of the process to its end.
    """
    found, times = {}, 3 if short else 9
    for draft in shipped():
        files, taken = draft.as_bytes(), []
        for _ in range(times):
            began = time.process_time()
            check_files(files)
            taken.append(time.process_time() - began)
        commands = [_command(draft.service) for _ in range(times)]
        found[draft.service] = {
            "check": round(statistics.median(taken), 3),
            "elapsed": round(statistics.median(elapsed for elapsed, _ in commands), 3),
            "cpu": round(statistics.median(cpu for _, cpu in commands), 3),
        }
        print(f"{draft.service}: {found[draft.service]}", flush=True)
    return found


def _command(service: str) -> tuple[float, float]:
    """`jumuishi service check` of a service that ships, as a process: seconds by the clock and of the processor."""
    began, before = time.perf_counter(), os.times()
    subprocess.run([*_JUMUISHI, "service", "check", str(SERVICES / service)], check=True, stdout=subprocess.DEVNULL)
    elapsed, after = time.perf_counter() - began, os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return elapsed, spent


def _undecided(found: Iterable[Finding]) -> dict[str, int]:
    """What the solver left open, by code."""
    return dict(sorted(Counter(one.code for one in found if one.is_warning).items()))


def _sound(number: int) -> dict[str, Any]:
    """Sound definitions made by chance: what is said of them all the same."""
    began = time.perf_counter()
    outcomes = checked(number)
    said = Counter(one.code for found, _ in outcomes for one in found)
    counts = {
        "made": len(outcomes),
        "with_a_finding": sum(any(not one.is_warning for one in found) for found, _ in outcomes),
        "with_a_warning": sum(any(one.is_warning for one in found) for found, _ in outcomes),
        "codes": dict(said),
        "undecided": [one.message for found, _ in outcomes for one in found if one.is_warning],
        "seconds": round(time.perf_counter() - began, 1),
    }
    print(f"sound definitions: {counts}", flush=True)
    return counts


def _large() -> dict[str, Any]:
    """Seconds of CPU for one definition that is larger than any that people write."""
    files = large()
    package = read_files(files).package
    if package is None:
        raise SystemExit("the large definition cannot be read")
    began = time.process_time()
    found = check_files(files)
    counts = {
        "seconds": round(time.process_time() - began, 2),
        "goal": LARGE_SECONDS,
        "fields": len(package.all_fields()),
        "stages": len(package.stages),
        "kilobytes": len(files["service.yaml"]) // 1024,
        "findings": sorted({one.code for one in found}),
        "undecided": _undecided(found),
    }
    print(f"large definition: {counts}", flush=True)
    return counts


def options(parser: argparse.ArgumentParser) -> None:
    """What the fuzz needs."""
    parser.add_argument("--fuzz", action="store_true", help="rubbish instead: nothing may crash or hang")
    parser.add_argument("--cases", type=int, default=FUZZ, help=f"so many cases of rubbish ({FUZZ})")
    parser.add_argument("--first", type=int, default=1, help="the number of the first of them")
    parser.add_argument("--processes", type=int, default=2)


def _fuzz(first: int, cases: int, processes: int) -> dict[str, Any]:
    began = time.perf_counter()
    seen = watch(range(first, first + cases), processes=processes, progress=True)
    for one in seen.faults:
        print(one)
    found = {
        "bench": "check",
        "figure": len(seen.faults),
        "unit": f"crashes, hangs and wrong answers in {seen.done} cases of rubbish",
        "goal": 0,
        "ok": not seen.faults and seen.done == cases,
        "detail": {
            "cases": seen.done,
            "first": first,
            "seconds_goal": SECONDS,
            "slowest_seconds": round(seen.slowest, 2),
            "slowest_case": seen.slowest_case,
            "peak_megabytes": seen.peak_megabytes,
            "memory_goal_megabytes": MEGABYTES,
            "answers": dict(seen.answers),
            "kinds": dict(seen.kinds),
            "faults": seen.faults[:20],
            "seconds": round(time.perf_counter() - began),
        },
        "machine": f"{platform.machine()} {platform.python_version()}",
    }
    print(json.dumps(found))
    return found


def main(short: bool, fuzz: bool = False, cases: int = FUZZ, first: int = 1, processes: int = 2) -> dict[str, Any]:
    """Measure; the figure is the share of broken packages that are caught."""
    if fuzz:
        return _fuzz(first, min(cases, 400) if short else cases, processes)
    times, big = _times(short), _large()
    sound = _sound(40 if short else SOUND)
    corpus = _corpus()
    share = corpus["caught"] / corpus["made"]
    met = (
        share >= 1.0,
        max(one["elapsed"] for one in times.values()) < SHIPPED_SECONDS,
        big["seconds"] < LARGE_SECONDS and not [one for one in big["findings"] if one.startswith("J")],
        all(big[key] >= LARGE[key] for key in LARGE),
        sound["with_a_finding"] == 0 and sound["with_a_warning"] <= WARNED * sound["made"],
    )
    found = {
        "bench": "check",
        "figure": round(share, 4),
        "unit": "of the broken definitions are told so, once, at their line",
        "goal": 1.0,
        "ok": all(met),
        "detail": {
            "broken": corpus,
            "sound": sound,
            "large": big,
            "shipped_seconds": times,
            "shipped_goal": SHIPPED_SECONDS,
        },
        "machine": f"{platform.machine()} {platform.python_version()}",
    }
    print(json.dumps(found))
    return found
