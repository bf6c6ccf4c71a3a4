"""SHA-1 stands only where somebody else's wire demands it."""

import ast

from jumuishi.project.tests.sources import HOUSE, nodes

DEMANDED = {
    "payments/gateways/gepg_wire.py": "the payment gateway signs with SHA1withRSA",
    "project/demo_accounts.py": "authenticator apps count codes with HMAC-SHA-1 (RFC 6238)",
}


def uses_sha1(tree: list[ast.AST]) -> bool:
    """Whether the code (its words are not asked) names SHA-1: as a name, an attribute, an import or an algorithm."""
    docstrings = {
        id(node.value) for node in tree if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    names = set()
    for node in tree:
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            names.add(node.value)
    return any(name.replace("-", "").replace("_", "").lower() in ("sha1", "sha1withrsa") for name in names)


def test_sha1_only_where_a_wire_demands_it() -> None:
    found = {
        str(path.relative_to(HOUSE))
        for path in HOUSE.rglob("*.py")
        if "tests" not in path.parts and uses_sha1(nodes(path))
    }
    assert found == set(DEMANDED)


def test_it_would_be_seen() -> None:
    for code in ("import hashlib\nhashlib.sha1(b'')", "import hashlib\nhashlib.new('SHA-1')", "from x import SHA1"):
        assert uses_sha1(list(ast.walk(ast.parse(code)))), code
