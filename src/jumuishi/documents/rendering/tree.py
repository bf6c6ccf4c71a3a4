"""A tree of nodes as the plain JSON that the layouts draw; what they don't know becomes its text."""

from collections.abc import Sequence
from typing import Any

from jumuishi.documents.types import NodeLike

_INLINE = {"strong", "em", "br", "text"}
_BLOCKS = {"paragraph", "hr", "list", "numbered"}
_STANDS_ALONE = _BLOCKS | {"table", "item", "row", "cell", "header"}
# Level 1 is the document's own title: an author's first heading stands below it.
_HEADINGS = {"heading": 2, "heading1": 2, "heading2": 2, "heading3": 3, "heading4": 4}


def as_data(nodes: Sequence[NodeLike]) -> list[dict[str, Any]]:
    """The nodes as dictionaries of `kind`, `children`, `text`, `level`, `rows`, `head`."""
    # The white space that lays out an author's file is no paragraph of its own.
    blocks = any(node.kind in _STANDS_ALONE or node.kind in _HEADINGS for node in nodes)
    return [_node(node) for node in nodes if not (blocks and node.kind == "text" and not node.text.strip())]


def text_of(nodes: Sequence[NodeLike]) -> str:
    """All that the nodes say, as one line; parts that stand apart on the page stand apart here."""
    said = (node.text if node.kind == "text" else _between(node) + text_of(node.children) for node in nodes)
    return " ".join("".join(said).split())


def _between(node: NodeLike) -> str:
    return "" if node.kind in ("strong", "em") else " "


def _node(node: NodeLike) -> dict[str, Any]:
    if node.kind == "text":
        return {"kind": "text", "text": node.text}
    if node.kind == "table":
        return _table(node)
    if node.kind in _HEADINGS:
        return {"kind": "heading", "level": _HEADINGS[node.kind], "children": as_data(node.children)}
    kind = node.kind if node.kind in _INLINE | _BLOCKS else "group"
    return {"kind": kind, "children": as_data(node.children)}


def _table(table: NodeLike) -> dict[str, Any]:
    rows = [[(cell.kind, _cell(cell)) for cell in row.children] for row in table.children if row.kind == "row"]
    rows = [row for row in rows if row]
    if not rows:
        return {"kind": "group", "children": []}
    # A heading cell beside one value is a fact; heading cells alone in the first row head a table.
    if all(len(row) == 2 and row[0][0] == "header" and row[1][0] == "cell" for row in rows):
        return {"kind": "facts", "rows": [{"label": label, "value": value} for (_, label), (_, value) in rows]}
    head = rows[0] if all(kind == "header" for kind, _ in rows[0]) else []
    width = max(len(row) for row in rows)
    empty: dict[str, Any] = {"kind": "group", "children": []}
    filled = [[cell for _, cell in row] + [empty] * (width - len(row)) for row in rows]
    return {
        "kind": "table",
        "columns": width,
        "head": filled[0] if head else [],
        "rows": filled[1:] if head else filled,
    }


def _cell(cell: NodeLike) -> dict[str, Any]:
    return {"kind": "group", "children": as_data(cell.children)}
