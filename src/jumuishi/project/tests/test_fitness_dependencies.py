"""What the house imports it depends on by name, not by the grace of a tool of the tests."""

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

from jumuishi.project.tests.sources import HOUSE, nodes, own_files


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;(]", name, maxsplit=1)[0]).lower()


def imported() -> set[str]:
    found = set()
    for path in own_files():
        for node in nodes(path):
            if isinstance(node, ast.Import):
                found |= {one.name.split(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "lazily":
                found.add(str(getattr(node.args[0], "value", "")).split(".")[0])
    return found - set(sys.stdlib_module_names) - {"jumuishi"}


def brought(wanted: set[str]) -> set[str]:
    """These packages and whatever they require without an extra."""
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found.add(name)
        try:
            needs = requires(name) or []
        except PackageNotFoundError:
            continue
        wanted |= {plain(one) for one in needs if "extra ==" not in one}
    return found


def test_an_installation_without_the_tools_of_the_tests_has_what_it_imports() -> None:
    declared = tomllib.loads((HOUSE.parents[1] / "pyproject.toml").read_text())["project"]["dependencies"]
    there = brought({plain(one) for one in declared})
    homes = packages_distributions()
    # what is declared and not installed here yet is held to its own name
    missing = {name for name in imported() if not {plain(one) for one in homes.get(name, [name])} & there}
    assert not missing
