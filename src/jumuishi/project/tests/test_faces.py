"""The walls that import-linter can't draw: a room is entered by its face only, and no coupling hides."""

import ast
from pathlib import Path

from jumuishi.project.tests.sources import HOUSE, nodes

ROOMS = {path.name for path in HOUSE.iterdir() if (path / "__init__.py").exists()}
# Ground floors whose modules are each a face of their own; the roof composes and may look inside for wiring.
OPEN = {"kernel", "channels"}
FACES = {"public", "types", "events"}
# identity's doors, policies and middleware are used by name on every view; migrations may name a model's table.
EXTRA = {
    "identity": {"doors", "appointments", "codes", "holdings", "testing"},
    "institutions": {"demo"},
}
# Parts of a room that have faces of their own.
PARTS = {("definitions", "forms"), ("definitions", "machine"), ("definitions", "moving")}


def sources() -> list[Path]:
    return [
        path
        for path in HOUSE.rglob("*.py")
        if "migrations" not in path.parts
        and "tests" not in path.parts
        and path.relative_to(HOUSE).parts[0] != "project"
    ]


def imported(tree: list[ast.AST]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for node in tree:
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
    return found


def test_rooms_are_entered_by_their_faces() -> None:
    wrong = []
    for path in sources():
        room = path.relative_to(HOUSE).parts[0]
        for name, line in imported(nodes(path)):
            parts = name.split(".")
            if parts[0] != "jumuishi" or len(parts) < 3 or parts[1] not in ROOMS:
                continue
            other, module = parts[1], parts[2]
            if (other, module) in PARTS and len(parts) > 3:
                module = parts[3]
            if other != room and other not in OPEN and module not in FACES | EXTRA.get(other, set()):
                wrong.append(f"{path.relative_to(HOUSE)}:{line} enters {name}")
    assert not wrong, "\n".join(wrong)


def test_no_import_hides_under_type_checking() -> None:
    hidden = [str(path.relative_to(HOUSE)) for path in sources() if "if TYPE_CHECKING" in path.read_text()]
    assert not hidden


# What is loaded at first need is no import statement, so import-linter does not see whose it is.
LANDLORDS = {
    "typst": "documents",
    "segno": "documents",
    "pyhanko": "documents",
    "zxingcpp": "documents",
    "pypdf": "documents",
    "yaml": "definitions",
    "cel": "definitions",
    "mtaa": "institutions",
}


def test_what_is_loaded_lazily_has_one_landlord() -> None:
    wrong = [
        f"{path.relative_to(HOUSE)}:{node.lineno} loads {node.args[0].value}"
        for path in sources()
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "lazily"
        and isinstance(node.args[0], ast.Constant)
        and LANDLORDS.get(str(node.args[0].value).split(".")[0], path.relative_to(HOUSE).parts[0])
        != path.relative_to(HOUSE).parts[0]
    ]
    assert not wrong, "\n".join(wrong)
