"""What was found, for people and for programs."""

import json
from collections import Counter
from collections.abc import Sequence

from jumuishi.exchange.conform.model import Found, Result, Scene

FORMAT = "jumuishi-conform-1"
MARKS = {Result.PASS: "pass", Result.FAIL: "FAIL", Result.NOT_APPLICABLE: "n/a "}


def line(one: Found) -> str:
    """One check in words."""
    said = f"{MARKS[one.result]}  {one.check.name}: {one.check.expects} [{one.check.source}]"
    return f"{said}\n      {one.seen}" if one.seen else said


def total(found: Sequence[Found]) -> str:
    """The last line."""
    counts = Counter(one.result for one in found)
    return ", ".join(f"{counts[one]} {one}" for one in Result)


def as_json(scene: Scene, found: Sequence[Found]) -> str:
    """One document: where, as whom, with which seed, each check, the counts."""
    counts = Counter(one.result for one in found)
    return json.dumps(
        {
            "format": FORMAT,
            "edge": scene.edge.url,
            "client": scene.client,
            "service": scene.service,
            "seed": scene.seed,
            "counts": {one.value: counts[one] for one in Result},
            "checks": [
                {
                    "name": one.check.name,
                    "kind": one.check.kind,
                    "expects": one.check.expects,
                    "source": one.check.source,
                    "result": one.result,
                    "seen": one.seen,
                }
                for one in found
            ],
        },
        indent=1,
        ensure_ascii=False,
    )
