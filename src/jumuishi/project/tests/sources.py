"""The house's own source as syntax trees: read once, since several tests ask it something."""

import ast
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Every node of a file."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def own_files() -> list[Path]:
    """What an installation runs: no tests, nor what lies beside the rooms' own files for tests and measurements."""
    return [path for path in HOUSE.rglob("*.py") if "tests" not in path.parts and path.name != "testing.py"]
