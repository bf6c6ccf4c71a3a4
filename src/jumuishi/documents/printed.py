"""The code carries only what is printed: a claim that an author's template leaves out is printed by us."""

from collections.abc import Mapping

from jumuishi.documents.labels import claim_label
from jumuishi.documents.rendering.tree import text_of
from jumuishi.documents.types import Facts, Node, NodeLike, Order, Scalar


def body(order: Order, facts: Facts, claims: Mapping[str, Scalar]) -> list[NodeLike]:
    """The author's part, followed by a table of those claims that neither it nor the page around it says."""
    made = list(order.body(facts))
    # A certificate names its holder above the author's part, a letter does not.
    said = f"{text_of(made)} {_one_line(order.holder) if order.layout == 'certificate' else ''}"
    rows = tuple(
        _fact(claim_label(key, order.language), str(value))
        for key, value in claims.items()
        if _one_line(str(value)) not in said
    )
    return [*made, Node("table", rows)] if rows else made


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _fact(label: str, value: str) -> Node:
    return Node("row", (Node("header", (_text(label),)), Node("cell", (_text(value),))))


def _text(words: str) -> Node:
    return Node("text", text=words)
