"""The body of a document: the author's template filled with the case's answers."""

from jumuishi.documents.types import Node


def body_of(case, frame, document, facts, institution, claims):
    return [Node("paragraph", (Node("text", text=str(claims)),))]
