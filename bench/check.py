"""The checker of definitions: what it catches of what is broken on purpose, and how long it takes."""

import json
import platform
import statistics
import time
from typing import Any

from jumuishi.definitions.check.package import check_files
from jumuishi.definitions.tests.corpus.mutants import mutants, shipped
from jumuishi.definitions.tests.corpus.outcome import AWAITED, outcome, table

SHIPPED_SECONDS = 1.0


def _corpus() -> dict[str, Any]:
    began = time.perf_counter()
    outcomes = [outcome(one) for one in mutants()]
    rows = table(outcomes)
    print(f"{'code':6}{'operator':44}{'made':>6}{'caught':>8}")
    for code, operators in rows.items():
        for name, (made, caught) in operators.items():
            note = "" if made == caught else "  awaited" if name in AWAITED else "  MISSED"
            print(f"{code:6}{name:44}{made:6}{caught:8}{note}")
    for one in outcomes:
        if not one.caught and one.mutant.operator.name not in AWAITED:
            print(one)
    by_code = {
        code: [sum(made for made, _ in operators.values()), sum(caught for _, caught in operators.values())]
        for code, operators in rows.items()
    }
    return {
        "made": len(outcomes),
        "caught": sum(one.caught for one in outcomes),
        "operators": sum(len(operators) for operators in rows.values()),
        "made_and_caught_by_code": by_code,
        "awaited": sorted(AWAITED),
        "seconds": round(time.perf_counter() - began, 1),
    }


def _times(short: bool) -> dict[str, float]:
    """Seconds of CPU for each service that ships, the middle one of several."""
    found = {}
    for draft in shipped():
        files, taken = draft.as_bytes(), []
        for _ in range(3 if short else 9):
            began = time.process_time()
            check_files(files)
            taken.append(time.process_time() - began)
        found[draft.service] = round(statistics.median(taken), 3)
        print(f"{draft.service}: {found[draft.service]} s", flush=True)
    return found


def main(short: bool) -> dict[str, Any]:
    """Measure; the figure is the share of broken packages that are caught."""
    times = _times(short)
    corpus = _corpus()
    share = corpus["caught"] / corpus["made"]
    found = {
        "bench": "check",
        "figure": round(share, 4),
        "unit": "of the broken definitions are told so, once, at their line",
        "goal": 1.0,
        "ok": share >= 1.0 and max(times.values()) < SHIPPED_SECONDS,
        "detail": {"broken": corpus, "shipped_seconds": times, "shipped_goal": SHIPPED_SECONDS},
        "machine": f"{platform.machine()} {platform.python_version()}",
    }
    print(json.dumps(found))
    return found
