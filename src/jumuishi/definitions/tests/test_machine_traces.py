"""Golden traces: every shipped story, act by act, with the stage it leads to and all that it asks of the shell.

A change of behaviour shows here as a difference to be looked at. To take a new trace on purpose, run this file as a
program: `python -m jumuishi.definitions.tests.test_machine_traces`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from jumuishi.definitions.machine.codec import to_data
from jumuishi.definitions.stories.read import read_story
from jumuishi.definitions.stories.run import run_story
from jumuishi.definitions.tests.driving import NAMES, SERVICES, shipped

TRACES = Path(__file__).resolve().parent / "traces"


def trace(name: str) -> dict[str, Any]:
    """Every story of a service, played."""
    found = {}
    for path in sorted((SERVICES / name / "tests").glob("*.yaml")):
        result = run_story(shipped(name), read_story(path), path.name)
        assert result.holds, result.faults
        found[path.stem] = [
            {
                "line": one.line,
                "stage": one.stage,
                "effects": [{"effect": type(effect).__name__, **to_data(effect)} for effect in one.effects],
            }
            for one in result.trace
        ]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_stories_lead_where_they_led(name: str) -> None:
    kept = json.loads((TRACES / f"{name}.json").read_text(encoding="utf-8"))
    assert trace(name) == kept


if __name__ == "__main__":
    TRACES.mkdir(exist_ok=True)
    for each in NAMES:
        text = json.dumps(trace(each), ensure_ascii=False, indent=1)
        (TRACES / f"{each}.json").write_text(text + "\n", encoding="utf-8")
